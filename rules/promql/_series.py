"""Whether two expressions stand for the same series, but for matchers."""

from __future__ import annotations

from ...lint import promql

# Functions whose result has other labels than what they are given.
_CHANGES_LABELS = frozenset(
    {
        "absent",
        "absent_over_time",
        "histogram_quantile",
        "histogram_quantiles",
        "info",
        "label_join",
        "label_replace",
        "scalar",
        "vector",
    }
)
_PICKS = frozenset({"bottomk", "count_values", "limit_ratio", "limitk", "topk"})


def differences(left: promql.Expr, right: promql.Expr) -> frozenset[str] | None:
    """
    The labels whose matchers differ, where both sides otherwise compute the same of the same series.

    Series of the two sides that agree in these labels are then one series, with one value.
    None where the sides are not alike, or it cannot be told.
    """
    left, right = promql.unwrap(left), promql.unwrap(right)
    match left, right:
        case promql.Selector(), promql.Selector():
            return _of_selectors(left, right)
        case promql.Matrix(), promql.Matrix() if _same_window(left, right):
            return _of_selectors(left.selector, right.selector)
        case promql.Subquery(), promql.Subquery() if _same_window(left, right):
            return differences(left.expr, right.expr) if _spelt(left.step) == _spelt(right.step) else None
        case promql.Call(), promql.Call():
            return _of_calls(left, right)
        case promql.Aggregation(), promql.Aggregation():
            return _of_aggregations(left, right)
        case _:
            return None


def kept(clause: promql.Clause | None, labels: frozenset[str], *, everything: bool) -> bool:
    """
    Whether a clause keeps all of some labels: `by` and `on` name what stays, `without` and `ignoring` what goes.

    `everything` says what no clause at all means.
    """
    if not labels:
        return True
    if clause is None:
        return everything
    if clause.templated:
        return False
    return labels <= clause.names if clause.kind in ("by", "on") else labels.isdisjoint(clause.names)


def _of_selectors(left: promql.Selector, right: promql.Selector) -> frozenset[str] | None:
    if left.metric is None or left.metric != right.metric or left.partial or right.partial:
        return None
    if (_spelt(left.offset), left.modifier is None) != (_spelt(right.offset), right.modifier is None):
        return None
    if (_time(left.at)) != _time(right.at):
        return None
    return frozenset(label for label, _, _ in _matchers(left) ^ _matchers(right))


def _matchers(selector: promql.Selector) -> frozenset[tuple[str, str, str]]:
    return frozenset(
        (matcher.label.value, matcher.op.value, matcher.value.value)
        for matcher in selector.matchers
        if matcher.label.value != "__name__"
    )


def _of_calls(left: promql.Call, right: promql.Call) -> frozenset[str] | None:
    name = left.name.value
    if name != right.name.value or len(left.args) != len(right.args) or name in _CHANGES_LABELS or left.result is None:
        return None
    found: frozenset[str] = frozenset()
    for one, other in zip(left.args, right.args, strict=True):
        if one.type == "scalar" and promql.constant(one) is not None and promql.constant(one) == promql.constant(other):
            continue
        between = differences(one, other)
        if between is None:
            return None
        found |= between
    return found


def _of_aggregations(left: promql.Aggregation, right: promql.Aggregation) -> frozenset[str] | None:
    if left.op.value != right.op.value or left.op.value in _PICKS or left.op.templated:
        return None
    if _labels(left.grouping) != _labels(right.grouping):
        return None
    if left.param is not None and (right.param is None or promql.constant(left.param) != promql.constant(right.param)):
        return None
    inner = differences(left.expr, right.expr)
    return inner if inner is not None and kept(left.grouping, inner, everything=False) else None


def _labels(clause: promql.Clause | None) -> tuple[str, frozenset[str]]:
    return ("by", frozenset()) if clause is None else (clause.kind, clause.names)


def _same_window(left: promql.Matrix | promql.Subquery, right: promql.Matrix | promql.Subquery) -> bool:
    same = left.range.spelling == right.range.spelling
    return same and _spelt(left.offset) == _spelt(right.offset) and _time(left.at) == _time(right.at)


def _spelt(duration: promql.Duration | None) -> str | None:
    return None if duration is None else duration.spelling


def _time(at: promql.At | None) -> tuple[float | None, str | None] | None:
    return None if at is None else (at.seconds, at.anchor)
