"""Unit tests of rules: a `tests:` list of promtool, or of vmalert-tool, which took the form over."""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Location
from ..nodes import Node, RuleTest, TestedAlert, Unparsable
from .tree import Tree

KIND = "rule tests"

_MARKS = ("alert_rule_test", "promql_expr_test", "metricsql_expr_test", "input_series")


def holds_rule_tests(tree: Tree) -> bool:
    """Whether this document tests rules."""
    return any(test.get(mark) is not None for test in _elements(tree, "tests") for mark in _MARKS)


def rule_tests_in(tree: Tree, source: str) -> Iterator[Node]:
    """The tests of a document; an `alert_rule_test` without an alert's name becomes a problem."""
    files = tuple(file.text for file in _elements(tree, "rule_files") if file.text is not None)
    for test in _elements(tree, "tests"):
        alerts: list[TestedAlert] = []
        for case in _elements(test, "alert_rule_test"):
            name = case.text_at("alertname")
            if name is None:
                at = Location(source, None, case.region)
                yield Unparsable(at=at, lines=case.lines, kind=KIND, problem="an alert_rule_test has no `alertname`")
                continue
            alerts.append(TestedAlert(name, any(True for _ in _elements(case, "exp_alerts"))))
        named = test.get("name")
        expressions = (case.text_at("expr") for case in _elements(test, "promql_expr_test"))
        yield RuleTest(
            at=Location(source, f"test {named.scalar}" if named is not None else None, (named or test).region),
            lines=test.lines,
            alerts=tuple(alerts),
            expressions=tuple(expression for expression in expressions if expression is not None),
            rule_files=files,
        )


def _elements(tree: Tree, key: str) -> Iterator[Tree]:
    value = tree.get(key)
    return value.elements() if value is not None else iter(())
