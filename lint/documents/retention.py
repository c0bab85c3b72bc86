"""
How long telemetry is kept: a policy of tiers, and the configurations that must agree with it.

The policy is a mapping `retention:` of tiers to lengths: `hot`, `warm`, `cold` and `archive` for metrics, `traces`,
and the levels of logs. A document may hold several, one for each system.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Location
from ..nodes import Node, RetentionSetting, Store
from ..telemetry.duration import seconds
from . import grafana_retention, prometheus_retention
from .tree import Tree

KIND = "retention"

METRIC_TIERS = ("hot", "warm", "cold", "archive", "metrics")
LOG_LEVELS = ("debug", "info", "warn", "warning", "error")
_TIERS = frozenset({*METRIC_TIERS, *LOG_LEVELS, "traces", "logs"})
_LEVEL = {"warning": "warn"}


def holds_retention(tree: Tree) -> bool:
    """Whether this document says how long telemetry is kept, or configures what keeps it."""
    return _holds_policy(tree) or grafana_retention.holds(tree) or prometheus_retention.holds(tree)


def retention_in(tree: Tree, source: str) -> Iterator[Node]:
    """Every statement of a document about how long telemetry is kept."""
    yield from _policy(tree, source)
    yield from grafana_retention.settings_in(tree, source)
    yield from prometheus_retention.settings_in(tree, source)


def _holds_policy(tree: Tree) -> bool:
    return any(True for _ in _tiers(tree))


def _tiers(tree: Tree) -> Iterator[tuple[Tree, Tree]]:
    # The same key once for each system is how a policy is often written down.
    for key, policy in tree.entries():
        if key.scalar != "retention":
            continue
        for tier, value in policy.entries():
            if tier.scalar in _TIERS and value.scalar is not None and seconds(value.scalar) is not None:
                yield tier, value


def _policy(tree: Tree, source: str) -> Iterator[RetentionSetting]:
    for tier, value in _tiers(tree):
        if tier.scalar is None or value.text is None:
            continue
        name = _LEVEL.get(tier.scalar, tier.scalar)
        yield RetentionSetting(
            at=Location(source, f"retention {tier.scalar}", value.region),
            lines=(tier.lines[0], value.lines[1]),
            store=Store.POLICY,
            name=name,
            value=value.text,
            seconds=seconds(value.text.value),
        )
