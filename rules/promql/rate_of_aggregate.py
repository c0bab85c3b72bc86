"""`promql/rate-of-aggregate`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...lint import Bad, Finding, Fix, Good, Project, Related, Rule, Severity, promql
from ...lint.nodes import Query, RecordingRule
from ._metrics import naming, queries
from ._query import code, parts, place


class RateOfAggregate(Rule):
    """
    Flags rates of counters that were aggregated first, and rates of rates.

    **Why.**
    `rate` sees a counter's restart as a drop of its series.
    In the sum of many counters one restart is a drop of everything that this one had counted, and `rate` takes the
    rest for newly counted: a spike of the whole sum, at every deployment.
    A rate is no counter: the rate of a rate is the noise of its ups and downs.

    **Instead.**
    Rate first, then aggregate: `sum(rate(x_total[5m]))`, and record that.

    Recordings are followed to their expression, in any file of the run.
    """

    id = "promql/rate-of-aggregate"
    summary = "rate of an aggregated counter"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1",)
    about = (Query,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        recorded = {rule.name.value: rule for rule in project.all(RecordingRule)}
        named = naming(recorded)
        for query in queries(project, lambda text: _SUBQUERY.search(text) or named(text)):
            for node in parts(query):
                if isinstance(node, promql.Call) and node.name.value in _RATES:
                    yield from self._check(query, node, recorded)

    def _check(self, query: Query, call: promql.Call, recorded: Mapping[str, RecordingRule]) -> Iterator[Finding]:
        inner = promql.unwrap(call.args[0])
        if isinstance(inner, promql.Subquery):
            what = _made_of(inner.expr)
            if what is not None:
                yield self.finding(
                    f"`{call.name.value}` is taken of {what} {code(query, inner.expr)}",
                    place(query, inner),
                    help=f"take the `{call.name.value}` of each series, then aggregate",
                    fix=_turned_round(query, call, inner),
                )
        elif isinstance(inner, promql.Matrix):
            rule = recorded.get(inner.selector.metric or "")
            expr = promql.parse(rule.query.text.value).expr if rule is not None and rule.query is not None else None
            what = _made_of(expr) if expr is not None else None
            if rule is not None and what is not None:
                yield self.finding(
                    f"`{call.name.value}` is taken of recording `{rule.name.value}`, which is {what} series",
                    place(query, inner),
                    help=f"record the `{call.name.value}` of each series, aggregated",
                    related=[Related(rule.at, "the recording")],
                )

    examples = (
        Bad(
            "rate(sum by (job) (x_total)[5m:1m])\n",
            path="query.promql",
            at="sum by (job) (x_total)[5m:1m]",
            fixed="sum by (job) (rate(x_total[5m]))\n",
        ),
        Bad(
            """\
- record: job:x:rate5m
  expr: |
    # all of them
    increase(sum(x_total{code=~"5.."}) by (job)[5m:])  # by job
      / 300
""",
            at='sum(x_total{code=~"5.."}) by (job)[5m:]',
            fixed="""\
- record: job:x:rate5m
  expr: |
    # all of them
    sum(increase(x_total{code=~"5.."}[5m])) by (job)  # by job
      / 300
""",
        ),
        Bad(
            """\
- record: job:x:sum
  expr: sum by (job) (x_total)
- alert: Many
  expr: rate(job:x:sum[5m]) > 1
""",
            at="job:x:sum[5m]",
        ),
        Bad("increase(rate(x_total[5m])[1h:5m])\n", path="query.promql", at="rate(x_total[5m])[1h:5m]"),
        Good("sum by (job) (rate(x_total[5m]))\n", path="query.promql"),
        Good("max_over_time(sum(rate(x_total[5m]))[1h:5m])\n", path="query.promql"),
        Good(
            """\
- record: job:queue:sum
  expr: sum by (job) (queue_length)
- alert: Many
  expr: delta(job:queue:sum[5m]) > 1
""",
            why="a gauge, and a function for gauges",
        ),
    )


_SUBQUERY = re.compile(r"\[[^\]]*:")
_RATES = frozenset({"increase", "irate", "rate"})


def _made_of(expr: promql.Expr) -> str | None:
    """What a rate is taken of, where it should not be: an aggregate, or a rate."""
    for node in _values(expr):
        if isinstance(node, promql.Call) and node.name.value in _RATES:
            return "the rate of"
        if isinstance(node, promql.Aggregation) and node.op.value in ("sum", "avg"):
            rated = any(isinstance(part, promql.Call) and part.name.value in _RATES for part in promql.walk(node))
            return "the rate of" if rated else f"the `{node.op.value}` of"
    return None


def _turned_round(query: Query, call: promql.Call, subquery: promql.Subquery) -> Fix | None:
    """`sum(rate(x[5m]))` for `rate(sum(x)[5m:1m])`; None where more than plain series are aggregated."""
    inner = promql.unwrap(subquery.expr)
    if not isinstance(inner, promql.Aggregation) or inner.op.value not in ("sum", "avg"):
        return None
    series, plain = promql.unwrap(inner.expr), subquery.offset is None and subquery.at is None
    if not isinstance(series, promql.Selector) or series.offset is not None or series.at is not None or not plain:
        return None
    text = query.text.value
    rate = f"{call.name.value}({text[series.start : series.end]}[{subquery.range.spelling}])"
    turned = text[inner.start : series.start] + rate + text[series.end : inner.end]
    edit = query.text.edit(call.start, call.end, turned)
    return Fix(f"take the `{call.name.value}` first", (edit,), safe=False) if edit is not None else None


def _values(expr: promql.Expr) -> Iterator[promql.Expr]:
    """The expressions whose values make up the value of one, outermost first."""
    expr = promql.unwrap(expr)
    yield expr
    match expr:
        case promql.Binary() if expr.op.value in ("and", "unless"):
            yield from _values(expr.left)
        case promql.Binary():
            yield from _values(expr.left)
            yield from _values(expr.right)
        case promql.Call(name=name, args=(inner, *_)) if name.value in ("label_replace", "label_join"):
            yield from _values(inner)
