"""`slos/not-a-ratio`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Severity, promql
from ...lint.nodes import Measure, Part, Slo
from ._burn import tree_of
from ._referring import OfQueries
from ._samples import RAW, REFERRING, SLO


class NotARatio(OfQueries):
    """
    Flags objectives that promise a share, measured by a query that is none.

    **Why.**
    `sum(rate(events_created_total[5m]))` says how many events a second are created.
    It is not 0.999 when 99.9 % succeed, it is 12.4 at noon and 0.3 at night: the objective is met or missed by the
    traffic.

    **Instead.**
    Divide the good events by all of them:
    `sum(rate(created_total{result="success"}[5m])) / sum(rate(created_total[5m]))`.

    Flagged are rates, counts and quantiles without a division.
    Not flagged: a gauge or a recording, which may hold a ratio, an average over time, the rate of a time
    (`_seconds_total`), which is the share of it, and targets in milliseconds.
    """

    id = "slos/not-a-ratio"
    summary = "share promised, and something else measured"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("2.2",)

    def check_slo(self, slo: Slo) -> Iterator[Finding]:
        if slo.target is None or slo.target.measure is not Measure.SHARE:
            return
        for part in (Part.VALUE, Part.ERROR_SHARE):
            query = slo.queries.get(part)
            tree = tree_of(query)
            what = _reason(tree) if tree is not None else None
            if query is not None and what is not None:
                yield self.finding(
                    f"`{slo.name.value}` promises {slo.target.spelling.value}, and its query is {what}",
                    query.place(query.text),
                    help="divide the good events by all events",
                )

    examples = (
        Bad(
            RAW,
            at='sum(rate(search_total{ok="1"}[5m]))',
            files={"slo.yml": REFERRING},
            why="the objective refers to the indicator",
        ),
        Good(RAW, why="an indicator alone promises nothing"),
        Bad(
            SLO.replace(
                'sum(rate(requests_total{code!~"5.."}[5m])) / sum(rate(requests_total[5m]))', "sum(rate(a[5m]))"
            ),
            at="sum(rate(a[5m]))",
        ),
        Bad(
            """\
slos:
  - name: latency
    target: 99%
    window: 7d
    measurement:
      query: histogram_quantile(0.95, sum by (le) (rate(duration_seconds_bucket[5m])))
""",
            at="histogram_quantile(0.95, sum by (le) (rate(duration_seconds_bucket[5m])))",
        ),
        Good(SLO),
        Good(
            """\
slos:
  - name: up
    target: 99.9%
    window: 30d
    measurement:
      query: avg(avg_over_time(probe_success[5m]))
""",
            why="the average of zeros and ones",
        ),
        Good(
            """\
slos:
  - name: latency
    target: < 500ms
    window: 7d
    measurement:
      query: histogram_quantile(0.95, sum by (le) (rate(duration_seconds_bucket[5m])))
""",
            why="a latency is promised",
        ),
    )


_RATES = {"rate": "a rate", "irate": "a rate", "increase": "a number of events"}
_SHAPING = frozenset({"abs", "ceil", "clamp", "clamp_max", "clamp_min", "floor", "round", "sort", "sort_desc"})
_KEEPING = frozenset({"sum", "avg", "min", "max"})


def _reason(expr: promql.Expr) -> str | None:
    """What an expression is, if that is certainly no share."""
    expr = promql.unwrap(expr)
    match expr:
        case promql.Aggregation(op=op, expr=inner):
            return "a count of series" if op.value == "count" else _reason(inner) if op.value in _KEEPING else None
        case promql.Call(name=name, args=args) if name.value in _RATES and isinstance(args[0], promql.Matrix):
            metric = args[0].selector.metric or ""
            return None if metric.endswith(("_seconds_total", "_seconds_sum")) or not metric else _RATES[name.value]
        case promql.Call(name=name) if name.value == "histogram_quantile":
            return "a quantile"
        case promql.Call(name=name, args=args) if name.value in _SHAPING:
            return _reason(args[0])
        case promql.Binary(op=op, left=left, right=right, bool=None):
            return _of_binary(op.value, left, right)
        case _:
            return None


def _of_binary(op: str, left: promql.Expr, right: promql.Expr) -> str | None:
    if op in ("+", "-", "*"):
        if promql.constant(left) is not None:
            return _reason(right)
        if promql.constant(right) is not None:
            return _reason(left)
        return _reason(left) and _reason(right) if op != "*" else None
    return _reason(left) if op in ("or", "and", "unless", ">", ">=", "<", "<=", "!=", "==") else None
