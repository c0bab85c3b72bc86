"""What every rule about queries needs: the tree, a place, and a fragment for the message."""

from __future__ import annotations

from functools import lru_cache

from ...lint import Location, promql
from ...lint.nodes import Dialect, Query, Role

HOT = frozenset({Role.ALERT, Role.RECORDING, Role.PANEL, Role.SLO, Role.BUDGET})
"""What a query is for when a server evaluates it again and again, without a person who asks."""

_LONGEST = 60


def tree(query: Query) -> promql.Expr | None:
    """The tree of a query; None where it is not PromQL, does not parse, or is not judged."""
    return promql.parse(query.text.value).expr if query.dialect is Dialect.PROMQL else None


def parts(query: Query) -> tuple[promql.Expr, ...]:
    """Every sub-expression of a query, outermost first; none where it has no tree."""
    return _parts(query.text.value) if query.dialect is Dialect.PROMQL else ()


def flow(query: Query) -> promql.Flow:
    """The label flow of a query, shared by all rules that ask for it."""
    return promql.flow_of(query.text.value)


@lru_cache(maxsize=1024)  # rules come one after the other to the same text
def _parts(text: str) -> tuple[promql.Expr, ...]:
    expr = promql.parse(text).expr
    return () if expr is None else tuple(promql.walk(expr))


def place(query: Query, part: promql.Expr | promql.Word | promql.Clause | promql.Matcher) -> Location:
    """Where a part of a query stands."""
    return query.place(query.text, part.start, part.end)


def code(query: Query, part: promql.Expr | promql.Clause | promql.Matcher) -> str:
    """A part of a query as a message quotes it: on one line, and not too long."""
    spelling = " ".join(query.text.value[part.start : part.end].split())
    shown = spelling if len(spelling) <= _LONGEST else f"{spelling[: _LONGEST - 1]}…"
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`"
