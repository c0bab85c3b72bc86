"""See `HalfSpent`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Related, Severity, Skipped, Table
from ...lint.project import Project
from ...lint.telemetry.duration import spell
from ..auditor import Auditor, Holds, Recorded, Violated
from ..live import Live
from ._compliance import Standing, standings
from ._examples import SLOS, errors


class HalfSpent(Auditor):
    """
    Flags error budgets of which half or more is gone, and which are not yet used up.

    **Why.**
    This is when there is still something to decide: to ship more slowly, or to mend the weakest part first.

    **Instead.**
    Look at what spent it, and decide before the rest is gone.

    It does not flag a budget that is used up: that is `slos/missed`.
    Objectives that cannot be judged are listed there, too.
    """

    id: ClassVar[str] = "slos/half-spent"
    summary: ClassVar[str] = "half of an error budget is gone"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("2.2",)

    from_share: float = 0.5
    """The share of the budget from which on it is worth a word."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Compares what is spent with the budget."""
        for one in standings(live, project, self.id):
            spent = one.spent if isinstance(one, Standing) else None
            if isinstance(one, Standing) and spent is not None and self.from_share <= spent <= 1:
                yield self.finding(
                    f"{spent:.0%} of the error budget of `{one.slo.name.value}` for {spell(one.window)} is gone",
                    one.place,
                    help="see what spent it before the rest is gone",
                    related=[Related(one.slo.at, "the objective")],
                )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(text=SLOS, path="slos.yml", answers=errors(w30d=0.0006), subjects=("slo checkout",)),
        Holds(text=SLOS, path="slos.yml", answers=errors(w30d=0.0002)),
        Holds(text=SLOS, path="slos.yml", answers=errors(w30d=0.004), why="it is used up: slos/missed"),
        Holds(text=SLOS, path="slos.yml", answers=errors(w30d=None), why="no traffic: slos/missed says so"),
    )
