"""`promql/lost-le`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Fix, Good, Location, Rule, Severity, promql
from ...lint.nodes import Query
from ...lint.record import Record, replace
from ._query import code, parts, place


class LostLe(Rule):
    """
    Flags `histogram_quantile` over something that is no histogram any more.

    **Why.**
    A classic histogram is a series for each bucket, told apart by `le`.
    An aggregation that drops `le` adds the buckets up, and `histogram_quantile` returns nothing, without an error.
    Over buckets without `rate` it gives the quantile since each process started, which hardly moves.
    Over `_sum` or `_count` there are no buckets at all, and a quantile outside 0…1 is an infinity.

    **Instead.**
    `histogram_quantile(0.95, sum by (le, job) (rate(http_request_duration_seconds_bucket[5m])))`

    Not flagged: metrics that do not end in `_bucket`, which may be native histograms and need no `le`, recordings,
    whose name does not say what they hold, and what keeps `vmrange`, by which VictoriaMetrics tells buckets apart.
    """

    id = "promql/lost-le"
    summary = "`histogram_quantile` over something without buckets"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1", "2.4")

    def check_query(self, query: Query) -> Iterator[Finding]:
        for node in parts(query):
            if isinstance(node, promql.Call) and node.name.value == "histogram_quantile":
                yield from self._quantile(query, node)
                yield from self._buckets(query, node)

    def _quantile(self, query: Query, call: promql.Call) -> Iterator[Finding]:
        quantile = promql.constant(call.args[0])
        if quantile is None or 0 <= quantile <= 1:
            return
        percent = 1 < quantile <= 100
        yield self.finding(
            f"quantile {code(query, call.args[0])} is outside 0…1",
            place(query, call.args[0]),
            help=f"the {quantile:g}th percentile is {quantile / 100:g}" if percent else "a median is 0.5",
            fix=_as_fraction(query, call.args[0], quantile) if percent else None,
        )

    def _buckets(self, query: Query, call: promql.Call) -> Iterator[Finding]:
        told: set[Location] = set()
        for source in _sources(call.args[1], _Path()):
            found = self._lost(query, source) or self._no_bucket(query, source) or self._raw(query, source)
            if found is not None and found.at not in told:
                told.add(found.at)
                yield found

    def _lost(self, query: Query, source: _Source) -> Finding | None:
        dropped = source.path.dropped
        if dropped is None or not _CLASSIC.search(source.metric):
            return None
        clause = dropped.grouping
        return self.finding(
            f"`{dropped.op.value}` drops `le`, so nothing is left of the buckets of `{source.metric}`",
            place(query, dropped.op if clause is None else clause),
            help="`without` must not name `le`" if clause is not None and clause.kind == "without" else "keep `le`",
            fix=_with_le(query, dropped),
        )

    def _no_bucket(self, query: Query, source: _Source) -> Finding | None:
        if not _NO_BUCKET.search(source.metric):
            return None
        base = _NO_BUCKET.sub("", source.metric)
        return self.finding(
            f"`{source.metric}` has no buckets",
            place(query, source.selector),
            help=f"read `{base}_bucket`, if it is a histogram",
        )

    def _raw(self, query: Query, source: _Source) -> Finding | None:
        if source.path.rated or not source.metric.endswith("_bucket") or ":" in source.metric:
            return None
        return self.finding(
            f"`{source.metric}` counts since the process started: without `rate` the quantile hardly moves",
            place(query, source.selector),
            help=f"`rate({source.metric}[5m])`",
            confidence=Confidence.LOW,
        )

    examples = (
        Bad(
            "histogram_quantile(0.95, sum by (job) (rate(http_request_duration_seconds_bucket[5m])))\n",
            path="query.promql",
            at="by (job)",
            fixed="histogram_quantile(0.95, sum by (job, le) (rate(http_request_duration_seconds_bucket[5m])))\n",
        ),
        Bad(
            "histogram_quantile(0.95, sum(rate(http_request_duration_seconds_bucket[5m])))\n",
            path="query.promql",
            at="sum",
            fixed="histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))\n",
        ),
        Bad(
            "histogram_quantile(0.95, sum without (pod, le) (rate(lat_bucket[5m])))\n",
            path="query.promql",
            at="without (pod, le)",
            fixed="histogram_quantile(0.95, sum without (pod) (rate(lat_bucket[5m])))\n",
        ),
        Bad(
            "histogram_quantile(95, sum by (le) (rate(lat_bucket[5m])))\n",
            path="query.promql",
            at="95",
            fixed="histogram_quantile(0.95, sum by (le) (rate(lat_bucket[5m])))\n",
        ),
        Bad("histogram_quantile(0.9, sum by (le) (lat_bucket))\n", path="query.promql", at="lat_bucket"),
        Bad("histogram_quantile(0.9, rate(lat_count[5m]))\n", path="query.promql", at="lat_count"),
        Bad(
            "histogram_quantile(0.9, sum(rate(lat_bucket[5m])) by ())\n",
            path="query.promql",
            at="by ()",
            fixed="histogram_quantile(0.9, sum(rate(lat_bucket[5m])) by (le))\n",
        ),
        Good("histogram_quantile(0.9, sum by (le) (rate(lat_bucket[5m])))\n", path="query.promql"),
        Good("histogram_quantile(0.9, rate(lat_bucket[5m]))\n", path="query.promql"),
        Good(
            "histogram_quantile(0.9, sum(rate(http_request_duration_seconds[5m])))\n",
            path="query.promql",
            why="it may be a native histogram",
        ),
        Good("histogram_quantile($q, sum by ($group) (rate(lat_bucket[5m])))\n", path="query.promql"),
        Good("histogram_quantile(0.9, sum by (vmrange) (rate(lat_bucket[5m])))\n", path="query.promql"),
        Good(
            "histogram_quantile(0.9, sum by (le) (job:lat_bucket:rate5m))\n",
            path="query.promql",
            why="a recording has its rate already",
        ),
    )


_CLASSIC = re.compile(r"_bucket(:|$)")
_NO_BUCKET = re.compile(r"(?<!:)_(sum|count|total)$")

_RATES = frozenset({"rate", "irate", "increase", "delta", "idelta", "deriv"})


class _Path(Record):
    """What happens to a metric on its way to the quantile."""

    dropped: promql.Aggregation | None = None
    """The outermost aggregation that does not keep `le`."""

    rated: bool = False


class _Source(Record):
    selector: promql.Selector
    metric: str
    path: _Path


def _sources(expr: promql.Expr, path: _Path) -> Iterator[_Source]:
    """The metrics whose buckets reach the quantile; what cannot be followed is left out."""
    match expr:
        case promql.Selector(metric=str(metric)):
            yield _Source(expr, metric, path)
        case promql.Paren(expr=inner) | promql.Subquery(expr=inner) | promql.Unary(expr=inner):
            yield from _sources(inner, path)
        case promql.Matrix(selector=selector):
            yield from _sources(selector, path)
        case promql.Aggregation() if not expr.op.templated:
            keeps = path.dropped is not None or _keeps_le(expr)
            yield from _sources(expr.expr, path if keeps else replace(path, dropped=expr))
        case promql.Call(name=name, args=args) if name.value in _RATES or name.value.endswith("_over_time"):
            yield from _sources(args[-1] if name.value == "quantile_over_time" else args[0], replace(path, rated=True))
        case promql.Call(name=name, args=args) if name.value in ("label_replace", "label_join"):
            target = args[1]
            if not (isinstance(target, promql.StringLiteral) and target.value == "le"):
                yield from _sources(args[0], path)
        case promql.Binary():
            for side in _followed(expr):
                yield from _sources(side, path)


def _followed(binary: promql.Binary) -> tuple[promql.Expr, ...]:
    """The sides whose series a binary expression returns with all their labels."""
    if binary.op.value == "or":
        return (binary.left, binary.right)
    if binary.op.value in ("and", "unless") or binary.right.type == "scalar":
        return (binary.left,)
    return (binary.right,) if binary.left.type == "scalar" else ()


def _keeps_le(aggregation: promql.Aggregation) -> bool:
    clause = aggregation.grouping
    if aggregation.op.value in ("topk", "bottomk", "limitk", "limit_ratio"):
        return True
    if clause is None:
        return False
    kept = ("le", "vmrange") if clause.kind == "by" else ("le",)
    return clause.templated or any(name in clause.names for name in kept) == (clause.kind == "by")


def _with_le(query: Query, aggregation: promql.Aggregation) -> Fix | None:
    """Keeps `le`: names it in `by`, or takes it out of `without`."""
    clause, text = aggregation.grouping, query.text
    if clause is None:
        after = text.value[aggregation.op.end]
        edit = text.edit(aggregation.op.end, aggregation.op.end, " by (le)" + ("" if after == " " else " "))
    elif clause.kind == "by":
        last = clause.labels[-1].end if clause.labels else clause.end - 1
        edit = text.edit(last, last, ", le" if clause.labels else "le")
    else:
        names = [label.value for label in clause.labels if label.value != "le"]
        edit = text.edit(clause.start, clause.end, f"without ({', '.join(names)})")
    return Fix("keep `le`", (edit,)) if edit is not None else None


def _as_fraction(query: Query, quantile: promql.Expr, value: float) -> Fix | None:
    edit = query.text.edit(quantile.start, quantile.end, f"{value / 100:g}")
    return Fix("write it as a fraction", (edit,), safe=False) if edit is not None else None
