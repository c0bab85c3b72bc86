"""Percentiles of classic histograms: interpolated as Prometheus does, and no surer than the buckets."""

from __future__ import annotations

from math import inf

import pytest

from obsaudit.auditors.budgets._histogram import Percentile, percentile

BUCKETS = {0.1: 50.0, 0.5: 90.0, 1.0: 100.0, inf: 100.0}


@pytest.mark.parametrize(
    ("rank", "expected"),
    [
        (0.25, Percentile(0.05, 0.0, 0.1)),
        (0.5, Percentile(0.1, 0.0, 0.1)),
        (0.7, Percentile(0.3, 0.1, 0.5)),
        (0.95, Percentile(0.75, 0.5, 1.0)),
    ],
)
def test_interpolates_inside_a_bucket(rank: float, expected: Percentile) -> None:
    """
    A percentile is interpolated linearly between the bounds of its bucket.
    """
    found = percentile(BUCKETS, rank)

    assert found is not None
    assert pytest.approx(expected.value) == found.value
    assert (expected.low, expected.high) == (found.low, found.high)


def test_above_the_highest_bound() -> None:
    """
    What lies in the last bucket is at least its lower bound, and nobody knows how much more.
    """
    assert Percentile(1.0, 1.0, inf) == percentile({1.0: 10.0, inf: 100.0}, 0.5)


@pytest.mark.parametrize("buckets", [{}, {inf: 0.0}, {1.0: 0.0, inf: 0.0}, {1.0: 5.0}, {inf: float("nan")}])
def test_without_observations(buckets: dict[float, float]) -> None:
    """
    No observations, or no bucket for all of them: no percentile.
    """
    assert percentile(buckets, 0.5) is None


@pytest.mark.parametrize(
    ("bound", "expected"), [(0.1, True), (0.5, False), (0.05, True), (0.9, False), (0.3, None), (0.11, None)]
)
def test_is_as_sure_as_its_bucket(bound: float, expected: bool | None) -> None:
    """
    A bound outside the bucket is decided; one inside it is not.
    """
    assert expected is Percentile(0.2, 0.1, 0.5).exceeds(bound)
