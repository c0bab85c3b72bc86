"""`logql/unselective`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity, logql
from ...lint.nodes import LogQuery
from ._query import code, parts, place


class Unselective(Rule):
    """
    Flags selectors of streams that select nothing in particular: only `.+` and `.*`, or only what is left out.

    **Why.**
    Loki indexes streams, not lines: it reads every line of every stream that a selector takes.
    `{job=~".+"}` reads all of them, and takes as long.
    A selector whose matchers all take streams without the label, as `{app!="test"}` and `{app=~".*"}` do, Loki refuses
    outright; that is an error here.

    **Instead.**
    Name one label at least: `{app="api"}`, `{namespace=~"shop-.+"}`.

    Not flagged: selectors with a dashboard variable or a placeholder, whose value is not known.
    """

    id = "logql/unselective"
    summary = "selector selects no stream in particular"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.3",)

    def check_log_query(self, query: LogQuery) -> Iterator[Finding]:
        for selector in parts(query):
            if isinstance(selector, logql.Selector) and not selector.partial:
                yield from self._check(query, selector)

    def _check(self, query: LogQuery, selector: logql.Selector) -> Iterator[Finding]:
        if any(_selects(matcher) is not False for matcher in selector.matchers):
            return
        cure = "name one label at least: `=`, or `=~` with more than `.+`"
        shown, at = code(query, selector), place(query, selector)
        if all(logql.matches_empty(matcher) for matcher in selector.matchers):
            message = f"Loki refuses {shown}: it asks for no label"
            yield self.finding(message, at, help=cure, severity=Severity.ERROR)
        else:
            yield self.finding(f"{shown} selects no stream in particular", at, help=cure)

    examples = (
        Bad('{job=~".+"} |= "error"\n', path="query.logql", at='{job=~".+"}'),
        Bad('{job=~".*", app!=""}\n', path="query.logql", at='{job=~".*", app!=""}'),
        Bad('sum(rate({app!="test"} |= "error" [5m]))\n', path="query.logql", at='{app!="test"}'),
        Bad('{} |= "error"\n', path="query.logql", at="{}"),
        Good('{job=~".+", app="api"}\n', path="query.logql"),
        Good('{namespace=~"shop-.+"}\n', path="query.logql"),
        Good('{job=~"$job"}\n', path="query.logql", why="a dashboard variable may name one job"),
        Good('{app="<your app>"}\n', path="query.logql", why="a placeholder"),
    )


# A pattern of nothing but «something» or «anything».
_ANYTHING = re.compile(r"\^?\(?(?:\.[*+]\??|\.\.\*|\.\{[01],\})\)?\$?")


def _selects(matcher: logql.Matcher) -> bool | None:
    """Whether a matcher asks for particular streams; None where that is not known."""
    if logql.is_open(matcher.value):
        return None
    value = matcher.value.value
    if matcher.op.value == "=":
        return value != ""
    return matcher.op.value == "=~" and value != "" and _ANYTHING.fullmatch(value) is None
