"""`promql/short-window`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Project, Rule, Severity, promql
from ...lint.nodes import OperatedPrometheus, Query, Role, ScrapeJob
from ...lint.telemetry.duration import seconds, spell
from ._metrics import queries
from ._query import code, parts


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
    The interval is that of the scrape job which the query names (`job="api"`), if its configuration is among the files,
    else the shortest of all jobs in them, else the option `scrape-interval`. What a page shows counts for neither.
    That is by default the shortest usual one, so that nothing is flagged that may be right.
    A ServiceMonitor without an interval has that of the Prometheus resource or of the chart's values, if there are any.
    What only these say is flagged with low confidence where the query names none of the jobs, since another monitor may
    have a shorter one.
    In panels a `rate` over `$__interval` is flagged with low confidence: zoomed in, that is shorter than a scrape
    interval. An `increase` over it may be a bar for each interval.
    """

    id = "promql/short-window"
    summary = "range too short for the scrape interval"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.1", "2.1")
    about = (Query,)

    scrape_interval: str = "15s"
    """How often targets are scraped, where no file says so."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        shortest = seconds(self.scrape_interval) or 15.0
        given = [length for one in project.loaded(OperatedPrometheus) if (length := one.scrape_seconds)]
        default = min(given, default=shortest)
        jobs: dict[str, float] = {}
        lengths: list[float] = []
        for job in project.loaded(ScrapeJob):
            # Where the job of a resource says nothing, its server decides, which may not be known here.
            length = job.interval_seconds if job.interval_seconds is not None else default
            lengths.append(length)
            if job.label is not None:
                jobs[job.label] = min(length, jobs.get(job.label, length))
        usual = min([*lengths, *given], default=shortest)
        enough = 4 * max([*lengths, *given], default=usual)
        for query in queries(project, lambda text: _may_be_short(text, enough)):
            for node in parts(query):
                if isinstance(node, promql.Call) and node.name.value in _TWO_SAMPLES:
                    matrix = promql.unwrap(node.args[0])
                    if isinstance(matrix, promql.Matrix):
                        own = jobs.get(_job(matrix.selector) or "")
                        sure = own is not None or usual not in given
                        yield from self._check(query, node, matrix, own if own is not None else usual, sure=sure)

    def _check(
        self, query: Query, call: promql.Call, matrix: promql.Matrix, interval: float, *, sure: bool
    ) -> Iterator[Finding]:
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
            f"{code(query, matrix)} holds {few} at a scrape interval of {spell(interval)}",
            at,
            help=f"use `[{spell(enough * interval)}]` or more",
            severity=Severity.ERROR if length < 2 * interval else None,
            confidence=Confidence.HIGH if sure else Confidence.LOW,
        )

    examples = (
        Bad("rate(x_total[15s])\n", path="query.promql", at="15s"),
        Bad("increase(x_total[45s])\n", path="query.promql", at="45s"),
        Bad("rate(x_total[2m])\n", path="query.promql", at="2m", options={"scrape_interval": "1m"}),
        Bad(
            """\
- alert: ManyErrors
  expr: rate(errors_total{job="slow"}[2m]) > 1 or rate(errors_total{job="api"}[2m]) > 1
""",
            at="2m",
            files={
                "prometheus.yml": (
                    "scrape_configs:\n  - job_name: api\n    scrape_interval: 15s\n"
                    "  - job_name: slow\n    scrape_interval: 1m\n"
                )
            },
        ),
        Bad(
            'rate(x_total{job="shop/worker"}[1m])\n',
            path="query.promql",
            at="1m",
            files={
                "worker.yml": (
                    "apiVersion: monitoring.coreos.com/v1\nkind: PodMonitor\n"
                    "metadata: {name: worker, namespace: shop}\n"
                    "spec: {podMetricsEndpoints: [{port: web}]}\n"
                ),
                "values.yaml": "prometheus: {prometheusSpec: {scrapeInterval: 30s}}\n",
            },
        ),
        Good("rate(x_total[1m])\n", path="query.promql"),
        Good(
            "rate(x_total[1m])\n",
            path="query.promql",
            files={"README.md": "# How to scrape\n\n```yaml\nscrape_configs:\n  - job_name: x\n```\n"},
            why="an example on a page says nothing of the server, whose default is a minute",
        ),
        Good("max_over_time(x[15s])\n", path="query.promql", why="one sample is enough"),
        Good("rate(x_total[$__rate_interval])\n", path="query.promql"),
    )


def _job(selector: promql.Selector) -> str | None:
    equal = (m.value.value for m in selector.matchers if m.label.value == "job" and m.op.value == "=")
    return next(equal, None)


_RANGE = re.compile(r"\[([^\]]*)\]")
_RATES = frozenset({"irate", "rate"})
_INTERVALS = frozenset({"$__interval", "${__interval}"})
_TWO_SAMPLES = frozenset({"delta", "deriv", "idelta", "increase", "irate", "predict_linear", "rate"})


def _may_be_short(text: str, enough: float) -> bool:
    """Whether a pair of brackets holds less than that, or no plain duration."""
    return any((length := seconds(range_)) is None or length < enough for range_ in _RANGE.findall(text))
