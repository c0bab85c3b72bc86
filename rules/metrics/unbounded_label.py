"""`metrics/unbounded-label`; long for its examples, one for each library and each way in which labels are passed."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Confidence, Edit, Finding, Fix, Good, Project, Related, Rule, Severity
from ...lint.nodes import Api, Boundedness, LabelValue, Measurement, origins

_EFFECTS = {
    Api.PROMETHEUS: "each value is a series of its own, kept in memory by the client and by the server",
    Api.OPENTELEMETRY: "each value is a series of its own, until the SDK lumps them into `otel.metric.overflow`",
    Api.STATSD: "each value is a metric of its own, and billed as one",
}


class UnboundedLabel(Rule):
    """
    Flags labels and attributes whose value comes from a source without end: ids, e-mail addresses, raw paths and
    URLs, the text of exceptions, UUIDs, the time, what a request brings.

    **Why.**
    Every value of a label is a new time series, for each combination with the other labels.
    A user id or a raw path makes as many as there are users or requests, and the server runs out of memory or money.

    **Instead.**
    Leave the value out of the metric and write it to the log or the span, where one more value costs nothing.
    Or take what has few values: the route's template instead of the path, the exception's class instead of its text,
    `value if value in KNOWN else "other"` for anything a client sends.

    The value is followed through assignments, f-strings, `str()`, functions of the same module, helpers and
    instruments that are imported from other files of the project, and the helpers named in `label-wrappers`; the
    finding shows the way.
    A look-up with a default, a test against a known set, an enumeration or a configured sanitizer ends it.
    `str()`, slices, hashes and `urlparse(url).path` do not: there are as many values after them as before.

    Where only a name such as `user_id` says that there is no end, the confidence is low.
    Not flagged: what cannot be followed.
    """

    id = "metrics/unbounded-label"
    summary = "label takes its value from a source without end"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.2",)

    def check_measurement(self, measurement: Measurement) -> Iterator[Finding]:
        # What an imported instrument is, only all files together know.
        return self._judge(measurement) if measurement.reference is None else iter(())

    def check_project(self, project: Project) -> Iterator[Finding]:
        for measurement in project.source.borrowed:
            yield from self._judge(measurement)

    def _judge(self, measurement: Measurement) -> Iterator[Finding]:
        for label in measurement.labels:
            if label.boundedness >= Boundedness.SUSPECT:
                yield self._finding(measurement, label)

    def _finding(self, measurement: Measurement, label: LabelValue) -> Finding:
        name = f"label `{label.name}`" if label.name else "a label"
        metric = f" of `{measurement.metric}`" if measurement.metric else ""
        certain = label.boundedness is Boundedness.UNBOUNDED
        verb = "is" if certain else "looks unbounded:"
        wrappers = (Related(step.at, f"reaches the instrument through `{step.code}`") for step in measurement.through)
        return self.finding(
            f"{name}{metric} {verb} {label.source}; {_EFFECTS[measurement.api]}",
            label.at,
            help="drop the label and log the value, or map it to a few known values",
            fix=_dropped(label) if certain else None,
            related=(*origins(label.chain), *wrappers),
            confidence=Confidence.HIGH if certain else Confidence.LOW,
        )

    examples = (
        Bad(
            """\
from flask import request
from prometheus_client import Counter

REQUESTS = Counter("http_requests_total", "Requests", ["method", "path"])


def count():
    path = request.path
    REQUESTS.labels(method=request.method, path=path).inc()
""",
            at="path",
            path="app.py",
        ),
        Bad(
            """\
from flask import request
from opentelemetry import metrics

_instruments = None


def begin():
    global _instruments
    meter = metrics.get_meter(__name__)
    _instruments = {"loads": meter.create_counter("shop.loads", unit="{load}", description="Loads.")}


def load():
    if _instruments is not None:
        _instruments["loads"].add(1, {"path": request.path})
""",
            at="request.path",
            path="app.py",
            fixed="""\
from flask import request
from opentelemetry import metrics

_instruments = None


def begin():
    global _instruments
    meter = metrics.get_meter(__name__)
    _instruments = {"loads": meter.create_counter("shop.loads", unit="{load}", description="Loads.")}


def load():
    if _instruments is not None:
        _instruments["loads"].add(1, {})
""",
            why="a dictionary of instruments that is made when the program begins",
        ),
        Bad(
            """\
from uuid import uuid4

from opentelemetry import metrics

meter = metrics.get_meter(__name__)
orders = meter.create_counter("shop.orders", unit="{order}", description="Orders")


def order(plan):
    orders.add(1, {"plan": plan, "order": str(uuid4())})
""",
            at="str(uuid4())",
            path="shop.py",
            fixed="""\
from uuid import uuid4

from opentelemetry import metrics

meter = metrics.get_meter(__name__)
orders = meter.create_counter("shop.orders", unit="{order}", description="Orders")


def order(plan):
    orders.add(1, {"plan": plan})
""",
        ),
        Bad(
            """\
from datadog import statsd


def charge(amount):
    try:
        bill(amount)
    except CardError as error:
        statsd.increment("charges.failed", tags=[f"reason:{error}"])
""",
            at='f"reason:{error}"',
            path="billing.py",
            fixed="""\
from datadog import statsd


def charge(amount):
    try:
        bill(amount)
    except CardError as error:
        statsd.increment("charges.failed", tags=[])
""",
        ),
        Bad(
            """\
from fastapi import FastAPI
from prometheus_client import Counter

app = FastAPI()
VIEWS = Counter("views_total", "Views", ["kind", "subject"])


def track(kind, subject):
    VIEWS.labels(kind, subject).inc()


@app.get("/profiles/{name}")
def profile(name: str):
    track("profile", name.lower())
""",
            at="name.lower()",
            path="profiles.py",
            why="the helper's own call is not at fault: the caller decides what is counted",
        ),
        Bad(
            """\
from prometheus_client import Counter

LOGINS = Counter("logins_total", "Logins", ["user_id"])


def login(user):
    LOGINS.labels(user_id=user.id).inc()
""",
            at="user.id",
            path="logins.py",
            why="only the name tells, so the confidence is low",
        ),
        Bad(
            """\
import express from 'express';
import { Counter } from 'prom-client';

const requests = new Counter({ name: 'http_requests_total', help: 'Requests.', labelNames: ['method', 'path'] });
const app = express();

app.use((req, res, next) => {
  const path = req.originalUrl;
  requests.inc({ method: req.method, path });
  next();
});
""",
            at="path",
            path="example.ts",
            fixed="""\
import express from 'express';
import { Counter } from 'prom-client';

const requests = new Counter({ name: 'http_requests_total', help: 'Requests.', labelNames: ['method', 'path'] });
const app = express();

app.use((req, res, next) => {
  const path = req.originalUrl;
  requests.inc({ method: req.method });
  next();
});
""",
        ),
        Bad(
            """\
import { metrics } from '@opentelemetry/api';

const events = metrics.getMeter('events').createCounter('app.events', { description: 'Events.', unit: '{event}' });

function trackEvent(labels: Record<string, string>) {
  events.add(1, labels);
}

export function opened(userId: string, eventId: string) {
  trackEvent({ userId: userId, eventId: eventId });
}
""",
            at=("userId", "eventId"),
            path="example.ts",
            why="the helper is followed to the counter; only the names tell, so the confidence is low",
        ),
        Bad(
            """\
import { trackEvent } from './metrics.js';

export const opened = (userId: string, eventId: string) => trackEvent({ userId: userId, eventId: eventId });
export const shared = (visibility: string, action: string) => trackEvent({ visibility: visibility, action: action });
""",
            at=("userId", "eventId"),
            path="web/events.ts",
            files={
                "web/metrics.ts": """\
import { Counter } from 'prom-client';

const events = new Counter({ name: 'app_events_total', help: 'Events.', labelNames: ['visibility', 'action'] });

export function trackEvent(labels: Record<string, string>): void {
  events.inc(labels);
}
"""
            },
            why="the helper is found in the file that it is imported from",
        ),
        Bad(
            """\
from flask import request

from .metrics import REQUESTS, track


def view():
    REQUESTS.labels(request.method, request.path).inc()
    track(outcome="done", who=request.args["user"])
""",
            at=("request.path", 'request.args["user"]'),
            path="api/views.py",
            files={
                "api/metrics.py": """\
from prometheus_client import Counter

REQUESTS = Counter("http_requests_total", "Requests", ["method", "path"])
VISITS = Counter("visits_total", "Visits", ["outcome", "visitor"])


def track(who: str, outcome: str) -> None:
    VISITS.labels(outcome=outcome, visitor=who).inc()
"""
            },
            why="the instrument and the helper are found in the file that they are imported from",
        ),
        Good(
            """\
import { metrics } from '@opentelemetry/api';

const events = metrics.getMeter('events').createCounter('app.events', { description: 'Events.', unit: '{event}' });

function trackEvent(labels: Record<string, string>) {
  events.add(1, labels);
}

export function opened(visibility: 'public' | 'private', action: string) {
  trackEvent({ visibility: visibility, action: action });
}
""",
            path="example.ts",
        ),
        Good(
            """\
import express from 'express';
import { Counter } from 'prom-client';

const SOURCES = new Set(['web', 'ios', 'android']);
const requests = new Counter({
  name: 'http_requests_total',
  help: 'Requests.',
  labelNames: ['method', 'route', 'status', 'source', 'error'],
});
const app = express();

app.use((req, res, next) => {
  const source = SOURCES.has(req.query.source as string) ? req.query.source : 'other';
  res.on('finish', () => {
    requests.inc({ method: req.method, route: req.route?.path ?? 'unmatched', status: res.statusCode, source });
  });
  next();
});

app.use((err: Error, req: express.Request, res: express.Response, next: express.NextFunction) => {
  requests.labels(req.method, req.route.path, '500', 'other', err.name).inc();
  next(err);
});
""",
            path="example.ts",
        ),
        Good(
            """\
from flask import request
from prometheus_client import Counter

REQUESTS = Counter("http_requests_total", "Requests", ["method", "route", "source", "error"])
SOURCES = {"web", "ios", "android"}


def count(error):
    source = request.args.get("source")
    if source not in SOURCES:
        source = "other"
    REQUESTS.labels(request.method, request.url_rule.rule, source, type(error).__name__).inc()
""",
            path="app.py",
        ),
        Good(
            """\
from prometheus_client import Counter

JOBS = Counter("jobs_total", "Jobs", ["queue"])


def done(queue):
    JOBS.labels(queue=queue).inc()
""",
            path="jobs.py",
            why="unknown is not bad",
        ),
    )


def _dropped(label: LabelValue) -> Fix | None:
    if label.entry is None or label.name is None:
        return None
    entry = label.entry
    return Fix(f"drop the label `{label.name}`", (Edit(entry.source, entry.region(), ""),), safe=False)
