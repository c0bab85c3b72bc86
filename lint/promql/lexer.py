"""Text to tokens: one regular expression, and what number and string tokens stand for."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ..duration import seconds
from .variables import VARIABLE, holds_variables


class Token(NamedTuple):
    """
    A token and its place.

    `kind` is the operator or bracket itself, or `word`, `number`, `string`, `range` (all of `[…]`), `end` or `bad`.
    """

    kind: str
    text: str
    start: int
    end: int


# A range is one token: inside brackets a colon is a separator, outside it belongs to a metric's name.
_RANGE = rf"\[(?:[^\[\]]|{VARIABLE})*\]"
_COMMON = r"""
    | (?P<number>(?:0[xX]\w*|(?:\d|\.\d)(?:[eE][+-](?=\d)|[\w.])*+))
    | (?P<string>"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'|`[^`]*`)
    | (?P<op>==|!=|=~|!~|<=|>=|</|>/|[-+*/%^<>=@(){},])
    | (?P<bad>["'`].*|\[.*|.)
    | (?P<end>\Z)
    )"""
_SKIP = r"(?>[ \t\r\n]+|\#[^\r\n]*)*+"
_PLAIN = re.compile(rf"{_SKIP}(?:(?P<word>[A-Za-z_:][\w:]*+)|(?P<range>\[[^\[\]]*\]){_COMMON}", re.VERBOSE | re.ASCII)
_TEMPLATED = re.compile(
    rf"{_SKIP}(?:(?P<word>[\w:]*+{VARIABLE}(?:[\w:]|{VARIABLE})*+|[A-Za-z_:][\w:]*+)|(?P<range>{_RANGE}){_COMMON}",
    re.VERBOSE | re.ASCII,
)


def tokens(text: str) -> list[Token]:
    """All tokens of a text; the last one is of kind `end`."""
    found = []
    pattern = _TEMPLATED if holds_variables(text) else _PLAIN
    for match in pattern.finditer(text):
        kind = match.lastgroup or "bad"
        start, end = match.span(kind)
        spelling = text[start:end]
        found.append(Token(spelling if kind == "op" else kind, spelling, start, end))
        if kind == "end":
            break
    return found


_DECIMAL = re.compile(r"(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?")
_INTEGER = re.compile(r"0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+")


@lru_cache(maxsize=4096)
def number(spelling: str) -> tuple[float, bool] | None:
    """What a number token stands for, and whether it is spelt as a duration; None when it is not a number."""
    if _INTEGER.fullmatch(spelling):
        digits = spelling.replace("_", "").lower()
        octal = digits if digits[1:2] in "xbo" and len(digits) > 1 else f"0o{digits}"
        return float(int(octal, 0)), False
    if _DECIMAL.fullmatch(spelling):
        value = float(spelling)
        return None if value == float("inf") else (value, False)
    length = seconds(spelling)
    return None if length is None else (length, True)


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
