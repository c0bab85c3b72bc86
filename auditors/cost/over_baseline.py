"""See `OverBaseline`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated, queried, vector
from ..figures import asked
from ..live import Live

_NOW = "sum(prometheus_tsdb_head_series)"
_BEFORE = "sum(avg_over_time(prometheus_tsdb_head_series[1d] offset 4w))"


class OverBaseline(Auditor):
    """
    Flags a server that holds a fifth more series than it should, or than four weeks ago.

    **Why.**
    Memory, disk and hosted bills follow the number of series, and nobody notices a few per cent a week.

    **Instead.**
    See which metric grew (`cardinality/growth`), and take out what nobody reads (`cardinality/unread`); or
    agree on a new baseline.

    The baseline is the `baseline` of the configuration, else the mean of a day four weeks ago.
    It needs a Prometheus that scrapes itself; without, or without four weeks of data, that is said to be unknown.
    """

    id: ClassVar[str] = "cost/over-baseline"
    summary: ClassVar[str] = "more series than the baseline"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("4.2", "5.3")

    baseline: int = 0
    """The series that the server may have; 0 for as many as four weeks ago."""

    max_growth: float = 0.2
    """By how much more than the baseline there may be."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Compares the series of now with the baseline."""
        now = next((sample.value for sample in live.query(_NOW)), None)
        if now is None:
            yield Skipped(self.id, "the server does not scrape itself: how many series it has is not recorded")
            return
        allowed = float(self.baseline) or next((sample.value for sample in live.query(_BEFORE)), None)
        if not allowed:
            yield Skipped(self.id, "no baseline: none is configured, and the data of four weeks ago is not there")
            return
        yield Table(
            title="Series against the baseline",
            columns=("baseline", "now", "growth"),
            rows=((f"{allowed:,.0f}", f"{now:,.0f}", f"{now / allowed - 1:+.0%}"),),
            numeric=frozenset({0, 1, 2}),
            note=f"prometheus_tsdb_head_series, {'configured' if self.baseline else 'four weeks ago'}, {asked(live)}",
        )
        if now > (1 + self.max_growth) * allowed:
            yield self.finding(
                f"the server holds {now:,.0f} series, {now / allowed - 1:.0%} above the baseline of {allowed:,.0f}",
                live.place("storage"),
                help="see which metric grew, or agree on a new baseline",
            )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={queried(_NOW): vector(({}, 130_000)), queried(_BEFORE): vector(({}, 100_000))},
            subjects=("storage",),
        ),
        Violated(options={"baseline": 100_000}, answers={queried(_NOW): vector(({}, 130_000))}, subjects=("storage",)),
        Holds(answers={queried(_NOW): vector(({}, 110_000)), queried(_BEFORE): vector(({}, 100_000))}),
        Unknown(answers={queried(_NOW): vector()}, because="does not scrape itself"),
        Unknown(answers={queried(_NOW): vector(({}, 1)), queried(_BEFORE): vector()}, because="no baseline"),
    )
