"""Percentiles of a histogram, classic or native, and how sure they are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from ...lint.record import Record


class Percentile(Record):
    """
    A percentile, and the bucket that it lies in.

    The histogram only knows that it is between `low` and `high`; `value` is interpolated between
    them as `histogram_quantile` does it.
    """

    value: float
    low: float
    high: float

    def exceeds(self, bound: float) -> bool | None:
        """Whether it is above the bound; None where the bound lies inside the bucket, and the histogram cannot tell."""
        if self.low >= bound:
            return True
        return False if self.high <= bound else None


def cumulative(buckets: Iterable[tuple[float, float, float]], count: float) -> dict[float, float]:
    """
    The buckets of a native histogram (lower bound, upper bound, observations) as those of a classic one.

    A gap between two buckets is a bucket without observations.
    """
    found: dict[float, float] = {}
    total = 0.0
    for low, high, observations in buckets:
        found.setdefault(low, total)
        total += observations
        found[high] = total
    return {**found, math.inf: max(total, count)} if count else {}


def percentile(buckets: Mapping[float, float], rank: float) -> Percentile | None:
    """
    The percentile of cumulative buckets (upper bound → how many up to it); None without observations.

    Above the highest finite bound nothing can be interpolated: the value is that bound, and `high`
    is infinite.
    """
    total = buckets.get(math.inf, 0.0)
    if not total > 0:
        return None
    wanted, below, low = rank * total, 0.0, 0.0
    for high, count in sorted(buckets.items()):
        if count >= wanted and count > below:
            inside = (wanted - below) / (count - below)
            return Percentile(low if math.isinf(high) else low + (high - low) * inside, low, high)
        below, low = max(below, count), high
    return None
