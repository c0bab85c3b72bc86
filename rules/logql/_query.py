"""What every rule about log queries needs: the tree, a place, and a fragment for the message."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from ...lint import Location, logql
from ...lint.nodes import LogQuery

_LONGEST = 60


class Part(Protocol):
    """Whatever has a place in a query."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it ends."""


def parts(query: LogQuery) -> tuple[logql.Expr, ...]:
    """Every node of a query's tree, outermost first; none where it has no tree."""
    return _parts(query.text.value)


@lru_cache(maxsize=4096)
def _parts(text: str) -> tuple[logql.Expr, ...]:
    expr = logql.parse(text).expr
    return () if expr is None else tuple(logql.walk(expr))


def place(query: LogQuery, part: Part) -> Location:
    """Where a part of a query stands."""
    return query.place(query.text, part.start, part.end)


def code(query: LogQuery, part: Part) -> str:
    """A part of a query as a message quotes it: on one line, and not too long."""
    spelling = " ".join(query.text.value[part.start : part.end].split())
    shown = spelling if len(spelling) <= _LONGEST else f"{spelling[: _LONGEST - 1]}…"
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`"
