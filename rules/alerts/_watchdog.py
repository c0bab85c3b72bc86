"""Alerts that are meant to fire always: they prove that the way to the receiver is open."""

from __future__ import annotations

from ...lint import promql
from ...lint.nodes import AlertingRule, Dialect, Evaluator

WATCHDOGS = ("Watchdog", "DeadMansSwitch", "DeadManSwitch", "AlwaysFiring")


def is_watchdog(alert: AlertingRule, names: tuple[str, ...]) -> bool:
    """Whether its name says so, or its expression is a mere `vector(1)`."""
    if alert.name.value in names:
        return True
    # A look at the text is a hundred times faster than its tree.
    expr = expression(alert) if alert.query is not None and "vector" in alert.query.text.value else None
    match promql.unwrap(expr) if expr is not None else None:
        case promql.Call(name=name, args=(argument,)) if name.value == "vector":
            return promql.constant(argument) is not None
        case _:
            return False


def expression(alert: AlertingRule) -> promql.Expr | None:
    """What makes the alert fire, where it is PromQL that could be read; of Grafana's the condition is elsewhere."""
    if alert.query is None or alert.query.dialect is not Dialect.PROMQL or alert.evaluator is Evaluator.GRAFANA:
        return None
    return promql.parse(alert.query.text.value).expr
