"""`promql/division-by-zero`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Rule, Severity, promql
from ...lint.nodes import Query
from ._query import code, parts, place


class DivisionByZero(Rule):
    """
    Flags aggregations over ratios that are NaN while there is no traffic.

    **Why.**
    `rate(errors[5m]) / rate(requests[5m])` is 0 / 0 for an instance without requests, which is NaN.
    One NaN makes the `sum` and the `avg` of all instances NaN, and a comparison with NaN is never true.

    **Instead.**
    Aggregate first and divide then: `sum(rate(errors[5m])) / sum(rate(requests[5m]))`.
    That is the right average, too: each instance weighs as much as its traffic.
    Where the average of ratios is meant, keep the divisor above zero: `… / (rate(requests[5m]) > 0)`.

    Where each group may be a single series (`by (instance)`), its NaN spoils no other, and the confidence is low.
    Not flagged: divisors that are not counted events, which are rarely zero, and those that a comparison or
    `clamp_min` keeps from it; `min`, `max` and `count`, which pass NaN over or count it.
    """

    id = "promql/division-by-zero"
    summary = "one idle instance makes the aggregate NaN"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.1", "2.2")

    def check_query(self, query: Query) -> Iterator[Finding]:
        for node in parts(query):
            if isinstance(node, promql.Aggregation) and node.op.value in _SPOILT:
                yield from self._divisions(query, node)

    def _divisions(self, query: Query, aggregation: promql.Aggregation) -> Iterator[Finding]:
        for division in _reached(aggregation.expr):
            if _may_be_zero(division.right):
                yield self.finding(
                    f"{code(query, division)} is NaN without traffic, and so is the `{aggregation.op.value}` of it",
                    place(query, division),
                    help=f"divide the {aggregation.op.value}s, or keep the divisor above zero: `… / (… > 0)`",
                    confidence=Confidence.LOW if _one_each(aggregation) else Confidence.HIGH,
                )

    examples = (
        Bad(
            "avg(rate(errors_total[5m]) / rate(requests_total[5m]))\n",
            path="query.promql",
            at="rate(errors_total[5m]) / rate(requests_total[5m])",
        ),
        Bad(
            "sum by (job) (100 * (rate(x_sum[5m]) / sum without (le) (rate(x_count[5m]))))\n",
            path="query.promql",
            at="rate(x_sum[5m]) / sum without (le) (rate(x_count[5m]))",
        ),
        Good("sum(rate(errors_total[5m])) / sum(rate(requests_total[5m]))\n", path="query.promql"),
        Good("avg(rate(errors_total[5m]) / (rate(requests_total[5m]) > 0))\n", path="query.promql"),
        Good("avg(rate(errors_total[5m]) / clamp_min(rate(requests_total[5m]), 1))\n", path="query.promql"),
        Good("avg(1 - node_memory_free_bytes / node_memory_total_bytes)\n", path="query.promql"),
        Good("max(rate(errors_total[5m]) / rate(requests_total[5m]))\n", path="query.promql"),
        Good("count(rate(a_total[5m]) / rate(b_total[5m]) > 0.1)\n", path="query.promql"),
        Good("avg(rate(a_total[5m]) / rate(b_total[5m]) > 0.1)\n", path="query.promql", why="NaN is not above 0.1"),
    )


_SPOILT = frozenset({"avg", "stddev", "stdvar", "sum"})
_SINGLE = frozenset({"instance", "pod"})
_EVENTS = frozenset({"changes", "delta", "increase", "irate", "rate", "resets"})
_COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})


def _reached(expr: promql.Expr) -> Iterator[promql.Binary]:
    """The divisions whose NaN gets through to the result of an expression."""
    expr = promql.unwrap(expr)
    match expr:
        case promql.Binary() if expr.op.value in _COMPARISONS:
            # Only `!=` lets NaN through.
            if expr.op.value == "!=" and expr.bool is None:
                yield from _reached(expr.left)
        case promql.Binary() if expr.op.value in ("and", "unless"):
            yield from _reached(expr.left)
        case promql.Binary():
            if expr.op.value in ("/", "%") and expr.right.type == "vector":
                yield expr
            yield from _reached(expr.left)
            yield from _reached(expr.right)
        case promql.Unary():
            yield from _reached(expr.expr)
        case promql.Call(args=(inner, *_)) if inner.type == "vector":
            yield from _reached(inner)


def _one_each(aggregation: promql.Aggregation) -> bool:
    """Whether each group may well be a single series, so that its NaN spoils no other."""
    clause = aggregation.grouping
    if clause is None:
        return False
    return clause.kind == "without" or not clause.names.isdisjoint(_SINGLE) or _relabels(aggregation.expr)


def _relabels(expr: promql.Expr) -> bool:
    return any(
        isinstance(node, promql.Call) and node.name.value in ("label_join", "label_replace")
        for node in promql.walk(expr)
    )


def _may_be_zero(expr: promql.Expr) -> bool:
    """Whether an expression counts events, so that it is zero when there are none."""
    expr = promql.unwrap(expr)
    match expr:
        case promql.Call(name=name):
            return name.value in _EVENTS
        case promql.Aggregation():
            return expr.op.value in ("sum", "avg", "max", "min") and _may_be_zero(expr.expr)
        case promql.Binary() if expr.op.value in ("*", "/") or expr.op.value in ("and", "unless"):
            return _may_be_zero(expr.left)
        case promql.Binary() if expr.op.value == "+":
            return _may_be_zero(expr.left) and _may_be_zero(expr.right)
        case _:
            return False
