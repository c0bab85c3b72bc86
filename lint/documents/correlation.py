"""Whether a logging set-up proves that its records carry the trace, in any language."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..record import Record

_IDS = r"trace_?-?id|trace_?parent|span_?context|request_?-?id|correlation_?-?id|\bdd\.trace"


def words_of(*more: str) -> re.Pattern[str]:
    """What code that handles trace or request ids says, in a language that has further words for it."""
    return re.compile("|".join((_IDS, *more)), re.IGNORECASE)


class Verdict(Record):
    """
    Whether records carry the trace, and why.

    True where something puts a trace id into them, False where all of it can be read and nothing does, None where a
    part comes from elsewhere.
    """

    correlated: bool | None
    why: str
    unless_bound: bool = False
    """Whether only what the project binds to the context of each record can be unknown."""

    def beside(self, *, mentions: bool) -> Verdict:
        """The same in a file that mentions ids elsewhere: then nobody knows that none gets into the records."""
        if mentions and (self.correlated is False or self.unless_bound):
            return Verdict(None, "the file handles trace or request ids itself")
        return self


def strongest(verdicts: Iterable[Verdict], otherwise: Verdict) -> Verdict:
    """That of a set-up of several parts: the first that proves it, or else that cannot be judged."""
    parts = tuple(verdicts)
    return next((one for wanted in (True, None) for one in parts if one.correlated is wanted), otherwise)
