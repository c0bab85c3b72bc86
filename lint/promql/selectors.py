"""Selectors, matchers and lists of labels."""

from __future__ import annotations

from ..grammar import Clause, Fault, Matcher, Token, Word, string, templated
from .check import check_matcher, check_names, selects_nothing
from .durations import Durations
from .syntax import Selector

_MATCH_OPS = ("=", "!=", "=~", "!~")


class Selectors(Durations):
    """Reads what stands in braces, and in parentheses behind a keyword."""

    __slots__ = ("unselective",)

    def __init__(self, tokens: list[Token], text: str) -> None:
        super().__init__(tokens, text)
        self.unselective: list[Selector] = []

    def clause(self) -> Clause:
        """A keyword and its labels in parentheses."""
        token = self.take()
        keyword = Word(token.text.lower(), token.start, token.end)
        opening = self.expect("(", "`(` and labels")
        labels = []
        while self.token.kind != ")":
            labels.append(self._label())
            if self.token.kind == ",":
                self.take()
            elif self.token.kind == "end":
                raise Fault("`(` is not closed", opening.start, opening.end, "add `)`", grammar=True)
            elif self.token.kind != ")":
                raise self.unexpected("`,` or `)`", _clause_help(self.token))
        return Clause(keyword, tuple(labels), self.take().end)

    def _label(self) -> Word:
        token = self.token
        if token.kind == "string":
            self.take()
            return Word(string(token), token.start, token.end)
        if token.kind != "word" or (":" in token.text and not templated(token.text)):
            raise self.unexpected("a label")
        self.take()
        return Word(token.text, token.start, token.end)

    def selector(self, name: Word | None) -> Selector:
        """The braces after a name, if any, or braces without a name."""
        start = self.token.start if name is None else name.start
        if self.token.kind != "{":
            return Selector(start, self.tokens[self.index - 1].end, name, (), None, False, None, None, None)
        opening = self.take()
        outer = name
        matchers: list[Matcher] = []
        partial = False
        while self.token.kind != "}":
            if self.token.kind == "end":
                raise Fault("`{` is not closed", opening.start, opening.end, "add `}`", grammar=True)
            label = self._label()
            if self.token.kind in (",", "}") and (label.templated or self._quoted(label)):
                if label.templated and not self._quoted(label):
                    partial = True
                elif name is not None:
                    message = f"metric name is set twice: `{name.value}` and `{label.value}`"
                    raise Fault(message, label.start, label.end)
                else:
                    name = label
            else:
                matchers.append(self._matcher(label))
            if self.token.kind == ",":
                self.take()
            elif self.token.kind not in ("}", "end"):
                raise self.unexpected("`,` or `}`")
        braces = (opening.start, self.take().end)
        found = tuple(matchers)
        check_names(outer, found)
        selector = Selector(start, braces[1], name, found, braces, partial, None, None, None)
        if selects_nothing(selector):
            self.unselective.append(selector)
        return selector

    def _quoted(self, label: Word) -> bool:
        return self.text[label.start] in "\"'`"

    def _matcher(self, label: Word) -> Matcher:
        if self.token.kind not in _MATCH_OPS:
            raise self.unexpected("`=`, `!=`, `=~` or `!~`", "write `=`" if self.token.kind == "==" else None)
        op = self.take()
        token = self.token
        if token.kind == "word" and templated(token.text):
            self.take()
            value = Word(token.text, token.start, token.end)
        elif token.kind == "string":
            self.take()
            value = Word(string(token), token.start, token.end)
        else:
            cure = f'quote it: `"{token.text}"`' if token.kind in ("word", "number") else None
            raise self.unexpected("a quoted string", cure)
        matcher = Matcher(label, Word(op.text, op.start, op.end), value)
        check_matcher(matcher)
        return matcher


def _clause_help(token: Token) -> str | None:
    return "only names of labels stand here, without values" if token.kind in ("=", "==", "=~", "!=") else None
