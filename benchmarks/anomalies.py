"""
How often `anomalies/deviation` is wrong, on made-up metrics whose anomalies are known.

    python benchmarks/anomalies.py [SERIES]

Five weeks by the hour: a day's and a week's rhythm, a trend, noise that grows with the value, and an outage in the
history. Half of the series are left alone; in the other half the last day has an incident of three hours.
"""

from __future__ import annotations

import math
import sys
from itertools import pairwise

import numpy as np

from obsaudit.auditors.anomalies._profile import HOUR, deviations

WEEKS, JUDGED, THRESHOLD = 5, 24, 3.0
FACTORS = (0.0, 0.3, 0.5, 0.7, 1.5, 2.0, 4.0)


def series(random: np.random.Generator, factor: float | None) -> list[tuple[float, float]]:
    """One metric; the incident multiplies three hours of the last day by the factor."""
    hours = np.arange(WEEKS * 168 + JUDGED)
    day = 1 + 0.6 * np.sin(hours / 24 * math.tau + random.uniform(0, 6))
    week = np.where(hours // 24 % 7 >= 5, random.uniform(0.3, 1.2), 1.0)
    trend = 1 + random.uniform(-0.1, 0.1) * hours / len(hours)
    noise = random.normal(1, random.uniform(0.03, 0.12), len(hours))
    values = random.uniform(10, 10_000) * day * week * trend * noise
    outage = int(random.integers(0, WEEKS * 168 - 6))
    values[outage : outage + 6] *= 0.1
    if factor is not None:
        start = len(hours) - JUDGED + int(random.integers(0, JUDGED - 3))
        values[start : start + 3] *= factor
    return [(float(hour * HOUR), float(value)) for hour, value in zip(hours, values, strict=True)]


def flagged(points: list[tuple[float, float]]) -> bool:
    """Whether the auditor would flag the last day."""
    found = deviations(points, judged=JUDGED, threshold=THRESHOLD) or []
    return any(one.score > 2 * THRESHOLD for one in found) or any(
        later.at - earlier.at == HOUR for earlier, later in pairwise(found)
    )


def main() -> None:
    """Prints the share of days that are flagged, by what happened on them."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    random = np.random.default_rng(1)
    false = sum(flagged(series(random, None)) for _ in range(count))
    print(f"{'nothing happened':<20} {false / count:6.1%} of {count} days flagged")
    for factor in FACTORS:
        found = sum(flagged(series(random, factor)) for _ in range(count // len(FACTORS)))
        print(f"{f'three hours x {factor:g}':<20} {found / (count // len(FACTORS)):6.1%} flagged")


if __name__ == "__main__":
    main()
