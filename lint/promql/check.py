"""
What Prometheus refuses although it parses: wrong types, wrong numbers of arguments, joins that make no sense.

Each function looks at one node whose parts are already sound, and raises Fault. An unknown type (a dashboard variable)
fits everywhere.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..grammar import Clause, Fault, Matcher, Word
from .arbiter import accepts
from .functions import AGGREGATIONS, Function
from .syntax import Aggregation, Binary, Call, Expr, Matrix, Paren, Selector, Subquery, ValueType

COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})
SET_OPERATORS = frozenset({"and", "or", "unless"})

_CALLED = {"scalar": "a scalar", "vector": "an instant vector", "matrix": "a range vector", "string": "a string"}


def check_matcher(matcher: Matcher) -> None:
    """A regular expression must compile."""
    if matcher.op.value in ("=~", "!~") and not matcher.value.templated and not is_regex(matcher.value.value):
        value = matcher.value
        raise Fault(f"`{value.value}` is not a regular expression", value.start, value.end, _regex_help(value.value))


def check_names(name: Word | None, matchers: tuple[Matcher, ...]) -> None:
    """A metric's name is given once: before the braces, or inside them."""
    if name is None:
        return
    for matcher in matchers:
        if matcher.label.value == "__name__":
            raise Fault(f"metric name is set twice: `{name.value}` and `__name__`", matcher.start, matcher.end)


def selects_nothing(selector: Selector) -> bool:
    """Whether no matcher asks for anything: Prometheus refuses to select every series."""
    if selector.name is not None or selector.partial:
        return False
    return all(matches_empty(matcher) for matcher in selector.matchers)


def matches_empty(matcher: Matcher) -> bool:
    """Whether a matcher takes series that do not have the label."""
    value = matcher.value.value
    if matcher.value.templated:
        return False
    match matcher.op.value:
        case "=":
            return value == ""
        case "!=":
            return value != ""
        case "=~":
            return _fits_empty(value)
        case _:
            return not _fits_empty(value)


@lru_cache(maxsize=1024)
def _fits_empty(pattern: str) -> bool:
    try:
        return re.fullmatch(pattern, "") is not None
    except re.error:
        return False


_LOOKAROUND = re.compile(r"\(\?(?:=|!|<=|<!)|\\[1-9]")


@lru_cache(maxsize=4096)
def is_regex(pattern: str) -> bool:
    """
    Whether Prometheus' regular expressions (RE2) accept a pattern.

    Python's are close but not the same; where they differ or refuse, the arbiter's (which has RE2's limits) decide.
    """
    if _LOOKAROUND.search(pattern) is None:
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError):
            pass
        else:
            return True
    quoted = pattern.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return accepts(f'x{{a=~"{quoted}"}}')


def _regex_help(pattern: str) -> str | None:
    if _LOOKAROUND.search(pattern):
        return "RE2 has neither look-around nor back references"
    if pattern.startswith(("*", "+", "?")):
        return f"did you mean `.{pattern}`?"
    return None


def check_call(call: Call, function: Function) -> None:
    """The number and the types of a function's arguments."""
    count = len(call.args)
    if count < function.least or (function.most is not None and count > function.most):
        wanted = _amount(function)
        raise Fault(f"`{function.name}` takes {wanted}, got {count}", call.name.start, call.end)
    for index, arg in enumerate(call.args):
        wanted_type, got = function.arg(index), arg.type
        if got != wanted_type and got is not None:
            message = f"`{function.name}` takes {_CALLED[wanted_type]} here, got {_CALLED[got]}"
            raise Fault(message, arg.start, arg.end, _type_help(wanted_type, arg))
    if function.name == "info" and count == 2:
        _check_info(call.args[1])


def _amount(function: Function) -> str:
    least, most = function.least, function.most
    if most == least:
        return "no arguments" if least == 0 else "1 argument" if least == 1 else f"{least} arguments"
    if most is None:
        return f"at least {least} arguments"
    return f"{least} to {most} arguments"


def _type_help(wanted: ValueType, arg: Expr) -> str | None:
    match wanted, arg:
        case "matrix", Selector():
            return "add a range, as in `[5m]`"
        case "matrix", Aggregation() | Call() | Binary() | Paren():
            return "take the rate of each series first, or make it a subquery, as in `[5m:1m]`"
        case "vector", Matrix() | Subquery():
            return "drop the range, or put a function around it that takes one, as in `rate(…)`"
        case "scalar", _ if arg.type == "vector":
            return "turn it into a scalar with `scalar(…)`"
        case "vector", _ if arg.type == "scalar":
            return "turn it into a vector with `vector(…)`"
        case _:
            return None


def _check_info(arg: Expr) -> None:
    if not isinstance(arg, Selector) or arg.name is not None:
        raise Fault(
            "`info` takes only matchers in braces here", arg.start, arg.end, "write `{label=~…}` without a name"
        )


def check_aggregation(op: Word, args: tuple[Expr, ...], start: int, end: int) -> None:
    """The parameter and the operand of an aggregation."""
    if op.templated:
        return
    param = AGGREGATIONS[op.value]
    wanted = 1 if param is None else 2
    if len(args) != wanted:
        amount = "1 argument" if wanted == 1 else "2 arguments"
        raise Fault(f"`{op.value}` takes {amount}, got {len(args)}", start, end)
    expected: tuple[ValueType, ...] = ("vector",) if param is None else (param, "vector")
    for arg, wanted_type in zip(args, expected, strict=True):
        if arg.type != wanted_type and arg.type is not None:
            message = f"`{op.value}` takes {_CALLED[wanted_type]} here, got {_CALLED[arg.type]}"
            raise Fault(message, arg.start, arg.end, _type_help(wanted_type, arg))


def check_unary(op: Word, expr: Expr) -> None:
    """A sign stands before numbers and instant vectors."""
    if expr.type in ("matrix", "string"):
        raise Fault(f"`{op.value}` before {_CALLED[expr.type]}", op.start, expr.end)


def check_subquery(expr: Expr, start: int, end: int) -> None:
    """A subquery stands behind an instant vector."""
    if expr.type not in ("vector", None):
        raise Fault(f"a subquery of {_CALLED[expr.type]}", start, end, "it takes an instant vector")


def check_binary(binary: Binary) -> None:
    """The types of both sides, and which modifiers the operator takes."""
    op = binary.op
    for side in (binary.left, binary.right):
        if side.type in ("matrix", "string"):
            message = f"`{op.value}` takes scalars and instant vectors, got {_CALLED[side.type]}"
            raise Fault(message, side.start, side.end, _type_help("vector", side))
    if binary.bool is not None and op.value not in COMPARISONS:
        raise Fault(f"`bool` after `{op.value}`", binary.bool.start, binary.bool.end, "it goes with comparisons")
    sides = (binary.left.type, binary.right.type)
    if op.value in SET_OPERATORS:
        _check_set(binary)
    elif op.value in COMPARISONS and sides == ("scalar", "scalar") and binary.bool is None:
        raise Fault(f"`{op.value}` between two scalars needs `bool`", op.start, op.end, f"write `{op.value} bool`")
    if binary.matching is not None and binary.matching.labels and "scalar" in sides:
        matching = binary.matching
        raise Fault(f"`{matching.kind}` where one side is a scalar", matching.start, matching.end)
    _check_include(binary.matching, binary.group)


def _check_set(binary: Binary) -> None:
    for side in (binary.left, binary.right):
        if side.type == "scalar":
            message = f"`{binary.op.value}` takes instant vectors, got a scalar"
            raise Fault(message, side.start, side.end, "turn it into a vector with `vector(…)`")
    if binary.group is not None:
        group = binary.group
        raise Fault(f"`{group.kind}` after `{binary.op.value}`", group.start, group.end, "a set operation has no sides")
    if binary.fills:
        fill = binary.fills[0]
        raise Fault(f"`{fill.keyword.value}` after `{binary.op.value}`", fill.keyword.start, fill.end)


def _check_include(matching: Clause | None, group: Clause | None) -> None:
    if matching is None or group is None or matching.kind != "on":
        return
    for label in group.labels:
        if label.value in matching.names:
            raise Fault(f"label `{label.value}` in both `on` and `{group.kind}`", label.start, label.end)
