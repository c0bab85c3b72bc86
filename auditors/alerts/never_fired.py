"""See `NeverFired`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..answers import Json
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated, queried, vector
from ..live import Live
from ._examples import fired
from ._history import DAYS, QUESTION, firings

_RULES = "rules?exclude_alerts=true"
_OLD = f"count(up offset {DAYS}d)"


def _loaded(*names: str) -> Json:
    """The data of `rules` with these alerts, for the examples."""
    rules = [{"name": name, "type": "alerting", "query": "up == 0", "health": "ok"} for name in names]
    return {"groups": [{"name": "events", "file": "rules.yml", "interval": 60, "rules": rules}]}


class NeverFired(Auditor):
    """
    Flags alerts that have not fired once in two weeks.

    **Why.**
    Nobody has seen such an alert work, neither its expression nor its route nor its runbook.

    **Instead.**
    Test it with promtool, hold a drill, or delete it when it can never fire.

    A quiet alert may be a good one: this is for information, one finding for all of them.
    It does not judge a server that has no data from two weeks ago.
    """

    id: ClassVar[str] = "alerts/never-fired"
    summary: ClassVar[str] = "alert that has never fired"
    severity: ClassVar[Severity] = Severity.INFO
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("1.1",)

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Compares the loaded alerts with those that have fired."""
        alerts = {rule.name for group in live.rules() for rule in group.rules if rule.kind == "alerting"}
        if not alerts:
            return
        if not live.query(_OLD):
            yield Skipped(self.id, f"the server has no data from {DAYS} days ago")
            return
        never = sorted(alerts - {*firings(live)})
        if never:
            few = ", ".join(f"`{name}`" for name in never[:5])
            more = f" and {len(never) - 5} more" if len(never) > 5 else ""
            yield self.finding(
                f"{len(never)} of {len(alerts)} alerts have not fired in {DAYS} days: {few}{more}",
                live.place("alerts"),
                help="test them with promtool, or hold a drill",
            )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={
                _RULES: _loaded("TargetDown", "CheckoutFailureRateHigh"),
                queried(_OLD): vector(({}, 5)),
                QUESTION: fired(TargetDown=[range(4)]),
            },
            subjects=("alerts",),
        ),
        Holds(
            answers={
                _RULES: _loaded("TargetDown"),
                queried(_OLD): vector(({}, 5)),
                QUESTION: fired(TargetDown=[range(4)]),
            },
        ),
        Unknown(
            why="a young server",
            answers={_RULES: _loaded("TargetDown"), queried(_OLD): vector()},
            because="no data from 14 days ago",
        ),
        Holds(why="the server has no alerts", answers={_RULES: _loaded()}),
    )
