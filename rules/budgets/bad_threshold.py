"""`budgets/bad-threshold`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import LatencyBudget
from ._percentiles import BUDGET


class BadThreshold(Rule):
    """
    Flags thresholds of a latency budget that cannot be read as a time, or that nothing can meet.

    **Why.**
    `< 200` has no unit, and `> 200ms` asks for slowness: whatever compares with it compares with nothing.

    **Instead.**
    Write a number and its unit: `< 200ms`, `< 1.5s`.

    Not flagged: placeholders and templates.
    """

    id = "budgets/bad-threshold"
    summary = "threshold that is no time"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("2.4",)

    def check_budget(self, budget: LatencyBudget) -> Iterator[Finding]:
        for name, threshold in budget.thresholds.items():
            spelling = threshold.spelling.value
            if threshold.seconds is None and not spelling.startswith(("{", "$", "<%")):
                problem = f"`{spelling}` for {name} is no time"
            elif threshold.seconds == 0:
                problem = f"`{spelling}` for {name} is met by nothing"
            else:
                continue
            yield self.finding(problem, budget.place(threshold.spelling), help="write it as in `< 200ms`")

    examples = (
        Bad(BUDGET.replace("200ms", "200"), at="< 200"),
        Bad(BUDGET.replace("< 200ms", "'> 200ms'"), at="> 200ms"),
        Bad(BUDGET.replace("200ms", "0ms"), at="< 0ms"),
        Good(BUDGET),
        Good(BUDGET.replace("< 200ms", "1.5s")),
    )
