"""`metrics/never-recorded`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import Instrument
from ...lint.telemetry.identifiers import sounds_like_telemetry
from ._declared import called, declared


class NeverRecorded(Rule):
    """
    Flags instruments that are declared and never used.

    **Why.**
    The metric has no series, or one that is always zero.
    A panel over it shows that all is well, and an alert on it never fires.

    **Instead.**
    Measure where the thing happens, or delete the declaration.

    An instrument counts as used when its own file mentions it again, or another file imports it, by its name or with
    the whole module.
    Imports are followed from modules that are called like telemetry (`metrics`, `telemetry`, `instrumentation`,
    `monitoring`, `counters`, …); instruments of other modules are judged only where no other file can name them.
    Not flagged: those with a callback, those kept in attributes that others can reach, and tests and examples.
    """

    id = "metrics/never-recorded"
    summary = "instrument is never used"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.2",)
    needs_all = True
    about = (Instrument,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        mentioned = project.source.mentioned
        for instrument in declared(project):
            if instrument.used or id(instrument) in mentioned or not _is_followed(instrument):
                continue
            yield self.finding(
                f"{called(instrument)} is never recorded",
                instrument.at,
                help="measure with it, or delete it",
            )

    examples = (
        Bad(
            """\
from prometheus_client import Counter, Histogram

REQUESTS = Counter("http_requests_total", "Requests")
FAILURES = Counter("http_failures_total", "Requests that failed")
SECONDS = Histogram("http_request_seconds", "Time that requests take")
""",
            at='"http_failures_total"',
            path="shop/metrics.py",
            files={
                "shop/app.py": """\
from . import metrics
from .metrics import REQUESTS


def view():
    REQUESTS.inc()
    with metrics.SECONDS.time():
        pass
"""
            },
        ),
        Bad(
            """\
import { Counter } from 'prom-client';

export const checkouts = new Counter({ name: 'checkouts_total', help: 'Checkouts.' });
export const refunds = new Counter({ name: 'refunds_total', help: 'Refunds.' });
const retries = new Counter({ name: 'retries_total', help: 'Retries.' });
""",
            at=("'refunds_total'", "'retries_total'"),
            path="web/metrics.ts",
            files={"web/billing.ts": "import { checkouts } from './metrics.js';\n\ncheckouts.inc();\n"},
        ),
        Good(
            """\
from opentelemetry import metrics

meter = metrics.get_meter(__name__)
queue = meter.create_observable_gauge("queue.size", callbacks=[lambda options: []], description="Jobs that wait")
jobs = meter.create_counter("jobs", description="Jobs")


def done():
    jobs.add(1)
""",
            path="example.py",
        ),
        Good(
            """\
import { Counter, Gauge } from 'prom-client';

export const checkouts = new Counter({ name: 'checkouts_total', help: 'Checkouts.' });
export const load = new Gauge({ name: 'load', help: 'Load.', collect() { this.set(1); } });
""",
            path="web/metrics.ts",
            files={"web/billing.ts": "import * as metrics from './metrics';\n\nregister(metrics);\n"},
            why="who is handed a whole module may use all of it",
        ),
    )


def _is_followed(instrument: Instrument) -> bool:
    """Whether every use of an instrument would have been seen."""
    if instrument.reachable:
        return sounds_like_telemetry(instrument.at.source)
    holder, _, name = (instrument.binding or "").rpartition(".")
    return not holder or name.startswith(("_", "#"))
