"""`budgets/unordered-percentiles`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ...lint import Bad, Finding, Good, Related, Rule, Severity
from ...lint.nodes import LatencyBudget
from ._percentiles import BUDGET, ordered


class UnorderedPercentiles(Rule):
    """
    Flags budgets in which a higher percentile has less time than a lower one.

    **Why.**
    The 95th percentile is never below the median: with `p50: < 500ms` and `p95: < 200ms` the first one says nothing,
    and one of the two is a slip.

    **Instead.**
    Let the thresholds grow with the percentile. Equal ones are fine.
    """

    id = "budgets/unordered-percentiles"
    summary = "higher percentile with a lower threshold"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("2.4",)

    def check_budget(self, budget: LatencyBudget) -> Iterator[Finding]:
        for (low, below), (high, above) in pairwise(ordered(budget)):
            if (above.seconds or 0) < (below.seconds or 0):
                yield self.finding(
                    f"{high} has less time than {low}",
                    budget.place(above.spelling),
                    help="give the higher percentile the higher threshold",
                    related=[Related(budget.place(below.spelling), f"the threshold of {low}")],
                )

    examples = (
        Bad(BUDGET.replace("500ms", "100ms"), at="< 100ms"),
        Bad(BUDGET.replace("1000ms", "0.4s"), at="< 0.4s"),
        Good(BUDGET),
        Good(BUDGET.replace("1000ms", "1s")),
    )
