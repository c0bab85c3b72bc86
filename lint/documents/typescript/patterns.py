"""Patterns: the names that they bind, and the way to each in what is taken apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .tree import Node, Source, key_text

Path = tuple[str | int, ...]


class Bound(NamedTuple):
    """A name of a pattern: `b` in `{ a: [b = 1] }`, by the way `("a", 0)` and with `1` by default."""

    name: str
    path: Path
    default: Node | None


def names_in(pattern: Node, source: Source, path: Path = ()) -> Iterator[Bound]:
    """The names that a pattern binds; `path` is the way to what it takes apart."""
    todo: list[tuple[Node, Path, Node | None]] = [(pattern, path, None)]
    while todo:
        one, way, default = todo.pop()
        if one.type == "identifier":
            yield Bound(source.code(one), way, default)
        elif one.type == "shorthand_property_identifier_pattern":
            name = source.code(one)
            yield Bound(name, (*way, name), default)
        else:
            todo += [(inner, (*way, *more), other or default) for inner, more, other in _parts(one, source)]


def _parts(pattern: Node, source: Source) -> Iterator[tuple[Node, Path, Node | None]]:
    """The patterns inside a pattern, the way to each, and what it is worth by default."""
    match pattern.type:
        case "object_pattern":
            yield from ((child, (), None) for child in pattern.named_children)
        case "array_pattern":
            yield from ((child, (index,), None) for index, child in enumerate(pattern.named_children))
        case "rest_pattern":
            yield from ((child, ("...",), None) for child in pattern.named_children)
        case "pair_pattern":
            key, value = pattern.child_by_field_name("key"), pattern.child_by_field_name("value")
            if key is not None and value is not None:
                yield value, (key_text(key, source),), None
        case "object_assignment_pattern" | "assignment_pattern":
            left, right = pattern.child_by_field_name("left"), pattern.child_by_field_name("right")
            if left is not None:
                yield left, (), right
