"""`slos/window-mismatch`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Related, Severity, Text, promql
from ...lint.nodes import Slo
from ...lint.telemetry.duration import seconds, spell
from ._burn import tree_of
from ._referring import OfQueries
from ._samples import INDICATOR, REFERRING, SLO


class WindowMismatch(OfQueries):
    """
    Flags objectives whose name, description or query speaks of another window than `window`.

    **Why.**
    Of two windows one is measured, and the other is what people believe.
    A query that reads 28 days inside a window of 30 spends two days of budget that nobody sees.

    **Instead.**
    One window: the query reads a few minutes, and whoever evaluates the objective adds up its window.

    Flagged are a window in words («over 28 days», «7-day window»), at the end of the name (`api_7d`), and ranges of
    the query that are longer than the window, or a week or more and not the window.
    Not flagged: objectives without a window of their own.
    Burn-rate alerts for another window are `slos/burn-rate-mismatch`.
    """

    id = "slos/window-mismatch"
    summary = "another window in name, description or query"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.2",)

    def check_slo(self, slo: Slo) -> Iterator[Finding]:
        window = slo.window_seconds
        if window is None or slo.window is None:
            return
        related = [Related(slo.place(slo.window), "the window")]
        for text, pattern in ((slo.name, _AT_END), (slo.description, _IN_WORDS)):
            for match in pattern.finditer(text.value) if text is not None else ():
                told = _length(match)
                if text is not None and told != window:
                    yield self._of_text(slo, text, match, related)
        for query in slo.queries.values():
            tree = tree_of(query)
            for part in promql.walk(tree) if tree is not None else ():
                if not isinstance(part, promql.Matrix | promql.Subquery) or part.range.seconds is None:
                    continue
                length = part.range.seconds
                if length != window and (length > window or length >= _WEEK):
                    yield self.finding(
                        f"the query reads {spell(length)}, and the window is {spell(window)}",
                        query.place(query.text, part.range.start, part.range.end),
                        help="read a few minutes, and leave the window to `window`",
                        related=related,
                    )

    def _of_text(self, slo: Slo, text: Text, match: re.Match[str], related: list[Related]) -> Finding:
        return self.finding(
            f"`{match[0].strip(' _-')}`, and the window is {spell(slo.window_seconds or 0)}",
            slo.place(text, match.start("count"), match.end("unit")),
            help="name one window",
            related=related,
        )

    examples = (
        Bad(
            INDICATOR.replace("search_total[5m]", "search_total[30d]"),
            at="30d",
            files={"slo.yml": REFERRING},
            why="the objective refers to the indicator",
        ),
        Bad(SLO.replace("Requests that are answered", "Uptime over 28 days"), at="28 days"),
        Bad(SLO.replace("name: api", "name: api_7d"), at="7d"),
        Bad(SLO.replace("requests_total[5m]", "requests_total[90d]"), at="90d"),
        Good(SLO),
        Good(SLO.replace("Requests that are answered", "Uptime over 30 days, without 2 days of maintenance")),
    )


_WEEK = 7 * 86400.0
_AT_END = re.compile(r"[_-](?P<count>\d+)(?P<unit>[dw])$")
_IN_WORDS = re.compile(
    r"\b(?:over|rolling|last|past|window of)\s+(?:the\s+|a\s+)?(?:last\s+|past\s+|rolling\s+)?"
    r"(?P<count>\d+)[\s-]?(?P<unit>days?|weeks?|d|w)\b",
    re.I,
)


def _length(match: re.Match[str]) -> float | None:
    return seconds(f"{match['count']}{match['unit'][0].lower()}")
