"""Files and blocks of log queries: where one ends and the next begins."""

from obsaudit.lint import logql
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.nodes import LogQuery, Query, Role
from obsaudit.lint.region import Text


def nodes(text, name):
    """The queries of a file, of either language."""
    found = parse(Text.of_file(text, name), name, SourceSettings()).nodes
    return [node for node in found if isinstance(node, Query | LogQuery)]


PAGE = """\
3. Look at the log:

   ```logql
   # Find all errors for a user
   {service="api"} | json | user_id="<USER_ID>" |= "ERROR"

   # Find slow database queries
   {service="api"} |= "db_time_ms" | json | db_time_ms > 1000
   ```
"""


def test_queries_of_a_block_stand_where_the_page_has_them():
    """
    Comments and blank lines are no part of a query, and an indented fence moves no column.
    """
    found = nodes(PAGE, "runbook.md")
    lines = PAGE.split("\n")

    assert [LogQuery, LogQuery] == [type(query) for query in found]
    assert [lines[4].strip(), lines[7].strip()] == [query.text.value for query in found]
    assert [(5, 4), (8, 4)] == [(start.line, start.column) for start in (query.text.region().start for query in found)]
    assert {Role.DOCUMENT} == {query.role for query in found}


def test_a_line_may_begin_a_query_of_its_own():
    """
    A selector or a function begins one, but not inside brackets or behind an operator.
    """
    text = """\
{app="a"}
  | json

{app="b"} |= "{" # two
sum(rate({app="c"}[5m])) by (level)
// a remark
sum(
  rate({app="d"}[5m])

) / on (app)
sum(rate({app="e"}[5m]))
{app="f"}
"""
    values = [query.text.value for query in nodes(text, "queries.logql")]

    assert [
        '{app="a"}\n  | json',
        '{app="b"} |= "{"',
        'sum(rate({app="c"}[5m])) by (level)',
        'sum(\n  rate({app="d"}[5m])\n\n) / on (app)\nsum(rate({app="e"}[5m]))',
        '{app="f"}',
    ] == values
    assert all(logql.parse(value).expr is not None for value in values)


def test_a_file_without_queries_has_none():
    """
    Comments alone are nothing that could be wrong.
    """
    assert [] == nodes("# to be written\n\n// later\n", "queries.logql")
