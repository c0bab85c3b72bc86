"""See `Noisy`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ...lint.telemetry.duration import spell
from ..auditor import Auditor, Holds, Recorded, Violated
from ..figures import asked
from ..live import Live
from ._examples import fired
from ._history import DAYS, QUESTION, STEP, Firing, firings


class Noisy(Auditor):
    """
    Flags alerts that fire often and are over before anybody could act.

    **Why.**
    Whoever is paged for something that is gone on arrival learns to ignore the pager.

    **Instead.**
    Give the alert a longer `for`, a window that smooths, or a threshold that matters.

    It looks at two weeks of `ALERTS` in steps of five minutes, all series of an alert taken together.
    It does not flag an alert that fires seldom, or that lasts.
    """

    id: ClassVar[str] = "alerts/noisy"
    summary: ClassVar[str] = "alert that fires often and briefly"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("1.1",)

    short: int = 600
    """Seconds up to which a firing is brief."""

    max_brief: int = 10
    """How many brief firings an alert may have in two weeks."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Counts the firings of each alert, and the brief ones among them."""
        history = firings(live)
        if not history:
            return
        often = sorted(history.items(), key=lambda one: (-len(one[1]), one[0]))
        yield Table(
            title="Alerts that fired",
            columns=("alert", "firings", f"up to {spell(self.short)}", "longest", "in all"),
            rows=tuple(
                (
                    name,
                    str(len(all_)),
                    str(len(self._brief(all_))),
                    spell(max(one.seconds for one in all_)),
                    spell(sum(one.seconds for one in all_)),
                )
                for name, all_ in often
            ),
            numeric=frozenset({1, 2, 3, 4}),
            note=f"ALERTS of the last {DAYS} days in steps of {spell(STEP)}, {asked(live)}; the trend is by day",
            trends=tuple(_by_day(all_, live.now.timestamp()) for _, all_ in often),
        )
        for name, all_ in often:
            brief = self._brief(all_)
            if len(brief) > self.max_brief and 2 * len(brief) > len(all_):
                longer, quiet = _longer(all_, brief)
                short = f"{len(brief)} times for {spell(self.short)} or less"
                yield self.finding(
                    f"`{name}` fired {len(all_)} times in {DAYS} days, {short}",
                    live.place(f"alert {name}"),
                    help=f"a `for` that is {spell(longer)} longer would have kept {quiet} of {len(all_)} firings quiet",
                )

    def _brief(self, all_: Sequence[Firing]) -> list[Firing]:
        return [one for one in all_ if one.seconds <= self.short]

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={
                QUESTION: fired(
                    CheckoutFailureRateHigh=[range(10 * n, 10 * n + 1 + n % 2) for n in range(30)],
                    TargetDown=[range(100, 400)],
                )
            },
            subjects=("alert CheckoutFailureRateHigh",),
        ),
        Holds(
            why="a few brief firings; many long ones; and most of the firings long",
            answers={
                QUESTION: fired(
                    LatencyHigh=[range(40 * n, 40 * n + (1 if n < 15 else 9)) for n in range(60)],
                    DiskFillsUp=[range(50 * n, 50 * n + 2) for n in range(5)],
                    QueueGrows=[range(50 * n, 50 * n + 20) for n in range(40)],
                )
            },
        ),
        Holds(why="nothing fired", answers={QUESTION: fired()}),
    )


def _longer(all_: Sequence[Firing], brief: Sequence[Firing]) -> tuple[int, int]:
    """By how much a longer `for` keeps nine of ten brief firings quiet, and how many that are."""
    lengths = sorted(one.seconds for one in brief)
    longer = lengths[math.ceil(0.9 * len(lengths)) - 1]
    return longer, sum(one.seconds <= longer for one in all_)


def _by_day(all_: Sequence[Firing], now: float) -> tuple[float, ...]:
    """How often it fired on each of the days, the oldest first."""
    days = [0.0] * DAYS
    for one in all_:
        days[-1 - min(int((now - one.start) // 86400), DAYS - 1)] += 1
    return tuple(days)
