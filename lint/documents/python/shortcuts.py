"""
What LibCST does for programs that make trees of their own, and one that only reads need not wait for.

Each method is put back when the work is done. Together they take a quarter of a parse and a third of a codegen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import libcst as cst
from libcst._nodes.internal import CodegenState

from ...garbage import uncollected

_NOTHING: AbstractContextManager[None] = nullcontext()


@contextmanager
def parsing() -> Iterator[None]:
    """
    Makes nodes unchecked and uncollected.

    A program may make a node that cannot be written, the parser does not; and the garbage collector, which looks
    through a tree again and again while it grows, has nothing to find there.
    """
    with uncollected(), _instead(cst.CSTNode, "__post_init__", _unchecked):
        yield


@contextmanager
def writing() -> Iterator[None]:
    """Writes an expression that stands in no parentheses, as most do, without a context for them."""
    parenthesized: Callable[[cst.BaseExpression, CodegenState], AbstractContextManager[None]]
    parenthesized = cst.BaseExpression._parenthesize

    def parenthesize(node: cst.BaseExpression, state: CodegenState) -> AbstractContextManager[None]:
        return parenthesized(node, state) if node.lpar or node.rpar else _NOTHING

    with _instead(cst.BaseExpression, "_parenthesize", parenthesize):
        yield


@contextmanager
def _instead(kind: type, name: str, method: Callable[..., Any]) -> Iterator[None]:
    own = getattr(kind, name)
    setattr(kind, name, method)
    try:
        yield
    finally:
        setattr(kind, name, own)


def _unchecked(node: cst.CSTNode) -> None:
    """Stands for the checks of a node."""
