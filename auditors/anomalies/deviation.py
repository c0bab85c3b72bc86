"""See `Deviation`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from ...lint import Confidence, Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..answers import Json
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated
from ..figures import asked, moment
from ..live import Live

if TYPE_CHECKING:
    from ._profile import Deviation as Hour

_HOUR = 3600
_DAYS = 36
_METRIC = "sum(rate(orders_total[1h]))"


def _weeks(changes: Mapping[int, float], first: int = 0) -> dict[str, Json]:
    """Four weeks of a metric that follows the day, with noise; some hours multiplied."""
    hours = range(first, 700)
    values = [
        [
            hour * _HOUR,
            f"{(100 + 50 * math.sin(hour / 24 * math.tau) + (hour * 7919 % 13 - 6)) * changes.get(hour, 1):g}",
        ]
        for hour in hours
    ]
    data = {"resultType": "matrix", "result": [{"metric": {}, "values": values}]}
    return {f"query_range?query={_METRIC}&range={_DAYS * 86400}&step={_HOUR}": data}


class Deviation(Auditor):
    """
    Flags configured metrics that were far from what is normal at that hour of the week.

    **Why.**
    Half of the orders on a Monday morning is an incident; on a Sunday night it is every Sunday night.
    A threshold cannot tell them apart, and a mean is moved by the last outage.

    **Instead.**
    Look at what happened in that hour; where it was meant (a campaign, a holiday), nothing is to be done.

    The expressions are those of `queries`; without any, there is nothing to ask.
    Normal is the median of the same hour in the three or more weeks before, and the measure the median absolute
    deviation: neither is moved by a few outliers.
    A day is flagged where it deviates for two hours in a row, or once by twice the threshold; on noise without an
    anomaly that happens on less than one day in ten (`benchmarks/anomalies.py` measures it).
    The confidence is low: only people know what was meant.
    """

    id: ClassVar[str] = "anomalies/deviation"
    summary: ClassVar[str] = "far from normal at this hour of the week"
    severity: ClassVar[Severity] = Severity.INFO
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("5.1",)
    policy: ClassVar[str | None] = "queries"

    queries: tuple[str, ...] = ()
    """Expressions that give one series each, as in `sum(rate(orders_total[1h]))`."""

    threshold: float = 3.0
    """How many standard deviations are normal."""

    hours: int = 24
    """How many hours to judge, the last ones."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Compares the last hours of each expression with the weeks before."""
        if not self.queries:
            return
        rows: list[tuple[str, ...]] = []
        findings: list[Finding] = []
        for expression in self.queries:
            histories = live.query_range(expression, _DAYS * 86400, _HOUR)
            if len(histories) != 1:
                yield Skipped(self.id, f"`{expression}` gives {len(histories)} series, and one is needed")
                continue
            found = self._deviations(histories[0].points)
            if found is None:
                yield Skipped(self.id, f"`{expression}` has less than three weeks of history")
                continue
            rows += [
                (expression, moment(_time(one)), _spelt(one.normal), _spelt(one.value), f"{one.score:.1f}")
                for one in found
            ]
            if found and _lasts(found, self.threshold):
                worst = max(found, key=lambda one: one.score)
                findings.append(self._finding(live, expression, worst))
        yield Table(
            title="Deviations",
            columns=("expression", "hour", "normal", "measured", "deviations"),
            rows=tuple(rows),
            numeric=frozenset({2, 3, 4}),
            note=f"the last {self.hours} hours against the same hours of the weeks before, {asked(live)}",
        )
        yield from findings

    def _deviations(self, points: Sequence[tuple[float, float]]) -> list[Hour] | None:
        from ._profile import deviations

        return deviations(points, judged=self.hours, threshold=self.threshold)

    def _finding(self, live: Live, expression: str, worst: Hour) -> Finding:
        return self.finding(
            f"`{expression}` was {_spelt(worst.value)} on {moment(_time(worst))}, and {_spelt(worst.normal)} is normal"
            f" at that hour: {worst.score:.1f} deviations",
            live.place(f"query {expression}"),
            help="see what happened in that hour",
            confidence=Confidence.LOW,
        )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            why="half of what is normal, for three hours of the last day",
            options={"queries": (_METRIC,)},
            answers=_weeks({690: 0.5, 691: 0.5, 692: 0.5}),
            subjects=(f"query {_METRIC}",),
        ),
        Holds(options={"queries": (_METRIC,)}, answers=_weeks({})),
        Holds(
            why="an outage a week ago does not make today abnormal",
            options={"queries": (_METRIC,)},
            answers=_weeks({690 - 168: 0.0, 691 - 168: 0.0, 692 - 168: 0.0}),
        ),
        Unknown(
            options={"queries": (_METRIC,)},
            answers=_weeks({}, first=400),
            because="less than three weeks",
        ),
    )


def _lasts(found: Sequence[Hour], threshold: float) -> bool:
    times = {one.at for one in found}
    return any(one.score > 2 * threshold or one.at + _HOUR in times for one in found)


def _time(one: Hour) -> datetime:
    return datetime.fromtimestamp(one.at, UTC)


def _spelt(value: float) -> str:
    """A value to three digits, as people write it."""
    return f"{value:,.0f}" if 100 <= abs(value) < 1e9 else f"{value:.3g}"
