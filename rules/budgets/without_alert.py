"""`budgets/without-alert`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...lint import Bad, Finding, Good, Project, Rule, Severity, promql
from ...lint.nodes import AlertingRule, Dialect, LatencyBudget
from ...lint.re2 import Regex, regex
from ...lint.telemetry.endpoints import USUAL, Endpoint, endpoint
from ._percentiles import BUDGET


def _alert(selector: str, by: str = "le") -> str:
    quantile = f"histogram_quantile(0.95, sum by ({by}) (rate(http_duration_seconds_bucket{{{selector}}}[5m]))) > 0.5"
    return f"- alert: Slow\n  expr: |\n    {quantile}\n"


class WithoutAlert(Rule):
    """
    Flags endpoints whose latency may exceed its budget without anybody being told.

    **Why.**
    A budget that only a dashboard shows is exceeded for weeks.
    An alert on the latency of all endpoints together does not help: a slow mutation drowns in a thousand fast queries.

    **Instead.**
    Alert on a quantile that tells the endpoint apart, by a matcher or a grouping, and compare it with the budget.

    An alert belongs to an endpoint if it reads a duration, takes series of the endpoint, and selects or groups by the
    label of its most specific part: the operation, else the route, else the method.
    The threshold is not compared: an alert on twice the budget is a decision.
    Not flagged: endpoints that cannot be read, and a repository without alerts, which are kept elsewhere then.
    """

    id = "budgets/without-alert"
    summary = "no alert tells that a budget is exceeded"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.4",)
    needs_all = True
    about = (LatencyBudget, AlertingRule)

    method_labels: tuple[str, ...] = USUAL.method
    """Labels that may hold the method of an endpoint."""

    route_labels: tuple[str, ...] = USUAL.route
    """Labels that may hold the route of an endpoint."""

    operation_labels: tuple[str, ...] = USUAL.operation
    """Labels that may hold the operation of an endpoint, as in `[createEvent]`."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        alerts = project.all(AlertingRule)
        if not alerts or not project.all(LatencyBudget):
            return
        trees = [tree for alert in alerts if (tree := _tree(alert)) is not None and _reads_duration(tree)]
        for budget in project.all(LatencyBudget):
            wanted = self._wanted(budget)
            if wanted and not any(_is_about(tree, wanted) for tree in trees):
                yield self.finding(
                    f"no alert tells that `{budget.endpoint.value}` exceeds its budget",
                    budget.at,
                    help="alert on a quantile of this endpoint",
                )

    def _wanted(self, budget: LatencyBudget) -> Mapping[tuple[str, ...], str]:
        """What the labels must hold, the most specific part last; nothing where it is not known."""
        if budget.matchers is not None:
            return {(name,): value for name, value in budget.matchers.items()}
        parts = endpoint(budget.endpoint.value) or Endpoint(None, None, None)
        given = (
            (self.method_labels, parts.method),
            (self.route_labels, parts.route),
            (self.operation_labels, parts.operation),
        )
        return {labels: value for labels, value in given if value is not None}

    examples = (
        Bad(BUDGET, files={"alerts.yml": _alert('job="api"')}, at="POST /graphql [createEvent]"),
        Bad(BUDGET, files={"alerts.yml": _alert('operation="events"')}, at="POST /graphql [createEvent]"),
        Good(BUDGET, files={"alerts.yml": _alert('operation="createEvent"')}),
        Good(BUDGET, files={"alerts.yml": _alert('method="POST"', "le, operation")}),
        Good(BUDGET, why="the alerts are kept elsewhere"),
    )


_DURATION = re.compile(r"duration|latency|_seconds|_milliseconds|_ms\b|_bucket$|response_time|(?<![a-z])p\d\d", re.I)
_READ = frozenset({"=", "=~"})


def _tree(alert: AlertingRule) -> promql.Expr | None:
    query = alert.query
    return promql.parse(query.text.value).expr if query is not None and query.dialect is Dialect.PROMQL else None


def _reads_duration(tree: promql.Expr) -> bool:
    return any(_DURATION.search(name) for name in promql.metric_names(tree))


def _is_about(tree: promql.Expr, wanted: Mapping[tuple[str, ...], str]) -> bool:
    selectors = [
        part
        for part in promql.walk(tree)
        if isinstance(part, promql.Selector) and _DURATION.search(part.metric or "") is not None
    ]
    *_, specific = wanted
    grouped = _keeps(tree, specific)
    return any(
        all(_takes(matcher, wanted) for matcher in selector.matchers)
        and (
            grouped
            or any(matcher.label.value in specific and matcher.op.value in _READ for matcher in selector.matchers)
        )
        for selector in selectors
    )


def _keeps(tree: promql.Expr, labels: tuple[str, ...]) -> bool:
    """Whether the result has a series for each value of a label."""
    aggregations = [part for part in promql.walk(tree) if isinstance(part, promql.Aggregation)]
    return all(_groups(part.grouping, labels) for part in aggregations)


def _groups(clause: promql.Clause | None, labels: tuple[str, ...]) -> bool:
    if clause is None:
        return False
    named = bool(clause.names & set(labels))
    return named if clause.kind == "by" else not named


def _takes(matcher: promql.Matcher, wanted: Mapping[tuple[str, ...], str]) -> bool:
    """Whether a matcher takes the series of an endpoint; one on another label takes them all."""
    value = next((value for labels, value in wanted.items() if matcher.label.value in labels), None)
    if value is None or matcher.value.templated:
        return True
    given = matcher.value.value
    match matcher.op.value:
        case "=":
            return given.rstrip("/").casefold() == value.rstrip("/").casefold()
        case "!=":
            return given != value
        case op:
            pattern = regex(given)
            return not isinstance(pattern, Regex) or pattern.matches(value) is (op == "=~")
