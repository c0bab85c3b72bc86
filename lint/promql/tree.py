"""Questions to a tree: its parts, its constant value, the metrics it reads."""

from __future__ import annotations

import math
from collections.abc import Iterator

from .syntax import Binary, Call, Expr, NumberLiteral, Paren, Selector, Unary


def walk(expr: Expr) -> Iterator[Expr]:
    """Every sub-expression, the whole one first, then from left to right."""
    stack = [expr]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(node.children)


def unwrap(expr: Expr) -> Expr:
    """The expression without the parentheses around it."""
    while isinstance(expr, Paren):
        expr = expr.expr
    return expr


def metric_names(expr: Expr) -> tuple[str, ...]:
    """The metrics that it selects by name, each once, in order."""
    metrics = (node.metric for node in walk(expr) if isinstance(node, Selector))
    return tuple(dict.fromkeys(metric for metric in metrics if metric is not None))


def constant(expr: Expr) -> float | None:
    """The value of a scalar expression that reads no series and no clock; None of any other."""
    match unwrap(expr):
        case NumberLiteral(value=value):
            return value
        case Unary(op=op, expr=inner):
            value_or_none = constant(inner)
            return None if value_or_none is None else -value_or_none if op.value == "-" else value_or_none
        case Binary(op=op, left=left, right=right):
            return compute(op.value, constant(left), constant(right))
        case Call(name=name) if name.value == "pi":
            return math.pi
        case _:
            return None


def compute(op: str, left: float | None, right: float | None) -> float | None:
    """
    What an operator makes of two numbers, as IEEE 754 has it; a comparison gives 1 or 0.

    None when a number is not known, or the operator is none of scalars.
    """
    if left is None or right is None:
        return None
    comparison = _COMPARISONS.get(op)
    if comparison is not None:
        return float(comparison(left, right))
    try:
        return _arithmetic(op, left, right)
    except OverflowError:
        return math.inf


_COMPARISONS = {
    "==": float.__eq__,
    "!=": float.__ne__,
    ">": float.__gt__,
    "<": float.__lt__,
    ">=": float.__ge__,
    "<=": float.__le__,
}


def _arithmetic(op: str, left: float, right: float) -> float | None:
    match op:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right if right else _by_zero(left, right)
        case "%":
            return math.nan if right == 0 or math.isinf(left) else math.fmod(left, right)
        case "^":
            return _power(left, right)
        case "atan2":
            return math.atan2(left, right)
        case _:
            return None


def _by_zero(left: float, zero: float) -> float:
    return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1, zero)


def _power(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except ValueError:
        # A negative base with a fraction, or 0 to a negative power.
        return math.inf if base == 0 else math.nan
