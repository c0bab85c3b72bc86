"""`metrics/negative-increment`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Related, Rule, Severity
from ...lint.nodes import Api, Measurement

_CURES = {
    Api.PROMETHEUS: "count what comes and what goes in two counters, or use a gauge",
    Api.OPENTELEMETRY: "use an up-down counter",
}
_EFFECTS = {
    Api.PROMETHEUS: "an error when it runs",
    Api.OPENTELEMETRY: "the SDK drops it with a warning",
}


class NegativeIncrement(Rule):
    """
    Flags counters that are decremented, or given a negative amount.

    **Why.**
    A counter only goes up: `rate()` takes every fall for a restart and adds the whole value again.
    The clients refuse it: Prometheus' raise an error in the middle of the request, OpenTelemetry's drop the value.

    **Instead.**
    A gauge or an up-down counter for what goes up and down; two counters for what comes and what goes.

    Not flagged: amounts that are not known before it runs, and statsd, whose server takes them.
    """

    id = "metrics/negative-increment"
    summary = "counter is made smaller"
    severity = Severity.ERROR
    since = "0.1"

    def check_measurement(self, measurement: Measurement) -> Iterator[Finding]:
        # What an imported instrument is, only all files together know.
        return self._judge(measurement) if measurement.reference is None else iter(())

    def check_project(self, project: Project) -> Iterator[Finding]:
        for measurement in project.source.borrowed:
            yield from self._judge(measurement)

    def _judge(self, measurement: Measurement) -> Iterator[Finding]:
        instrument = measurement.instrument
        if instrument is None or instrument.kind != "counter" or measurement.api not in _CURES or measurement.through:
            return
        if measurement.operation != "dec" and not (measurement.negative and measurement.operation in ("inc", "add")):
            return
        what = "decremented" if measurement.operation == "dec" else "given a negative amount"
        yield self.finding(
            f"counter `{instrument.name or instrument.binding}` is {what}: {_EFFECTS[measurement.api]}",
            measurement.amount or measurement.at,
            help=_CURES[measurement.api],
            related=[Related(instrument.at, "declared here")],
        )

    examples = (
        Bad(
            """\
from opentelemetry.metrics import get_meter
from prometheus_client import Counter

OPEN = Counter("sessions_total", "Sessions", ["plan"])
jobs = get_meter(__name__).create_counter("jobs.waiting")


def close(plan):
    OPEN.labels(plan).inc(-1)
    jobs.add(-1, {"plan": plan})
""",
            at=("-1", "-1"),
            path="example.py",
        ),
        Bad(
            """\
import { open } from './metrics';

export const close = () => open.inc({ plan: 'free' }, -1);
""",
            at="-1",
            path="web/sessions.ts",
            files={
                "web/metrics.ts": """\
import { Counter } from 'prom-client';

export const open = new Counter({ name: 'sessions_total', help: 'Sessions.', labelNames: ['plan'] });
"""
            },
        ),
        Good(
            """\
from opentelemetry.metrics import get_meter
from prometheus_client import Gauge

OPEN = Gauge("sessions", "Sessions that are open")
jobs = get_meter(__name__).create_up_down_counter("jobs.waiting")


def close():
    OPEN.dec()
    jobs.add(-1)
""",
            path="example.py",
        ),
        Good(
            """\
import { Gauge } from 'prom-client';

const open = new Gauge({ name: 'sessions', help: 'Sessions that are open.' });

export const close = () => open.dec();
""",
            path="example.ts",
        ),
    )
