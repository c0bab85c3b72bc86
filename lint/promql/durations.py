"""
Lengths of time: `[5m]`, `[1h:5m]`, `offset 5m`, and the arithmetic of duration expressions.

Prometheus reads them with two grammars (prometheus.io/docs/prometheus/latest/querying/basics, «Duration expressions»):
between brackets all of the arithmetic; behind `offset` one literal or one parenthesised expression, so that
`a offset 5m - 3` subtracts 3 from a.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import ClassVar, NamedTuple

from ..grammar import VARIABLE, Cursor, Duration, Fault, Token, templated
from .lexer import number

_LONGEST = 292 * 365 * 86400.0  # nanoseconds in a signed 64-bit integer
_DEEPEST = 50
_POWER = {"+": 1, "-": 1, "*": 2, "/": 2, "%": 2, "^": 4}
_SIGN_POWER = 3

_TOKEN = re.compile(
    rf"\s*(?:(?P<word>\w*{VARIABLE}(?:\w|{VARIABLE})*|[A-Za-z_]\w*)"
    r"|(?P<number>(?:0[xX]\w*|(?:\d|\.\d)(?:[eE][+-](?=\d)|[\w.])*+))"
    r"|(?P<string>\"[^\"]*\"|'[^']*')"
    r"|(?P<op>[-+*/%^(),:])|(?P<end>\Z)|(?P<bad>.))",
    re.ASCII | re.DOTALL,
)
_LITERAL = re.compile(r"\[(\d+(?:ms|[smhdwy]))\]", re.ASCII)


class _Value(NamedTuple):
    seconds: float | None
    literal: bool
    """A number with its sign and parentheses: what Prometheus checks when it parses."""

    computed: bool


def parse_range(token: Token) -> tuple[Duration, Duration | None, bool]:
    """What a range token holds: the range, the step, and whether it has a colon. Raises Fault."""
    literal = _LITERAL.fullmatch(token.text)
    if literal is not None:
        spelling = literal[1]
        value = number(spelling)
        if value is not None and value[0] > 0:
            return Duration(token.start + 1, token.end - 1, spelling, value[0], False), None, False
    reader = Durations(_tokens(token), token.text, token.start)
    length = _positive(reader.expression("a duration"), "a range")
    if reader.token.kind == "end":
        return length, None, False
    reader.expect(":", "`]`, `:` or an operator")
    step = None if reader.token.kind == "end" else _positive(reader.expression("a duration"), "a step")
    if reader.token.kind != "end":
        raise reader.unexpected("`]`")
    return length, step, True


def _tokens(token: Token) -> list[Token]:
    found = []
    for match in _TOKEN.finditer(token.text, 1, len(token.text) - 1):
        kind = match.lastgroup or "bad"
        start, end = match.span(kind)
        spelling = match[kind]
        found.append(Token(spelling if kind == "op" else kind, spelling, token.start + start, token.start + end))
        if kind == "end":
            break
    # What stands at the end of the range is its bracket.
    found[-1] = Token("end", "]", token.end - 1, token.end)
    return found


def _positive(duration: Duration, what: str) -> Duration:
    if duration.seconds is not None and duration.seconds <= 0 and not duration.computed:
        raise Fault(f"{what} must be longer than 0", duration.start, duration.end)
    return duration


class Durations(Cursor):
    """Reads durations; `text` is what the tokens were cut from, `base` the offset of its first character."""

    hints: ClassVar[Mapping[str, str]] = {
        "|": "alternatives of series are joined with `or`",
        "&": "conditions on series are joined with `and`",
        "!": "`!=` and `!~` exist; what must not be there is taken away with `unless`",
    }

    __slots__ = ("base", "text")

    def __init__(self, tokens: list[Token], text: str, base: int = 0) -> None:
        super().__init__(tokens)
        self.text, self.base = text, base

    def expression(self, expected: str) -> Duration:
        """A duration with all of the arithmetic."""
        start = self.token.start
        return self._made(start, self._sum(0, expected, 0))

    def offset(self) -> Duration:
        """A duration behind `offset`: it ends before the first operator."""
        start = self.token.start
        sign = self.take().kind if self.token.kind in ("+", "-") else None
        value = self._length("a duration", 0)
        if sign is not None:
            value = _signed(sign, value)
        return self._made(start, value)

    def _made(self, start: int, value: _Value) -> Duration:
        end = self.tokens[self.index - 1].end
        if value.seconds is not None and abs(value.seconds) > _LONGEST:
            raise Fault("duration out of range", start, end, "the longest one is 292 years")
        return Duration(start, end, self.text[start - self.base : end - self.base], value.seconds, value.computed)

    def _sum(self, power: int, expected: str, depth: int) -> _Value:
        if depth > _DEEPEST:
            raise self.unexpected("fewer parentheses")
        if self.token.kind in ("+", "-"):
            sign = self.take().kind
            left = _signed(sign, self._sum(_SIGN_POWER, expected, depth + 1))
        else:
            left = self._length(expected, depth)
        while (binds := _POWER.get(self.token.kind, 0)) > power:
            op = self.take()
            right_start = self.token.start
            right = self._sum(binds - 1 if op.kind == "^" else binds, "a duration", depth + 1)
            if op.kind in "/%" and right.literal and right.seconds == 0:
                raise Fault("division of a duration by 0", right_start, self.tokens[self.index - 1].end)
            left = _Value(_computed(op.kind, left.seconds, right.seconds), False, True)
        return left

    def _length(self, expected: str, depth: int) -> _Value:
        token = self.token
        if token.kind == "number":
            self.take()
            value = number(token.text)
            if value is None:
                raise bad_number(token)
            return _Value(value[0], True, False)
        if token.kind == "(":
            self.take()
            inner = self._sum(0, "a duration", depth + 1)
            self.expect(")", "`)` or an operator")
            return inner._replace(computed=inner.computed or not inner.literal)
        word = self.keyword()
        if word in ("step", "range"):
            self.take()
            self.expect("(", "`(`")
            self.expect(")", "`)`")
            return _Value(None, False, True)
        if word in ("min_of", "max_of"):
            return self._least_or_most(word, depth)
        if token.kind == "word" and templated(token.text):
            self.take()
            return _Value(None, False, False)
        raise self.unexpected(expected)

    def _least_or_most(self, word: str, depth: int) -> _Value:
        self.take()
        self.expect("(", "`(`")
        left = self._sum(0, "a duration", depth + 1)
        self.expect(",", "`,`")
        right = self._sum(0, "a duration", depth + 1)
        self.expect(")", "`)`")
        if left.seconds is None or right.seconds is None:
            return _Value(None, False, True)
        pick = min if word == "min_of" else max
        return _Value(pick(left.seconds, right.seconds), False, True)


def bad_number(token: Token) -> Fault:
    """The fault of a token that begins with a digit and is neither number nor duration."""
    cure = "a duration reads like `1h30m`: units from y to ms, each once, the larger first"
    return Fault(f"`{token.text}` is neither a number nor a duration", token.start, token.end, cure, grammar=True)


def _signed(sign: str, value: _Value) -> _Value:
    if sign == "+" or value.seconds is None:
        return value
    return value._replace(seconds=-value.seconds)


def _computed(op: str, left: float | None, right: float | None) -> float | None:
    if left is None or right is None:
        return None
    try:
        match op:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case "/":
                return left / right
            case "%":
                return math.fmod(left, right)
            case _:
                return float(left**right)
    except (ZeroDivisionError, OverflowError, TypeError, ValueError):
        return None
