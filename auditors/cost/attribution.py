"""See `Attribution`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated, queried, tsdb, vector
from ..expressions import label as spelt
from ..figures import asked
from ..live import Live

_STATUS = "status/tsdb?limit=20&topN=20"


class Attribution(Auditor):
    """
    Flags a server most of whose series belong to nobody: they have no label that says which team, plan or feature.

    **Why.**
    A bill that nobody can split is a bill that nobody brings down.

    **Instead.**
    Give the metrics that cost most a label with few values that says whose they are; or set it where targets
    are scraped, which covers everything that a team exposes.

    It counts the series that are active now, by each of the labels, and shows what they cost where a price is given.
    A series that has several of the labels counts under each.
    A server of another kind, on which no metric has any of the labels, is said to be unknown.
    """

    id: ClassVar[str] = "cost/attribution"
    summary: ClassVar[str] = "series that belong to nobody"
    severity: ClassVar[Severity] = Severity.INFO
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("5.3", "4.2")

    labels: tuple[str, ...] = ("team", "plan", "feature", "tenant")
    """The labels that say whose a series is."""

    min_share: float = 0.5
    """The share of series that must belong to somebody."""

    price: float = 0.0
    """What 1,000 active series cost a month, in whatever currency; 0 where it is not known."""

    most: int = 10
    """How many values of a label to show."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Counts series by each label, and those without any."""
        total = live.tsdb_status().series
        counts = {label: self._by(live, label) for label in self.labels}
        if not any(counts.values()):
            yield Skipped(self.id, f"no series has any of the labels {', '.join(f'`{one}`' for one in self.labels)}")
            return
        yield Table(
            title="Cost by label",
            columns=("label", "value", "series", "share", *(("a month",) if self.price else ())),
            rows=tuple(
                (label, value, f"{count:,}", f"{count / total:.1%}" if total else "", *self._priced(count))
                for label, values in counts.items()
                for value, count in values[: self.most]
            ),
            numeric=frozenset({2, 3, 4} if self.price else {2, 3}),
            note=f"series active now, {asked(live)}",
            bar=3,
        )
        owned = max(sum(count for _, count in values) for values in counts.values())
        if total and owned / total < self.min_share:
            yield self.finding(
                f"{1 - owned / total:.0%} of the {total:,} series have no label that says whose they are",
                live.place("storage"),
                help="set one of the labels where targets are scraped",
            )

    def _by(self, live: Live, label: str) -> list[tuple[str, int]]:
        name = spelt(label)
        found = live.query(f'count by ({name}) ({{__name__!="",{name}!=""}})')
        counts = [(sample.labels.get(label, ""), int(sample.value)) for sample in found]
        return sorted(counts, key=lambda one: (-one[1], one[0]))

    def _priced(self, count: int) -> tuple[str, ...]:
        return (f"{count / 1000 * self.price:,.2f}",) if self.price else ()

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            options={"labels": ("team",), "price": 8.0},
            answers={
                _STATUS: tsdb(10_000, up=4),
                queried('count by (team) ({__name__!="",team!=""})'): vector(
                    ({"team": "pay"}, 900), ({"team": "web"}, 100)
                ),
            },
            subjects=("storage",),
        ),
        Holds(
            options={"labels": ("team",)},
            answers={
                _STATUS: tsdb(1000, up=4),
                queried('count by (team) ({__name__!="",team!=""})'): vector(({"team": "pay"}, 900)),
            },
        ),
        Unknown(
            options={"labels": ("team",)},
            answers={_STATUS: tsdb(1000, up=4), queried('count by (team) ({__name__!="",team!=""})'): vector()},
            because="no series has any of the labels `team`",
        ),
    )
