"""`promql/experimental-syntax`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...lint import Bad, Finding, Good, Location, Rule, Severity, Text, promql
from ...lint.nodes import AlertingRule, Query, RecordingRule
from ._query import parts, place


class ExperimentalSyntax(Rule):
    """
    Flags syntax that a server understands only when it was started for it, or in a recent version.

    **Why.**
    A server without the feature refuses the whole rule file, and experimental functions may change or go.
    So it is with the names of labels, annotations and recordings: those with other characters than letters, digits
    and `_` are right since Prometheus 3.0 only.

    **Instead.**
    Start Prometheus with the feature that the help names, on every server that loads the file, or do without.
    """

    id = "promql/experimental-syntax"
    summary = "query needs a server feature or a recent version"
    severity = Severity.INFO
    since = "0.1"

    def check_alert(self, alert: AlertingRule) -> Iterator[Finding]:
        for what, fields in (("label", alert.labels), ("annotation", alert.annotations)):
            yield from self._names(alert, what, (field.key for field in fields.values()))

    def check_recording(self, recording: RecordingRule) -> Iterator[Finding]:
        if _METRIC.fullmatch(recording.name.value) is None:
            yield from self._names(recording, "recording", [recording.name])
        yield from self._names(recording, "label", (field.key for field in recording.labels.values()))

    def _names(self, node: AlertingRule | RecordingRule, what: str, names: Iterable[Text]) -> Iterator[Finding]:
        for name in names:
            if _LABEL.fullmatch(name.value) is None and _UNNAMED.search(name.value) is None:
                yield self.finding(
                    f"the name of {what} `{name.value}` is allowed since Prometheus 3.0 only",
                    node.place(name),
                    help="use letters, digits and `_`",
                )

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
        Bad(
            """\
- record: http.requests:rate5m
  expr: rate(x_total[5m])
  labels:
    service.name: api
""",
            at=("http.requests:rate5m", "service.name"),
        ),
        Bad(
            """\
- alert: Many
  expr: rate(x_total[5m]) > 1
  annotations:
    run-book: https://wiki.example.com/many
""",
            at="run-book",
        ),
        Good("rate(x_total[5m])\n", path="query.promql"),
        Good('{"http.requests", "service.name"="api"}\n', path="query.promql", why="stable since 3.0"),
    )


_METRIC = re.compile(r"[A-Za-z_:][\w:]*", re.ASCII)
_LABEL = re.compile(r"[A-Za-z_]\w*", re.ASCII)
# Empty, or a template, or braces: that is refused by every version, or not yet what the server will see.
_UNNAMED = re.compile(r"\A\Z|[{}$]|%\(|<<")

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
