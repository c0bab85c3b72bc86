"""`promql/unbounded-grouping`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...lint import Bad, Confidence, Finding, Good, Rule, Severity, promql
from ...lint.nodes import Query, Role
from ...lint.telemetry.identifiers import identifier
from ._query import HOT, code, parts, place


class UnboundedGrouping(Rule):
    """
    Flags queries that make a series for each of something without end, and those that read metrics without naming one.

    **Why.**
    `sum by (user_id) (…)` returns as many series as there are users; as a recording it stores them again, as an alert
    it sends a notification for each.
    `{__name__=~"app_.*"}` reads every series of every metric that matches, at each evaluation.

    **Instead.**
    Group by what has few values, and look single users up in logs or traces.
    Name the metric.

    Not flagged: a grouping that only serves to count (`count(count by (user_id) (…))`), one by a label that a dashboard
    variable chooses (`tenant_id=~"$tenant"`), and selectors without a metric where a person asks once: in runbooks and
    documents, where such a query audits the metrics themselves.
    In panels the confidence is low: nothing is stored, and a name does not say how many values there are.
    """

    id = "promql/unbounded-grouping"
    summary = "query returns or reads series without end"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.2",)

    allow: tuple[str, ...] = ()
    """Labels that look unbounded and are not."""

    def check_query(self, query: Query) -> Iterator[Finding]:
        counted = {id(inner) for inner in _counted(parts(query))}
        for node in parts(query):
            if isinstance(node, promql.Aggregation) and id(node) not in counted:
                yield from self._grouping(query, node)
            elif isinstance(node, promql.Selector) and query.role in HOT:
                yield from self._selector(query, node)

    def _grouping(self, query: Query, aggregation: promql.Aggregation) -> Iterator[Finding]:
        clause = aggregation.grouping
        if clause is None or clause.kind != "by":
            return
        for label in clause.labels:
            is_fine = label.value in self.allow or label.value in _chosen(aggregation)
            meaning = None if is_fine else identifier(label.value)
            if meaning is not None:
                yield self.finding(
                    f"`by ({label.value})` returns a series for each value of `{label.value}`, which names {meaning}",
                    place(query, label),
                    help="group by a label with few values, or only count: `count(count by (…) (…))`",
                    confidence=Confidence.LOW if query.role is Role.PANEL else Confidence.HIGH,
                )

    def _selector(self, query: Query, selector: promql.Selector) -> Iterator[Finding]:
        named = [matcher for matcher in selector.matchers if matcher.label.value == "__name__"]
        if selector.name is not None or selector.partial or selector.metric is not None:
            return
        if any(matcher.value.templated or _few(matcher) for matcher in named):
            return
        yield self.finding(
            f"{code(query, selector)} reads metrics without naming one",
            place(query, selector),
            help="name the metric; to audit metrics, ask by hand or with `obsaudit live`",
        )

    examples = (
        Bad("sum by (user_id) (rate(logins_total[5m]))\n", path="query.promql", at="user_id"),
        Bad("topk(10, sum by (job, session_id) (rate(x_total[5m])))\n", path="query.promql", at="session_id"),
        Bad(
            """\
- record: job:series:count
  expr: count by (job) ({__name__=~"app_.*"})
""",
            at='{__name__=~"app_.*"}',
        ),
        Bad(
            """\
- alert: TooManySeries
  expr: count({job="api"}) > 100000
""",
            at='{job="api"}',
        ),
        Good("sum by (job, result) (rate(logins_total[5m]))\n", path="query.promql"),
        Good(
            'sum by (url) (rate(sent_total{url=~"$url"}[5m]))\n',
            path="query.promql",
            why="the dashboard's variable chooses",
        ),
        Good("count(count by (user_id) (rate(logins_total[1d])))\n", path="query.promql", why="it only counts"),
        Good(
            'topk(10, count by (__name__) ({__name__=~"app_.*"}))\n',
            path="query.promql",
            why="an audit, asked by hand",
        ),
        Good(
            """\
- record: job:cpu:rate5m
  expr: sum by (job) (rate({__name__=~"process_cpu_seconds_total|node_cpu_seconds_total"}[5m]))
""",
            why="two metrics, both named",
        ),
    )


def _few(matcher: promql.Matcher) -> bool:
    """Whether a pattern only lists names."""
    plain = matcher.value.value.replace("|", "").replace("(", "").replace(")", "").replace("?:", "")
    return matcher.op.value == "=~" and plain.replace("_", "").replace(":", "").isalnum()


def _chosen(aggregation: promql.Aggregation) -> frozenset[str]:
    """The labels whose values a dashboard variable chooses."""
    selectors = (node for node in promql.walk(aggregation.expr) if isinstance(node, promql.Selector))
    matchers = (matcher for selector in selectors for matcher in selector.matchers if matcher.value.templated)
    return frozenset(matcher.label.value for matcher in matchers)


def _counted(nodes: Iterable[promql.Expr]) -> Iterator[promql.Aggregation]:
    """Aggregations whose series are only counted, by an aggregation that does not keep their labels."""
    for node in nodes:
        if isinstance(node, promql.Aggregation) and node.op.value == "count":
            inner = promql.unwrap(node.expr)
            while isinstance(inner, promql.Binary) and inner.right.type == "scalar":
                inner = promql.unwrap(inner.left)
            if isinstance(inner, promql.Aggregation):
                yield inner
