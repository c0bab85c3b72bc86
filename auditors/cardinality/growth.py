"""See `Growth`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated, queried, tsdb, vector
from ..expressions import selector, sizes
from ..figures import asked
from ..live import Live

_STATUS = "status/tsdb?limit=20&topN=20"


class Growth(Auditor):
    """
    Flags metrics that have many more series than a week ago.

    **Why.**
    A label that takes new values all the time does not hurt on the first day; by the time the server runs out of
    memory, the deployment that brought it is long forgotten.

    **Instead.**
    Look at what was deployed in that week, and at the label that multiplies the metric
    (`cardinality/label-values`).

    It compares the metrics with the most series, active now and active a week ago.
    It does not flag a metric that is new, nor one that grew from few series to some more.
    A server without data of a week ago is said to be unknown.
    """

    id: ClassVar[str] = "cardinality/growth"
    summary: ClassVar[str] = "metric that grows"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("3.2",)

    top: int = 10
    """How many metrics to compare, those with the most series first."""

    max_growth: float = 0.5
    """By how much a metric may grow in a week."""

    min_series: int = 1_000
    """How many series it must have gained to be worth a word."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Counts the series of the largest metrics now and a week ago."""
        names = [count.name for count in live.tsdb_status().by_metric][: self.top]
        if not names:
            return
        now = sizes(live, {name: selector(name) for name in names})
        before = sizes(live, {name: f"{selector(name)} offset 1w" for name in names})
        if not before:
            yield Skipped(
                self.id, "none of the largest metrics was there a week ago: the server is younger, or keeps less"
            )
            return
        known = sorted((name for name in now if name in before), key=lambda name: before[name] - now[name])
        yield Table(
            title="Growth in a week",
            columns=("metric", "a week ago", "now", "growth"),
            rows=tuple(
                (name, f"{before[name]:,}", f"{now[name]:,}", f"{now[name] / before[name] - 1:+.0%}") for name in known
            ),
            numeric=frozenset({1, 2, 3}),
            note=f"series that were active, {asked(live)}",
        )
        for name in known:
            gained = now[name] - before[name]
            if gained >= self.min_series and gained > self.max_growth * before[name]:
                yield self.finding(
                    f"`{name}` has {now[name]:,} series, {gained / before[name]:.0%} more than a week ago",
                    live.place(f"metric {name}"),
                    help="see what was deployed, and which label multiplies it",
                )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={
                _STATUS: tsdb(9000, a_total=6000, b_total=1200),
                queried(
                    'label_replace(count(a_total), "of", "a_total", "", "") or '
                    'label_replace(count(b_total), "of", "b_total", "", "")'
                ): vector(({"of": "a_total"}, 6000), ({"of": "b_total"}, 1200)),
                queried(
                    'label_replace(count(a_total offset 1w), "of", "a_total", "", "") or '
                    'label_replace(count(b_total offset 1w), "of", "b_total", "", "")'
                ): vector(({"of": "a_total"}, 3000), ({"of": "b_total"}, 400)),
            },
            subjects=("metric a_total",),
        ),
        Holds(
            answers={
                _STATUS: tsdb(9000, a_total=6000),
                queried('label_replace(count(a_total), "of", "a_total", "", "")'): vector(({"of": "a_total"}, 6000)),
                queried('label_replace(count(a_total offset 1w), "of", "a_total", "", "")'): vector(
                    ({"of": "a_total"}, 5800)
                ),
            }
        ),
        Unknown(
            answers={
                _STATUS: tsdb(9000, a_total=6000),
                queried('label_replace(count(a_total), "of", "a_total", "", "")'): vector(({"of": "a_total"}, 6000)),
                queried('label_replace(count(a_total offset 1w), "of", "a_total", "", "")'): vector(),
            },
            because="none of the largest metrics was there a week ago",
        ),
        Holds(why="the server is empty", answers={_STATUS: tsdb(0)}),
    )
