"""`budgets/too-few-budgets`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import LatencyBudget
from ._percentiles import BUDGET


class TooFewBudgets(Rule):
    """
    Flags a repository with fewer latency budgets than its policy asks for.

    **Why.**
    An endpoint without a budget gets slower a little with every release, and no release is to blame.

    **Instead.**
    Add the endpoints that users wait for.

    Silent without the option `minimum`, and in a repository without any budget: they may be kept elsewhere.
    """

    id = "budgets/too-few-budgets"
    summary = "fewer latency budgets than the policy asks for"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.4",)
    needs_all = True
    policy = "minimum"
    about = (LatencyBudget,)

    minimum: int = 0
    """How many there must be; the readiness checklist asks for 10."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        budgets = project.all(LatencyBudget)
        count = len({budget.endpoint.value for budget in budgets})
        if budgets and count < self.minimum:
            noun = "is 1 budget" if count == 1 else f"are {count} budgets"
            yield self.finding(f"there {noun}, and the policy asks for {self.minimum}", budgets[-1].at)

    examples = (
        Bad(BUDGET, options={"minimum": 10}, at="POST /graphql [createEvent]"),
        Good(BUDGET),
    )
