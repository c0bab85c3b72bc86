"""What is known of the labels of an alert when it reaches Alertmanager: for walking it through a routing tree."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .. import promql
from ..nodes import AlertingRule, Dialect
from .routes import ABSENT, Labels, Values

EXTERNAL = frozenset(
    "account availability_zone aws_account cluster cluster_id cluster_name customer datacenter dc domain env"
    " environment landscape location monitor namespace organization platform prometheus"
    " prometheus_replica project region replica ruler site stage stack tenant tenant_id zone".split()
)
"""Labels that a server adds to all its alerts (`external_labels`), as they are usually called."""

_FILLED_IN = re.compile(r"\{\{|\{%|\$\{|\$\(|%\(|<<")


def labels_of(alert: AlertingRule, asked: frozenset[str] | None = None) -> Labels:
    """
    The labels that the rule and its expression give an alert.

    A label that the expression cannot carry is absent, unless a server may add it. Where only some labels are `asked`
    for, and the rule gives all of them, nobody need read the expression: what it says of the others is left out.
    """
    own = {name: static(field.value.value) for name, field in alert.labels.items()}
    own["alertname"] = static(alert.name.value)
    if asked is not None and asked <= own.keys():
        return Labels(own)
    branches = _branches(alert)
    if not branches:
        return Labels(own, None)
    names = {name for branch in branches for name in branch.labels.named} - own.keys()
    carried = {name: _values(name, (branch.label(name) for branch in branches)) for name in names}
    closed = all(branch.labels.closed for branch in branches)
    unknown: dict[str, Values | None] = dict.fromkeys(EXTERNAL - carried.keys())
    return Labels({**unknown, **carried, **own}, ABSENT if closed else None)


def _branches(alert: AlertingRule) -> tuple[promql.Branch, ...]:
    if alert.query is None or alert.query.dialect is not Dialect.PROMQL:
        return ()
    expr = promql.parse(alert.query.text.value).expr
    return promql.flow(expr) if expr is not None else ()


def static(value: str) -> Values | None:
    """What a label is, as it is written; None where a template fills it in."""
    return None if _FILLED_IN.search(value) else frozenset([value])


def _values(name: str, facts: Iterable[promql.Fact]) -> Values | None:
    values: set[str] = set()
    for fact in facts:
        if fact.impossible and name not in EXTERNAL:
            values.add("")
        elif fact.guaranteed and fact.value is not None:
            values.add(fact.value)
        else:
            return None
    return frozenset(values)
