"""
Where each character of a decoded YAML or JSON scalar stands in the document.

The styles are those of YAML 1.2.2 §7.3 (plain and quoted) and §8.1 (block scalars).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..escape import Style
from ..region import Piece

_BREAK = r"(?:\r\n|\n|\r|\x85|\u2028|\u2029)"
# Blanks without a break stand for themselves; taken as a whole, they are looked at once and not from each one on.
_FOLD = re.compile(rf"[ \t]*{_BREAK}(?:[ \t]*{_BREAK})*[ \t]*|[ \t]+")
_COUNT_BREAKS = re.compile(_BREAK)
_ESCAPE = re.compile(
    rf"\\(?:{_BREAK}[ \t]*|x[0-9a-fA-F]{{2}}|u[dD][89abAB][0-9a-fA-F]{{2}}\\u[dD][c-fC-F][0-9a-fA-F]{{2}}"
    r"|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)",
    re.DOTALL,
)
_SPECIAL = {
    "plain": _FOLD,
    "single": re.compile(rf"''|{_FOLD.pattern}"),
    "double": re.compile(rf"{_ESCAPE.pattern}|{_FOLD.pattern}", re.DOTALL),
    "json": _ESCAPE,
}
_HEADER = re.compile(rf"[|>](?:([-+])?([1-9])?|([1-9])([-+]))[ \t]*(?:#[^\r\n]*)?{_BREAK}")
# A tag or an anchor stands before the scalar and belongs to PyYAML's extent of it (YAML 1.2.2 §6.9).
_PROPERTIES = re.compile(rf"(?:[!&][^\s]*(?:[ \t]+|{_BREAK}\s*))+")
_LINE = re.compile(rf"([^\r\n\x85\u2028\u2029]*)({_BREAK}|\Z)")


def pieces_of(text: str, start: int, end: int, value: str, mark: str | None) -> tuple[list[Piece], Style]:
    """
    The pieces of `value`, which `text[start:end]` spells in the style that PyYAML marks it with.

    Where the spelling cannot be followed, one piece that points at the scalar's beginning.
    """
    properties = _PROPERTIES.match(text, start, end) if mark != "json" else None
    start = properties.end() if properties else start
    match mark:
        case "'" | '"' | "json":
            style: Style = "single" if mark == "'" else "double" if mark == '"' else "json"
            if end - start - 2 == len(value) and text.startswith(value, start + 1):
                return [Piece(0, start + 1, len(value), 1)], style
            pieces = list(_flow(text, start + 1, end - 1, style))
        case "|" | ">":
            style = "literal" if mark == "|" else "folded"
            pieces = _block(text, start, end, value, style)
        case _:
            style = "plain"
            if text.startswith(value, start):
                return [Piece(0, start, len(value), 1)], style
            pieces = list(_flow(text, start, end, style))
    if sum(piece.length for piece in pieces) != len(value):
        return [Piece(0, start, 0, 0)], style
    return pieces, style


def _flow(text: str, start: int, end: int, style: Style) -> Iterator[Piece]:
    """Runs of characters that stand for themselves, and what stands for something else."""
    offset, done = 0, start
    for match in _SPECIAL[style].finditer(text, start, end):
        if not match[0].strip(" \t"):
            continue
        if match.start() > done:
            yield Piece(offset, done, match.start() - done, 1)
            offset += match.start() - done
        done = match.end()
        token = match[0]
        if token == "''":
            yield Piece(offset, match.start(), 1, 2)
            offset += 1
        elif token[0] != "\\":
            breaks = len(_COUNT_BREAKS.findall(token))
            for index in range(max(1, breaks - 1)):
                yield Piece(offset, match.start() + index, 1, 1)
                offset += 1
        elif not _COUNT_BREAKS.match(token, 1):
            yield Piece(offset, match.start(), 1, len(token))
            offset += 1
    if end > done:
        yield Piece(offset, done, end - done, 1)


def _block(text: str, start: int, end: int, value: str, style: Style) -> list[Piece]:
    header = _HEADER.match(text, start)
    if header is None:
        return []
    lines = [match.span(1) for match in _LINE.finditer(text, header.end(), end) if match[0]]
    explicit = header[2] or header[3]
    first = next(((s, e) for s, e in lines if text[s:e].strip(" ")), None)
    if first is None:
        return [Piece(0, header.end(), len(value), 1)] if value else []
    found = len(text[first[0] : first[1]]) - len(text[first[0] : first[1]].lstrip(" "))
    # An explicit indentation counts from the parent's, which is not known here: the one that spells the value is it.
    for indent in range(found, -1, -1) if explicit else (found,):
        spelt, pieces = _block_lines(text, lines, indent, style)
        if spelt.startswith(value) or spelt == value:
            return _truncate(pieces, len(value))
    return []


def _block_lines(text: str, lines: list[tuple[int, int]], indent: int, style: Style) -> tuple[str, list[Piece]]:
    """All lines of a block scalar, joined as its style says, before chomping."""
    spelt: list[str] = []
    pieces: list[Piece] = []
    offset = 0
    pending: list[int] = []  # where the line breaks since the last text line stand
    previous = ""
    for start, end in lines:
        body = min(start + indent, end)
        content = text[body:end]
        if not content:
            pending.append(end)
            continue
        if style == "folded" and previous and previous[0] not in " \t" and content[0] not in " \t":
            breaks = pending[1:] or pending[:1]
            glue = "\n" * len(pending[1:]) or " "
        else:
            breaks, glue = pending, "\n" * len(pending)
        for index, at in enumerate(breaks):
            pieces.append(Piece(offset + index, at, 1, 1))
        spelt.append(glue)
        offset += len(glue)
        spelt.append(content)
        pieces.append(Piece(offset, body, len(content), 1))
        offset += len(content)
        pending, previous = [end], content
    for index, at in enumerate(pending):
        pieces.append(Piece(offset + index, min(at, len(text) - 1), 1, 1))
    return "".join(spelt) + "\n" * len(pending), pieces


def _truncate(pieces: list[Piece], length: int) -> list[Piece]:
    kept = [piece for piece in pieces if piece.offset < length]
    if kept and kept[-1].offset + kept[-1].length > length:
        kept[-1] = kept[-1]._replace(length=length - kept[-1].offset)
    return kept
