"""See `Burning`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Related, Severity, Skipped, Table
from ...lint.project import Project
from ...lint.telemetry.duration import spell
from ..auditor import Auditor, Holds, Recorded, Violated
from ..live import Live
from ._compliance import PAIRS, Standing, standings
from ._examples import SLOS, errors


class Burning(Auditor):
    """
    Flags objectives whose error budget goes faster than it may.

    **Why.**
    At 14 times the allowed rate, a month's budget is gone in two days; whoever is on call should know by now.

    **Instead.**
    Mend it; and see that an alert watches the burn rate (`slos/without-burn-alert`).

    A pair of windows has to agree, as in the SRE workbook: the long one proves the loss, the short one that it goes on.
    The pairs are those for 30 days: 14.4 over 1h and 5m, 6 over 6h and 30m, 3 over 1d and 2h, 1 over 3d and 6h; for
    another window the rates are the same, and cost another share of it.
    It does not flag what is over, and not an objective without traffic.
    """

    id: ClassVar[str] = "slos/burning"
    summary: ClassVar[str] = "error budget goes too fast"
    severity: ClassVar[Severity] = Severity.ERROR
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("2.2",)

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Looks for the fastest pair of windows that agree."""
        for one in standings(live, project, self.id):
            fast = _fastest(one) if isinstance(one, Standing) else None
            if isinstance(one, Standing) and fast is not None:
                window, rate = fast
                gone = spell(round(one.window / rate / 3600) * 3600) if rate < one.window / 3600 else "an hour"
                yield self.finding(
                    f"`{one.slo.name.value}` spends its error budget {rate:.3g} times too fast, over {spell(window)}",
                    one.place,
                    help=f"at this rate a whole budget lasts {gone}",
                    related=[Related(one.slo.at, "the objective")],
                )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(text=SLOS, path="slos.yml", answers=errors(w1h=0.02, w5m=0.03), subjects=("slo checkout",)),
        Violated(
            why="slow and steady",
            text=SLOS,
            path="slos.yml",
            answers=errors(w1h=0.002, w6h=0.002, w1d=0.0035, w2h=0.0031),
            subjects=("slo checkout",),
        ),
        Holds(
            why="it was fast, and is over",
            text=SLOS,
            path="slos.yml",
            answers=errors(w1h=0.02, w5m=0.0, w6h=0.004, w1d=0.0012, w3d=0.0004),
        ),
        Holds(text=SLOS, path="slos.yml", answers=errors(w1h=None, w6h=None, w1d=None, w3d=None), why="no traffic"),
    )


def _fastest(one: Standing) -> tuple[float, float] | None:
    """The first pair of windows over which the budget goes too fast: the long one, and its burn rate."""
    for long, short, factor in PAIRS:
        rate = one.burn(long)
        if rate is None or rate < factor:
            continue
        now = one.burn(short)
        if now is not None and now >= factor:
            return long, rate
    return None
