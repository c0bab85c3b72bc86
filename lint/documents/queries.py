"""Files and blocks of queries: one below the other, with blank lines and comments between them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import logql
from ..finding import Location
from ..nodes import Dialect, LogQuery, Node, Query, Role
from ..region import Text

KIND = "PromQL"
LOG_KIND = "LogQL"

_BLANK = re.compile(r"\n[ \t\r]*(?=\n)")
# Comments above a query say what it is for, and are no part of it.
_LEAD = re.compile(r"(?:[ \t\r]*(?:#[^\n]*)?\n)*[ \t]*(?=[^#\s])")
_TOKENS = re.compile(r"#[^\n]*|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|[(\[{]|[)\]}]")


# In LogQL a line may begin a query of its own: with a selector, or with a function where no operator stands before it.
_QUOTED_OR_COMMENT = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|`[^`]*`|(?:#|//)[^\n]*")
_BEGINS = re.compile(rf"[ \t]*(?:\{{|(?:{'|'.join(sorted(logql.FUNCTIONS))})\s*(?:\(|by\b|without\b))")
_GOES_ON = re.compile(
    r"(?:[-+*/%^<>=|~,]|\b(?:and|or|unless|bool|by|without|(?:on|ignoring)\s*\([^()]*\)"
    r"|group_(?:left|right)(?:\s*\([^()]*\))?))\s*\Z"
)


def queries_in(text: Text, source: str) -> Iterator[Node]:
    """The queries of a text: a blank line ends one, unless it stands within brackets."""
    for start, end in _chunks(text.value):
        yield query_of(text.cut(start, end), Dialect.PROMQL, source)


def log_queries_in(text: Text, source: str) -> Iterator[Node]:
    """The queries in LogQL of a text: each ends at a blank line, or where the next one begins."""
    for start, end in _chunks(text.value):
        for first, last in _apart(text.value, start, end):
            yield query_of(text.cut(first, last), Dialect.LOGQL, source)


def query_of(text: Text, dialect: Dialect, source: str) -> Query | LogQuery:
    """A query of a document."""
    lines = (text.position(0).line, text.position(max(0, len(text.value) - 1)).line)
    at = Location(source, None, text.region())
    if dialect is Dialect.LOGQL:
        return LogQuery(at=at, lines=lines, text=text, role=Role.DOCUMENT)
    return Query(at=at, lines=lines, text=text, role=Role.DOCUMENT, dialect=dialect)


def _apart(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The queries of a chunk, by their places."""
    bare = _QUOTED_OR_COMMENT.sub(_blank, text[start:end])
    begin = offset = depth = 0
    before = ""
    for line in bare.splitlines(keepends=True):
        if depth == 0 and before and _BEGINS.match(line) and not _GOES_ON.search(before):
            yield _trimmed(bare, start, begin, offset)
            begin, before = offset, ""
        depth += sum((sign in "([{") - (sign in ")]}") for sign in line)
        before = line.strip() or before
        offset += len(line)
    if before:
        yield _trimmed(bare, start, begin, len(bare))


def _blank(match: re.Match[str]) -> str:
    """As long as what was there: nothing where it was a comment, something where it was a string."""
    return ('"' if match[0][0] in '"`' else " ") * len(match[0])


def _trimmed(bare: str, base: int, start: int, end: int) -> tuple[int, int]:
    part = bare[start:end]
    return base + start + len(part) - len(part.lstrip()), base + start + len(part.rstrip())


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
