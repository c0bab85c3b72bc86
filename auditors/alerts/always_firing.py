"""See `AlwaysFiring`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..auditor import Auditor, Holds, Recorded, Violated, queried, vector
from ..live import Live

_DAYS = 3
_QUESTION = (
    f'max by (alertname) (count_over_time(ALERTS{{alertstate="firing"}}[{_DAYS}d:1h])) >= {round(0.95 * 24 * _DAYS)}'
)


class AlwaysFiring(Auditor):
    """
    Flags alerts that have been firing for three days without a break.

    **Why.**
    An alert that always fires tells nothing, hides the one beside it, and its page was ignored long ago.

    **Instead.**
    Repair what it is about, or its threshold; or delete it.

    It does not flag alerts that must always fire, such as a watchdog.
    """

    id: ClassVar[str] = "alerts/always-firing"
    summary: ClassVar[str] = "alert that fires all the time"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("1.1",)

    exempt: tuple[str, ...] = ("Watchdog", "DeadMansSwitch", "DeadMansSnitch", "Heartbeat", "InfoInhibitor")
    """Alerts that must always fire, or whose firing notifies nobody."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Asks in how many of the last hours each alert was firing."""
        always = {sample.labels.get("alertname", "") for sample in live.query(_QUESTION)}
        for name in sorted(always - {*self.exempt}):
            yield self.finding(
                f"`{name}` has been firing for {_DAYS} days without a break",
                live.place(f"alert {name}"),
                help="repair what it is about, or its threshold; or delete it",
            )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={queried(_QUESTION): vector(({"alertname": "TargetDown"}, 72), ({"alertname": "Watchdog"}, 72))},
            subjects=("alert TargetDown",),
        ),
        Holds(answers={queried(_QUESTION): vector()}),
    )
