"""Labels, matchers, and the conditions of label filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from ..grammar import Cursor, Fault, Matcher, Token, TooDeep, Word, string, templated
from .check import check_regex
from .functions import RESERVED
from .lexer import quantity
from .syntax import Comparison, Condition, Enclosed, Junction, Quantity

COMPARISONS = frozenset({"=", "==", "!=", "=~", "!~", ">", ">=", "<", "<="})
_MATCHING = ("=", "!=", "=~", "!~")
_DEEPEST = 50


class Unclear(Exception):  # noqa: N818 - not an error: the text may be right
    """Something stands where only its value would tell how the text goes on; the message says what."""


class Conditions(Cursor):
    """Reads labels and what is asked of them."""

    hints: ClassVar[Mapping[str, str]] = {
        "'": 'quote with `"` or with backticks',
        "&": "conditions are joined with `and`",
        "@": "there is no `@` in LogQL",
        "~": "a line filter by a pattern is `|~`",
        "!": "a line filter that leaves lines out is `!=` or `!~`",
    }

    __slots__ = ("nesting",)

    def __init__(self, tokens: list[Token]) -> None:
        super().__init__(tokens)
        self.nesting = 0

    def unclear_if_variable(self) -> None:
        """Gives up where a dashboard variable stands for something that is no value."""
        if self.token.kind == "word" and templated(self.token.text):
            raise Unclear("a dashboard variable stands where it cannot be followed")

    def label(self, expected: str = "a label") -> Word:
        """The name of a label."""
        token = self.token
        if token.kind != "word":
            raise self.unexpected(expected)
        if token.text.lower() in RESERVED:
            message = f"`{token.text}` is a word of LogQL, and cannot be a label"
            raise Fault(message, token.start, token.end, "rename it in the log or with the parser", grammar=True)
        self.take()
        if self.token.kind in (".", "-") and self.token.start == token.end:
            sign = self.take()
            end = self.token.end if self.token.kind == "word" and self.token.start == sign.end else sign.end
            cure = f"parsers put `_` in its place, as in `{token.text}_…`"
            raise Fault(f"`{sign.text}` in the name of a label", token.start, end, cure, grammar=True)
        return Word(token.text, token.start, token.end)

    def matcher(self, label: Word) -> Matcher:
        """What stands behind a label: an operator and a quoted value."""
        if self.token.kind not in _MATCHING:
            raise self.unexpected("`=`, `!=`, `=~` or `!~`", "write `=`" if self.token.kind == "==" else None)
        op = self.take()
        if self.token.kind in ("word", "number") and not templated(self.token.text):
            raise self.unexpected("a quoted string", f'quote it: `"{self.token.text}"`')
        return Matcher(label, Word(op.text, op.start, op.end), self.quoted_or_variable("a quoted string"))

    def quoted_or_variable(self, expected: str) -> Word:
        """A quoted value, or the dashboard variable that stands for it."""
        token = self.token
        if token.kind == "word" and templated(token.text):
            self.take()
            return Word(token.text, token.start, token.end)
        self.expect("string", expected)
        return Word(string(token), token.start, token.end)

    def address(self) -> tuple[Word, int]:
        """`ip("…")`: the address, and where the parenthesis ends."""
        self.take()
        self.expect("(", "`(`")
        value = self.quoted_or_variable("a quoted address")
        return value, self.expect(")", "`)`").end

    # Conditions. `and`, a comma and a mere space are one operator; `or` binds less.

    def condition(self) -> Condition:
        """All that a label filter asks."""
        left = self._conjunction()
        while self.keyword() == "or":
            self.take()
            left = _joined("or", left, self._conjunction())
        return left

    def _conjunction(self) -> Condition:
        left = self._single()
        while True:
            if self.keyword() == "and" or self.token.kind == ",":
                self.take()
            elif not self._at_comparison():
                return left
            left = _joined("and", left, self._single())

    def _at_comparison(self) -> bool:
        return self.token.kind == "(" or (
            self.token.kind == "word" and self.keyword() != "or" and self.peek().kind in COMPARISONS
        )

    def _single(self) -> Condition:
        if self.token.kind != "(":
            return self._comparison()
        if self.nesting >= _DEEPEST:
            raise TooDeep
        self.nesting += 1
        opening = self.take()
        inner = self.condition()
        self.nesting -= 1
        if self.token.kind == "end":
            raise Fault("`(` is not closed", opening.start, opening.end, "add `)`", grammar=True)
        return Enclosed(opening.start, self.expect(")", "`)`, `and` or `or`").end, inner)

    def _comparison(self) -> Comparison:
        label = self.label()
        if self.token.kind not in COMPARISONS:
            raise self.unexpected("a comparison, as in `=`, `=~` or `>`")
        token = self.take()
        op = Word(token.kind, token.start, token.end)
        kind, value, end = self._value(op)
        return Comparison(label.start, end, label, op, value, kind)

    def _value(self, op: Word) -> tuple[Quantity | None, Word, int]:
        token = self.token
        if token.kind == "string":
            return self._text(op)
        if self.keyword() == "ip" and self.peek().kind == "(" and op.value in ("=", "!="):
            value, end = self.address()
            return "ip", value, end
        sign = self.take() if token.kind in ("+", "-") else None
        token = self.token
        if token.kind == "word" and templated(token.text):
            self.take()
            return None, Word(token.text, token.start, token.end), token.end
        if token.kind != "number":
            cure = f'quote it: `"{token.text}"`' if token.kind == "word" else None
            raise self.unexpected("a quoted string, a number, a duration or a size", cure)
        if op.value in ("=~", "!~"):
            raise self.unexpected("a quoted pattern", f'quote it: `"{token.text}"`')
        kind = quantity(token.text)
        if kind is None:
            raise bad_number(token)
        self.take()
        start = sign.start if sign is not None else token.start
        spelling = f"{sign.text if sign is not None else ''}{token.text}"
        return kind, Word(spelling, start, token.end), token.end

    def _text(self, op: Word) -> tuple[Quantity, Word, int]:
        if op.value not in _MATCHING:
            cure = "write `=`" if op.value == "==" else "leave the quotes out to compare numbers"
            raise Fault(f"`{op.value}` before a string", op.start, self.token.end, cure)
        value = self.quoted_or_variable("a quoted string")
        if op.value in ("=~", "!~"):
            check_regex(value)
        return "string", value, value.end


def bad_number(token: Token) -> Fault:
    """The fault of a token that begins with a digit and is neither number, duration nor size."""
    cure = "durations read like `1.5s` or `1h30m`, sizes like `20KB` or `1.5MiB`"
    return Fault(f"`{token.text}` is no number, duration or size", token.start, token.end, cure, grammar=True)


def _joined(op: Literal["and", "or"], left: Condition, right: Condition) -> Junction:
    return Junction(left.start, right.end, op, left, right)
