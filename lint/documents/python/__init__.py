"""
Python source: instruments, measurements, log calls and logging set-ups become nodes.

Three steps, each paid for only where the one before found something: a byte search for telemetry words
(`relevant`), a skim that leaves out the functions without any (`skim`), and a parse of what remains.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...nodes import Node
from ...region import Text
from ..source import SourceSettings
from .unguarded import unguarded
from .words import relevant

__all__ = ["extract", "relevant"]


def extract(text: Text, settings: SourceSettings) -> Iterator[Node]:
    """
    The nodes of a file; one `Unparsable` where it cannot be parsed. Never raises.

    Imports the parser on first use, because a run without Python should not pay for it.
    """
    with unguarded():
        from .extractor import nodes_of

    yield from nodes_of(text, settings)
