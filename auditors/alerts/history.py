"""See `History`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated, queried, vector
from ..live import Live

_NOW = "count(prometheus_rule_group_iterations_total)"


class History(Auditor):
    """
    Flags a server that has evaluated its alerts for less than the two weeks that a judgement of them needs.

    **Why.**
    An alert that has not fired in three days is not quiet, it is young; and a share of false alarms out of four
    firings says nothing.

    **Instead.**
    Wait, or keep more; the other auditors of `alerts/` say how much they had to judge by.

    It asks whether rule groups were evaluated that long ago, as a Prometheus that scrapes itself records it.
    """

    id: ClassVar[str] = "alerts/history"
    summary: ClassVar[str] = "too little history to judge alerts"
    severity: ClassVar[Severity] = Severity.INFO
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("1.1", "done")

    days: int = 14
    """How many days of history there must be."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Asks for the evaluations of now, and of that many days ago."""
        if not live.query(_NOW):
            yield Skipped(self.id, "the server does not scrape itself: since when it evaluates rules is not recorded")
        elif not live.query(f"{_NOW[:-1]} offset {self.days}d)"):
            yield self.finding(
                f"no rule was evaluated {self.days} days ago: there is less history than that",
                live.place("alerts"),
                help="wait, or keep samples for longer",
            )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={
                queried(_NOW): vector(({}, 4)),
                queried("count(prometheus_rule_group_iterations_total offset 14d)"): vector(),
            },
            subjects=("alerts",),
        ),
        Holds(
            answers={
                queried(_NOW): vector(({}, 4)),
                queried("count(prometheus_rule_group_iterations_total offset 14d)"): vector(({}, 3)),
            }
        ),
        Unknown(answers={queried(_NOW): vector()}, because="does not scrape itself"),
    )
