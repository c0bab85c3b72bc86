"""Text to tokens: one regular expression, and what numbers with and without a unit stand for."""

from __future__ import annotations

import re
from functools import lru_cache

from ..grammar import VARIABLE, Token
from ..telemetry.duration import seconds
from .syntax import Quantity

# A variable is never the beginning of a range: `[[x]]` is tried first.
_TOKEN = re.compile(
    rf"""(?>[ \t\r\n]+|\#[^\r\n]*|//[^\r\n]*|/\*(?:[^*]|\*(?!/))*+\*/)*+
    (?: (?P<word>\w*+{VARIABLE}(?:\w|{VARIABLE})*+|[^\W\d]\w*+)
    | (?P<range>\[(?:[^\[\]]|{VARIABLE})*+\])
    | (?P<number>(?:0[xX]\w*|(?:\d|\.\d)(?:[eE][+-](?=\d)|[\w.µμ])*+))
    | (?P<string>"(?:[^"\\\n]|\\.)*+"|`[^`]*`)
    | (?P<flag>--(?:strict|keep-empty)\b)
    | (?P<op>\|=|\|~|\|>|!=|!~|!>|==|=~|<=|>=|[-+*/%^<>=|(){{}},.])
    | (?P<bad>["'`].*|\[.*|.)
    | (?P<end>\Z)
    )""",
    re.VERBOSE,
)


def tokens(text: str) -> list[Token]:
    """All tokens of a text; the last one is of kind `end`."""
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "bad"
        start, end = match.span(kind)
        spelling = text[start:end]
        found.append(Token(spelling if kind == "op" else kind, spelling, start, end))
        if kind == "end":
            break
    return found


# Go's durations have fractions and go down to nanoseconds (pkg.go.dev/time#ParseDuration); Prometheus' have days.
_GO_DURATION = re.compile(r"(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+", re.ASCII)
# Sizes as Loki takes them: there is no exabyte, and no small `b`.
_BYTES = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[kKMGTP]i?B?|B)", re.ASCII)
_DECIMAL = re.compile(r"(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?", re.ASCII)
_INTEGER = re.compile(r"0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+", re.ASCII)


@lru_cache(maxsize=4096)
def quantity(spelling: str) -> Quantity | None:
    """Whether a number token is a number, a duration or a size; None when it is none of them."""
    if number(spelling) is not None:
        return "number"
    if seconds(spelling) is not None or _GO_DURATION.fullmatch(spelling):
        return "duration"
    return "bytes" if _BYTES.fullmatch(spelling) else None


def number(spelling: str) -> float | None:
    """What a number token without a unit stands for."""
    if _INTEGER.fullmatch(spelling):
        return float(int(spelling.replace("_", ""), 0))
    return float(spelling) if _DECIMAL.fullmatch(spelling) else None
