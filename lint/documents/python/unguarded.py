"""
Imports LibCST without the guards of its nodes, for a program that only reads them.

LibCST's nodes are frozen dataclasses. For each of some two hundred classes Python compiles two guards against changes
when LibCST is imported, and each attribute of each node is then set past them. Without them the import takes half as
long, and a parse an eighth less. Where somebody has imported LibCST before, its nodes stay frozen and read the same.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_NODES = "libcst._nodes."


@contextmanager
def unguarded() -> Iterator[None]:
    """Inside, the classes of LibCST's nodes that are imported are not frozen."""
    own = dataclasses.dataclass

    def dataclass(cls: type | None = None, /, **options: Any) -> Any:
        if cls is None:
            return lambda cls: dataclass(cls, **options)
        if cls.__module__.startswith(_NODES):
            # They have an equality and a representation of their own, which would be written and thrown away.
            options |= {"frozen": False, "eq": False, "repr": False}
        return made(cls, **options)

    made: Callable[..., Any] = own
    setattr(dataclasses, "dataclass", dataclass)  # noqa: B010
    try:
        yield
    finally:
        setattr(dataclasses, "dataclass", own)  # noqa: B010
