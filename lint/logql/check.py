"""What Loki refuses although it parses: patterns, aggregations of the wrong thing, operators between log lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from .. import re2
from ..grammar import Clause, Fault, Matcher, Word
from ..re2 import syntax as re2_syntax
from .functions import AGGREGATIONS, COUNTING, GROUPING, UNWRAPPED
from .syntax import Aggregation, Binary, Expr, Labelling, LogRange, Logs, NumberLiteral, Paren, RangeAggregation

_SET_OPERATORS = frozenset({"and", "or", "unless"})


# A placeholder is no named group: `<user id>`, but not `(?P<user>`.
_OPEN = re.compile(r"\{\{|%\(\w|(?<!\?P)(?<!\?)<[A-Za-z][\w -]*>")


def is_open(value: Word) -> bool:
    """Whether something else decides what a quoted value is: a dashboard variable, a template, a placeholder."""
    return value.templated or _OPEN.search(value.value) is not None


def check_regex(value: Word) -> None:
    """A regular expression must compile."""
    if is_open(value):
        return
    refusal = _refusal(value.value)
    if refusal is not None:
        raise Fault(f"`{value.value}` is not a regular expression: {refusal}", value.start, value.end)


@lru_cache(maxsize=4096)
def _refusal(pattern: str) -> str | None:
    try:
        re2_syntax.parse(pattern)
    except re2.Refusal as refusal:
        return refusal.message
    except re2_syntax.Unjudged:
        return None
    return None


def check_matcher(matcher: Matcher) -> None:
    """The regular expression of a matcher must compile."""
    if matcher.op.value in ("=~", "!~"):
        check_regex(matcher.value)


def matches_empty(matcher: Matcher) -> bool | None:
    """Whether a matcher takes what does not have the label; None where that is not known."""
    value = matcher.value
    if is_open(value):
        return None
    fits: bool | None
    if matcher.op.value in ("=", "!="):
        fits = not value.value
    else:
        automaton = re2.regex(value.value)
        fits = automaton.matches("") if isinstance(automaton, re2.Regex) else None
    return fits if fits is None or matcher.op.value in ("=", "=~") else not fits


_NAMED_GROUP = re.compile(r"\(\?P?<[^=!]")
_CAPTURE = re.compile(r"<([A-Za-z_]\w*)>", re.ASCII)


def check_groups(value: Word) -> None:
    """`regexp` makes a label of each named group, so there must be one."""
    check_regex(value)
    if not value.templated and "{{" not in value.value and _NAMED_GROUP.search(value.value) is None:
        cure = "name a group, as in `(?P<status>\\d+)`"
        raise Fault("`regexp` without a named group", value.start, value.end, cure)


def check_captures(value: Word) -> None:
    """`pattern` makes a label of each named capture; two captures need something between them."""
    if value.templated or "{{" in value.value:
        return
    captures = list(_CAPTURE.finditer(value.value))
    if all(capture[1] == "_" for capture in captures):
        raise Fault("`pattern` without a capture", value.start, value.end, "name one, as in `<status>`")
    for left, right in pairwise(captures):
        if left.end() == right.start():
            message = f"`{left[0]}{right[0]}`: nothing between two captures of `pattern`"
            raise Fault(message, value.start, value.end)


def check_labellings(labellings: Sequence[Labelling]) -> None:
    """`label_format` gives each label one value: which of two would come last is not defined."""
    seen: set[str] = set()
    for labelling in labellings:
        label = labelling.label
        if label.value in seen and not label.templated:
            cure = "a second `label_format` may give it another value"
            raise Fault(f"`{label.value}` gets two values", label.start, label.end, cure)
        seen.add(label.value)


def unwrap_paren(expr: Expr) -> Expr:
    """The expression without the parentheses around it."""
    while isinstance(expr, Paren):
        expr = expr.expr
    return expr


def check_metric(expr: Expr, user: str) -> None:
    """What is aggregated, replaced or computed with must be a metric."""
    if isinstance(unwrap_paren(expr), Logs):
        cure = "count them first, as in `count_over_time({…}[5m])`"
        raise Fault(f"`{user}` takes a metric, got log lines", expr.start, expr.end, cure)


def check_range_aggregation(aggregation: RangeAggregation) -> None:
    """The parameter, the numbers and the grouping of a range aggregation."""
    op = aggregation.op
    if op.templated:
        return
    if op.value == "quantile_over_time" and aggregation.param is None:
        cure = "as in `quantile_over_time(0.95, …)`"
        raise Fault("`quantile_over_time` without the quantile", op.start, op.end, cure)
    if op.value != "quantile_over_time" and aggregation.param is not None:
        param = aggregation.param
        raise Fault(f"`{op.value}` takes no parameter", param.start, param.end)
    _check_unwrap(op, aggregation.range)
    if aggregation.grouping is not None:
        check_range_grouping(op, aggregation.grouping)


def _check_unwrap(op: Word, lines: LogRange) -> None:
    unwrap = lines.unwrap
    if unwrap is None and op.value in UNWRAPPED:
        cure = "add `| unwrap` and the label that holds the number"
        raise Fault(f"`{op.value}` takes numbers, got log lines", op.start, op.end, cure)
    if unwrap is not None and op.value in COUNTING:
        cure = f"`{op.value}` counts lines: leave `unwrap` out, or take `sum_over_time`"
        raise Fault(f"`unwrap` inside `{op.value}`", unwrap.start, unwrap.end, cure)


def check_range_grouping(op: Word, grouping: Clause) -> None:
    """Only some range aggregations take labels."""
    if op.value not in GROUPING:
        cure = f"put `sum {grouping.kind} (…)` around it"
        raise Fault(f"`{op.value}` takes no `{grouping.kind}`", grouping.start, grouping.end, cure)


def check_aggregation(aggregation: Aggregation) -> None:
    """The parameter, the operand and the grouping of an aggregation."""
    op, param = aggregation.op, aggregation.param
    check_metric(aggregation.expr, op.value)
    if op.templated:
        return
    if not AGGREGATIONS[op.value]:
        if param is not None:
            raise Fault(f"`{op.value}` takes no parameter", param.start, param.end)
    elif param is None:
        raise Fault(f"`{op.value}` without its number", op.start, op.end, f"as in `{op.value}(10, …)`")
    elif isinstance(param, NumberLiteral) and (param.value < 1 or param.value % 1):
        raise Fault(f"`{op.value}` takes a whole number above 0", param.start, param.end)
    grouping = aggregation.grouping
    if op.value in ("sort", "sort_desc") and grouping is not None and grouping.labels:
        raise Fault(f"`{op.value}` takes no `{grouping.kind}`", grouping.start, grouping.end)


def check_binary(binary: Binary) -> None:
    """Both sides must be metrics, and those of a set operation must be series."""
    op = binary.op.value
    for side in (binary.left, binary.right):
        if isinstance(unwrap_paren(side), Logs):
            cure = 'several streams are selected by one pattern, as in `{app=~"api|web"}`' if op == "or" else None
            cure = cure or "count them first, as in `count_over_time({…}[5m])`"
            raise Fault(f"`{op}` takes metrics, got log lines", side.start, side.end, cure)
        if op in _SET_OPERATORS and isinstance(unwrap_paren(side), NumberLiteral):
            raise Fault(f"`{op}` takes series, got a number", side.start, side.end, "turn it into one with `vector(…)`")
