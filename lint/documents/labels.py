"""Labels as source passes them: which of them get which expressions, in any language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from ..record import Record

N = TypeVar("N")
"""The language's expression."""

S = TypeVar("S")
"""The language's place at which an expression is looked at."""


class Pair(Record, Generic[N, S], eq=False):
    """A label and the expression that it gets; `name` is None where the label's name is built at run time."""

    name: str | None
    value: N
    site: S
    among: tuple[N, ...] = ()
    """The values written side by side with it in one literal, its own included, where a tree knows no parents."""


class Pairs(Record, Generic[N, S], eq=False):
    """Labels and their expressions."""

    pairs: tuple[Pair[N, S], ...] = ()
    complete: bool = True
    """False where more may be passed than could be read."""

    parameters: frozenset[str] = frozenset()
    """Parameters of the function around it that hold labels of their own."""


INCOMPLETE: Pairs[Any, Any] = Pairs(complete=False)
NOTHING: Pairs[Any, Any] = Pairs()


def merge(parts: Iterable[Pairs[N, S]]) -> Pairs[N, S]:
    """All of several."""
    listed = tuple(parts)
    return Pairs(
        tuple(pair for part in listed for pair in part.pairs),
        all(part.complete for part in listed),
        frozenset(name for part in listed for name in part.parameters),
    )
