"""`meta/malformed-suppression`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Suppression


class MalformedSuppression(Rule):
    """
    Flags suppressions that hide nothing because they are not written as they must be.

    **Why.**
    A reason is what lets the next reader judge whether the exception still holds.
    A comment that was meant to suppress and does not is worse than none: it looks decided.

    **Instead.**
    Write `obsaudit: ignore[RULE, …] until YYYY-MM-DD -- REASON`; the expiry may be left out.
    """

    id = "meta/malformed-suppression"
    summary = "suppression is not written as it must be"
    severity = Severity.WARNING
    since = "0.1"

    def check_suppression(self, suppression: Suppression) -> Iterator[Finding]:
        if suppression.problem is None:
            return
        rules = ", ".join(suppression.rules) or "alerts/missing-for"
        yield self.finding(
            f"the suppression hides nothing: {suppression.problem}",
            suppression.at,
            help=f"write `obsaudit: ignore[{rules}] -- REASON`; `until YYYY-MM-DD` before the dashes lets it end",
        )

    examples = (
        Bad(
            """\
- alert: ApiDown
  expr: up{job="api"} == 0 # obsaudit: ignore[alerts/missing-for]
""",
            at="# obsaudit: ignore[alerts/missing-for]",
            why="no reason is given",
        ),
        Bad(
            """\
- alert: ApiDown
  expr: up{job="api"} == 0 # obsaudit: ignore[alerts/missing-for] until spring -- on-call moves
""",
            at="# obsaudit: ignore[alerts/missing-for] until spring -- on-call moves",
        ),
        Good(
            """\
- alert: ApiDown # obsaudit: ignore[alerts/missing-for] until 2099-03-31 -- the probe has a delay of its own
  expr: up{job="api"} == 0
"""
        ),
    )
