"""`metrics/identifier-label`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Instrument
from ...lint.telemetry.identifiers import identifier


class IdentifierLabel(Rule):
    """
    Flags instruments that declare a label for an identifier: `user_id`, `event_id`, `session`, `trace_id`, `email`,
    `ip`, `url`.

    **Why.**
    A label that tells one user, request or event from another makes a time series for each of them.
    Such a metric grows for as long as the service runs, and answers no question that a log or a trace would not
    answer better.

    **Instead.**
    Take the label out of the declaration, and write the identifier to the log or the span.
    Use an exemplar to lead from the metric to one trace.

    Not flagged: tenants, organisations, customers, clients and devices, which are often told apart on purpose, and
    names listed in `allow`.
    """

    id = "metrics/identifier-label"
    summary = "instrument declares a label for an identifier"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.2",)

    allow: tuple[str, ...] = ()
    """Label names that are identifiers and known to take few values."""

    def check_instrument(self, instrument: Instrument) -> Iterator[Finding]:
        for label in instrument.labels or ():
            meaning = identifier(label.value)
            if meaning is None or label.value in self.allow:
                continue
            metric = f" of `{instrument.name}`" if instrument.name else ""
            yield self.finding(
                f"label `{label.value}`{metric} identifies {meaning}: one series for each",
                instrument.place(label),
                help="take the label out, and write the identifier to the log or the span",
            )

    examples = (
        Bad(
            """\
from prometheus_client import Counter, Histogram

CREATED = Counter("events_created_total", "Events", ["visibility", "event_id"])
LATENCY = Histogram("request_seconds", "Latency", labelnames=("route", "clientIp"))
""",
            at=("event_id", "clientIp"),
            path="metrics.py",
        ),
        Bad(
            """\
from prometheus_client import Gauge

LABELS = ["plan", "user_id"]
SEATS = Gauge("seats", "Seats", LABELS)
""",
            at="user_id",
            path="metrics.py",
        ),
        Bad(
            """\
import { Counter } from 'prom-client';

const created = new Counter({ name: 'events_created_total', help: 'Events.', labelNames: ['visibility', 'eventId'] });
""",
            at="eventId",
            path="example.ts",
        ),
        Good(
            """\
from prometheus_client import Counter

REQUESTS = Counter("requests_total", "Requests", ["method", "route", "tenant_id"])
""",
            path="metrics.py",
        ),
        Good(
            """\
from prometheus_client import Gauge

WORKERS = Gauge("worker_busy", "Whether a worker is busy", ["thread_id"])
""",
            path="metrics.py",
            options={"allow": ("thread_id",)},
        ),
    )
