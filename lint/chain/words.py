"""
What a file speaks of: the names by which a chain is followed, kept beside its nodes.

To follow one name through a large project, only the files that speak of it are unpacked, and of what depends on it.
"""

from __future__ import annotations

import pickle
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
from ..telemetry.routes import asked_by
from ..telemetry.shelf import key, keys_of, link_of, names_of
from ..telemetry.wire import exposed
from .label_readers import labels_in, labels_printed
from .sent import Sent

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
            yield from (f"n {label}" for label in labels_in(node))
        case Instrument():
            if node.name is not None:
                yield f"m {exposed(node.name)}"
            yield from (f"n {label.value}" for label in node.labels or ())
        case RecordingRule():
            yield f"r {node.name.value}"
        case AlertingRule():
            yield f"a {node.name.value}"
            yield from (f"l {link}" for link in _links(node))
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


def _links(alert: AlertingRule) -> Iterator[str]:
    link = link_of(alert)
    return keys_of(link.value.value, alert) if link is not None else iter((key(alert.name.value),))


class Files:
    """The files of a run, by what they speak of."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._by_word: defaultdict[str, list[int]] = defaultdict(list)
        for number, source in enumerate(sources):
            for word in source.summary.words:
                self._by_word[word].append(number)

    def names(self) -> list[str]:
        """Everything that can be asked about by name, but for runbooks: for suggestions."""
        return sorted({word[2:] for word in self._by_word if word[:2] in ("a ", "m ", "n ", "q ", "r ", "s ")})

    def sent(self) -> Iterator[Sent]:
        """The alerts of all files, as far as routes tell them apart."""
        packed = (source.summary.sent for source in self._sources)
        return (sent for one in packed if one for sent in pickle.loads(one))

    def about(self, name: str, *, label: bool = False) -> list[Node]:
        """
        The nodes that speak of a name or of what depends on it, and all that are no rules, in the order of the files.

        Of a label that is asked about by name, too; many speak of one that is only called like something else.
        """
        found: dict[int, list[tuple[Node, frozenset[str]]]] = {}
        page = key(PurePosixPath(name).stem)
        # An alert is asked by its link for this page only: else nobody need work out where a thousand links lead.
        linking = frozenset(self._by_word.get(f"l {page}", ()))
        wanted = {ROUTES, f"m {exposed(name)}", f"r {name}", *_of_alert(name), f"p {page}", f"l {page}"}
        wanted |= {f"q {base}{suffix}" for base in {name, exposed(name)} for suffix in SUFFIXES}
        wanted |= {f"n {name}"} if label else set()
        asked: set[str] = set()
        unfollowed: list[tuple[Node, frozenset[str], str | None]] = []
        while wanted - asked:
            fresh, asked = wanted - asked, asked | wanted
            for number in {number for word in fresh for number in self._by_word.get(word, ())} - found.keys():
                nodes = self._sources[number].nodes()
                found[number] = [(node, _may_read(node, name if label else None)) for node in nodes]
                unfollowed += [(*one, f"l {page}" if number in linking else None) for one in found[number]]
            further = [(one, set(_further(*one, asked=asked))) for one in unfollowed]
            wanted = asked.union(*(words for _, words in further))
            unfollowed = [one for one, words in further if not words]
        return [node for number in sorted(found) for node, reads in found[number] if _belongs(node, reads, asked)]


def _of_alert(name: str) -> tuple[str, str]:
    return f"a {name}", f"t {name}"


def _may_read(node: Node, label: str | None) -> frozenset[str]:
    """
    What a node may read, by the words of its text: a look at it is a hundred times faster than its tree.

    Of labels, only whether it may read the one that is asked about.
    """
    query = node if isinstance(node, Query) else node.query if isinstance(node, AlertingRule | RecordingRule) else None
    text = query.text.value if query is not None and query.dialect is Dialect.PROMQL else ""
    reads = {f"q {word}" for word in _WORD.findall(text)}
    # Other names than words stand in quotes.
    if query is not None and ('{"' in text or "{'" in text or "__name__" in text):
        reads |= {f"q {metric}" for metric in metrics_of(query)}
    if label is not None and any(label in one for one in (text, *_printed(node))):
        reads.add(f"n {label}")
    return frozenset(reads)


def _printed(node: Node) -> Iterator[str]:
    if isinstance(node, AlertingRule):
        yield from (field.value.value for field in (*node.labels.values(), *node.annotations.values()))


def _belongs(node: Node, reads: frozenset[str], asked: set[str]) -> bool:
    match node:
        case Query():
            return not asked.isdisjoint(reads)
        case RecordingRule():
            return f"r {node.name.value}" in asked or not asked.isdisjoint(reads)
        case AlertingRule():
            return f"a {node.name.value}" in asked
    return True


def _further(node: Node, reads: frozenset[str], page: str | None, *, asked: set[str]) -> Iterator[str]:
    """What depends on a node, where the node depends on what is asked for, or is an alert that leads to that page."""
    match node:
        case RecordingRule() if not asked.isdisjoint(reads):
            yield f"q {node.name.value}"
            yield f"r {node.name.value}"
        case AlertingRule():
            depends = f"a {node.name.value}" in asked or not asked.isdisjoint(reads)
            if depends or (page is not None and page in (f"l {link}" for link in _links(node))):
                yield from _of_alert(node.name.value)
                yield from (f"p {link}" for link in _links(node))
                yield from ("q ALERTS", "q ALERTS_FOR_STATE")
        case Runbook() if not asked.isdisjoint(f"p {name}" for name in names_of(node)):
            yield f"k {PurePosixPath(node.at.source).name}"
