"""`logql/syntax-error`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity, logql
from ...lint.nodes import LogQuery


class SyntaxError(Rule):  # noqa: A001 - the id's own name
    """
    Flags log queries that Loki refuses: they do not parse, or count what cannot be counted.

    **Why.**
    Loki's ruler does not load a group with such a query.
    In a dashboard or a runbook nobody is told until somebody needs the answer.

    **Instead.**
    The region is that of the token which cannot stand there, and the help says what can.

    Not flagged: queries with templates (`{{ … }}` outside of quotes) or placeholders, and pipelines without their
    streams, as documents show them.
    Dashboard variables (`$app`, `${app:regex}`, `[[app]]`, `$__auto`) are understood.
    Selectors that Loki refuses for what they match are those of `logql/unselective`.
    """

    id = "logql/syntax-error"
    summary = "log query does not parse"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("2.3",)

    def check_log_query(self, query: LogQuery) -> Iterator[Finding]:
        problem = logql.parse(query.text.value).problem
        if problem is not None:
            yield self.finding(problem.message, query.place(query.text, problem.start, problem.end), help=problem.help)

    examples = (
        Bad('{service="api"} | jsno | level="error"\n', path="query.logql", at="jsno"),
        Bad("{service='api'}\n", path="query.logql", at="'"),
        Bad('{service="api"} |= ERROR\n', path="query.logql", at="ERROR"),
        Bad('{service="api"} | json | http.status >= 500\n', path="query.logql", at="http.status"),
        Bad('{service="api"} | json | size > 10kb\n', path="query.logql", at="10kb"),
        Bad('sum by (level) (rate({service="api"}))\n', path="query.logql", at='{service="api"}'),
        Bad('avg_over_time({service="api"} | json [5m])\n', path="query.logql", at="avg_over_time"),
        Bad('{service="api"} |~ "(error"\n', path="query.logql", at='"(error"'),
        Bad(
            """\
# Errors of a user
{service="api"} | json | user_id="<USER_ID>"

# Slow requests
{service="api"} | json | duration > 1 s
""",
            path="query.logql",
            at="s",
        ),
        Bad(
            """\
groups:
  - name: api
    rules:
      - alert: ManyErrors
        expr: |
          sum(
            rate({service="api"} |= "error" [5 minutes])
          ) > 1
""",
            at="5 minutes",
        ),
        Good(
            """\
# Errors of a user
{service="api"} | json | user_id="<USER_ID>" |= "ERROR"
# Slow queries
{service="api"} |= "db_time_ms" | json | db_time_ms > 1000
sum by (level) (count_over_time({service="api"} | json | __error__="" [5m]))
""",
            path="query.logql",
        ),
        Good('sum by ($group) (rate({app=~"$app"} |~ "$search" [$__auto]))\n', path="query.logql", why="variables"),
        Good('{app="api"} | line_format "{{.method}} {{.path}}"\n', path="query.logql", why="Loki's own template"),
        Good('{app="api"} | json {{ .filter }}\n', path="query.logql", why="a template"),
        Good("| json | duration > 1s or status >= 500\n", path="query.logql", why="a pipeline without its streams"),
    )
