"""Logical lines of Python, by the brackets and quotes alone, and what is too deep for a parser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Everything that decides where a logical line ends; inside a string none of it counts.
_TOKEN = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^'\\]|\\.|'(?!''))*\'\'\'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'
    |\#[^\n]*|\\\r?\n|[(\[{]|[)\]}]|\n|["\']''',
    re.VERBOSE | re.DOTALL,
)
_DEEPEST = 200
"""CPython's own limit for nested brackets; far below what overflows the parser's stack."""

_DEEPER = {**dict.fromkeys("([{", 1), **dict.fromkeys(")]}", -1)}
_QUOTES = frozenset("\"'")
"""A quote that is a token by itself opens a string that does not end."""

_LONGEST = 4_000
_CHAINED = 1_000
_OPERATOR = re.compile(r"[-+*/%|&~]|\b(?:and|or|not|if|lambda|await)\b|[\w)\]]\.\w|\]\[|\)\(")
_ELIF = re.compile(r"^[ \t]*elif\b", re.MULTILINE)


class BrokenError(Exception):
    """Strings or brackets that do not end: where a body does is not known, and the parser shall say what is wrong."""


class TooDeepError(Exception):
    """Source so deeply nested that the parser's stack would overflow, and take the interpreter with it."""

    def __init__(self, offset: int) -> None:
        super().__init__("nested too deeply")
        self.offset = offset


@dataclass(slots=True)
class Line:
    """A logical line: from its first character that is no blank to the end of its last physical line."""

    start: int
    end: int
    indent: int


def logical_lines(code: str) -> list[Line]:
    """All that hold more than a comment; raises `BrokenError` and `TooDeepError`."""
    if len(_ELIF.findall(code)) > _CHAINED:
        raise TooDeepError(0)
    return list(_logical_lines(code))


def _logical_lines(code: str) -> Iterator[Line]:
    depth = 0
    start = 0
    for match in _TOKEN.finditer(code):
        token = match[0]
        if token == "\n" and depth == 0:
            yield from _line(code, start, match.end())
            start = match.end()
        depth += _DEEPER.get(token, 0)
        if depth > _DEEPEST:
            raise TooDeepError(match.start())
        if depth < 0 or token in _QUOTES:
            raise BrokenError
    if depth:
        raise BrokenError
    if start < len(code):
        yield from _line(code, start, len(code))


def _line(code: str, start: int, end: int) -> Iterator[Line]:
    if end - start > _LONGEST and len(_OPERATOR.findall(code, start, end)) > _CHAINED and _is_chain(code[start:end]):
        raise TooDeepError(start)
    stripped = code[start:end].lstrip(" \t\f")
    if stripped and stripped[0] not in "#\r\n":
        first = end - len(stripped)
        yield Line(first, end, first - start)


def _is_chain(line: str) -> bool:
    """
    Whether some thousand operators follow each other without a comma between them.

    A long table of numbers has as many operators, and is flat.
    """
    return any(len(_OPERATOR.findall(part)) > _CHAINED for part in _TOKEN.sub(_blank, line).split(","))


def _blank(match: re.Match[str]) -> str:
    return match[0] if match[0] in "()[]{}" else " "
