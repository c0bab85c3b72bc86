"""`promql/constant-ratio`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Fix, Good, Rule, Severity, promql
from ...lint.nodes import Query
from ._query import code, parts, place
from ._series import differences, kept


class ConstantRatio(Rule):
    """
    Flags divisions whose two sides match each series with itself, so that the result is always 1.

    **Why.**
    Prometheus divides series by series: those with the same labels meet.
    `rate(x{result="failed"}[5m]) / rate(x[5m])` therefore divides the failed ones by the failed ones.
    It is 1 whenever there are any, whatever share of all they are, and an alert on it fires at the first failure.

    **Instead.**
    Aggregate both sides, so that the label which tells them apart is gone:
    `sum(rate(x{result="failed"}[5m])) / sum(rate(x[5m]))`, or `sum by (job) (…)` on both sides to keep the job.

    Not flagged: sides that differ in metric, function, window or offset, and joins with `on` or `ignoring` that leave
    out the label.
    A division by the very same expression may be meant, to get a 1 for each series: its confidence is low.
    """

    id = "promql/constant-ratio"
    summary = "ratio divides every series by itself"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1", "2.2")

    def check_query(self, query: Query) -> Iterator[Finding]:
        for node in parts(query):
            if isinstance(node, promql.Binary) and node.op.value == "/":
                yield from self._check(query, node)

    def _check(self, query: Query, division: promql.Binary) -> Iterator[Finding]:
        if division.fills or division.left.type != "vector" or division.right.type != "vector":
            return
        left, right = _without_factor(division.left), _without_factor(division.right)
        differing = differences(left, right)
        if differing is None or not kept(division.matching, differing, everything=True):
            return
        if not differing:
            yield self.finding(
                f"both sides divide {code(query, left)} by itself, which is always 1",
                place(query, division),
                help="divide by what the ratio is to be taken of, or leave the division out",
                confidence=Confidence.LOW,
            )
            return
        labels = " and ".join(f"`{label}`" for label in sorted(differing))
        yield self.finding(
            f"series meet only where {labels} is the same on both sides: each is divided by itself, which is always 1",
            place(query, division),
            help=_cure(left, labels),
            fix=_aggregated(query, left, right) if division.matching is None else None,
        )

    examples = (
        Bad(
            """\
- alert: CheckoutFailureRateHigh
  expr: rate(app_billing_checkout_total{result="failed"}[5m]) / rate(app_billing_checkout_total[5m]) > 0.05
  for: 2m
""",
            at='rate(app_billing_checkout_total{result="failed"}[5m]) / rate(app_billing_checkout_total[5m])',
            fixed="""\
- alert: CheckoutFailureRateHigh
  expr: sum(rate(app_billing_checkout_total{result="failed"}[5m])) / sum(rate(app_billing_checkout_total[5m])) > 0.05
  for: 2m
""",
        ),
        Bad(
            '100 * x_total{code=~"5.."} / x_total{code!="404"} > 1\n',
            path="query.promql",
            at='100 * x_total{code=~"5.."} / x_total{code!="404"}',
            fixed='100 * sum(x_total{code=~"5.."}) / sum(x_total{code!="404"}) > 1\n',
        ),
        Bad(
            'sum by (job, code) (rate(x_total{code="500"}[5m])) / sum by (job, code) (rate(x_total[5m]))\n',
            path="query.promql",
            at='sum by (job, code) (rate(x_total{code="500"}[5m])) / sum by (job, code) (rate(x_total[5m]))',
        ),
        Bad(
            'rate(x_total{code="500"}[5m]) / on (instance, code) rate(x_total[5m])\n',
            path="query.promql",
            at='rate(x_total{code="500"}[5m]) / on (instance, code) rate(x_total[5m])',
        ),
        Bad("rate(x_total[5m]) / rate(x_total[5m])\n", path="query.promql", at="rate(x_total[5m]) / rate(x_total[5m])"),
        Good('sum(rate(x_total{code="500"}[5m])) / sum(rate(x_total[5m]))\n', path="query.promql"),
        Good('sum by (job) (rate(x_total{code="500"}[5m])) / sum by (job) (rate(x_total[5m]))\n', path="query.promql"),
        Good("rate(errors_total[5m]) / rate(requests_total[5m])\n", path="query.promql", why="two metrics"),
        Good("rate(x_total[5m]) / rate(x_total[1h])\n", path="query.promql", why="two windows"),
        Good("x / x offset 1d\n", path="query.promql", why="two times"),
        Good(
            'x{mode="idle"} / ignoring (mode) group_left x{mode="all"}\n', path="query.promql", why="`mode` is left out"
        ),
        Good('x{mode="idle"} / on (instance) x{mode="all"}\n', path="query.promql", why="`mode` is left out"),
    )


def _without_factor(expr: promql.Expr) -> promql.Expr:
    """The vector of `100 * vector` and the like."""
    expr = promql.unwrap(expr)
    while isinstance(expr, promql.Binary) and expr.op.value in ("*", "/"):
        if expr.left.type == "scalar":
            expr = promql.unwrap(expr.right)
        elif expr.right.type == "scalar":
            expr = promql.unwrap(expr.left)
        else:
            break
    return expr


def _cure(side: promql.Expr, labels: str) -> str:
    if isinstance(side, promql.Aggregation):
        return f"leave {labels} out of the aggregation on both sides"
    return "aggregate both sides, as in `sum(…) / sum(…)`"


def _aggregated(query: Query, left: promql.Expr, right: promql.Expr) -> Fix | None:
    if isinstance(left, promql.Aggregation):
        return None
    edits = [
        edit
        for side in (left, right)
        for edit in (query.text.edit(side.start, side.start, "sum("), query.text.edit(side.end, side.end, ")"))
    ]
    whole = tuple(edit for edit in edits if edit is not None)
    return Fix("aggregate both sides", whole, safe=False) if len(whole) == len(edits) else None
