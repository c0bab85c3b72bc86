"""
The arithmetic of error budgets and burn rates.

A burn rate of 1 spends the budget of a period exactly in that period; a rate of 14.4, held for an hour, spends 2 % of
the budget of 30 days. An alert watches a long window, which proves the loss, and a short one, which ends the alert.
The method is chapter 5 of the SRE workbook (sre.google/workbook/alerting-on-slos).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..nodes import AlertWindow, AlertWindows
from ..record import Record
from .duration import spell

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0

# Half a percent: 0.93 is as good as 0.9333, and 14 is not 14.4.
_TOLERANCE = 0.005
# Shares that people choose for themselves, in percent of the budget.
_ROUND = (1, 2, 2.5, 3, 4, 5, 6, 7.5, 8, 10, 12.5, 15, 20, 25, 30, 40, 50)
# How many times longer the long window may be than the short one; the workbook has 12, pyrra up to 16.
_RATIOS = (8.0, 20.0)
_PERIODS = tuple(days * _DAY for days in (7, 14, 28, 30, 90))


class Spending(Record):
    """A pair of windows, and the burn rate at which it alerts."""

    short: float
    long: float
    factor: float

    def share(self, period: float) -> float:
        """The share of the period's budget that is gone when the long window is full."""
        return self.factor * self.long / period


def spending(window: AlertWindow, period: float) -> Spending:
    """The burn rate at which a pair of windows costs its share of a period's budget."""
    return Spending(window.short, window.long, window.share * period / window.long)


_WORKBOOK = (
    AlertWindow(0.02, 5 * _MINUTE, _HOUR),
    AlertWindow(0.05, 30 * _MINUTE, 6 * _HOUR),
    AlertWindow(0.10, 2 * _HOUR, _DAY),
    AlertWindow(0.10, 6 * _HOUR, 3 * _DAY),
)
# The windows that sloth's documentation gives as examples of one's own, by period.
_SLOTH = {
    7 * _DAY: (
        AlertWindow(0.08, 5 * _MINUTE, _HOUR),
        AlertWindow(0.125, 30 * _MINUTE, 6 * _HOUR),
        AlertWindow(0.20, 2 * _HOUR, _DAY),
        AlertWindow(0.42, 6 * _HOUR, 3 * _DAY),
    ),
    30 * _DAY: (
        AlertWindow(0.01, 2 * _MINUTE, 30 * _MINUTE),
        AlertWindow(0.02, 15 * _MINUTE, 3 * _HOUR),
        AlertWindow(0.05, _HOUR, 12 * _HOUR),
        AlertWindow(0.05, 3 * _HOUR, 36 * _HOUR),
    ),
}
# pyrra keeps the factors and stretches the windows with the period; these are those of 28 days.
_PYRRA = (
    Spending(5 * _MINUTE, _HOUR, 14),
    Spending(30 * _MINUTE, 6 * _HOUR, 7),
    Spending(2 * _HOUR, _DAY, 2),
    Spending(6 * _HOUR, 4 * _DAY, 1),
)


def published(period: float) -> Iterator[Spending]:
    """Every pair of windows that a document or a generator proposes for a period."""
    for window in (*_WORKBOOK, *_SLOTH.get(period, ())):
        yield spending(window, period)
    stretch = period / (28 * _DAY)
    for pair in _PYRRA:
        yield Spending(_minutes(pair.short * stretch), _minutes(pair.long * stretch), pair.factor)


def _minutes(length: float) -> float:
    return float(int(length / _MINUTE + 0.5)) * _MINUTE


def allowance(budget: float, period: float) -> float:
    """The seconds of a period that may be lost."""
    return budget * period


def near(one: float, other: float, tolerance: float = _TOLERANCE) -> bool:
    """Whether two numbers are the same but for rounding."""
    return abs(one - other) <= tolerance * max(abs(one), abs(other))


def lopsided(short: float, long: float) -> str | None:
    """What is wrong with the lengths of two windows beside each other; None where nothing is."""
    if short >= long:
        return f"the short window, {spell(short)}, is not shorter than the long one, {spell(long)}"
    if not _RATIOS[0] <= long / short <= _RATIOS[1]:
        windows = f"{spell(short)} and {spell(long)}"
        return f"{windows} do not go together: the short window is about a twelfth of the long one"
    return None


def mismatch(found: Spending, period: float | None, own: Iterable[AlertWindows] = ()) -> str | None:
    """
    What is wrong with the factor of a pair of windows over a period; None where nothing is.

    `own` are windows that a team has chosen for itself.
    Without a period, a pair must be wrong for every usual one.
    """
    chosen = list(own)
    periods = _PERIODS if period is None else (period,)
    reasons = [_mismatch(found, length, chosen) for length in periods]
    if any(reason is None for reason in reasons):
        return None
    return reasons[periods.index(30 * _DAY)] if period is None else reasons[0]


def _mismatch(found: Spending, period: float, own: list[AlertWindows]) -> str | None:
    chosen = [window for windows in own if windows.period == period for window in windows.windows]
    known = [*published(period), *(spending(window, period) for window in chosen)]
    same_window = [pair for pair in known if near(pair.long, found.long)]
    if any(near(pair.factor, found.factor) for pair in same_window):
        return None
    cost = found.share(period)
    rate = f"a burn rate of {found.factor:g} over {spell(found.long)}"
    spends = f"{rate} spends {_percent(cost)} of the budget of {spell(period)}"
    if cost >= 1:
        return spends
    same_factor = next((pair for pair in known if near(pair.factor, found.factor)), None)
    # A rate of 1 is the budget itself, and goes with any window.
    if same_factor is not None and not near(found.factor, 1):
        return f"{spends}; {found.factor:g} goes with {spell(same_factor.long)}"
    if not same_window or any(near(100 * cost, share) for share in _ROUND):
        return None
    return f"{spends}; {same_window[0].factor:.4g} would spend {_percent(same_window[0].share(period))}"


def _percent(share: float) -> str:
    return f"{100 * share:.3g}%"
