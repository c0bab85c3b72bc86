"""See `Slow`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ...lint.telemetry.duration import spell
from ..auditor import Auditor, Holds, Recorded, Violated
from ..figures import took
from ..live import Live
from ._examples import alert, group


class Slow(Auditor):
    """
    Flags rule groups whose evaluation takes most of their interval.

    **Why.**
    An evaluation that is not done when the next one is due makes that one be left out.
    Alerts fire late, and recordings get gaps.

    **Instead.**
    Split the group, record what several rules compute, or narrow the costliest expression.

    It looks at the last evaluation only: `rules/missed` tells whether any was left out.
    """

    id: ClassVar[str] = "rules/slow"
    summary: ClassVar[str] = "rule group that takes most of its interval"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("1.1",)
    costs_queries: ClassVar[bool] = False

    max_share: float = 0.5
    """The share of its interval that the evaluation of a group may take."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Compares the time of each group's last evaluation with its interval."""
        for loaded in live.rules():
            if loaded.duration is not None and loaded.duration > self.max_share * loaded.interval:
                yield self.finding(
                    f"group `{loaded.name}` takes {took(loaded.duration)} of its interval of {spell(loaded.interval)}",
                    live.place(f"group {loaded.name}"),
                    help="split the group, or record what several of its rules compute",
                )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={"rules?exclude_alerts=true": group(alert("TargetDown", "up == 0"), interval=30, took=21.5)},
            subjects=("group events",),
        ),
        Holds(answers={"rules?exclude_alerts=true": group(alert("TargetDown", "up == 0"), interval=30, took=0.2)}),
    )
