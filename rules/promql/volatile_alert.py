"""`promql/volatile-alert`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Fix, Good, Rule, Severity, promql
from ...lint.nodes import AlertingRule, Query
from ...lint.telemetry.duration import seconds
from ._query import place, tree


class VolatileAlert(Rule):
    """
    Flags alerts whose expression jumps: `irate`, a choice of series, and a join of aggregates with `for: 0s`.

    **Why.**
    `irate` looks at the last two samples: one quiet scrape resets the alert's `for`, and the alert never fires or
    fires and resolves all the time.
    `topk`, `bottomk`, `limitk` and `limit_ratio` return other series from one evaluation to the next, and each change
    resolves one alert and starts another.
    While targets restart, the two sides of a join of aggregates do not count the same targets.

    **Instead.**
    `rate` over a few minutes; a threshold rather than the first five; a `for` that outlasts a restart.

    Not flagged: a join of aggregates without any `for`, which is a finding of `alerts/missing-for`; a choice of series
    below an aggregation that drops their labels, and `topk by (…) (1, …)`, which takes one series of each group and is
    how duplicates are dropped before a join.
    """

    id = "promql/volatile-alert"
    summary = "alert on an expression that jumps"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.1",)

    def check_alert(self, alert: AlertingRule) -> Iterator[Finding]:
        expr = tree(alert.query) if alert.query is not None else None
        if expr is None or alert.query is None:
            return
        for node in promql.walk(expr):
            if isinstance(node, promql.Call) and node.name.value == "irate":
                yield self.finding(
                    f"`{alert.name.value}` alerts on `irate`, which jumps with every sample",
                    place(alert.query, node.name),
                    help="use `rate`",
                    fix=_to_rate(alert.query, node.name),
                )
        yield from self._choice(alert, alert.query, expr)
        # Without `for`, the alert is a finding of `alerts/missing-for`, whatever it compares.
        if alert.for_ is not None and not seconds(alert.for_.value):
            yield from self._join(alert, alert.query, expr)

    def _choice(self, alert: AlertingRule, query: Query, expr: promql.Expr) -> Iterator[Finding]:
        """A choice of series that reaches the alert's labels."""
        expr = promql.unwrap(expr)
        if isinstance(expr, promql.Aggregation):
            if expr.op.value in _CHOOSING and not _one_of_each(expr):
                yield self.finding(
                    f"`{alert.name.value}` alerts on `{expr.op.value}`, whose series change",
                    place(query, expr.op),
                    help="compare with a threshold instead of choosing",
                )
            return
        for child in expr.children:
            yield from self._choice(alert, query, child)

    def _join(self, alert: AlertingRule, query: Query, expr: promql.Expr) -> Iterator[Finding]:
        for node in promql.walk(expr):
            if isinstance(node, promql.Binary) and node.op.value in _ARITHMETIC and _both_aggregates(node):
                yield self.finding(
                    f"`{alert.name.value}` joins two aggregates with `for: 0s`: they differ while targets restart",
                    place(query, node.op),
                    help="give `for` a few evaluations",
                    confidence=Confidence.LOW,
                )
                return

    examples = (
        Bad(
            """\
- alert: ManyErrors
  expr: sum by (job) (irate(errors_total[5m])) > 10
  for: 5m
""",
            at="irate",
            fixed="""\
- alert: ManyErrors
  expr: sum by (job) (rate(errors_total[5m])) > 10
  for: 5m
""",
        ),
        Bad(
            """\
- alert: BusiestPods
  expr: topk(5, sum by (pod) (rate(cpu_seconds_total[5m]))) > 2
  for: 5m
""",
            at="topk",
        ),
        Bad(
            """\
- alert: ManyErrors
  expr: sum(rate(errors_total[5m])) / sum(rate(requests_total[5m])) > 0.05
  for: 0s
""",
            at="/",
        ),
        Good(
            """\
- alert: ManyErrors
  expr: sum(rate(errors_total[5m])) / sum(rate(requests_total[5m])) > 0.05
""",
            why="`alerts/missing-for` says it",
        ),
        Good(
            """\
- alert: ManyErrors
  expr: sum(rate(errors_total[5m])) / sum(rate(requests_total[5m])) > 0.05
  for: 5m
"""
        ),
        Good(
            """\
- alert: BusiestPods
  expr: sum(topk(5, sum by (pod) (rate(cpu_seconds_total[5m])))) > 2
  for: 5m
""",
            why="the sum has no labels that could change",
        ),
    )


_ARITHMETIC = frozenset("+-*/%^")
_CHOOSING = frozenset({"bottomk", "limit_ratio", "limitk", "topk"})


def _one_of_each(choice: promql.Aggregation) -> bool:
    """Whether it takes one series of each group, which is how duplicates are dropped before a join."""
    return choice.grouping is not None and choice.param is not None and promql.constant(choice.param) == 1


def _both_aggregates(binary: promql.Binary) -> bool:
    """Whether two sides count the same targets: a `group_left` only adds labels."""
    if binary.group is not None:
        return False
    return all(isinstance(promql.unwrap(side), promql.Aggregation) for side in (binary.left, binary.right))


def _to_rate(query: Query, name: promql.Word) -> Fix | None:
    edit = query.text.edit(name.start, name.end, "rate")
    return Fix("use `rate`", (edit,), safe=False) if edit is not None else None
