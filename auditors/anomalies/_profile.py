"""
What is normal at an hour of the week, robustly: medians and median absolute deviations.

The method is a seasonal form of the modified z-score (Iglewicz and Hoaglin, «How to Detect and Handle Outliers», 1993):
a median is not moved by the very outliers that it is to find, and 1.4826 times the median absolute deviation is the
standard deviation of normal noise.
Imported on first use, since numpy takes a while to load.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...lint.record import Record

HOUR = 3600
WEEK = 7 * 24
_SIGMA = 1.4826
_FEWEST_WEEKS = 3

_Floats: TypeAlias = NDArray[np.float64]


class Deviation(Record):
    """An hour that is far from what is normal for it."""

    at: float
    """Its Unix time."""

    value: float
    normal: float
    score: float
    """How many standard deviations lie between them."""


def deviations(points: Sequence[tuple[float, float]], *, judged: int, threshold: float) -> list[Deviation] | None:
    """
    The hours among the last `judged` that deviate; None where there is too little history to tell.

    `points` are hourly values with their times.
    What is normal for an hour is the median of the same hour in the weeks before, of which there must be three.
    How much an hour varies is told by the five hours around it in all weeks, or by all hours, whichever is more.
    """
    values = _hourly(points)
    weeks = (len(values) - judged) // WEEK
    if weeks < _FEWEST_WEEKS:
        return None
    history = values[len(values) - judged - weeks * WEEK : len(values) - judged].reshape(weeks, WEEK)
    enough = np.isfinite(history).sum(axis=0) >= _FEWEST_WEEKS
    normal = np.where(enough, _median(history, 0), np.nan)
    residuals = history - normal
    around = np.concatenate([np.roll(residuals, shift, axis=1) for shift in (-2, -1, 0, 1, 2)])
    # The median was made of the same few values: they lie nearer to it than the next one will.
    few = math.sqrt((weeks + 1) / (weeks - 1))
    spread = few * _SIGMA * np.maximum(_median(np.abs(around), 0), _median(np.abs(residuals).ravel(), 0))
    found = []
    for number, value in enumerate(values[len(values) - judged :]):
        usual, sigma = normal[number % WEEK], spread[number % WEEK]
        score = abs(value - usual) / sigma if sigma > 0 else np.nan
        if score > threshold:
            at = points[-1][0] - (judged - 1 - number) * HOUR
            found.append(Deviation(at, float(value), float(usual), float(score)))
    return found


def _hourly(points: Sequence[tuple[float, float]]) -> _Floats:
    """The values hour by hour, the last one last; those of hours without a sample are not a number."""
    if not points:
        return np.empty(0)
    last = points[-1][0]
    values = np.full(round((last - points[0][0]) / HOUR) + 1, np.nan)
    for at, value in points:
        values[len(values) - 1 - round((last - at) / HOUR)] = value
    return values


def _median(values: _Floats, axis: int) -> _Floats:
    with warnings.catch_warnings():
        # An hour of the week that was never seen has no median, and numpy warns of it.
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmedian(values, axis=axis))
