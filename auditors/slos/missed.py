"""See `Missed`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Related, Severity, Skipped, Table
from ...lint.project import Project
from ...lint.telemetry.duration import spell
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated, queried, vector
from ..errors import TooDear
from ..live import Live
from ._compliance import Standing, share, standings, table
from ._examples import RATIO, SAMPLED, SLOS, errors


class Missed(Auditor):
    """
    Flags service level objectives that were not kept over their window.

    **Why.**
    The promise is broken, and users have felt it.

    **Instead.**
    Spend the next weeks on what broke it, or agree on a promise that can be kept.

    It asks the objective's own queries over its whole window, and shows the share of good events, what is left of the
    error budget, and how fast it goes.
    Where that would read more samples than a query may, it samples them: the query as it stands, once an hour.
    Where the server keeps less than the window, the figures are those of what it keeps.
    It does not judge an objective that is no share of events, such as a latency in seconds, nor one without traffic.
    """

    id: ClassVar[str] = "slos/missed"
    summary: ClassVar[str] = "objective was not kept"
    severity: ClassVar[Severity] = Severity.ERROR
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("2.2",)

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Compares the share of good events over the window with the target."""
        found: list[Standing] = []
        for one in standings(live, project, self.id):
            if isinstance(one, Skipped):
                yield one
            else:
                found.append(one)
        if not found:
            return
        yield table(found, live)
        for one in found:
            bad = one.errors(one.window)
            if bad is None:
                yield Skipped(self.id, f"`{one.slo.name.value}`: no traffic in {spell(one.window)}, or no ratio")
            elif bad > one.budget:
                kept = f"{share(1 - bad)} of {share(one.target)} over {spell(one.window)}"
                yield self.finding(
                    f"`{one.slo.name.value}` was kept for {kept}",
                    one.place,
                    help="mend what broke it, or agree on a promise that can be kept",
                    related=[Related(one.slo.at, "the objective")],
                )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            text=SLOS,
            path="slos.yml",
            answers=errors(w30d=0.0042, w1h=0.001, w6h=0.001, w1d=0.002),
            subjects=("slo checkout",),
        ),
        Holds(text=SLOS, path="slos.yml", answers=errors(w30d=0.0004, w1h=0.0, w6h=0.0, w1d=0.0)),
        Violated(
            why="the whole window is too dear: it is sampled",
            text=SLOS,
            path="slos.yml",
            answers={
                **errors(w1h=0.001, w6h=0.001, w1d=0.002),
                queried(RATIO.replace("W", "30d")): TooDear("too many"),
                queried(SAMPLED): vector(({}, 0.0042)),
            },
            subjects=("slo checkout",),
        ),
        Holds(why="no objectives in the repository"),
        Unknown(
            text=SLOS,
            path="slos.yml",
            answers=errors(w30d=None, w1h=None, w6h=None, w1d=None),
            because="no traffic",
        ),
        Unknown(
            text=SLOS.replace("99.9%", "< 500ms"),
            path="slos.yml",
            because="its target is no share",
        ),
    )
