"""`promql/syntax-error`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...lint import Bad, Finding, Good, Rule, Severity, promql
from ...lint.nodes import Dialect, Query


@dataclass(frozen=True)
class SyntaxError(Rule):  # noqa: A001 - the id's own name
    """
    Flags queries that Prometheus refuses: they do not parse, or their types do not fit.

    **Why.**
    Prometheus does not load a rule file with such a query, and keeps running with the old rules or does not start.
    In a dashboard, a runbook or an SLO nobody is told until somebody needs the answer.

    **Instead.**
    The region is that of the token which cannot stand there, and the help says what can.

    Not flagged: queries with templates (`{{ … }}`, `%(…)s`) or placeholders, MetricsQL, LogQL and TraceQL,
    and whatever another parser of PromQL accepts.
    Dashboard variables (`$job`, `${job:regex}`, `[[job]]`, `$__rate_interval`) are understood.
    """

    id = "promql/syntax-error"
    summary = "query does not parse"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("all",)

    def check_query(self, query: Query) -> Iterator[Finding]:
        if query.dialect is not Dialect.PROMQL:
            return
        problem = promql.parse(query.text.value).problem
        if problem is not None:
            yield self.finding(problem.message, query.place(query.text, problem.start, problem.end), help=problem.help)

    examples = (
        Bad("topk(10, sum by(feature) (rate(app_*[24h])))\n", path="query.promql", at="app_*"),
        Bad("sum(rate(http_requests_total[5m])\n", path="query.promql", at="("),
        Bad('http_requests_total{code=~"5..}\n', path="query.promql", at='"5..}'),
        Bad("sum(http_requests_total) bye (job)\n", path="query.promql", at="bye"),
        Bad("rate(http_requests_total)\n", path="query.promql", at="http_requests_total"),
        Bad("raet(http_requests_total[5m])\n", path="query.promql", at="raet"),
        Bad("up = 0\n", path="query.promql", at="="),
        Bad("up{} > 1 and 2\n", path="query.promql", at="2"),
        Bad("http_requests_total[5 minutes]\n", path="query.promql", at="minutes"),
        Bad(
            """\
groups:
  - name: checkout
    rules:
      - record: job:errors:rate5m
        expr: |
          sum by (job) (
            rate(errors_total[5x])
          )
""",
            at="5x",
        ),
        Good("sum by (job) (rate(http_requests_total[5m]))\n", path="query.promql"),
        Good(
            """sum by ($group) (rate(http_requests_total{job=~"$job"}[$__rate_interval]))\n""",
            path="query.promql",
            why="dashboard variables",
        ),
        Good("rate(foo[2m + 2m] smoothed)\n", path="query.promql", why="syntax of Prometheus 3"),
        Good("sum(rate(errors_total[{{ .window }}]))\n", path="query.promql", why="a template"),
        Good("rollup_rate(foo[5m]) keep_metric_names\n", path="query.promql", why="MetricsQL"),
    )
