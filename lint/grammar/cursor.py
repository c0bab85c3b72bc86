"""A list of tokens and where the parser is in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from .parts import Problem
from .tokens import BadEscape, Token, unquote


class Fault(Exception):  # noqa: N818 - a problem on its way out of the parser, not an error of ours
    """
    A problem that ends the parse.

    `grammar` tells an unexpected token, where another parser may know better, from a wrong type or argument.
    """

    def __init__(self, message: str, start: int, end: int, help: str | None = None, *, grammar: bool = False) -> None:
        super().__init__(message)
        self.problem = Problem(message, start, end, help)
        self.grammar = grammar


class TooDeep(Exception):  # noqa: N818 - see above
    """An expression nested deeper than anything a person or a generator writes."""


class Cursor:
    """Reads tokens from left to right."""

    hints: ClassVar[Mapping[str, str]] = {}
    """What helps with a character that the language does not have, besides those of word processors."""

    __slots__ = ("index", "token", "tokens")

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.index = 0
        self.token = tokens[0]

    def take(self) -> Token:
        """The current token; steps over it."""
        taken = self.token
        self.index += 1
        self.token = self.tokens[self.index]
        return taken

    def peek(self) -> Token:
        """The token after the current one."""
        return self.tokens[min(self.index + 1, len(self.tokens) - 1)]

    def keyword(self) -> str:
        """The current token in lower case if it is a word, else the empty string."""
        token = self.token
        return token.text.lower() if token.kind == "word" else ""

    def expect(self, kind: str, expected: str) -> Token:
        """The current token, which must be of that kind; steps over it."""
        if self.token.kind != kind:
            raise self.unexpected(expected)
        return self.take()

    def unexpected(self, expected: str, help: str | None = None) -> Fault:
        """The fault of the current token, and what should have stood there."""
        token = self.token
        if token.kind == "bad":
            return _bad(token, self.hints)
        if token.start == token.end:
            last = self.tokens[self.index - 1]
            message = f"query ends after {describe(last)}, expected {expected}"
            return Fault(message, last.start, last.end, help, grammar=True)
        message = f"unexpected {describe(token)}, expected {expected}"
        return Fault(message, token.start, token.end, help, grammar=True)


def describe(token: Token) -> str:
    """A token as a message calls it."""
    spelling = token.text if len(token.text) <= 40 else f"{token.text[:39]}…"
    return f"`{spelling}`"


def string(token: Token) -> str:
    """The value of a string token. Raises Fault."""
    try:
        return unquote(token.text)
    except BadEscape as error:
        cure = "double the backslash, or quote with backticks"
        start, end = token.start + error.start, token.start + error.end
        raise Fault(str(error), start, min(end, token.end), cure, grammar=True) from error


def _bad(token: Token, hints: Mapping[str, str]) -> Fault:
    first = token.text[0]
    if first in _QUOTES and first not in hints:
        return Fault("quoted string without its end", token.start, token.end, _QUOTES[first], grammar=True)
    if first == "[":
        return Fault("range without its end", token.start, token.start + 1, "close it with `]`", grammar=True)
    cure = hints.get(first) or _CHARACTERS.get(first)
    return Fault(f"unexpected character `{first}`", token.start, token.start + 1, cure, grammar=True)


_QUOTES = {'"': 'close it with `"`', "'": "close it with `'`", "`": "close it with a backtick"}
_CHARACTERS = {
    "“": "use straight quotes",
    "”": "use straight quotes",
    "‘": "use straight quotes",
    "’": "use straight quotes",
    "×": "use `*`",
    "÷": "use `/`",
    "−": "use `-`",
    "\u00a0": "a no-break space: use a plain one",
}
