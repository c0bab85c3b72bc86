"""What makes an alert's expression return something: a condition, the mere presence of series, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from ...lint import promql
from ...lint.record import Record
from ._interval import COMPARISONS, decide, interval


class Outcome(IntEnum):
    """
    When an expression returns samples.

    In the order of precedence for expressions that need both their sides: what is never there
    hides a condition, and a condition excuses a side without one.
    """

    NEVER = 0
    CONDITION = 1
    """When what it asks for holds; also where that is not known."""

    BOOL = 2
    """Always, as 0 or 1."""

    TRUE = 3
    """Whenever there are series, because its comparison holds for all values."""

    BARE = 4
    """Whenever there are series."""

    CONSTANT = 5
    """Always."""


class Judgement(Record):
    """When an expression returns samples, and the part that decides; `assumed` when a name only suggests it."""

    outcome: Outcome
    part: promql.Expr
    assumed: bool = False


def branches(expr: promql.Expr) -> Iterator[promql.Expr]:
    """The sides of `or` at the top of an expression, from left to right: each can fire on its own."""
    waiting = [expr]
    while waiting:
        inner = promql.unwrap(waiting.pop())
        if isinstance(inner, promql.Binary) and inner.op.value.lower() == "or":
            waiting += (inner.right, inner.left)
        else:
            yield inner


def judge(expr: promql.Expr) -> Judgement:
    """When an expression returns samples."""
    expr = promql.unwrap(expr)
    match expr:
        case promql.Binary():
            return _binary(expr)
        case promql.Selector():
            known = expr.metric in ("ALERTS", "ALERTS_FOR_STATE") or expr.metric is None
            return Judgement(Outcome.CONDITION if known else Outcome.BARE, expr)
        case promql.Matrix():
            return judge(expr.selector)
        case promql.Subquery() | promql.Aggregation() | promql.Unary():
            inner = judge(expr.expr)
            return Judgement(Outcome.BARE, expr) if inner.outcome is Outcome.BARE else inner
        case promql.Call():
            return _call(expr)
        case promql.NumberLiteral():
            return Judgement(Outcome.CONSTANT, expr)
        case _:
            return Judgement(Outcome.CONDITION, expr)


def _call(call: promql.Call) -> Judgement:
    if call.type is None:
        return Judgement(Outcome.CONDITION, call)
    if call.name.value in ("absent", "absent_over_time"):
        missing = call.args and judge(call.args[0]).outcome is not Outcome.CONSTANT
        return Judgement(Outcome.CONDITION if missing else Outcome.NEVER, call)
    series = [judge(arg) for arg in call.args if arg.type in ("vector", "matrix", None)]
    if call.type == "scalar" or not series:
        return Judgement(Outcome.CONSTANT, call)
    inner = min(series, key=lambda judgement: judgement.outcome)
    return Judgement(Outcome.BARE, call) if inner.outcome is Outcome.BARE else inner


def _binary(binary: promql.Binary) -> Judgement:
    op, left, right = binary.op.value.lower(), judge(binary.left), judge(binary.right)
    first = min(left, right, key=lambda judgement: judgement.outcome)
    if op == "or":
        last = max(left, right, key=lambda judgement: judgement.outcome)
        return first if first.outcome > Outcome.CONDITION else last
    if op in ("and", "unless"):
        return _set_operation(binary, op, left, right)
    if first.outcome is Outcome.NEVER:
        return first
    if binary.fills:
        return Judgement(Outcome.CONDITION, binary)
    if op in COMPARISONS and binary.bool is None:
        return _comparison(binary, op, first)
    if first.outcome is Outcome.CONDITION:
        return first
    if op in COMPARISONS:
        return Judgement(Outcome.BOOL, binary)
    return first if first.outcome in (Outcome.BOOL, Outcome.TRUE) else Judgement(first.outcome, binary)


def _comparison(binary: promql.Binary, op: str, first: Judgement) -> Judgement:
    sides = interval(binary.left), interval(binary.right)
    holds = decide(op, *sides)
    assumed = any(side.assumed for side in sides)
    if holds is False:
        return Judgement(Outcome.NEVER, binary, assumed)
    if holds is None or first.outcome is Outcome.CONDITION:
        return Judgement(Outcome.CONDITION, binary)
    return Judgement(Outcome.TRUE, binary, assumed)


def _set_operation(binary: promql.Binary, op: str, left: Judgement, right: Judgement) -> Judgement:
    """`and` and `unless` ask for other series, which is a condition unless those are always or never there."""
    if left.outcome is Outcome.NEVER:
        return left
    everything = binary.matching is not None and binary.matching.kind == "on" and not binary.matching.labels
    always = everything and right.outcome is Outcome.CONSTANT
    never = right.outcome is Outcome.NEVER
    if (op == "and" and never) or (op == "unless" and always):
        return Judgement(Outcome.NEVER, binary, right.assumed)
    if (op == "and" and always) or (op == "unless" and never):
        return left
    return Judgement(Outcome.CONDITION, binary)
