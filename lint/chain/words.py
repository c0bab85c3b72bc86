"""
What a file speaks of: the names by which a chain is followed, kept beside its nodes.

To follow one name through a large project, only the files that speak of it are unpacked, and of what depends on it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

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
from ..telemetry.shelf import key, keys_of, link_of, names_of
from ..telemetry.wire import exposed

if TYPE_CHECKING:
    from ..sources import Source

ROUTES = "routes"
"""The word of files that say where alerts go: they belong to every chain."""

# What the exposition adds to the name of an instrument (prometheus.io/docs/instrumenting/exposition_formats).
SUFFIXES = ("", "_total", "_bucket", "_sum", "_count", "_created", "_info")


_WORD = re.compile(r"[A-Za-z_:][\w:]*")


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
        case Instrument() if node.name is not None:
            yield f"m {exposed(node.name)}"
        case RecordingRule():
            yield f"r {node.name.value}"
        case AlertingRule():
            yield f"a {node.name.value}"
            yield from (f"l {link}" for link in _links(node))
        case RuleTest():
            yield from (f"a {tested.alert.value}" for tested in node.alerts)
        case Runbook():
            yield from (f"p {name}" for name in names_of(node))
            yield from (f"k {PurePosixPath(link.target.value.split('#')[0]).name}" for link in node.page.links)
        case AlertmanagerConfig():
            yield ROUTES


def _links(alert: AlertingRule) -> Iterator[str]:
    link = link_of(alert)
    return keys_of(link.value.value, alert) if link is not None else iter((key(alert.name.value),))


def about(sources: Sequence[Source], name: str) -> list[Node]:
    """The nodes that speak of a name or of what depends on it, and all that are no rules, in the order of the files."""
    by_word: defaultdict[str, list[int]] = defaultdict(list)
    for number, source in enumerate(sources):
        for word in source.summary.words:
            by_word[word].append(number)
    found: dict[int, list[tuple[Node, frozenset[str], bool]]] = {}
    page = key(PurePosixPath(name).stem)
    # An alert is asked by its link for this page only: else nobody need work out where a thousand links lead.
    linking = frozenset(by_word.get(f"l {page}", ()))
    wanted = {ROUTES, f"m {exposed(name)}", f"r {name}", f"a {name}", f"p {page}", f"l {page}"}
    wanted |= {f"q {base}{suffix}" for base in {name, exposed(name)} for suffix in SUFFIXES}
    asked: set[str] = set()
    while wanted - asked:
        fresh, asked = wanted - asked, asked | wanted
        for number in {number for word in fresh for number in by_word.get(word, ())} - found.keys():
            found[number] = [(node, _may_read(node), number in linking) for node in sources[number].nodes()]
        wanted = asked | {
            word
            for nodes in found.values()
            for node, reads, links in nodes
            for word in _further(node, reads, asked, f"l {page}" if links else None)
        }
    return [node for number in sorted(found) for node, reads, _ in found[number] if _belongs(node, reads, asked)]


def _may_read(node: Node) -> frozenset[str]:
    """What a query may read, by the words of its text: a look at it is a hundred times faster than its tree."""
    query = node if isinstance(node, Query) else node.query if isinstance(node, AlertingRule | RecordingRule) else None
    if query is None or query.dialect is not Dialect.PROMQL:
        return frozenset()
    text = query.text.value
    # Other names than words stand in quotes.
    quoted = metrics_of(query) if '{"' in text or "{'" in text or "__name__" in text else ()
    return frozenset(f"q {word}" for word in (*_WORD.findall(text), *quoted))


def _belongs(node: Node, reads: frozenset[str], asked: set[str]) -> bool:
    match node:
        case Query():
            return not asked.isdisjoint(reads)
        case RecordingRule():
            return f"r {node.name.value}" in asked or not asked.isdisjoint(reads)
        case AlertingRule():
            return f"a {node.name.value}" in asked
    return True


def _further(node: Node, reads: frozenset[str], asked: set[str], page: str | None) -> Iterator[str]:
    """What depends on a node, where the node depends on what is asked for, or is an alert that leads to that page."""
    match node:
        case RecordingRule() if not asked.isdisjoint(reads):
            yield f"q {node.name.value}"
            yield f"r {node.name.value}"
        case AlertingRule():
            depends = f"a {node.name.value}" in asked or not asked.isdisjoint(reads)
            if depends or (page is not None and page in (f"l {link}" for link in _links(node))):
                yield f"a {node.name.value}"
                yield from (f"p {link}" for link in _links(node))
                yield from ("q ALERTS", "q ALERTS_FOR_STATE")
        case Runbook() if not asked.isdisjoint(f"p {name}" for name in names_of(node)):
            yield f"k {PurePosixPath(node.at.source).name}"
