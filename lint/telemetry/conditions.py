"""
Conditions of the collector's language OTTL, as far as they are about one thing: what joins them, and three answers.

github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/pkg/ottl. Yes, no, or unknown: what cannot be
decided decides a condition only where the rest leaves it no say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

Verdict = bool | None
Test = Callable[[str], Verdict]
"""What is known of a condition without `and`, `or` and `not`."""

_TOKEN = re.compile(r'\s+|"(?:[^"\\]|\\.)*"|[()]|[^\s()"]+')


def holds(condition: str, test: Test) -> Verdict:
    """Whether a condition holds; unknown where it cannot be read."""
    tokens = _TOKEN.findall(condition)
    if "".join(tokens) != condition:
        return None  # a string that does not end
    try:
        reader = _Reader([token.strip() for token in tokens if token.strip()], test)
        verdict = reader.any()
        return verdict if reader.is_done else None
    except (_UnreadableError, RecursionError):
        return None


def negated(verdict: Verdict) -> Verdict:
    """The opposite; unknown stays unknown."""
    return None if verdict is None else not verdict


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Whether one of them is yes: unknown where none is, and one may be."""
    found = list(verdicts)
    return True if True in found else None if None in found else False


class _UnreadableError(Exception):
    """What stands there is no condition."""


class _Reader:
    """Reads a condition from left to right: `or` binds least, then `and`, then `not`."""

    def __init__(self, tokens: list[str], test: Test) -> None:
        self._tokens, self._at, self._test = tokens, 0, test

    @property
    def is_done(self) -> bool:
        return self._at == len(self._tokens)

    def any(self) -> Verdict:
        verdicts = [self._all()]
        while self._took("or"):
            verdicts.append(self._all())
        return any_of(verdicts)

    def _all(self) -> Verdict:
        denied = [negated(self._one())]
        while self._took("and"):
            denied.append(negated(self._one()))
        return negated(any_of(denied))

    def _one(self) -> Verdict:
        if self._took("not"):
            return negated(self._one())
        start = self._at
        if self._took("("):
            verdict = self.any()
            if self._took(")") and self._ends():
                return verdict
            self._at = start  # the parentheses of a sum
        return self._test(" ".join(self._simple()))

    def _simple(self) -> list[str]:
        """The words up to what joins them with the next condition."""
        start, depth = self._at, 0
        while not self.is_done and (depth or not self._ends()):
            depth += {"(": 1, ")": -1}.get(self._tokens[self._at], 0)
            self._at += 1
        if self._at == start:
            raise _UnreadableError
        return self._tokens[start : self._at]

    def _ends(self) -> bool:
        return self.is_done or self._tokens[self._at] in ("and", "or", ")")

    def _took(self, word: str) -> bool:
        if self.is_done or self._tokens[self._at] != word:
            return False
        self._at += 1
        return True
