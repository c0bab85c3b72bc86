"""Files and blocks of PromQL: queries one below the other, with blank lines and comments between them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..finding import Location
from ..nodes import Node, Query, Role
from ..region import Text

KIND = "PromQL"

_BLANK = re.compile(r"\n[ \t\r]*(?=\n)")
# Comments above a query say what it is for, and are no part of it.
_LEAD = re.compile(r"(?:[ \t\r]*(?:#[^\n]*)?\n)*[ \t]*(?=[^#\s])")
_TOKENS = re.compile(r"#[^\n]*|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|[(\[{]|[)\]}]")


def queries_in(text: Text, source: str) -> Iterator[Node]:
    """The queries of a text: a blank line ends one, unless it stands within brackets."""
    for start, end in _chunks(text.value):
        part = text.cut(start, end)
        line, last = part.position(0).line, part.position(max(0, end - start - 1)).line
        at = Location(source, None, part.region())
        yield Query(at=at, lines=(line, last), text=part, role=Role.DOCUMENT)


def _chunks(text: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for match in [*_BLANK.finditer(text), None]:
        end = match.start() if match else len(text)
        if match and _depth(text, begin, end) > 0:
            continue
        chunk = text[begin:end]
        lead = _LEAD.match(chunk)
        if lead is not None and chunk[lead.end() :].strip():
            yield begin + lead.end(), begin + len(chunk.rstrip())
        begin = end


def _depth(text: str, start: int, end: int) -> int:
    return sum(
        (match[0] in "([{") - (match[0] in ")]}") for match in _TOKENS.finditer(text, start, end) if len(match[0]) == 1
    )
