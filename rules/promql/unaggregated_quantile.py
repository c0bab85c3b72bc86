"""`promql/unaggregated-quantile`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Fix, Good, Rule, Severity, promql
from ...lint.chain.label_readers import labels_printed
from ...lint.nodes import AlertingRule, Query, Role
from ._query import parts, place


class UnaggregatedQuantile(Rule):
    """
    Flags quantiles of each single series where one number is meant, and averages of quantiles.

    **Why.**
    `histogram_quantile(0.95, rate(x_bucket[5m]))` is a quantile for each instance, path and status: an SLO gets dozens
    of numbers, most of them of a handful of requests.
    Quantiles cannot be averaged or added: the average of the 99th percentiles of ten instances is the 99th percentile
    of nothing.

    **Instead.**
    Add the buckets up first: `histogram_quantile(0.95, sum by (le) (rate(x_bucket[5m])))`, with every label that the
    number is wanted for beside `le`.
    A summary's quantiles cannot be put together at all: use a histogram.

    Per-series quantiles are flagged in SLOs and latency budgets; in alerts only with low confidence, as an alert for
    each instance may be meant, and not at all where the alert's texts name the series (`{{ $labels.instance }}`).
    `max` over quantiles is not flagged: the worst instance is a fair question.
    """

    id = "promql/unaggregated-quantile"
    summary = "quantile of each series, or average of quantiles"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.2", "2.4")

    def check_query(self, query: Query) -> Iterator[Finding]:
        for node in parts(query):
            if isinstance(node, promql.Aggregation):
                yield from self._average(query, node)
        if query.role in _ONE:
            yield from self._each(query)

    def check_alert(self, alert: AlertingRule) -> Iterator[Finding]:
        if alert.query is not None and not any(labels_printed(alert)):
            yield from self._each(alert.query)

    def _each(self, query: Query) -> Iterator[Finding]:
        """Quantiles that no aggregation takes together."""
        aggregated: set[int] = set()
        for node in parts(query):
            if isinstance(node, promql.Aggregation):
                aggregated.update(id(inner) for inner in promql.walk(node.expr))
            elif isinstance(node, promql.Call) and id(node) not in aggregated:
                yield from self._raw(query, node)

    def _average(self, query: Query, aggregation: promql.Aggregation) -> Iterator[Finding]:
        quantile = _quantile(aggregation.expr) if aggregation.op.value in ("avg", "sum") else None
        if quantile is not None:
            yield self.finding(
                f"`{aggregation.op.value}` of quantiles is a quantile of nothing",
                place(query, aggregation.op),
                help="add up the buckets inside `histogram_quantile`, or take the `max`",
            )

    def _raw(self, query: Query, call: promql.Call) -> Iterator[Finding]:
        if call.name.value != "histogram_quantile":
            return
        inner = promql.unwrap(call.args[1])
        if not isinstance(inner, promql.Call) or inner.name.value not in ("rate", "increase", "irate"):
            return
        matrix = inner.args[0]
        if not isinstance(matrix, promql.Matrix) or not (matrix.selector.metric or "").endswith("_bucket"):
            return
        yield self.finding(
            "`histogram_quantile` over raw buckets gives a quantile for each series, not one number",
            place(query, inner),
            help="put `sum by (le) (…)` around the rate",
            confidence=Confidence.LOW if query.role is Role.ALERT else Confidence.HIGH,
            fix=_summed(query, inner),
        )

    examples = (
        Bad(
            """\
- alert: ApiSlow
  expr: histogram_quantile(0.95, rate(http_server_duration_bucket[5m])) > 0.5
""",
            at="rate(http_server_duration_bucket[5m])",
            fixed="""\
- alert: ApiSlow
  expr: histogram_quantile(0.95, sum by (le) (rate(http_server_duration_bucket[5m]))) > 0.5
""",
        ),
        Bad(
            "avg(histogram_quantile(0.99, rate(x_bucket[5m])))\n",
            path="query.promql",
            at="avg",
        ),
        Bad('avg by (job) (rpc_duration_seconds{quantile="0.99"})\n', path="query.promql", at="avg"),
        Good("histogram_quantile(0.95, sum by (le) (rate(x_bucket[5m])))\n", path="query.promql"),
        Good(
            """\
- alert: SlowDisk
  expr: histogram_quantile(0.99, rate(disk_sync_seconds_bucket[5m])) > 0.5
  annotations:
    summary: '{{ $labels.instance }} syncs slowly'
""",
            why="it is about each instance, and says which",
        ),
        Good("histogram_quantile(0.95, rate(x_bucket[5m]))\n", path="query.promql", why="a look at each series"),
        Good('max(rpc_duration_seconds{quantile="0.99"})\n', path="query.promql"),
    )


_ONE = frozenset({Role.SLO, Role.BUDGET})


def _quantile(expr: promql.Expr) -> promql.Expr | None:
    """The quantile that an expression is, unless a condition or other arithmetic made something else of it."""
    expr = promql.unwrap(expr)
    match expr:
        case promql.Call(name=name) if name.value == "histogram_quantile":
            return expr
        case promql.Selector(matchers=matchers):
            told = any(
                matcher.label.value == "quantile" and matcher.op.value == "=" and matcher.value.value not in ("0", "1")
                for matcher in matchers
            )
            return expr if told else None
        case _:
            return None


def _summed(query: Query, rate: promql.Expr) -> Fix | None:
    before = query.text.edit(rate.start, rate.start, "sum by (le) (")
    after = query.text.edit(rate.end, rate.end, ")")
    return Fix("add up the buckets", (before, after), safe=False) if before and after else None
