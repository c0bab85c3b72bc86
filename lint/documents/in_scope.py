"""Which variables stand ready at a place of a function, by its text: in any language, and fast."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate

# The blank before the sign tells an assignment from the argument of a call that spans several lines.
_ASSIGNED = re.compile(
    r"^[ \t]*(?:(?:const|let|var)[ \t]+)?([A-Za-z_$][\w$]*)(?:[ \t]*:[^=\n]+)?[ \t]="
    r"(?![=>]|[ \t]*(?:None|null|undefined)\b)",
    re.MULTILINE,
)
# `if user_id is None:`, `if not user_id:`, `if (!userId) {`: there is none in there.
_MISSING = re.compile(
    r"^[ \t}]*(?:el|else[ \t]+)?if\b[^\n]*?"
    r"(?:(?:\bnot[ \t]+|!)(\w+)(?![\w.(\[])|\b(\w+)[ \t]*(?:is|===?)[ \t]*(?:None|null|undefined)\b)",
    re.MULTILINE,
)
_TAKEN_APART = re.compile(r"\b(?:const|let|var)\s*\{([^{}]*)\}\s*=")
_LOOPED = re.compile(r"\bfor\s*\(?\s*(?:(?:const|let|var)\s+)?([\w$ \t,()\[\]]+?)\s+(?:in|of)\b")
_MEMBER = re.compile(r"(?<![\w$.])([A-Za-z_$][\w$]*)((?:\??\.[A-Za-z_$][\w$]*)+)(?![\w$]|\s*\()")
_WITH = re.compile(r"^[ \t]*(?:async[ \t]+)?with\b(?P<items>.*?):[ \t]*(?:#[^\n]*)?$", re.MULTILINE | re.DOTALL)
_KEYWORD = re.compile(r"[(,]\s*(\w+)\s*=(?!=)")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_LAST_WORD = re.compile(r"([A-Za-z_$][\w$]*)\s*(?:=[^,]*)?$")


def in_scope(function: str, until: int, parameters: Iterable[str]) -> tuple[str, ...]:
    """The variables that a function has at an offset of its text, and the attributes of them that it reads anywhere."""
    places = _Places(before := function[:until])
    missing = {one[1] or one[2] for one in _MISSING.finditer(before) if places.room(one.start()) > 0}
    variables = dict.fromkeys(name for name in (*parameters, *_variables(before, places)) if name not in missing)
    members = (match[0].replace("?", "") for match in _MEMBER.finditer(function) if match[1] in variables)
    return tuple(dict.fromkeys((*variables, *members)))


def given_around(code: str) -> Iterator[str]:
    """What the `with` statements around the end of a Python text are given by keyword, and may bind."""
    places = _Places(code)
    for match in _WITH.finditer(code):
        if places.room(match.start(), after=match.end()) > 0:
            yield from (one[1] for one in _KEYWORD.finditer(match["items"]))


def _variables(code: str, places: _Places) -> Iterator[str]:
    yield from (match[1] for match in _ASSIGNED.finditer(code) if places.room(match.start(1)) >= 0)
    # A loop's variable is of use inside the loop.
    for match in _LOOPED.finditer(code):
        if places.room(match.start()) > 0:
            yield from _WORD.findall(match[1])
    for match in _TAKEN_APART.finditer(code):
        if places.room(match.start()) >= 0:
            yield from (word[1] for part in match[1].split(",") if (word := _LAST_WORD.search(part.strip())))


class _Places:
    """
    Which places of a text stand in a block that goes on to its end, by the indentation of lines.

    A variable of another callback, or one that the failing half of a `try` was to make, is not at hand.
    """

    def __init__(self, code: str) -> None:
        lines = code.splitlines(keepends=True)
        self._begins = list(accumulate((len(line) for line in lines), initial=0))
        self._indents = [0] * (len(lines) + 1)
        self._least = [sys.maxsize] * (len(lines) + 1)
        least = sys.maxsize
        for index in range(len(lines) - 1, -1, -1):
            body = lines[index].lstrip(" \t")
            self._indents[index] = indent = len(lines[index]) - len(body)
            self._least[index] = least
            if index == len(lines) - 1 or (body.strip() and not body.startswith(("//", "#", "*", "/*"))):
                least = min(least, indent)

    def room(self, offset: int, after: int | None = None) -> int:
        """How much further to the right all that follows stands; below nought where a block has ended since."""
        last = self._line(offset if after is None else after)
        return self._least[last] - self._indents[self._line(offset)]

    def _line(self, offset: int) -> int:
        return bisect_right(self._begins, offset) - 1
