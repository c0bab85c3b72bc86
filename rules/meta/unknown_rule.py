"""`meta/unknown-rule`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import SuppressionUse


class UnknownRule(Rule):
    """
    Flags suppressions that name a rule which does not exist.

    **Why.**
    A misspelt id hides nothing, and the finding that it was written for comes back.

    **Instead.**
    Use the id as `obsaudit rules` lists it.

    An unknown rule in the configuration is an error of its own: the run does not begin.
    """

    id = "meta/unknown-rule"
    summary = "suppression names a rule that does not exist"
    severity = Severity.ERROR
    since = "0.1"

    def check_suppression_use(self, use: SuppressionUse) -> Iterator[Finding]:
        nearest = dict(use.suggestions)
        for rule in use.unknown:
            near = nearest.get(rule)
            yield self.finding(
                f"there is no rule `{rule}`", use.at, help=f"did you mean `{near}`?" if near else "see `obsaudit rules`"
            )

    examples = (
        Bad(
            """\
- alert: ApiDown # obsaudit: ignore[alerts/missing-fro] -- the probe has a delay of its own
  expr: up{job="api"} == 0
""",
            at="# obsaudit: ignore[alerts/missing-fro] -- the probe has a delay of its own",
        ),
        Good(
            """\
- alert: ApiDown # obsaudit: ignore[alerts/missing-for] -- the probe has a delay of its own
  expr: up{job="api"} == 0
"""
        ),
    )
