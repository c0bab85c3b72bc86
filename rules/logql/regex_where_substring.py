"""`logql/regex-where-substring`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Edit, Finding, Fix, Good, Rule, Severity, logql
from ...lint.nodes import LogQuery
from ._query import code, parts, place


class RegexWhereSubstring(Rule):
    """
    Flags line filters by a regular expression that is a plain text.

    **Why.**
    `|~ "timeout"` finds what `|= "timeout"` finds, with more work for each line, and says that a pattern is meant.

    **Instead.**
    `|=` for lines with the text, `!=` for lines without it.

    Not flagged: texts with a dot, which may be meant as one, anything else that a regular expression reads in its own
    way, and values with dashboard variables.
    """

    id = "logql/regex-where-substring"
    summary = "regular expression where a text would do"
    severity = Severity.INFO
    since = "0.1"
    tasks = ("2.3",)

    def check_log_query(self, query: LogQuery) -> Iterator[Finding]:
        for stage in parts(query):
            if isinstance(stage, logql.LineFilter) and stage.op.value in _PLAIN:
                yield from self._check(query, stage)

    def _check(self, query: LogQuery, stage: logql.LineFilter) -> Iterator[Finding]:
        texts = [None if match.address else _text(match.value) for match in stage.matches]
        if any(text is None for text in texts):
            return
        op = _PLAIN[stage.op.value]
        yield self.finding(
            f"{code(query, stage)} is a plain text",
            place(query, stage),
            help=f"write `{op}`",
            fix=_rewritten(query, stage, op, [text for text in texts if text is not None]),
        )

    examples = (
        Bad(
            '{app="api"} |~ "connection refused" | json\n',
            path="query.logql",
            at='|~ "connection refused"',
            fixed='{app="api"} |= "connection refused" | json\n',
        ),
        Bad(
            'rate({app="api"} !~ `health` [5m])\n',
            path="query.logql",
            at="!~ `health`",
            fixed='rate({app="api"} != `health` [5m])\n',
        ),
        Bad(
            '{app="api"} |~ "GET" or "main\\\\.go"\n',
            path="query.logql",
            at='|~ "GET" or "main\\\\.go"',
            fixed='{app="api"} |= "GET" or "main.go"\n',
        ),
        Good('{app="api"} |= "error" |~ "status=5.." |~ "GET|POST" |~ "(?i)timeout"\n', path="query.logql"),
        Good('{app="api"} |~ "$search" |~ "main.go"\n', path="query.logql", why="neither is certainly a plain text"),
        Good('{app="api"} |~ "GET" or "5.."\n', path="query.logql", why="one of them is a pattern"),
    )


_PLAIN = {"|~": "|=", "!~": "!="}
_LITERAL = re.compile(r"(?:[\w \-/:@,;=%&#!~<>'\"]|\\[.*+?()\[\]{}|^$/\-\\])+")
_UNSPEAKABLE = re.compile(r"[\"\\`\n]")


def _text(value: logql.Word) -> str | None:
    """The text that a regular expression finds; None where it is more than a text."""
    if logql.is_open(value) or not _LITERAL.fullmatch(value.value):
        return None
    return re.sub(r"\\(.)", r"\1", value.value)


def _rewritten(query: LogQuery, stage: logql.LineFilter, op: str, texts: list[str]) -> Fix | None:
    edits = [query.text.edit(stage.op.start, stage.op.end, op)]
    for match, text in zip(stage.matches, texts, strict=True):
        if text == match.value.value:
            continue
        if _UNSPEAKABLE.search(text):
            return None
        quote = query.text.value[match.start]
        edits.append(query.text.edit(match.start, match.end, f"{quote}{text}{quote}"))
    done: list[Edit] = [edit for edit in edits if edit is not None]
    return Fix(f"look for the text with `{op}`", tuple(done)) if len(done) == len(edits) else None
