"""Text to tokens: one regular expression, and what number tokens stand for."""

from __future__ import annotations

import re
from functools import lru_cache

from ..grammar import VARIABLE, Token, holds_variables
from ..telemetry.duration import seconds

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
_WORD = re.compile(r"[A-Za-z_:][\w:]*")


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


def words(text: str) -> set[str]:
    """What may be a name in a text, in strings and comments, too: a look is a hundred times faster than a tree."""
    return set(_WORD.findall(text))
