"""`budgets/missing-percentile`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import LatencyBudget
from ._percentiles import BUDGET, rank


class MissingPercentile(Rule):
    """
    Flags budgets without one of the percentiles that the policy asks for.

    **Why.**
    A median alone hides that one user in ten waits for seconds; a p99 alone does not show that all of them wait.

    **Instead.**
    Give a threshold for each of p50, p95 and p99, or name those that you want in the option `percentiles`.
    """

    id = "budgets/missing-percentile"
    summary = "budget without a percentile of the policy"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.4",)

    percentiles: tuple[str, ...] = ("p50", "p95", "p99")
    """Those that every budget must have."""

    def check_budget(self, budget: LatencyBudget) -> Iterator[Finding]:
        given = {rank(name) for name in budget.thresholds}
        missing = [name for name in self.percentiles if rank(name) not in given]
        if missing:
            names = " and ".join(filter(None, (", ".join(missing[:-1]), missing[-1])))
            yield self.finding(f"`{budget.endpoint.value}` has no {names}", budget.at, help="give each a threshold")

    examples = (
        Bad(BUDGET.replace("    p99: < 1000ms\n", ""), at="POST /graphql [createEvent]"),
        Bad(BUDGET, at="POST /graphql [createEvent]", options={"percentiles": ("p50", "p99.9")}),
        Good(BUDGET),
    )
