"""`metrics/bad-name`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Api, Instrument, Language
from ...lint.telemetry.identifiers import snake_case
from ...lint.trials import is_trial

_PROMETHEUS = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_HUMP = re.compile(r"[a-z0-9][A-Z]")
_TYPE = re.compile(r"[_.](counter|gauge|histogram|summary)$", re.IGNORECASE)
_WITHOUT_UNIT = re.compile(r"(?:^|[_.])(duration|latency|elapsed)$")
# What the exposition puts behind the names of histograms and summaries (prometheus.io/docs/instrumenting).
_RESERVED = {"_bucket": "histograms", "_sum": "histograms and summaries", "_count": "histograms and summaries"}
_COMPOUND = frozenset({"histogram", "summary"})
# Prometheus' base units, and what is written in their place (prometheus.io/docs/practices/naming).
_BASE_UNITS = {
    "ms": "seconds",
    "millis": "seconds",
    "milliseconds": "seconds",
    "msec": "seconds",
    "us": "seconds",
    "micros": "seconds",
    "microseconds": "seconds",
    "ns": "seconds",
    "nanoseconds": "seconds",
    "minutes": "seconds",
    "hours": "seconds",
    "kb": "bytes",
    "mb": "bytes",
    "gb": "bytes",
    "kilobytes": "bytes",
    "megabytes": "bytes",
    "percent": "ratio",
    "pct": "ratio",
}
# UCUM's codes, and the words that are written in their place (opentelemetry.io/docs/specs/semconv/general/metrics).
_UCUM = {
    "second": "s",
    "seconds": "s",
    "sec": "s",
    "secs": "s",
    "millisecond": "ms",
    "milliseconds": "ms",
    "msec": "ms",
    "microseconds": "us",
    "nanoseconds": "ns",
    "minutes": "min",
    "hours": "h",
    "byte": "By",
    "bytes": "By",
    "kilobytes": "kBy",
    "megabytes": "MBy",
    "percent": "%",
    "ratio": "1",
}
_RESERVED_LABELS = {"histogram": "le", "summary": "quantile"}


class BadName(Rule):
    """
    Flags names of metrics and labels that break the convention of their API.

    **Why.**
    Tools and people tell a metric's type and unit by its name: a gauge that ends in `_total` is queried with `rate()`,
    and a duration without a unit is compared with milliseconds in one alert and with seconds in the next.
    Prometheus keeps some names for itself, and camel case makes a second spelling of what every other metric has.

    **Instead.**
    Prometheus: `snake_case` with a base unit at the end, `http_request_duration_seconds`, and `_total` on counters and
    on nothing else.
    OpenTelemetry: lower case with dots, `http.server.request.duration`, and the unit in `unit=`, by its UCUM code.

    A name is reported once, for the gravest thing.
    Not flagged: statsd, which has no convention; the `_total` that prometheus_client itself adds; tests and examples.
    """

    id = "metrics/bad-name"
    summary = "name breaks the convention of its API"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.2",)

    allow: tuple[str, ...] = ()
    """Names of metrics and labels that stay as they are."""

    def check_instrument(self, instrument: Instrument) -> Iterator[Finding]:
        judge = _JUDGES.get(instrument.api)
        if judge is None or is_trial(instrument.at.source) or instrument.transient:
            return
        problem = judge(instrument, instrument.name) if instrument.name else None
        if problem is not None and instrument.name not in self.allow:
            message, cure = problem
            yield self.finding(f"{instrument.kind} `{instrument.name}` {message}", instrument.at, help=cure)
        for label in instrument.labels or () if instrument.api is Api.PROMETHEUS else ():
            problem = _label_problem(instrument, label.value)
            if problem is not None and label.value not in self.allow:
                message, cure = problem
                yield self.finding(f"label `{label.value}` {message}", instrument.place(label), help=cure)

    examples = (
        Bad(
            """\
from opentelemetry.metrics import get_meter
from prometheus_client import Counter, Gauge, Histogram

meter = get_meter(__name__)
LATENCY = Histogram("http_request_latency", "Latency", ["le"])
QUEUE = Gauge("queue_total", "Jobs that wait")
UPLOADS = Counter("upload_kb_total", "Uploads")
SESSIONS = Gauge("openSessions", "Sessions", ["userType"])
DASHED = Gauge("cache-size", "Size of the cache")
orders = meter.create_counter("shop.orders_total")
checkout = meter.create_histogram("shop.checkout.duration_ms", unit="ms")
upload = meter.create_histogram("shop.upload.size", unit="bytes")
posts = meter.create_counter("shopPosts")
""",
            at=(
                '"http_request_latency"',
                "le",
                '"queue_total"',
                '"upload_kb_total"',
                '"openSessions"',
                "userType",
                '"cache-size"',
                '"shop.orders_total"',
                '"shop.checkout.duration_ms"',
                '"shop.upload.size"',
                '"shopPosts"',
            ),
            path="example.py",
        ),
        Bad(
            """\
import { metrics } from '@opentelemetry/api';
import { Counter, Gauge } from 'prom-client';

const checkouts = new Counter({ name: 'checkouts', help: 'Checkouts.', labelNames: ['planName'] });
const size = new Gauge({ name: 'batch_size_gauge', help: 'Size of a batch.' });
const parts = new Gauge({ name: 'batch_count', help: 'Batches.' });
const orders = metrics.getMeter('shop').createCounter('shop.orders.counter');
""",
            at=("'checkouts'", "planName", "'batch_size_gauge'", "'batch_count'", "'shop.orders.counter'"),
            path="example.ts",
        ),
        Good(
            """\
from opentelemetry.metrics import get_meter
from prometheus_client import Counter, Gauge, Histogram

LATENCY = Histogram("http_request_duration_seconds", "Latency", ["method"])
REQUESTS = Counter("http_requests", "Requests; the client adds `_total`")
STARTED = Gauge("process_start_time_seconds", "Start")
SIZE = Histogram("batch_size", "Jobs in a batch")
checkout = get_meter(__name__).create_histogram("shop.checkout.duration", unit="ms")
""",
            path="example.py",
        ),
        Good(
            """\
import { Counter } from 'prom-client';

const checkouts = new Counter({ name: 'checkouts_total', help: 'Checkouts.', labelNames: ['plan_name'] });
const old = new Counter({ name: 'legacyCheckouts', help: 'Checkouts.' });
""",
            path="example.ts",
            options={"allow": ("legacyCheckouts",)},
        ),
    )


Problem = tuple[str, str]
"""What is wrong, and what to do."""


def _prometheus(instrument: Instrument, name: str) -> Problem | None:
    spelt = snake_case(name) if _PROMETHEUS.fullmatch(name) else re.sub(r"[^a-zA-Z0-9_]+", "_", name)
    if not _PROMETHEUS.fullmatch(name):
        return "has characters that older servers refuse, and newer ones want quoted", f"call it `{spelt}`"
    if ":" in name:
        return "has a colon, which is kept for recordings", f"call it `{name.replace(':', '_')}`"
    if _HUMP.search(name):
        return "is in camel case", f"call it `{spelt}`"
    return _suffix_problem(instrument, name) or _unit_problem(instrument, name)


def _suffix_problem(instrument: Instrument, name: str) -> Problem | None:
    if instrument.kind != "counter" and name.endswith("_total"):
        return "ends in `_total`, as counters do", f"call it `{name.removesuffix('_total')}`"
    typed = _TYPE.search(name.removesuffix("_total"))
    if typed is not None:
        return f"has its type in its name: `{typed[1]}`", "leave it out: the exposition has the type"
    for suffix, owners in _RESERVED.items() if instrument.kind not in _COMPOUND else ():
        if name.endswith(suffix):
            return f"ends in `{suffix}`, which is kept for the series of {owners}", "say in another word what it counts"
    if instrument.kind == "counter" and instrument.language is Language.TYPESCRIPT and not name.endswith("_total"):
        return "does not end in `_total`", f"call it `{name}_total`"
    return None


def _unit_problem(instrument: Instrument, name: str) -> Problem | None:
    stem = name.removesuffix("_total").removesuffix("_info")
    rest, _, last = stem.rpartition("_")
    base = _BASE_UNITS.get(last.lower()) if rest else None
    if base is not None:
        return f"is in `{last}`, which is no base unit", f"measure in {base}, and let the name end in `_{base}`"
    bare = _WITHOUT_UNIT.search(stem)
    if bare is not None and instrument.kind in _COMPOUND and not instrument.unit:
        return "does not say its unit", f"measure in seconds, and call it `{name}_seconds`"
    return None


def _opentelemetry(instrument: Instrument, name: str) -> Problem | None:
    if _HUMP.search(name) or name != name.lower():
        return "is not in lower case", f"call it `{'.'.join(snake_case(part) for part in name.split('.'))}`"
    if instrument.kind == "counter" and name.endswith(("_total", ".total")):
        return "ends in `total`, which the exporter for Prometheus adds", f"call it `{name[:-6]}`"
    typed = _TYPE.search(name)
    if typed is not None:
        return f"has its type in its name: `{typed[1]}`", f"call it `{name[: typed.start()]}`"
    unit = instrument.unit or ""
    if unit.lower() in _UCUM:
        return f"has the unit `{unit}`, which is no code of UCUM", f"write `{_UCUM[unit.lower()]}`"
    parts = re.split(r"[._]", name)
    code = _UCUM.get(parts[-1], parts[-1])
    if unit and len(parts) > 1 and code == unit and parts[-1] != "1":
        return "has its unit in its name and in `unit`", f"call it `{name[: -len(parts[-1]) - 1]}`"
    return None


def _label_problem(instrument: Instrument, label: str) -> Problem | None:
    if label.startswith("__"):
        return "begins with `__`, which Prometheus keeps for itself", "call it otherwise"
    if _RESERVED_LABELS.get(instrument.kind) == label:
        return f"is the one that every {instrument.kind} already has", "call it otherwise"
    if _HUMP.search(label):
        return "is in camel case", f"call it `{snake_case(label)}`"
    return None


_JUDGES = {Api.PROMETHEUS: _prometheus, Api.OPENTELEMETRY: _opentelemetry}
