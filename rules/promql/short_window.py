"""`promql/short-window`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...lint import Bad, Confidence, Finding, Good, Rule, Severity, promql
from ...lint.duration import seconds, spell
from ...lint.nodes import Query, Role
from ._query import code, parts


@dataclass(frozen=True)
class ShortWindow(Rule):
    """
    Flags ranges of `rate` and its like that hold too few samples.

    **Why.**
    `rate`, `increase`, `delta` and `deriv` need two samples in their range.
    A range of one scrape interval holds one, now and then two: the result has gaps, or is always empty.
    With less than four intervals a single failed scrape is enough for a gap.

    **Instead.**
    A range of at least four scrape intervals; in Grafana `$__rate_interval`, which is that.

    A range under two intervals is an error, one under four a warning.
    The interval is the option `scrape-interval`: set it to what your servers use.
    Its default is the shortest that is usual, so that nothing is flagged that may be right.
    In panels a `rate` over `$__interval` is flagged with low confidence: zoomed in, that is shorter than a scrape
    interval. An `increase` over it may be a bar for each interval.
    """

    id = "promql/short-window"
    summary = "range too short for the scrape interval"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.1", "2.1")

    scrape_interval: str = "15s"
    """How often targets are scraped."""

    def check_query(self, query: Query) -> Iterator[Finding]:
        interval = seconds(self.scrape_interval)
        for node in parts(query) if interval else ():
            if isinstance(node, promql.Call) and node.name.value in _TWO_SAMPLES:
                matrix = promql.unwrap(node.args[0])
                if isinstance(matrix, promql.Matrix):
                    yield from self._check(query, node, matrix, interval or 0.0)

    def _check(self, query: Query, call: promql.Call, matrix: promql.Matrix, interval: float) -> Iterator[Finding]:
        length = matrix.range.seconds
        at = query.place(query.text, matrix.range.start, matrix.range.end)
        if length is None:
            if call.name.value in _RATES and query.role is Role.PANEL and matrix.range.spelling in _INTERVALS:
                yield self.finding(
                    f"`{call.name.value}` over `$__interval` has gaps where that is shorter than a scrape interval",
                    at,
                    help="use `$__rate_interval`",
                    confidence=Confidence.LOW,
                )
            return
        # `irate` looks at the last two samples only: a longer range costs nothing and gains nothing.
        enough = 2 if call.name.value in ("irate", "idelta") else 4
        if length >= enough * interval:
            return
        few = "less than two samples" if length < 2 * interval else "hardly more than two samples"
        yield self.finding(
            f"{code(query, matrix)} holds {few} at a scrape interval of {self.scrape_interval}",
            at,
            help=f"use `[{spell(enough * interval)}]` or more",
            severity=Severity.ERROR if length < 2 * interval else None,
        )

    examples = (
        Bad("rate(x_total[15s])\n", path="query.promql", at="15s"),
        Bad("increase(x_total[45s])\n", path="query.promql", at="45s"),
        Bad("rate(x_total[2m])\n", path="query.promql", at="2m", options={"scrape_interval": "1m"}),
        Good("rate(x_total[1m])\n", path="query.promql"),
        Good("max_over_time(x[15s])\n", path="query.promql", why="one sample is enough"),
        Good("rate(x_total[$__rate_interval])\n", path="query.promql"),
    )


_RATES = frozenset({"irate", "rate"})
_INTERVALS = frozenset({"$__interval", "${__interval}"})
_TWO_SAMPLES = frozenset({"delta", "deriv", "idelta", "increase", "irate", "predict_linear", "rate"})
