"""Questions to a tree."""

from __future__ import annotations

from collections.abc import Iterator

from .syntax import Expr


def walk(expr: Expr) -> Iterator[Expr]:
    """Every node, the whole one first, then from left to right."""
    stack = [expr]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(node.children)
