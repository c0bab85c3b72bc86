"""See `ServerWarning`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated, queried, vector
from ..errors import Refused
from ..live import Answer, Live, Question
from ._examples import alert, group

_RULES = "rules?exclude_alerts=true"
# «(1:5)», the place in the expression; and what does not differ between two rules.
_PLACE = re.compile(r"\s*\(\d+:\d+\)")


class ServerWarning(Auditor):
    """
    Flags loaded rules of whose expression the server itself says that something is wrong with it.

    **Why.**
    Prometheus 3 looks at the types and the values while it evaluates: a rate of something that is no counter, a
    quantile outside 0 and 1, histograms of both kinds in one vector.
    It says so in the answer of the API, where nobody reads it, and the rule goes on.

    **Instead.**
    Do what the warning says; `obsaudit explain` has pages for most of them (`promql/rate-of-gauge`,
    `promql/lost-le`).

    It asks the expressions of the rules once each, and no more of them than `max_rules`, since each is a query.
    A server before 3.0 says very little here, and 2.42 nothing.
    """

    id: ClassVar[str] = "rules/server-warning"
    summary: ClassVar[str] = "server warns of the expression"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("1.1",)

    max_rules: int = 50
    """How many expressions to ask."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Asks each expression, and reads what comes beside the answer."""
        by_query: dict[str, list[str]] = {}
        for group_ in live.rules():
            for rule in group_.rules:
                by_query.setdefault(rule.query, []).append(rule.subject)
        asked = list(by_query)[: self.max_rules]
        if len(by_query) > len(asked):
            yield Skipped(
                self.id, f"{len(by_query) - len(asked)} of {len(by_query)} expressions were not asked (`max-rules`)"
            )
        for query in asked:
            for warning in dict.fromkeys(_PLACE.sub("", text) for text in _warnings(live, query)):
                subject = by_query[query][0]
                yield self.finding(
                    f"the server says of `{subject.partition(' ')[2]}`: {warning}",
                    live.place(subject),
                    help="do what it says, or ask for something else",
                )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={
                _RULES: group(alert("Slow", "rate(queue_length[5m]) > 1")),
                queried("rate(queue_length[5m]) > 1"): Answer(
                    vector(),
                    ('PromQL info: metric might not be a counter, name does not end in _total: "queue_length" (1:6)',),
                ),
            },
            subjects=("alert Slow",),
        ),
        Holds(
            why="one is fine, and one is refused: rules/unhealthy",
            answers={
                _RULES: group(alert("Down", "up == 0"), alert("Odd", "a / b")),
                queried("up == 0"): vector(),
                queried("a / b"): Refused("many-to-many"),
            },
        ),
        Unknown(
            options={"max_rules": 1},
            answers={
                _RULES: group(alert("Down", "up == 0"), alert("Up", "up == 1")),
                queried("up == 0"): vector(),
            },
            because="1 of 2 expressions were not asked",
        ),
    )


def _warnings(live: Live, query: str) -> tuple[str, ...]:
    """What the server says beside the answer; an expression that it refuses is left to `rules/unhealthy`."""
    try:
        return live.ask(Question("query", (("query", query),))).warnings
    except Refused:
        return ()
