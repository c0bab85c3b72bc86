"""What a file speaks of: the names by which a chain is followed, kept beside its nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from .. import promql
from ..nodes import (
    AlertingRule,
    AlertmanagerConfig,
    Dialect,
    Instrument,
    Node,
    Query,
    RecordingRule,
    RuleTest,
    Runbook,
)
from ..telemetry.routes import asked_by
from ..telemetry.shelf import key, keys_of, link_of, names_of
from ..telemetry.wire import exposed
from .label_readers import labels_in, labels_printed

ROUTES = "routes"
"""The word of files that say where alerts go: they belong to every chain."""

# What the exposition adds to the name of an instrument (prometheus.io/docs/instrumenting/exposition_formats).
SUFFIXES = ("", "_total", "_bucket", "_sum", "_count", "_created", "_info")


def metrics_of(query: Query) -> frozenset[str]:
    """The metrics that a query reads."""
    if query.dialect is not Dialect.PROMQL:
        return frozenset()
    parsed = promql.parse(query.text.value)
    return frozenset(name for selector in parsed.find(promql.Selector) if (name := selector.metric) is not None)


def words_of(nodes: Iterable[Node]) -> tuple[str, ...]:
    """The words of a file, sorted; the first letter says what each is."""
    return tuple(sorted({word for node in nodes for word in _words(node)}))


def _words(node: Node) -> Iterator[str]:
    match node:
        case Query():
            yield from (f"q {metric}" for metric in metrics_of(node))
            yield from (f"n {label}" for label in labels_in(node))
        case Instrument():
            if node.name is not None:
                yield f"m {exposed(node.name)}"
            yield from (f"n {label.value}" for label in node.labels or ())
        case RecordingRule():
            yield f"r {node.name.value}"
        case AlertingRule():
            yield f"a {node.name.value}"
            yield from (f"l {link}" for link in links_of(node))
            yield from (f"n {label}" for label in labels_printed(node))
        case RuleTest():
            yield from (f"t {tested.alert.value}" for tested in node.alerts)
        case Runbook():
            yield from (f"p {name}" for name in names_of(node))
            yield from (f"k {PurePosixPath(link.target.value.split('#')[0]).name}" for link in node.page.links)
        case AlertmanagerConfig():
            yield ROUTES
            yield from (f"s {receiver.name.value}" for receiver in node.receivers)
            yield from (f"n {label}" for label in (asked_by(node.route) if node.route is not None else ()))


def links_of(alert: AlertingRule) -> Iterator[str]:
    """The keys of the pages that an alert may lead to."""
    link = link_of(alert)
    return keys_of(link.value.value, alert) if link is not None else iter((key(alert.name.value),))
