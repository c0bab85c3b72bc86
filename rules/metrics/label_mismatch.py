"""`metrics/label-mismatch`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ...lint import Bad, Confidence, Finding, Good, Related, Rule, Severity
from ...lint.nodes import Api, Instrument, Language, Measurement
from ...lint.project import Project

_ERRORS = {Language.PYTHON: "a ValueError", Language.TYPESCRIPT: "an error"}


class LabelMismatch(Rule):
    """
    Flags labels that are not the ones the instrument declares, and attributes that differ from call to call.

    **Why.**
    prometheus_client raises a `ValueError` when labels are missing, unknown or too many: often in the error path that
    no test reaches, where it hides the error that was to be counted; prom-client throws when they are unknown.
    OpenTelemetry takes any attributes, so that two spellings of one make two sets of series that no query joins.

    **Instead.**
    Pass exactly the labels that the declaration lists; measure with the same attributes everywhere.

    Not flagged: calls whose labels cannot all be read, and attributes that only some calls add, such as `error.type`.
    Where attributes differ, the confidence is low.
    """

    id = "metrics/label-mismatch"
    summary = "labels are not those that the instrument declares"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.2",)

    def check_measurement(self, measurement: Measurement) -> Iterator[Finding]:
        # What an imported instrument declares, only all files together know.
        return self._judge(measurement) if measurement.reference is None else iter(())

    def _judge(self, measurement: Measurement) -> Iterator[Finding]:
        instrument = measurement.instrument
        if instrument is None or instrument.labels is None or not measurement.complete or measurement.through:
            return
        # An info takes labels beside those that it declares: they are its value.
        if (
            measurement.api is not Api.PROMETHEUS
            or instrument.kind == "info"
            or (not measurement.labels and measurement.operation is None)
        ):
            return
        declared = tuple(label.value for label in instrument.labels)
        problem = _problem(measurement, declared)
        if problem is None or (measurement.language is Language.TYPESCRIPT and _names(measurement) <= set(declared)):
            return
        yield self.finding(
            f"{problem}: {_ERRORS[measurement.language]} when it runs",
            measurement.at,
            help=f"pass {_listed(tuple(label.value for label in instrument.labels)) or 'no labels'}",
            related=[Related(instrument.at, "declared here")],
        )

    def check_project(self, project: Project) -> Iterator[Finding]:
        by_instrument: dict[Instrument, list[Measurement]] = defaultdict(list)
        for measurement in project.source.borrowed:
            yield from self._judge(measurement)
        for measurement in project.source.measurements:
            if measurement.api is Api.OPENTELEMETRY and measurement.instrument is not None and measurement.complete:
                by_instrument[measurement.instrument].append(measurement)
        for instrument, measurements in by_instrument.items():
            yield from self._differing(instrument, measurements)

    def _differing(self, instrument: Instrument, measurements: list[Measurement]) -> Iterator[Finding]:
        first, *others = measurements
        expected = _names(first)
        for other in others:
            names = _names(other)
            if names <= expected or names >= expected:
                continue
            yield self.finding(
                f"`{instrument.name or instrument.binding}` is given {_listed(sorted(names))} here "
                f"and {_listed(sorted(expected))} elsewhere",
                other.at,
                help="measure with the same attributes everywhere",
                related=[Related(first.at, "measured with other attributes")],
                confidence=Confidence.LOW,
            )

    examples = (
        Bad(
            """\
from prometheus_client import Counter

REQUESTS = Counter("requests_total", "Requests", ["method", "status"])

REQUESTS.labels("GET").inc()
REQUESTS.labels(method="GET", code="200").inc()
REQUESTS.labels("GET", "200", "/users").inc()
REQUESTS.inc()
""",
            at=("REQUESTS.labels", "REQUESTS.labels", "REQUESTS.labels", "REQUESTS.inc"),
            path="app.py",
        ),
        Bad(
            """\
from opentelemetry.metrics import get_meter

meter = get_meter(__name__)
checkouts = meter.create_counter("checkouts", unit="1", description="Checkouts")


def free():
    checkouts.add(1, {"plan": "free", "userType": "guest"})


def paid():
    checkouts.add(1, {"plan": "paid", "user_type": "member"})
""",
            at="checkouts.add",
            path="checkout.py",
        ),
        Bad(
            """\
import { Counter } from 'prom-client';

const checkouts = new Counter({ name: 'checkouts_total', help: 'Checkouts.', labelNames: ['plan'] });

export const paid = () => checkouts.inc({ plan: 'premium', currency: 'EUR' });
export const free = () => checkouts.inc({ plan: 'free' });
""",
            at="checkouts.inc",
            path="example.ts",
        ),
        Bad(
            """\
from .metrics import REQUESTS


def answered(status: str) -> None:
    REQUESTS.labels(method="GET", code=status).inc()
""",
            at="REQUESTS.labels",
            path="api/views.py",
            files={
                "api/metrics.py": """\
from prometheus_client import Counter

REQUESTS = Counter("requests_total", "Requests", ["method", "status"])
"""
            },
        ),
        Good(
            """\
from contextlib import contextmanager

from prometheus_client import Gauge

BUFFERED = Gauge("buffered_events", "Events that wait.", ["worker"])


class Operations:
    def __init__(self, worker):
        self.in_flight = Gauge("operations_in_flight", "Operations that run.", ["operation"])
        self.buffered = BUFFERED.labels(worker)

    @contextmanager
    def record(self, operation):
        in_flight = self.in_flight.labels(operation)
        in_flight.inc()
        try:
            yield
        finally:
            in_flight.dec()

    def drain(self):
        self.buffered.set(0)
""",
            path="example.py",
            why="what `labels` returned has them, whatever it is called",
        ),
        Good(
            """\
from prometheus_client import Counter

REQUESTS = Counter("requests_total", "Requests", ["method", "status"])
STARTED = Counter("started_total", "Starts")

REQUESTS.labels("GET", "200").inc()
REQUESTS.labels(status="200", method="GET").inc()
STARTED.inc()


def count(**labels):
    REQUESTS.labels(**labels).inc()
""",
            path="app.py",
        ),
        Good(
            """\
from prometheus_client import Info

BUILD = Info("build_version", "The version")
BUILD.info({"version": "1.0"})
""",
            path="app.py",
            why="the labels of an info are its value",
        ),
        Good(
            """\
import client from 'prom-client';

export function init(perTenant: boolean) {
  const labelNames = ['mode'];
  if (perTenant) {
    labelNames.push('tenant');
  }
  const written = new client.Counter({ name: 'written_bytes_total', help: 'Bytes that were written', labelNames });
  return (mode: string, tenant: string) => written.inc({ mode, tenant }, 1);
}
""",
            path="written.ts",
            why="a label is added on the way",
        ),
    )


def _problem(measurement: Measurement, declared: tuple[str, ...]) -> str | None:
    passed = [label.name for label in measurement.labels]
    metric = f"`{measurement.metric}`" if measurement.metric else "the instrument"
    if not passed and declared:
        return f"{metric} declares {_listed(declared)} and is used without labels"
    if None in passed or len(passed) != len(set(passed)):
        return f"{metric} declares {len(declared)} labels and is given {len(passed)}"
    unknown = [name for name in passed if name is not None and name not in declared]
    missing = [name for name in declared if name not in passed]
    if unknown:
        return f"{metric} has no label {_listed(unknown)}"
    return f"{metric} is not given its label {_listed(missing)}" if missing else None


def _names(measurement: Measurement) -> frozenset[str]:
    return frozenset(label.name for label in measurement.labels if label.name is not None)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
