"""See `FalsePositives`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Confidence, Finding, Severity, Skipped, Table
from ...lint.project import Project
from ...lint.telemetry.duration import spell
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated
from ..figures import asked
from ..live import Live
from ._examples import fired
from ._history import DAYS, QUESTION, STEP, firings


class FalsePositives(Auditor):
    """
    Flags a server of whose firings too many were over before anybody could have done anything.

    **Why.**
    A team that is woken for nothing one time in four stops to hurry the other three times.

    **Instead.**
    Begin with the alerts at the top of the table, and give them a longer `for` or a better condition.

    What was a false alarm only people know; a firing that ends by itself within `short` seconds is taken for one, so
    the confidence is low.
    It looks at two weeks of `ALERTS`, and says nothing where fewer than `min_firings` are in it.
    """

    id: ClassVar[str] = "alerts/false-positives"
    summary: ClassVar[str] = "too many firings end by themselves"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("1.1",)

    short: int = 600
    """Seconds up to which a firing is taken for a false alarm; the history has a step of five minutes."""

    max_share: float = 0.05
    """The share of firings that may be false alarms."""

    min_firings: int = 20
    """How many firings there must be to speak of a share."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Counts the firings of all alerts, and the brief ones among them."""
        history = firings(live)
        total = sum(map(len, history.values()))
        if total < self.min_firings:
            yield Skipped(self.id, f"firings in {DAYS} days: {total}, too few to speak of a share")
            return
        brief = {name: sum(one.seconds <= self.short for one in all_) for name, all_ in history.items()}
        share = sum(brief.values()) / total
        worst = sorted((name for name in brief if brief[name]), key=lambda name: (-brief[name], name))
        yield Table(
            title="Firings that ended by themselves",
            columns=("alert", f"up to {spell(self.short)}", "firings"),
            rows=tuple((name, str(brief[name]), str(len(history[name]))) for name in worst[:10]),
            numeric=frozenset({1, 2}),
            note=f"ALERTS of the last {DAYS} days in steps of {spell(STEP)}, {share:.1%} in all, {asked(live)}",
        )
        if share > self.max_share:
            bound = f"{spell(self.short)}; {self.max_share:.0%} may"
            yield self.finding(
                f"{share:.0%} of {total} firings in {DAYS} days ended within {bound}",
                live.place("alerts"),
                help=f"begin with `{worst[0]}`, which has {brief[worst[0]]} of them",
                confidence=Confidence.LOW,
            )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={
                QUESTION: fired(
                    Flaps=[range(10 * n, 10 * n + 1) for n in range(10)],
                    Down=[range(9 * n, 9 * n + 5) for n in range(20)],
                )
            },
            subjects=("alerts",),
        ),
        Holds(answers={QUESTION: fired(Down=[range(20 * n, 20 * n + 5) for n in range(40)])}),
        Unknown(answers={QUESTION: fired(Down=[range(3)])}, because="firings in 14 days: 1, too few"),
    )
