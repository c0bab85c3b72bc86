"""`promql/counter-without-rate`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...lint import Bad, Confidence, Finding, Good, Project, Related, Rule, Severity, promql
from ...lint.nodes import Query
from ...lint.record import Record
from ._metrics import Metric, kind_of, metrics, naming, queries
from ._query import HOT, parts, place


class CounterWithoutRate(Rule):
    """
    Flags counters whose raw value is used, and functions for gauges on counters.

    **Why.**
    A counter says what was counted since its process started.
    The number depends on the last restart: an alert on `errors_total > 100` fires forever after the hundredth error,
    and stops at the next deployment.
    `delta`, `deriv` and `avg_over_time` do not know of restarts either.

    **Instead.**
    `rate(errors_total[5m])` for how many a second, `increase(errors_total[1h])` for how many in an hour.

    A metric is known for a counter where the repository defines it.
    Others are told by a name in `_total`, with low confidence, and only in rules: a panel may mean to show the total.
    Not flagged: whether a counter is there or changes (`absent`, `count`, `changes`, `resets`, `timestamp`),
    comparisons with itself at another time, and ratios of two totals.
    """

    id = "promql/counter-without-rate"
    summary = "raw value of a counter"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.1",)
    about = (Query,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        known = metrics(project)
        named = naming([name for name in known if kind_of(name, known) == "counter"])
        for query in queries(project, lambda text: _MAYBE_RAW.search(text) or named(text)):
            if query.role in HOT:
                for use in _uses(parts(query)[0], None):
                    yield from self._check(query, use, known)

    def _check(self, query: Query, use: _Use, known: Mapping[str, tuple[Metric, ...]]) -> Iterator[Finding]:
        name = use.selector.metric or ""
        defined = known.get(name, ())
        sure = kind_of(name, known) == "counter"
        guessed = not defined and _COUNTER.search(name) is not None and query.role in _RULES
        if not sure and not guessed:
            return
        function = f"`{use.function.value}` reads" if use.function is not None else "the query reads"
        yield self.finding(
            f"{function} the raw value of `{name}`, which {'is' if sure else 'by its name is'} a counter",
            place(query, use.function or use.selector),
            help=f"use `increase({name}[1h])` or `rate({name}[5m])`",
            confidence=Confidence.HIGH if sure else Confidence.LOW,
            related=[Related(defined[0].at, "the counter")] if defined else (),
        )

    examples = (
        Bad(
            """\
- alert: ManyErrors
  expr: sum(app_errors_total) > 100
""",
            at="app_errors_total",
            files={"app.py": 'from prometheus_client import Counter\nC = Counter("app_errors", "Errors")\n'},
        ),
        Bad(
            """\
- alert: ManyErrors
  expr: app_errors_total > 100
""",
            at="app_errors_total",
            files={"app.prom": "# TYPE app_errors counter\napp_errors_total 5\n# EOF\n"},
        ),
        Good(
            """\
- alert: ManyErrors
  expr: sum(app_errors_total) > 100
""",
            files={"app.prom": "# TYPE app_errors_total gauge\napp_errors_total 5\n"},
            why="the exposition says that it is none, whatever its name",
        ),
        Bad(
            """\
- alert: ManyErrors
  expr: delta(errors_total[5m]) > 100
""",
            at="delta",
        ),
        Good(
            """\
- alert: ManyErrors
  expr: rate(errors_total[5m]) > 1 and on (job) errors_total > 0
"""
        ),
        Good(
            """\
- alert: NoErrors
  expr: absent(errors_total) or changes(errors_total[1h]) == 0 or count(errors_total) < 3
"""
        ),
        Good(
            """\
- alert: ManyErrors
  expr: errors_total - errors_total offset 1h > 100
""",
            why="the difference is what is meant",
        ),
        Good(
            """\
- alert: Full
  expr: pool_used_total / pool_size_total > 0.9
""",
            why="a ratio of two totals",
        ),
    )


# An uptime is a counter whose raw value is its meaning.
_COUNTER = re.compile(r"^(?!.*uptime)[^:]*_total$")
# Quickly told from the text: a total without a range, or inside a function that takes gauges.
_MAYBE_RAW = re.compile(
    r"_total\b(?!\s*(?:\{[^{}]*\})?\s*\[)|\b(?:avg_over_time|delta|deriv|idelta|predict_linear|sum_over_time)\b"
)
_RULES = frozenset({"alert", "slo", "budget"})

_FINE = frozenset(
    {
        "absent",
        "absent_over_time",
        "changes",
        "count_over_time",
        "histogram_quantile",
        "increase",
        "info",
        "irate",
        "last_over_time",
        "present_over_time",
        "rate",
        "resets",
        "timestamp",
    }
)
_FOR_GAUGES = frozenset({"avg_over_time", "delta", "deriv", "idelta", "predict_linear", "sum_over_time"})


class _Use(Record):
    """A selector whose values get into the result, and the function for gauges that took them, if any."""

    selector: promql.Selector
    function: promql.Word | None


def _uses(expr: promql.Expr, function: promql.Word | None) -> Iterator[_Use]:
    match expr:
        case promql.Selector():
            yield _Use(expr, function)
        case promql.Call() if expr.name.value in _FINE:
            return
        case promql.Call(args=args) if expr.name.value in _FOR_GAUGES:
            yield from _uses(args[0], expr.name)
        case promql.Call(args=args):
            for arg in args:
                yield from _uses(arg, function)
        case promql.Aggregation() if expr.op.value in ("count", "count_values", "group"):
            return
        case promql.Binary():
            for side in _sides(expr):
                yield from _uses(side, function)
        case _:
            for child in expr.children:
                yield from _uses(child, function)


def _sides(binary: promql.Binary) -> tuple[promql.Expr, ...]:
    """The sides whose values count: not those of a ratio or a difference, nor what only asks for presence."""
    op = binary.op.value
    if op in ("and", "unless"):
        return (binary.left,)
    compares_zero = op in (">", "!=", "==") and promql.constant(binary.right) == 0
    if compares_zero:
        return ()
    vectors = binary.left.type != "scalar" and binary.right.type != "scalar"
    if vectors and op != "or":
        return ()
    return (binary.left, binary.right)
