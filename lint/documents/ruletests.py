"""Unit tests of rules: a `tests:` list of promtool, or of vmalert-tool, which took the form over."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import promql
from ..finding import Location
from ..nodes import Node, RuleTest, TestedAlert, Unparsable
from ..region import Text
from .tree import Tree

KIND = "rule tests"

_MARKS = ("alert_rule_test", "promql_expr_test", "metricsql_expr_test", "input_series")

# prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series: `1`, `0+5x10`, `_x3`, `stale`.
_NUMBER = r"(?:(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|inf|nan)"
_VALUE = re.compile(rf"(?:_|stale)(?:x\d+)?|[-+]?{_NUMBER}(?:[-+]{_NUMBER}(?=x))?(?:x\d+)?", re.IGNORECASE)


def holds_rule_tests(tree: Tree) -> bool:
    """Whether this document tests rules."""
    return any(test.get(mark) is not None for test in _elements(tree, "tests") for mark in _MARKS)


def rule_tests_in(tree: Tree, source: str) -> Iterator[Node]:
    """The tests of a document, and what promtool could not read in them."""
    files = tuple(file.text for file in _elements(tree, "rule_files") if file.text is not None)
    for test in _elements(tree, "tests"):
        named = test.get("name")
        subject = f"test {named.scalar}" if named is not None else None
        alerts: list[TestedAlert] = []
        for case in _elements(test, "alert_rule_test"):
            name = case.text_at("alertname")
            if name is None:
                at = Location(source, subject, case.region)
                yield Unparsable(at=at, lines=case.lines, kind=KIND, problem="an alert_rule_test has no `alertname`")
                continue
            alerts.append(TestedAlert(name, any(True for _ in _elements(case, "exp_alerts"))))
        expressions = (case.text_at("expr") for case in _elements(test, "promql_expr_test"))
        node = RuleTest(
            at=Location(source, subject, (named or test).region),
            lines=test.lines,
            alerts=tuple(alerts),
            expressions=tuple(expression for expression in expressions if expression is not None),
            rule_files=files,
        )
        yield node
        yield from _problems(test, node)


def _problems(tree: Tree, test: RuleTest) -> Iterator[Node]:
    """Series, values and expressions that do not parse."""
    for text in test.expressions:
        yield from _wrong_query(text, test)
    for series in _elements(tree, "input_series"):
        name, values = series.text_at("series"), series.text_at("values")
        if name is not None:
            yield from _wrong_query(name, test)
        if values is not None and "{{" not in values.value:  # histograms have a notation of their own
            yield from _wrong_values(values, test)


def _wrong_query(text: Text, test: RuleTest) -> Iterator[Node]:
    problem = promql.parse(text.value).problem
    if problem is not None:
        at = test.place(text, problem.start, problem.end)
        yield Unparsable(at=at, lines=test.lines, kind=KIND, problem=problem.message)


def _wrong_values(text: Text, test: RuleTest) -> Iterator[Node]:
    for match in re.finditer(r"\S+", text.value):
        if _VALUE.fullmatch(match[0]) is None:
            problem = f"`{match[0]}` is no value of a series, as in `1`, `0+5x10`, `_x3` or `stale`"
            at = test.place(text, *match.span())
            yield Unparsable(at=at, lines=test.lines, kind=KIND, problem=problem)
            return


def _elements(tree: Tree, key: str) -> Iterator[Tree]:
    value = tree.get(key)
    return value.elements() if value is not None else iter(())
