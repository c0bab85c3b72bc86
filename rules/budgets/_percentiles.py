"""What several rules about latency budgets need: percentiles in order, and samples."""

from __future__ import annotations

from ...lint.nodes import LatencyBudget, Threshold

BUDGET = """\
budgets:
  - endpoint: 'POST /graphql [createEvent]'
    p50: < 200ms
    p95: < 500ms
    p99: < 1000ms
"""


def rank(percentile: str) -> float:
    """The percentage that `p50`, `p999` or `p99.9` stands for."""
    digits = percentile.removeprefix("p").replace(".", "")
    return float(f"{digits[:2]}.{digits[2:] or 0}")


def ordered(budget: LatencyBudget) -> list[tuple[str, Threshold]]:
    """The thresholds that can be read, from the lowest percentile to the highest."""
    known = [(name, threshold) for name, threshold in budget.thresholds.items() if threshold.seconds is not None]
    return sorted(known, key=lambda pair: rank(pair[0]))
