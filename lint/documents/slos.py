"""
Service level objectives: a plain `slos:` list, OpenSLO, sloth and pyrra.

The plain list names an objective, its `target` (`99.9%`, `< 500ms`), its `window`, and its query below `measurement`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Location
from ..nodes import Indicator, Node, Part, Slo, SloDialect
from . import openslo, pyrra, sloth
from .objectives import length, queries, target
from .steps import elements, text_at
from .tree import Tree

KIND = "service level objectives"

# What a list must say of one of its entries to be taken for objectives.
_MARKS = ("target", "objective", "measurement")
_PARTS = ((Part.VALUE, "query"), (Part.GOOD, "good"), (Part.BAD, "bad"), (Part.TOTAL, "total"))


def holds_slos(tree: Tree) -> bool:
    """Whether this document states objectives, in any of the dialects."""
    return openslo.holds(tree) or sloth.holds(tree) or pyrra.holds(tree) or _holds_plain(tree)


def slos_in(tree: Tree, source: str) -> Iterator[Node]:
    """The objectives of a document, and their queries."""
    for dialect in (openslo, sloth, pyrra):
        if dialect.holds(tree):
            nodes = dialect.slos_in(tree, source)
            break
    else:
        nodes = _plain(tree, source)
    for node in nodes:
        yield node
        if isinstance(node, Slo | Indicator):
            yield from node.queries.values()


def _holds_plain(tree: Tree) -> bool:
    return any(
        entry.get("name") is not None and any(entry.get(mark) is not None for mark in _MARKS)
        for entry in elements(tree.get("slos"))
    )


def _plain(tree: Tree, source: str) -> Iterator[Node]:
    for entry in elements(tree.get("slos")):
        name = entry.text_at("name")
        if name is None:
            continue
        subject = f"slo {name.value}"
        window = entry.get("window") or entry.get("period")
        spelling = window.text if window is not None and not window.is_null else None
        measured = entry.get("measurement") or entry
        service = entry.text_at("service")
        yield Slo(
            at=Location(source, subject, name.region()),
            lines=entry.lines,
            dialect=SloDialect.PLAIN,
            name=name,
            service=service.value if service is not None else None,
            description=entry.text_at("description"),
            target=target(entry.get("target") or entry.get("objective")),
            window=spelling,
            window_seconds=length(spelling),
            window_remark=window.comment if window is not None else None,
            queries=queries(((part, text_at(measured, key)) for part, key in _PARTS), subject, entry.lines),
            makes_alerts=False,
        )
