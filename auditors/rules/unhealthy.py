"""See `Unhealthy`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..answers import LoadedGroup
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated
from ..errors import Unsupported, redact
from ..figures import asked, took
from ..live import Live
from ._examples import alert, group


class Unhealthy(Auditor):
    """
    Flags alerting rules and recordings whose last evaluation failed.

    **Why.**
    An alerting rule that cannot be evaluated never fires, and a recording that cannot leaves a gap.
    The server notes it in its log, and everything looks quiet.

    **Instead.**
    Repair the expression; the finding has the server's own words.

    It does not flag a rule that has not been evaluated yet.
    """

    id: ClassVar[str] = "rules/unhealthy"
    summary: ClassVar[str] = "rule that cannot be evaluated"
    severity: ClassVar[Severity] = Severity.ERROR
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("1.1",)
    costs_queries: ClassVar[bool] = False

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Reads the health of the loaded rules."""
        groups = live.rules()
        if groups:
            yield _table(live, groups)
        for loaded in (rule for one in groups for rule in one.rules):
            if loaded.health == "err":
                why = f": {redact(loaded.error)}" if loaded.error else ""
                yield self.finding(
                    f"`{loaded.name}` cannot be evaluated{why}",
                    live.place(loaded.subject),
                    help="repair its expression",
                )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={
                "rules?exclude_alerts=true": group(
                    alert(
                        "CheckoutErrorsByPlan", "a / on (route) b", "err", "found duplicate series for the match group"
                    ),
                    alert("TargetDown", "up == 0"),
                )
            },
            subjects=("alert CheckoutErrorsByPlan",),
        ),
        Holds(
            why="not evaluated yet",
            answers={"rules?exclude_alerts=true": group(alert("TargetDown", "up == 0", "unknown"))},
        ),
        Holds(why="the server has no rules", answers={"rules?exclude_alerts=true": {"groups": []}}),
        Unknown(
            why="a backend without a ruler",
            answers={"rules?exclude_alerts=true": Unsupported("the server does not have it")},
            because="does not have it",
        ),
    )


def _table(live: Live, groups: tuple[LoadedGroup, ...]) -> Table:
    return Table(
        title="Rule groups",
        columns=("group", "rules", "unhealthy", "evaluation", "interval"),
        rows=tuple(
            (
                group.name,
                str(len(group.rules)),
                str(sum(rule.health == "err" for rule in group.rules)),
                "unknown" if group.duration is None else took(group.duration),
                took(group.interval),
            )
            for group in groups
        ),
        numeric=frozenset({1, 2, 3, 4}),
        note=f"as the server has loaded them, {asked(live)}",
    )
