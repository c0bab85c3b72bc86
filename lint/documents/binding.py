"""How names are bound, in any language."""

from __future__ import annotations

from enum import Enum, auto

LATEST = 1 << 60
"""An order after everything in a file."""


class How(Enum):
    """How a name is bound."""

    ASSIGNED = auto()
    AUGMENTED = auto()
    LOOPED = auto()
    MANAGED = auto()
    """By Python's `with`."""

    CAUGHT = auto()
    CAPTURED = auto()
    """By a pattern of Python's `match`."""

    IMPORTED = auto()
    PARAMETER = auto()
    FUNCTION = auto()
    CLASS = auto()
    TYPE = auto()
    """By TypeScript's `type`, `interface` and `enum`."""
