"""Strings and comments of source, found without a parser: in them nothing is what it looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

Opener = Literal["#", "//"]
"""How a language begins a comment: Python's way, or JavaScript's."""

_TOKENS: dict[Opener, re.Pattern[str]] = {
    "#": re.compile(
        r'"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|#[^\n]*', re.S
    ),
    "//": re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|`(?:[^`\\]|\\.)*`|//[^\n]*|/\*.*?\*/', re.S),
}
_INK = re.compile(r"[^\n]")


def comment_starts(text: str, opener: Opener) -> frozenset[int]:
    """Where comments begin; what stands in a string is none."""
    return frozenset(match.start() for match in _TOKENS[opener].finditer(text) if match[0][0] in "#/")


def blanked(text: str, opener: Opener) -> str:
    """The text with blanks for all strings and comments: every other character keeps its place."""
    return "".join(_blanked(text, opener))


def _blanked(text: str, opener: Opener) -> Iterator[str]:
    done = 0
    for match in _TOKENS[opener].finditer(text):
        yield text[done : match.start()]
        yield _INK.sub(" ", match[0])
        done = match.end()
    yield text[done:]
