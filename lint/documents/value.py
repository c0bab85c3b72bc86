"""What is known of an expression's values, in any language."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Generic, TypeVar

from ..nodes import Boundedness
from ..record import Record, replace
from ..telemetry.identifiers import identifier, likeness

N = TypeVar("N")
"""The language's node of syntax."""

_MOST = 64


class Value(Record, Generic[N]):
    """How many values, where they come from and by which expressions, and which parameters decide."""

    bound: Boundedness
    source: str | None = None
    chain: tuple[N, ...] = ()
    values: frozenset[str] | None = None
    parameters: frozenset[str] = frozenset()
    """Parameters of the function around it that it depends on, where no call was followed."""

    @property
    def only(self) -> str | None:
        """The value, where it is one and known."""
        return next(iter(self.values)) if self.values is not None and len(self.values) == 1 else None

    def via(self, node: N | None) -> Value[N]:
        """The same, reached through an expression."""
        if node is None or not self.chain or self.chain[0] is node:
            return self
        return replace(self, chain=(node, *self.chain))


UNKNOWN: Value[Any] = Value(Boundedness.UNKNOWN)
FEW: Value[Any] = Value(Boundedness.ENUM)
CONFIGURED: Value[Any] = Value(Boundedness.CONFIG)
TEMPLATED: Value[Any] = Value(Boundedness.TEMPLATED)


def constant(text: str) -> Value[Any]:
    """The one value of a literal."""
    return Value(Boundedness.CONSTANT, values=frozenset({text}))


def one_of(texts: Iterable[str]) -> Value[Any]:
    """A value from a list."""
    known = frozenset(texts)
    return Value(Boundedness.CONSTANT if len(known) == 1 else Boundedness.ENUM, values=known)


def unbounded(source: str, node: N) -> Value[N]:
    """A value from a source without end."""
    return Value(Boundedness.UNBOUNDED, source, (node,))


def suspect(meaning: str, node: N) -> Value[N]:
    """A value that only its name makes look unbounded."""
    return Value(Boundedness.SUSPECT, likeness(meaning), (node,))


def guarded(verdict: Boundedness | None) -> Value[Any] | None:
    """The value that the conditions around a place leave an expression; None where they say nothing of it."""
    if verdict is None:
        return None
    return FEW if verdict is Boundedness.ENUM else UNKNOWN


def join(values: Iterable[Value[N]]) -> Value[N]:
    """Any of several: as bounded as the least bounded."""
    parts = tuple(values)
    if not parts:
        return UNKNOWN
    worst = max(parts, key=lambda one: one.bound)
    known = frozenset(text for one in parts for text in one.values or ())
    listed = known if all(one.values is not None for one in parts) and len(known) <= _MOST else None
    bound = Boundedness.ENUM if worst.bound is Boundedness.CONSTANT and len(known) > 1 else worst.bound
    parameters = frozenset(name for one in parts for name in one.parameters)
    return Value(bound, worst.source, worst.chain, listed, parameters)


def as_label(
    name: str | None, value: Value[N], bounded: Collection[str], *, forget: bool
) -> tuple[Boundedness, str | None]:
    """
    How bounded a value is as that label, and its source in words.

    `bounded` are labels that a team knows to take few values. With `forget`, what only looks unbounded is unknown:
    the callers are in this file, and judged each by what it passes.
    """
    if name is not None and name in bounded and value.bound is not Boundedness.UNBOUNDED:
        return min(value.bound, Boundedness.CONFIG), None
    if value.bound is Boundedness.SUSPECT and forget:
        return Boundedness.UNKNOWN, None
    if value.bound is Boundedness.UNKNOWN and not forget and name is not None:
        meaning = identifier(name)
        if meaning is not None:
            return Boundedness.SUSPECT, likeness(meaning)
    return value.bound, value.source
