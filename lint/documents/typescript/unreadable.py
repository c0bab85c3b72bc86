"""What of a file could not be read: much of it, or a call that has to do with telemetry."""

from __future__ import annotations

from collections.abc import Iterator

from ...finding import Location
from ...nodes import Unparsable
from .names import Names
from .tree import Node, Source
from .words import CALLS

_LEAST_SHARE = 4
"""One part in so many that is no syntax, and a file counts as broken."""

_TEXTS = frozenset({"comment", "string_fragment", "escape_sequence", "template_string", "regex_pattern", "jsx_text"})


def unreadable(names: Names, *, relevant: bool) -> Iterator[Unparsable]:
    """
    What keeps a file from being judged as a whole, if anything does; one node for all of it.

    Other errors are left alone: tree-sitter goes on after them, and mostly it just does not know the syntax yet.
    """
    errors, source = names.outline.errors, names.source
    if not errors:
        return
    if relevant and sum(error.end_byte - error.start_byte for error in errors) * _LEAST_SHARE >= len(source.data):
        first = min(errors, key=lambda error: (error.type == "program", error.start_byte))
        yield _at(source, first.start_byte, first.start_byte + 1, "much of it is no valid syntax")
        return
    lost = min((place for error in errors for place in _lost(error, names)), default=None)
    if lost is not None:
        yield _at(source, *lost, "this call stands in a part that is no valid syntax")


def _lost(error: Node, names: Names) -> Iterator[tuple[int, int]]:
    """The names of calls by their spelling that are none in the tree: what is given to them is not known."""
    source = names.source
    arguments = (call.child_by_field_name("arguments") for call, _ in names.outline.calls)
    known = {one.start_byte for one in arguments if one is not None}
    for match in CALLS.finditer(source.data, error.start_byte, error.end_byte):
        around = source.root.descendant_for_byte_range(match.end() - 1, match.end())
        if match.end() - 1 not in known and around is not None and around.type not in _TEXTS:
            yield match.span(match.lastgroup or 0)


def _at(source: Source, start: int, end: int, problem: str) -> Unparsable:
    region = source.text.region(source.offset(start), source.offset(end))
    line = region.start.line
    at = Location(source.text.source, None, region)
    return Unparsable(at=at, lines=(line, line), kind="TypeScript", problem=problem)
