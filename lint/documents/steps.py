"""Steps through a document whose parts may not be there."""

from __future__ import annotations

from collections.abc import Iterator

from ..region import Text
from .tree import Tree


def at(tree: Tree | None, *keys: str) -> Tree | None:
    """The value at the end of a path of keys; None where a step is missing."""
    for key in keys:
        tree = tree.get(key) if tree is not None else None
    return tree


def text_at(tree: Tree | None, *keys: str) -> Text | None:
    """The text at the end of a path of keys."""
    value = at(tree, *keys)
    return value.text if value is not None and not value.is_null else None


def scalar_at(tree: Tree | None, *keys: str) -> str | None:
    """The decoded value of the scalar at the end of a path of keys."""
    value = at(tree, *keys)
    return value.scalar if value is not None else None


def elements(tree: Tree | None) -> Iterator[Tree]:
    """The elements of a list that may not be there."""
    return tree.elements() if tree is not None else iter(())
