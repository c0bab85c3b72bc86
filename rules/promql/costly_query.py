"""`promql/costly-query`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity, promql
from ...lint.nodes import Query
from ...lint.telemetry.duration import seconds, spell
from ._query import HOT, code, parts, place, tree


class CostlyQuery(Rule):
    """
    Flags queries that a server evaluates again and again and that cost thousands of evaluations each time.

    **Why.**
    A subquery evaluates its expression once for each step: `[30d:1m]` is 43200 evaluations, and a subquery inside
    another multiplies them.
    In a rule this happens every minute, in a panel for every viewer.

    **Instead.**
    Record the inner expression, and read the recording over the long range; or take larger steps.

    Not flagged: what a person asks once, in a runbook or a document, and ranges with dashboard variables.
    """

    id = "promql/costly-query"
    summary = "query costs thousands of evaluations"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.2",)

    steps: int = 5000
    """How many evaluations a query may take."""

    step: str = "1m"
    """What a subquery without a step is taken for: the server's evaluation interval."""

    retention: str = ""
    """How far back data is kept; a range beyond it is flagged. Empty: not known, not asked."""

    def check_query(self, query: Query) -> Iterator[Finding]:
        expr = tree(query)
        if expr is None or query.role not in HOT:
            return
        if any(isinstance(node, promql.Subquery) for node in parts(query)):
            yield from self._subqueries(query, expr, 1, ())
        kept = seconds(self.retention) if self.retention else None
        for node in parts(query) if kept else ():
            length = node.range.seconds if isinstance(node, promql.Matrix | promql.Subquery) else None
            if kept is not None and length is not None and length > kept:
                yield self.finding(
                    f"{code(query, node)} looks back further than data is kept ({self.retention})", place(query, node)
                )

    def _subqueries(
        self, query: Query, expr: promql.Expr, times: float, outer: tuple[promql.Subquery, ...]
    ) -> Iterator[Finding]:
        if isinstance(expr, promql.Subquery):
            step = expr.step.seconds if expr.step is not None else seconds(self.step)
            if expr.range.seconds is not None and step:
                times *= expr.range.seconds / step
            outer = (*outer, expr)
            if times > self.steps and not any(isinstance(node, promql.Subquery) for node in _inside(expr)):
                nested = f", in {len(outer)} subqueries inside each other" if len(outer) > 1 else ""
                yield self.finding(
                    f"the subquery evaluates its expression {times:.0f} times{nested}",
                    place(query, outer[0]),
                    help=f"record the inner expression, or take steps of {_coarser(expr, times / self.steps)}",
                )
        for child in expr.children:
            yield from self._subqueries(query, child, times, outer)

    examples = (
        Bad(
            """\
- record: job:up:avg30d
  expr: avg_over_time(sum(up)[30d:1m])
""",
            at="sum(up)[30d:1m]",
        ),
        Bad(
            """\
- alert: Burning
  expr: max_over_time(avg_over_time(sum(rate(x_total[5m]))[1d:1m])[1d:10m]) > 1
""",
            at="avg_over_time(sum(rate(x_total[5m]))[1d:1m])[1d:10m]",
        ),
        Bad(
            """\
- record: job:x:rate60d
  expr: rate(x_total[60d])
""",
            at="x_total[60d]",
            options={"retention": "15d"},
        ),
        Good(
            """\
- record: job:up:avg1d
  expr: avg_over_time(sum(up)[1d:5m])
"""
        ),
        Good("avg_over_time(sum(up)[30d:1m])\n", path="query.promql", why="asked by hand"),
    )


def _inside(expr: promql.Subquery) -> Iterator[promql.Expr]:
    yield from promql.walk(expr.expr)


def _coarser(expr: promql.Subquery, factor: float) -> str:
    """A step that makes the subquery cheap enough, in whole minutes."""
    step = expr.step.seconds if expr.step is not None and expr.step.seconds is not None else 60.0
    return f"`{spell(60 * max(1, -(-step * factor // 60)))}`"
