"""`promql/experimental-syntax`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...lint import Bad, Finding, Good, Location, Rule, Severity, promql
from ...lint.nodes import Query
from ._query import parts, place


@dataclass(frozen=True)
class ExperimentalSyntax(Rule):
    """
    Flags syntax that a server understands only when it was started for it, or in a recent version.

    **Why.**
    A server without the feature refuses the whole rule file, and experimental functions may change or go.

    **Instead.**
    Start Prometheus with the feature that the help names, on every server that loads the file, or do without.
    """

    id = "promql/experimental-syntax"
    summary = "query needs a server feature or a recent version"
    severity = Severity.INFO
    since = "0.1"

    def check_query(self, query: Query) -> Iterator[Finding]:
        for node in parts(query):
            for what, at, feature, version in _features(query, node):
                yield self.finding(
                    f"{what} is experimental (Prometheus {version})",
                    at,
                    help=f"start the server with `--enable-feature={feature}`",
                )

    examples = (
        Bad("limitk(5, up)\n", path="query.promql", at="limitk"),
        Bad("info(rate(x_total[5m]))\n", path="query.promql", at="info"),
        Bad("rate(x_total[5m] smoothed)\n", path="query.promql", at="smoothed"),
        Bad("rate(x_total[2m + 3m])\n", path="query.promql", at="2m + 3m"),
        Bad("a + fill(0) b\n", path="query.promql", at="fill(0)"),
        Good("rate(x_total[5m])\n", path="query.promql"),
        Good('{"http.requests", "service.name"="api"}\n', path="query.promql", why="stable since 3.0"),
    )


_FUNCTIONS = "promql-experimental-functions"
_Found = tuple[str, Location, str, str]


def _features(query: Query, node: promql.Expr) -> Iterator[_Found]:
    """What is experimental about one node: in words, where, the feature, and the first version that has it."""
    match node:
        case promql.Call():
            function = promql.FUNCTIONS.get(node.name.value)
            if function is not None and function.experimental:
                yield f"`{function.name}`", place(query, node.name), _FUNCTIONS, f"{function.since} and later"
        case promql.Aggregation() if node.op.value in promql.EXPERIMENTAL_AGGREGATIONS:
            yield f"`{node.op.value}`", place(query, node.op), _FUNCTIONS, "2.54 and later"
        case promql.Binary():
            for fill in node.fills:
                at = query.place(query.text, fill.keyword.start, fill.end)
                yield f"`{fill.keyword.value}`", at, "promql-binop-fill-modifiers", "3.10 and later"
        case promql.Selector() | promql.Matrix() if node.modifier is not None:
            at = place(query, node.modifier)
            yield f"`{node.modifier.value}`", at, "promql-extended-range-selectors", "3.7 and later"
    for duration in _durations(node):
        if duration.computed:
            at = query.place(query.text, duration.start, duration.end)
            yield "arithmetic of durations", at, "promql-duration-expr", "3.4 and later"


def _durations(node: promql.Expr) -> Iterator[promql.Duration]:
    found: tuple[promql.Duration | None, ...]
    match node:
        case promql.Selector(offset=offset):
            found = (offset,)
        case promql.Matrix(range=length, offset=offset):
            found = (length, offset)
        case promql.Subquery(range=length, step=step, offset=offset):
            found = (length, step, offset)
        case _:
            found = ()
    yield from (duration for duration in found if duration is not None)
