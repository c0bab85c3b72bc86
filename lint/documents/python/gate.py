"""
A pattern behind the literals that every text it matches must hold.

A regular expression that begins with a choice is tried at every character; a search for a literal is a hundred times
faster, and most files have none of them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

_END = sys.maxsize


class Gate:
    """As a compiled pattern: `search` and `finditer`."""

    def __init__(self, pattern: str, *literals: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self._pattern = re.compile(pattern, flags)
        self._literals = literals

    def search(self, text: str, start: int = 0, end: int = _END) -> re.Match[str] | None:
        """The first match between two places."""
        return self._pattern.search(text, start, end) if self.opens(text, start, end) else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Every match."""
        return self._pattern.finditer(text) if self.opens(text) else iter(())

    def opens(self, text: str, start: int = 0, end: int = _END) -> bool:
        """Whether there is any of the literals."""
        return any(text.find(literal, start, end) >= 0 for literal in self._literals)
