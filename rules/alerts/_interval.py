"""The values that a PromQL expression can have, as far as the text alone tells."""

from __future__ import annotations

import math

from ...lint import promql
from ...lint.record import Record, replace


class Interval(Record):
    """
    Bounds of a value, both inclusive.

    `nan` when it may be no number at all; `assumed` when a bound rests on a name, not on a function.
    """

    low: float = -math.inf
    high: float = math.inf
    nan: bool = True
    assumed: bool = False

    @property
    def empty(self) -> bool:
        """Whether no value is left."""
        return self.low > self.high

    def scaled(self, factor: float) -> Interval:
        """The product with a constant."""
        if factor == 0 or math.isinf(factor):
            return ANYTHING
        low, high = sorted((self.low * factor, self.high * factor))
        return replace(self, low=low, high=high)


COMPARISONS = frozenset(["==", "!=", ">", "<", ">=", "<="])
ANYTHING = Interval()
_ZERO_UP = Interval(low=0)
_BOOLEAN = Interval(0, 1, nan=False)

_FUNCTIONS = {
    **dict.fromkeys(["rate", "irate", "increase", "abs", "sqrt", "stddev_over_time", "stdvar_over_time"], _ZERO_UP),
    **dict.fromkeys(["changes", "resets", "exp", "histogram_count"], _ZERO_UP),
    **dict.fromkeys(["absent", "absent_over_time", "present_over_time"], Interval(1, 1, nan=False)),
    "count_over_time": Interval(low=1, nan=False),
    "histogram_fraction": Interval(0, 1),
    "sgn": Interval(-1, 1),
    "day_of_month": Interval(1, 31),
    "day_of_week": Interval(0, 6),
    "day_of_year": Interval(1, 366),
    "days_in_month": Interval(28, 31),
    "hour": Interval(0, 23),
    "minute": Interval(0, 59),
    "month": Interval(1, 12),
}
_SAME = frozenset(
    """sort sort_desc sort_by_label sort_by_label_desc label_replace label_join info avg_over_time min_over_time
    max_over_time last_over_time first_over_time mad_over_time""".split()
)
_AGGREGATIONS = {"count": Interval(low=1, nan=False), "group": Interval(1, 1, nan=False)}
_SPREADS = frozenset(["stddev", "stdvar"])
_CHOOSE = frozenset(["min", "max", "avg", "topk", "bottomk", "limitk", "limit_ratio"])
_METRICS = {"up": _BOOLEAN, "probe_success": _BOOLEAN, "ALERTS": Interval(1, 1, nan=False)}


def interval(expr: promql.Expr) -> Interval:
    """The bounds of an expression's values; the widest where nothing is known."""
    expr = promql.unwrap(expr)
    value = promql.constant(expr)
    if value is not None:
        return ANYTHING if math.isnan(value) else Interval(value, value, nan=False)
    match expr:
        case promql.Selector():
            return _of_metric(expr.metric)
        case promql.Matrix():
            return _of_metric(expr.selector.metric)
        case promql.Subquery():
            return interval(expr.expr)
        case promql.Call():
            return _of_call(expr)
        case promql.Aggregation():
            return _of_aggregation(expr)
        case promql.Unary():
            inner = interval(expr.expr)
            return replace(inner, low=-inner.high, high=-inner.low) if expr.op.value == "-" else inner
        case promql.Binary():
            return _of_binary(expr)
        case _:
            return ANYTHING


def _of_metric(name: str | None) -> Interval:
    if name is None:
        return ANYTHING
    if name in _METRICS:
        return _METRICS[name]
    if "error" in name and "ratio" in name:
        return Interval(0, 1, assumed=True)
    return ANYTHING


def _of_call(call: promql.Call) -> Interval:
    name, args = call.name.value, call.args
    if name in _FUNCTIONS:
        return _FUNCTIONS[name]
    if name == "vector" and args:
        return interval(args[0])
    if name in _SAME and args:
        return interval(args[0])
    if name in ("clamp_min", "clamp_max", "clamp") and len(args) > 1:
        return _clamped(interval(args[0]), *(promql.constant(arg) for arg in args[1:]), name=name)
    return ANYTHING


def _clamped(inner: Interval, *limits: float | None, name: str) -> Interval:
    low = limits[0] if name != "clamp_max" else None
    high = limits[-1] if name != "clamp_min" else None
    bounded = replace(inner, low=max(inner.low, low)) if low is not None else inner
    return replace(bounded, high=min(bounded.high, high)) if high is not None else bounded


def _of_aggregation(aggregation: promql.Aggregation) -> Interval:
    op = aggregation.op.value.lower()
    if op in _AGGREGATIONS:
        return _AGGREGATIONS[op]
    if op in _SPREADS:
        return _ZERO_UP
    inner = interval(aggregation.expr)
    if op in _CHOOSE:
        return inner
    if op == "sum":
        return replace(inner, low=inner.low if inner.low >= 0 else -math.inf, high=math.inf if inner.high > 0 else 0.0)
    return ANYTHING


def _of_binary(binary: promql.Binary) -> Interval:
    op = binary.op.value.lower()
    left, right = interval(binary.left), interval(binary.right)
    if op in COMPARISONS:
        return _BOOLEAN if binary.bool else _filtered(binary, op, left, right)
    if op in ("and", "unless"):
        return left
    if op == "or":
        assumed = left.assumed or right.assumed
        return Interval(min(left.low, right.low), max(left.high, right.high), left.nan or right.nan, assumed)
    if binary.fills:
        return ANYTHING
    if op == "/":
        return _quotient(binary, left, right)
    return _product(left, right) if op == "*" else _sum(left, right, op)


def _quotient(binary: promql.Binary, left: Interval, right: Interval) -> Interval:
    if _is_point(right) and right.low != 0:
        return left.scaled(1 / right.low)
    if left.low < 0 or right.low < 0:
        return ANYTHING
    part, factor = _unscaled(binary.left)
    share = factor > 0 and is_share(part, binary.right) and binary.group is None
    return Interval(0, factor if share else math.inf, assumed=left.assumed or right.assumed)


def _unscaled(expr: promql.Expr) -> tuple[promql.Expr, float]:
    """An expression without the constants it is multiplied with, and their product."""
    factor = 1.0
    while isinstance(expr := promql.unwrap(expr), promql.Binary) and expr.op.value == "*":
        left, right = promql.constant(expr.left), promql.constant(expr.right)
        if left is None and right is None:
            break
        factor *= left if left is not None else right or 0.0
        expr = expr.right if left is not None else expr.left
    return expr, factor


def _product(left: Interval, right: Interval) -> Interval:
    if _is_point(right):
        return left.scaled(right.low)
    if _is_point(left):
        return right.scaled(left.low)
    nonnegative = left.low >= 0 and right.low >= 0
    return Interval(low=0, assumed=left.assumed or right.assumed) if nonnegative else ANYTHING


def _sum(left: Interval, right: Interval, op: str) -> Interval:
    if op not in ("+", "-"):
        return ANYTHING
    if op == "-":
        right = replace(right, low=-right.high, high=-right.low)
    low, high = left.low + right.low, left.high + right.high
    if math.isnan(low) or math.isnan(high):
        return ANYTHING
    return Interval(low, high, left.nan or right.nan, left.assumed or right.assumed)


def _is_point(value: Interval) -> bool:
    return value.low == value.high and not value.nan


def _filtered(binary: promql.Binary, op: str, left: Interval, right: Interval) -> Interval:
    """What a comparison lets through: the vector's values, or the left vector's."""
    if binary.left.type == "scalar" and binary.right.type == "vector":
        op, left, right = _MIRRORED.get(op, op), right, left
    match op:
        case ">":
            return replace(left, low=max(left.low, math.nextafter(right.low, math.inf)), nan=False)
        case ">=":
            return replace(left, low=max(left.low, right.low), nan=False)
        case "<":
            return replace(left, high=min(left.high, math.nextafter(right.high, -math.inf)), nan=False)
        case "<=":
            return replace(left, high=min(left.high, right.high), nan=False)
        case "==":
            return replace(left, low=max(left.low, right.low), high=min(left.high, right.high), nan=False)
        case _:
            return left


_MIRRORED = {">": "<", "<": ">", ">=": "<=", "<=": ">="}


def decide(op: str, left: Interval, right: Interval) -> bool | None:
    """Whether a comparison holds for all values, or for none; None when it depends."""
    if left.empty or right.empty:
        return False
    apart = left.low > right.high or left.high < right.low
    same = _is_point(left) and _is_point(right) and left.low == right.low
    number = not left.nan and not right.nan
    match op:
        case ">":
            return _either(left.low > right.high and number, left.high <= right.low)
        case ">=":
            return _either(left.low >= right.high and number, left.high < right.low)
        case "<" | "<=":
            return decide(_MIRRORED[op], right, left)
        case "==":
            return _either(same, apart)
        case "!=":
            return _either(apart, same)
        case _:
            return None


def _either(holds: bool, fails: bool) -> bool | None:
    return True if holds else False if fails else None


_COUNTED = frozenset(["rate", "increase", "irate", "count_over_time"])


def is_share(part: promql.Expr, whole: promql.Expr) -> bool:
    """
    Whether a quotient is a part of its whole, and so at most 1.

    `sum by (x) (rate(m{code="500"}[5m])) / sum by (x) (rate(m[5m]))`: same metric, same window, and all that the
    divisor asks for the dividend asks too.
    """
    part, whole = promql.unwrap(part), promql.unwrap(whole)
    if not isinstance(part, promql.Aggregation) or not isinstance(whole, promql.Aggregation):
        return False
    if (part.op.value.lower(), whole.op.value.lower()) != ("sum", "sum") or _grouping(part) != _grouping(whole):
        return False
    inner, outer = promql.unwrap(part.expr), promql.unwrap(whole.expr)
    if not isinstance(inner, promql.Call) or not isinstance(outer, promql.Call):
        return False
    if inner.name.value not in _COUNTED or inner.name.value != outer.name.value:
        return False
    return _is_subset(inner.args[0], outer.args[0])


def _grouping(aggregation: promql.Aggregation) -> tuple[str, frozenset[str]]:
    clause = aggregation.grouping
    return (clause.kind, clause.names) if clause else ("by", frozenset())


def _is_subset(part: promql.Expr, whole: promql.Expr) -> bool:
    if not isinstance(part, promql.Matrix) or not isinstance(whole, promql.Matrix):
        return False
    if part.selector.metric is None or part.selector.metric != whole.selector.metric:
        return False
    plain = all(matrix.offset is None and matrix.at is None for matrix in (part, whole))
    return plain and part.range.seconds == whole.range.seconds and _matchers(whole) <= _matchers(part)


def _matchers(matrix: promql.Matrix) -> frozenset[tuple[str, str, str]]:
    return frozenset((m.label.value, m.op.value, m.value.value) for m in matrix.selector.matchers)
