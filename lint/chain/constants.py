"""
The text constants and members of enumerations in source, by name: what a module that nobody else reads may hold.

A module without a telemetry word is never parsed. That is right for what it declares, and a label may have its value
from there all the same; so, where such a module changes, its lines are searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

# `FAILED = "failed"`, `FAILED: Final[str] = "failed"`, `Failed: 'failed',` and `static readonly FAILED = "failed"`.
_CONSTANT = re.compile(r"""(?<![\w."'])([A-Za-z_]\w*)\s*(?::\s*[\w.\[\]]+\s*)?[=:]\s*(["'])([^"'\\\n]*)\2""")

Constants = Mapping[str, frozenset[str]]
"""What each name stands for; several where more than one class, or file, has the name."""


def constants_in(texts: Iterable[str]) -> Constants:
    """The constants of some files."""
    found: dict[str, set[str]] = {}
    for text in texts:
        for name, _, value in _CONSTANT.findall(text):
            found.setdefault(name, set()).add(value)
    return {name: frozenset(values) for name, values in found.items()}
