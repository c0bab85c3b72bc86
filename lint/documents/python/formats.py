"""Formats of log records: whether one has a field for the trace."""

from __future__ import annotations

import re
from functools import cached_property

import libcst as cst

from ...telemetry.identifiers import is_correlation_field
from ..binding import How
from ..correlation import Verdict, words_of
from .names import Names
from .scopes import Site
from .tree import literal_text

CORRELATION = words_of()
"""What code that puts trace or request ids into records says."""

_FIELD = re.compile(r"%\((\w[\w.]*)\)|\{(\w[\w.\[\]]*)|\$\{?(\w+)")
_DEPTH = 6


class Formats:
    """The formats of a file."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.tree = names.tree

    @cached_property
    def mentions(self) -> bool:
        """Whether the file handles trace or request ids anywhere."""
        return CORRELATION.search(self.tree.text.value) is not None

    def verdict(self, node: cst.BaseExpression, site: Site) -> Verdict:
        """Whether a format writes the trace."""
        text = self.text(node, site)
        if text is None:
            return Verdict(None, "its format cannot be followed")
        if any(is_correlation_field(name) for match in _FIELD.finditer(text) for name in match.groups() if name):
            return Verdict(True, f"its format `{text}` has a trace field")
        return Verdict(False, f"its format `{text}` has no trace field")

    def text(self, node: cst.BaseExpression, site: Site, depth: int = 0) -> str | None:
        """The text of a format, put together from constants."""
        text = literal_text(node)
        if text is not None or depth > _DEPTH:
            return text
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
            left, right = (self.text(side, site, depth + 1) for side in (node.left, node.right))
            return left + right if left is not None and right is not None else None
        found = self.names.definitions(node, site)
        if len(found) != 1 or found[0].how is not How.ASSIGNED or found[0].value is None or found[0].path:
            return None
        return self.text(found[0].value, found[0].site, depth + 1)

    def literal(self, node: cst.BaseExpression | None, site: Site) -> cst.BaseExpression | None:
        """An expression, or what a name was bound to by its one assignment."""
        found = self.names.definitions(node, site) if node is not None else ()
        return found[0].value if len(found) == 1 and found[0].how is How.ASSIGNED else node
