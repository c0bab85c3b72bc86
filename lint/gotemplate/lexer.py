"""
Splits a Go template into tokens (pkg.go.dev/text/template).

Spaces are not tokens of their own: a token says whether one stands before it, for `$x.y` reads a field
of `$x` and `$x .y` passes two operands.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import NamedTuple

from .problem import Refusal


class Token(NamedTuple):
    """A token and its place; `spaced` when white space stands before it."""

    kind: str
    text: str
    start: int
    end: int
    spaced: bool


KEYWORDS = frozenset(
    ["block", "break", "continue", "define", "else", "end", "if", "range", "template", "with", "nil", "true", "false"]
)

_OPEN = re.compile(r"\{\{(?:-[ \t\r\n])?")
_CLOSE = re.compile(r"(?:[ \t\r\n]-)?\}\}")
_SPACE = re.compile(r"[ \t\r\n]+(?=[ \t\r\n]-\}\})|[ \t\r\n]+")
_TOKEN = re.compile(
    r"""
      (?P<string>"(?:[^"\\\n]|\\.)*")
    | (?P<raw>`[^`]*`)
    | (?P<char>'(?:[^'\\\n]|\\.)*')
    | (?P<variable>\$\w*)
    | (?P<field>\.[^\W\d]\w*)
    | (?P<number>[+-]?\.?\d(?:[eEpP][+-]|[\w.])*)
    | (?P<dot>\.)
    | (?P<word>[^\W\d]\w*)
    | (?P<declare>:=)
    | (?P<sign>[=|(),])
    """,
    re.VERBOSE,
)
_WORDLIKE = frozenset(["variable", "field", "word", "keyword"])
_ENDS_WORD = frozenset(" \t\r\n.,|:()")


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a template; raises Refusal where it has none. The last one is of the kind `end of text`."""
    position = 0
    while (opening := text.find("{{", position)) >= 0:
        if opening > position:
            yield Token("prose", text[position:opening], position, opening, False)
        match = _OPEN.match(text, opening)
        assert match is not None
        if text.startswith("/*", match.end()):
            position = _end_of_comment(text, opening, match.end())
            continue
        yield Token("open", match.group(), opening, match.end(), False)
        position = yield from _action(text, opening, match.end())
    if position < len(text):
        yield Token("prose", text[position:], position, len(text), False)
    yield Token("end of text", "", len(text), len(text), False)


def _end_of_comment(text: str, opening: int, start: int) -> int:
    end = text.find("*/", start + 2)
    if end < 0:
        raise Refusal("comment is never closed", opening, min(opening + 4, len(text)), "end it with `*/}}`")
    close = _CLOSE.match(text, end + 2)
    if close is None:
        raise Refusal("comment ends before its action does", opening, end + 2, "write `*/}}`, without a space between")
    return close.end()


def _action(text: str, opening: int, position: int) -> Generator[Token, None, int]:
    """The tokens up to and with the closing braces; returns where the text goes on."""
    spaced = False
    while position < len(text):
        if close := _CLOSE.match(text, position):
            yield Token("close", close.group(), position, close.end(), spaced)
            return close.end()
        if space := _SPACE.match(text, position):
            position, spaced = space.end(), True
            continue
        token = _token(text, position, spaced)
        yield token
        position, spaced = token.end, False
    raise Refusal("action is never closed", opening, len(text), "close it with `}}`")


def _token(text: str, position: int, spaced: bool) -> Token:
    match = _TOKEN.match(text, position)
    if match is None:
        raise _stray(text, position)
    kind, spelt, end = match.lastgroup or "sign", match.group(), match.end()
    if kind == "word" and spelt in KEYWORDS:
        kind = "keyword"
    if kind in _WORDLIKE and end < len(text) and text[end] not in _ENDS_WORD and not text.startswith("}}", end):
        raise _stray(text, end, spelt)
    return Token(spelt if kind == "sign" else kind, spelt, position, end, spaced)


def _stray(text: str, position: int, after: str = "") -> Refusal:
    character = text[position]
    if not after and character in "\"'`":
        end = text.find("\n", position)
        return Refusal("quoted string is never closed", position, end if end >= 0 else len(text))
    message = f"`{character}` cannot stand after `{after}`" if after else f"unexpected `{character}`"
    cure = None
    if after.startswith(".") and character in "-/":
        cure = 'read a label of such a name with `index $labels "…"`'
    elif character in "+-*/%<>":
        cure = "templates do not calculate: let the expression do it"
    return Refusal(message, position, position + 1, cure)
