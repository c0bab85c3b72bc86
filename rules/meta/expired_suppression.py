"""`meta/expired-suppression`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import SuppressionUse


class ExpiredSuppression(Rule):
    """
    Flags suppressions past their date.

    **Why.**
    Somebody promised that the exception would end; what it hid is shown again from that day on.

    **Instead.**
    Mend what it hid and delete it, or agree on a new date.
    """

    id = "meta/expired-suppression"
    summary = "suppression is past its date"
    severity = Severity.WARNING
    since = "0.1"

    def check_suppression_use(self, use: SuppressionUse) -> Iterator[Finding]:
        if use.expired:
            rules = ", ".join(f"`{rule}`" for rule in use.suppression.rules)
            yield self.finding(
                f"the suppression of {rules} ended on {use.suppression.until}",
                use.at,
                help="mend what it hid and delete it, or agree on a new date",
            )

    examples = (
        Bad(
            """\
- alert: ApiDown # obsaudit: ignore[alerts/missing-for] until 2020-03-31 -- the probe has a delay of its own
  expr: up{job="api"} == 0
""",
            at="# obsaudit: ignore[alerts/missing-for] until 2020-03-31 -- the probe has a delay of its own",
        ),
        Good(
            """\
- alert: ApiDown # obsaudit: ignore[alerts/missing-for] until 2099-03-31 -- the probe has a delay of its own
  expr: up{job="api"} == 0
"""
        ),
    )
