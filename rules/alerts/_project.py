"""What the rules that need several files share: which nodes a server loads together, who reads which metric."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from ...lint import Project, promql
from ...lint.nodes import AlertingRule, Dialect, Evaluator, Node, OperatedPrometheus, PrometheusConfig, Query
from ...lint.record import Record, names_of

N = TypeVar("N", bound=Node)

_PLACES = frozenset({"start", "end", "braces", "spelling"})


def of_prometheus(alerts: Iterable[AlertingRule]) -> Iterator[AlertingRule]:
    """Those that a ruler evaluates: Grafana's have their conditions, their routes and their tests elsewhere."""
    return (alert for alert in alerts if alert.evaluator is Evaluator.PROMETHEUS)


def folder(node: Node) -> str:
    """
    Where a node's file lies.

    The files of one folder are taken to be loaded by one server; those of two may be two environments.
    """
    return node.at.source.rpartition("/")[0]


def usual_evaluation(project: Project) -> float | None:
    """Seconds between evaluations of a group that says nothing: the shortest that a server here is told; else None."""
    configs = (config for config in project.loaded(PrometheusConfig) if config.is_whole and config.rule_files)
    own = [config.evaluation_interval for config in configs]
    operated = (server.evaluation_seconds for server in project.loaded(OperatedPrometheus))
    return min([*own, *(length for length in operated if length)], default=None)


def tree(query: Query | None) -> promql.Expr | None:
    """The tree of a query; None where there is none, or it is not judged."""
    if query is None or query.dialect is not Dialect.PROMQL:
        return None
    return promql.parse(query.text.value).expr


def shape(value: object) -> object:
    """What an expression computes, whatever its spacing, parentheses, comments and order of matchers."""
    if isinstance(value, promql.Paren):
        return shape(promql.unwrap(value))
    if isinstance(value, promql.Word):
        return value.value
    if isinstance(value, tuple):
        return tuple(shape(item) for item in value)
    if not isinstance(value, Record):
        return value
    parts = ((name, getattr(value, name)) for name in names_of(value) if name not in _PLACES)
    return (
        type(value).__name__,
        *(frozenset(map(shape, part)) if name in ("matchers", "labels") else shape(part) for name, part in parts),
    )


class Reads:
    """
    The metrics that queries read.

    A query that is not judged may read whatever its text names; so it is searched for words.
    """

    def __init__(self, queries: Iterable[Query]) -> None:
        self._names: set[str] = set()
        self._patterns: set[str] = set()
        for query in queries:
            expr = tree(query)
            if expr is None:
                self._names.update(re.findall(r"[\w:]+", query.text.value))
                continue
            self._names.update(promql.metric_names(expr))
            self._patterns.update(_patterns(expr))

    def __contains__(self, metric: str) -> bool:
        return metric in self._names or any(_matches(pattern, metric) for pattern in self._patterns)


def _patterns(expr: promql.Expr) -> Iterator[str]:
    for part in promql.walk(expr):
        if isinstance(part, promql.Selector):
            yield from (m.value.value for m in part.matchers if m.label.value == "__name__" and m.op.value == "=~")


def _matches(pattern: str, metric: str) -> bool:
    try:
        return re.fullmatch(pattern, metric) is not None
    except re.error:
        # RE2 and Python differ in rare corners; what cannot be read may match.
        return True
