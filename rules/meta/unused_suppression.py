"""`meta/unused-suppression`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Edit, Finding, Fix, Good, Rule, Severity
from ...lint.nodes import SuppressionUse


class UnusedSuppression(Rule):
    """
    Flags suppressions of rules that have nothing to hide at their place.

    **Why.**
    The finding was mended, or moved away; what stays would hide the next one without anybody's decision.

    **Instead.**
    Delete the comment, or the rule that it names in vain.

    Not flagged: rules that did not run, because they were not selected or need what was not at hand.
    """

    id = "meta/unused-suppression"
    summary = "suppression hides nothing"
    severity = Severity.WARNING
    since = "0.1"

    def check_suppression_use(self, use: SuppressionUse) -> Iterator[Finding]:
        if not use.unused:
            return
        rules = ", ".join(f"`{rule}`" for rule in use.unused)
        # A comment with other rules in it is rewritten by its author: which reason belongs to which is not known.
        alone = use.unused == use.suppression.rules
        comment = use.suppression.elsewhere is None
        yield self.finding(
            f"the suppression of {rules} hides nothing",
            use.at,
            help="delete it" if alone else f"take {rules} out of it",
            fix=Fix("delete the suppression", (_deletion(use),)) if alone and comment else None,
        )

    examples = (
        Bad(
            """\
- alert: ApiDown
  expr: up{job="api"} == 0
  for: 10m # obsaudit: ignore[alerts/missing-for] -- the probe has a delay of its own
""",
            at="# obsaudit: ignore[alerts/missing-for] -- the probe has a delay of its own",
            fixed="""\
- alert: ApiDown
  expr: up{job="api"} == 0
  for: 10m
""",
        ),
        Good(
            """\
# obsaudit: ignore[alerts/missing-for] -- the probe has a delay of its own
- alert: ApiDown
  expr: up{job="api"} == 0
"""
        ),
    )


def _deletion(use: SuppressionUse) -> Edit:
    return Edit(use.at.source, use.suppression.extent, "")
