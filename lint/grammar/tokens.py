"""Tokens, and what quoted ones stand for."""

from __future__ import annotations

import re
from typing import NamedTuple


class Token(NamedTuple):
    """
    A token and its place.

    `kind` is the operator or bracket itself, or `word`, `number`, `string`, `range` (all of `[…]`), `end` or `bad`.
    """

    kind: str
    text: str
    start: int
    end: int


# Go's string literals (go.dev/ref/spec#String_literals), without raw ones.
_ESCAPE = re.compile(r"\\(?:([abfnrtv\\\"'])|([0-7]{3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.|\Z))")
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", '"': '"', "'": "'"}


class BadEscape(ValueError):  # noqa: N818 - the user's error, not ours
    """An escape that Go does not know; `start` and `end` are offsets into the spelling, quotes included."""

    def __init__(self, spelling: str, start: int, end: int) -> None:
        super().__init__(f"unknown escape `{spelling}`")
        self.start, self.end = start, end


def unquote(spelling: str) -> str:
    """The value of a string token. Raises BadEscape."""
    inner = spelling[1:-1]
    if "\\" not in inner or spelling[0] == "`":
        return inner
    return _ESCAPE.sub(lambda match: _unescape(match, spelling[0]), inner)


def _unescape(match: re.Match[str], quote: str) -> str:
    simple, octal, *hexadecimal, _ = match.groups()
    if simple is not None and not (simple in "\"'" and simple != quote):
        return _SIMPLE[simple]
    code = int(octal, 8) if octal else next((int(digits, 16) for digits in hexadecimal if digits), -1)
    limit = 255 if octal else 0x10FFFF
    if 0 <= code <= limit and not 0xD800 <= code < 0xE000:
        return chr(code)
    raise BadEscape(match.group(), match.start() + 1, match.end() + 1)
