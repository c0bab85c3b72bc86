"""`promql/loose-regex`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Finding, Fix, Good, Rule, Severity, promql
from ...lint.nodes import Query
from ._query import code, parts, place


class LooseRegex(Rule):
    """
    Flags regular expressions that say less than they seem to: literals, doubled anchors, `.*` for everything.

    **Why.**
    Prometheus anchors every pattern at both ends.
    `=~"api"` is therefore `="api"` with more work, `^api$` says it twice, and `=~".*"` takes every series, also those
    without the label.
    Readers take a pattern for a sign that several values are meant.

    **Instead.**
    `=` and `!=` for one value, no anchors, no matcher for everything.

    Not flagged: `=~".+"` and `!~".+"`, which ask whether the label is there, and values with dashboard variables.
    """

    id = "promql/loose-regex"
    summary = "needless or doubly anchored regular expression"
    severity = Severity.WARNING
    since = "0.1"

    def check_query(self, query: Query) -> Iterator[Finding]:
        for node in parts(query):
            for matcher in node.matchers if isinstance(node, promql.Selector) else ():
                if matcher.op.value in ("=~", "!~") and not matcher.value.templated:
                    yield from self._check(query, matcher)

    def _check(self, query: Query, matcher: promql.Matcher) -> Iterator[Finding]:
        pattern = matcher.value.value
        if pattern == ".*":
            what = "takes every series" if matcher.op.value == "=~" else "takes no series"
            yield self.finding(f"{code(query, matcher)} {what}", place(query, matcher), help="leave it out")
        elif _LITERAL.fullmatch(pattern):
            op = "=" if matcher.op.value == "=~" else "!="
            yield self.finding(
                f"{code(query, matcher)} matches one value",
                place(query, matcher),
                help=f"write `{op}`",
                fix=_rewritten(query, f"compare with `{op}`", matcher.op, op),
            )
        elif (bare := _without_anchors(pattern)) != pattern:
            yield self.finding(
                f"{code(query, matcher)} is anchored twice: Prometheus anchors every pattern",
                place(query, matcher),
                help=f"write `{bare}`",
                fix=_without(query, matcher, bare),
            )

    examples = (
        Bad('up{job=~"api"}\n', path="query.promql", at='job=~"api"', fixed='up{job="api"}\n'),
        Bad(
            "up{job!~'node-exporter'}\n",
            path="query.promql",
            at="job!~'node-exporter'",
            fixed="up{job!='node-exporter'}\n",
        ),
        Bad('up{job=~"^api.*$"}\n', path="query.promql", at='job=~"^api.*$"', fixed='up{job=~"api.*"}\n'),
        Bad(
            '- alert: ApiDown\n  expr: up{job=~"^api.*$"} == 0\n',
            at='job=~"^api.*$"',
            fixed='- alert: ApiDown\n  expr: up{job=~"api.*"} == 0\n',
        ),
        Bad('up{job="a", pod=~".*"}\n', path="query.promql", at='pod=~".*"'),
        Good('up{job=~"api|web"}\n', path="query.promql"),
        Good('up{job=~"api.+", pod=~".+"}\n', path="query.promql"),
        Good('up{job=~"$job"}\n', path="query.promql"),
        Good('up{job=~"(?i)api"}\n', path="query.promql", why="the case does not matter"),
        Good('up{job=~"^api|web$"}\n', path="query.promql", why="each anchor belongs to one alternative"),
    )


# A dot may be meant as one; RE2's other signs may not be in a plain value.
_LITERAL = re.compile(r"[\w \-/:@,;=%&#!~<>'\"]+")


def _without_anchors(pattern: str) -> str:
    """The pattern without needless anchors; as it is where they belong to single alternatives."""
    if "|" in pattern or pattern.endswith("\\$"):
        return pattern
    return pattern.removeprefix("^").removesuffix("$")


def _rewritten(query: Query, title: str, part: promql.Word, replacement: str) -> Fix | None:
    edit = query.text.edit(part.start, part.end, replacement)
    return Fix(title, (edit,)) if edit is not None else None


def _without(query: Query, matcher: promql.Matcher, bare: str) -> Fix | None:
    value = matcher.value
    quote = query.text.value[value.start]
    if query.text.value[value.start + 1 : value.end - 1] != value.value:
        return None
    return _rewritten(query, "leave the anchors out", value, f"{quote}{bare}{quote}")
