"""`promql/syntax-error`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Finding, Fix, Good, Rule, Severity, promql
from ...lint.nodes import Dialect, Query


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
            yield self.finding(
                problem.message,
                query.place(query.text, problem.start, problem.end),
                help=problem.help,
                fix=_turned_round(query, problem),
            )

    examples = (
        Bad("topk(10, sum by(feature) (rate(app_*[24h])))\n", path="query.promql", at="app_*"),
        Bad("sum(rate(http_requests_total[5m])\n", path="query.promql", at="("),
        Bad('http_requests_total{code=~"5..}\n', path="query.promql", at='"5..}'),
        Bad("sum(http_requests_total) bye (job)\n", path="query.promql", at="bye"),
        Bad("rate(http_requests_total)\n", path="query.promql", at="http_requests_total"),
        Bad(
            'max(rate(sum by (job) (errors_total{code=~"5.."}[5m]))) > 1\n',
            path="query.promql",
            at='errors_total{code=~"5.."}[5m]',
            fixed='max(sum by (job) (rate(errors_total{code=~"5.."}[5m]))) > 1\n',
        ),
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


_CLAUSE = r"\s*(?:(?:by|without)\s*\([^()]*\)\s*)?"
_INSIDE_OUT = re.compile(
    rf"\b(?P<rate>rate|irate|increase)\(\s*(?P<sum>(?:sum|avg|max|min){_CLAUSE}\()\s*\Z", re.IGNORECASE
)
_CLOSES = re.compile(rf"\s*\)(?P<clause>{_CLAUSE})\)", re.IGNORECASE)


def _turned_round(query: Query, problem: promql.Problem) -> Fix | None:
    """`sum(rate(x[5m]))` for `rate(sum(x[5m]))`: it loads in one order only, so that nothing can change its meaning."""
    text = query.text.value
    before, after = _INSIDE_OUT.search(text, 0, problem.start), _CLOSES.match(text, problem.end)
    if before is None or after is None:
        return None
    turned = f"{before['sum']}{before['rate']}({text[problem.start : problem.end]})){after['clause'].rstrip()}"
    if promql.parse(text[: before.start()] + turned + text[after.end() :]).expr is None:
        return None
    edit = query.text.edit(before.start(), after.end(), turned)
    return Fix(f"take the `{before['rate']}` first", (edit,)) if edit is not None else None
