"""
The files of a run by what they speak of.

To follow one name through a large project, only the files that speak of it are unpacked, and of what depends on it.
"""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ..nodes import AlertingRule, Dialect, Node, Query, RecordingRule, Runbook
from ..telemetry.shelf import key, names_of
from ..telemetry.wire import exposed
from .readers import may_read
from .sent import Sent
from .words import ROUTES, SUFFIXES, links_of

if TYPE_CHECKING:
    from ..source import Source


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
    reads = {f"q {word}" for word in may_read(query)} if query is not None else set()
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
            if depends or (page is not None and page in (f"l {link}" for link in links_of(node))):
                yield from _of_alert(node.name.value)
                yield from (f"p {link}" for link in links_of(node))
                yield from ("q ALERTS", "q ALERTS_FOR_STATE")
        case Runbook() if not asked.isdisjoint(f"p {name}" for name in names_of(node)):
            yield f"k {PurePosixPath(node.at.source).name}"
