"""Whether two expressions mean the same, however they are written."""

from __future__ import annotations

from ..grammar import Clause, Duration, Matcher, Word
from ..record import Record, names_of
from .syntax import Aggregation, Paren

# Where a part stands, and what follows from the rest.
_LEFT_OUT = frozenset({"start", "end", "braces", "result", "duration"})

Normal = tuple[object, ...] | str | float | int | bool | None


def normal(part: object) -> Normal:
    """
    What an expression says, without places, layout, parentheses and spellings that make no difference.

    Two texts whose trees have the same normal form are the same query: Prometheus prints `sum(x) by (job)` as
    `sum by (job) (x)`, `60s` as `1m`, and quotes as it likes.
    """
    if isinstance(part, Paren):
        return normal(part.expr)
    if isinstance(part, Word):
        return part.value
    if isinstance(part, Duration):
        return part.seconds if part.seconds is not None else part.spelling
    if isinstance(part, Clause):
        return (part.kind, *sorted(label.value for label in part.labels))
    if isinstance(part, tuple) and part and isinstance(part[0], Matcher):
        return tuple(sorted(map(normal, part), key=repr))
    if isinstance(part, tuple):
        return tuple(normal(one) for one in part)
    if isinstance(part, Aggregation):
        # `sum by () (x)` is `sum(x)`.
        bare = part.grouping is not None and part.grouping.kind == "by" and not part.grouping.labels
        grouping = None if bare else normal(part.grouping)
        return ("Aggregation", part.op.value, grouping, normal(part.param), normal(part.expr))
    if isinstance(part, Record):
        kept = (getattr(part, name) for name in names_of(part) if name not in _LEFT_OUT)
        return (type(part).__name__, *(normal(one) for one in kept))
    return part if isinstance(part, str | float | int | bool) else None
