"""See `Missed`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated, queried, vector
from ..live import Live

_METRIC = "prometheus_rule_group_iterations_missed_total"
_QUERY = f"sum by (rule_group) (increase({_METRIC}[1h]))"


class Missed(Auditor):
    """
    Flags rule groups of which evaluations were left out in the last hour.

    **Why.**
    An alert that is not evaluated does not fire, and a `for` that is not evaluated starts anew.

    **Instead.**
    Split the group, narrow its costliest expression, or give the server more room.

    It needs a Prometheus that scrapes itself; without its own metrics the answer is unknown.
    """

    id: ClassVar[str] = "rules/missed"
    summary: ClassVar[str] = "evaluations of a rule group were left out"
    severity: ClassVar[Severity] = Severity.ERROR
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("1.1",)

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Reads the server's own count."""
        groups = live.query(_QUERY)
        if not groups:
            yield Skipped(self.id, f"the server has no `{_METRIC}`: it does not scrape itself, or has no rules")
        for sample in groups:
            # An increase is extrapolated: a little more than zero is nothing.
            if sample.value < 0.5:
                continue
            name = sample.labels.get("rule_group", "").rpartition(";")[2]
            yield self.finding(
                f"{sample.value:,.0f} evaluations of group `{name}` were left out in the last hour",
                live.place(f"group {name}"),
                help="split the group, or narrow its costliest expression",
            )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={
                queried(_QUERY): vector(
                    ({"rule_group": "/etc/prometheus/rules.yml;events"}, 12.2),
                    ({"rule_group": "/etc/prometheus/rules.yml;slo"}, 0),
                )
            },
            subjects=("group events",),
        ),
        Holds(answers={queried(_QUERY): vector(({"rule_group": "/etc/prometheus/rules.yml;events"}, 0))}),
        Unknown(why="nobody scrapes the server", answers={queried(_QUERY): vector()}, because="does not scrape itself"),
    )
