"""
TypeScript, TSX and JavaScript: instruments, measurements, log calls, logging set-ups and spans become nodes.

The same nodes as Python's, so that a rule is written once.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...nodes import Node
from ...region import Text
from ..source import SourceSettings
from .words import made_by_machine, relevant

__all__ = ["KIND", "extract", "read", "relevant"]

KIND = "TypeScript"


def extract(text: Text, settings: SourceSettings, path: str) -> Iterator[Node]:
    """
    The nodes of a file.

    Imports the parser on first use, because a run without TypeScript should not pay for it.
    """
    from .extractor import nodes_of

    yield from nodes_of(text, settings, path)


def read(text: Text, settings: SourceSettings, path: str) -> tuple[tuple[str, ...], tuple[Node, ...], str | None]:
    """What a file is, its nodes, and why it was left alone where it looks like telemetry."""
    if path.endswith((".d.ts", ".d.mts", ".d.cts")):
        return (), (), None
    reason = made_by_machine(text.value)
    if reason is not None:
        return (), (), reason
    try:
        return (KIND,), tuple(extract(text, settings, path)), None
    except RecursionError:
        return (), (), "nested too deeply"
