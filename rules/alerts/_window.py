"""How far back an expression looks, and whether that already keeps one odd sample from firing an alert."""

from __future__ import annotations

import re

from ...lint import promql
from ...lint.telemetry.duration import seconds
from ._interval import COMPARISONS

# Ages and expiry dates move with the clock, and firing alerts have waited already.
_SLOW = re.compile(r"_timestamp(_seconds)?$|_time_seconds$|_ttl_|expir|not_after|not_before|start_time|age_seconds")
_CLOCKS = frozenset(["time", "timestamp", "absent_over_time", "predict_linear"])
_EVENTS = frozenset(["increase", "changes", "resets", "count_over_time"])
_RATES = frozenset(["rate", "irate"])


def is_steady(expr: promql.Expr, window: float) -> bool:
    """
    Whether one odd sample cannot make the expression true, or makes it true for a while on purpose.

    So it is where a condition looks back over the window, counts events, measures an age, or reads alerts.
    All sides of an `or` must be so, and one side of an `and`.
    """
    expr = promql.unwrap(expr)
    if isinstance(expr, promql.Binary):
        op = expr.op.value.lower()
        sides = [is_steady(side, window) for side in expr.children]
        if op in COMPARISONS:
            return _is_steady(expr, window)
        return all(sides) if op == "or" else sides[0] if op == "unless" else any(sides)
    return any(is_steady(child, window) for child in expr.children)


def _is_steady(condition: promql.Binary, window: float) -> bool:
    parts = list(promql.walk(condition))
    metrics = promql.metric_names(condition)
    if any(_looks_back(part) >= window for part in parts) or any(_recorded_over(name) >= window for name in metrics):
        return True
    calls = {part.name.value for part in parts if isinstance(part, promql.Call)}
    if calls & (_CLOCKS | _EVENTS) or (calls & _RATES and _asks_for_any(condition)):
        return True
    return any(metric in ("ALERTS", "ALERTS_FOR_STATE") or _SLOW.search(metric) for metric in metrics)


def _recorded_over(metric: str) -> float:
    """The window that a recording's name tells, as in `job:errors:ratio_rate1h`."""
    told = re.search(r":.*[a-z_](\d+[smhdwy])$", metric)
    return (seconds(told[1]) or 0.0) if told else 0.0


def _looks_back(part: promql.Expr) -> float:
    return (part.range.seconds or 0.0) if isinstance(part, promql.Matrix | promql.Subquery) else 0.0


def _asks_for_any(condition: promql.Binary) -> bool:
    """`rate(failures[5m]) > 0` counts events as `increase` does."""
    return condition.op.value in (">", "!=") and promql.constant(condition.right) == 0
