"""`metrics/series-budget`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import prod

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import Instrument, Measurement
from ...lint.trials import is_trial


class SeriesBudget(Rule):
    """
    Flags instruments whose known label values multiply to more series than `max-series`.

    **Why.**
    Each combination of label values is a series, a histogram has one for each bucket of each combination, and every
    instance of the service has all of them.
    Five labels with eight values each look harmless, and are 32,768 series for each replica.

    **Instead.**
    Leave out the label that nobody filters by, or put it on a metric of its own; take fewer buckets.

    Only values that can be read in the source count: constants, enumerations, `Literal` types, tested sets.
    A label whose values are not known counts as one, so that the truth is never below the number in the message.
    """

    id = "metrics/series-budget"
    summary = "labels multiply to too many series"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.2",)

    max_series: int = 1000
    """Series that one instance of a service may make of one metric."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        by_instrument: defaultdict[Instrument, list[Measurement]] = defaultdict(list)
        for measurement in project.source.measurements:
            instrument = measurement.instrument
            if instrument is not None and not is_trial(instrument.at.source):
                by_instrument[instrument].append(measurement)
        for instrument, measurements in by_instrument.items():
            yield from self._judge(instrument, measurements)

    def _judge(self, instrument: Instrument, measurements: list[Measurement]) -> Iterator[Finding]:
        values = _values(measurements)
        # What two calls pass together is no more than all that each passes, and no more than every combination.
        combinations = min(
            sum(_combinations(measurement) for measurement in measurements), prod(map(len, values.values()))
        )
        buckets = _series_each(instrument)
        if combinations * buckets <= self.max_series:
            return
        parts = [f"{len(known)} of `{name}`" for name, known in values.items() if len(known) > 1]
        parts += [f"{buckets} for its buckets, sum and count"] if buckets > 1 else []
        yield self.finding(
            f"{instrument.kind} `{instrument.name or instrument.binding}` makes at least "
            f"{combinations * buckets:,} series: {' × '.join(parts)}",
            instrument.at,
            help=f"leave out a label, or raise `max-series` above {self.max_series:,}",
        )

    examples = (
        Bad(
            """\
from typing import Literal

from prometheus_client import Histogram

SECONDS = Histogram("checkout_seconds", "Checkouts", ["plan", "result"])


def done(plan: Literal["free", "plus", "premium"], ok: bool):
    SECONDS.labels(plan=plan, result="success" if ok else "failed").observe(1)
""",
            at='"checkout_seconds"',
            path="example.py",
            options={"max_series": 50},
        ),
        Bad(
            """\
import { Counter } from 'prom-client';

const checkouts = new Counter({ name: 'checkouts_total', help: 'Checkouts.', labelNames: ['plan', 'result'] });

export function done(paid: boolean, ok: boolean) {
  checkouts.inc({ plan: paid ? 'premium' : 'free', result: ok ? 'success' : 'failed' });
}
""",
            at="'checkouts_total'",
            path="example.ts",
            options={"max_series": 3},
        ),
        Good(
            """\
from prometheus_client import Counter

CHECKOUTS = Counter("checkouts_total", "Checkouts", ["plan", "result", "region"])


def done(plan, region):
    CHECKOUTS.labels(plan=plan, result="success", region=region).inc()
""",
            path="example.py",
            options={"max_series": 1},
            why="values that are not known count as one",
        ),
        Good(
            """\
import { Counter } from 'prom-client';

const checkouts = new Counter({ name: 'checkouts_total', help: 'Checkouts.', labelNames: ['plan', 'result'] });

checkouts.inc({ plan: 'free', result: 'success' });
checkouts.inc({ plan: 'premium', result: 'failed' });
""",
            path="example.ts",
            options={"max_series": 2},
            why="two calls with constants are two series, not four",
        ),
    )


def _values(measurements: Iterable[Measurement]) -> dict[str, frozenset[str]]:
    """The known values of each label, whoever passes them."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for measurement in measurements:
        for label in measurement.labels:
            if label.name is not None:
                found[label.name].update(label.values or ("…",))
    return {name: frozenset(values) for name, values in found.items()}


def _combinations(measurement: Measurement) -> int:
    return prod(len(label.values) if label.values else 1 for label in measurement.labels)


def _series_each(instrument: Instrument) -> int:
    """How many series one combination of labels makes: a histogram's buckets with `+Inf`, its sum and its count."""
    if instrument.kind != "histogram":
        return 1
    return len([bound for bound in instrument.buckets or () if bound != float("inf")]) + 3
