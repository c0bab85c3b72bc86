"""What a document holds."""

from __future__ import annotations

from collections.abc import Iterable

from ..nodes import Node
from ..record import Record


class Parsed(Record):
    """What a file holds. `kinds` is empty where nothing in it was recognised."""

    kinds: tuple[str, ...] = ()
    nodes: tuple[Node, ...] = ()
    skipped: str | None = None
    """Why it was left alone although it looks like telemetry."""


def merge(parts: Iterable[Parsed]) -> Parsed:
    """Several documents of one file, as one."""
    collected = list(parts)
    return Parsed(
        tuple(dict.fromkeys(kind for part in collected for kind in part.kinds)),
        tuple(node for part in collected for node in part.nodes),
        next((part.skipped for part in collected if part.skipped), None),
    )
