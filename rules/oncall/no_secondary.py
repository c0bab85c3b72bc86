"""`oncall/no-secondary`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Schedule


class NoSecondary(Rule):
    """
    Flags on-call schedules with a primary and nobody behind.

    **Why.**
    A flat battery is enough, and the page reaches nobody until the escalation comes to the management.

    **Instead.**
    Name a secondary: a second rotation, or somebody who knows the system.

    Not flagged: schedules that do not speak of a primary, and Terraform, where the second level of the escalation
    policy says who stands behind (`oncall/thin-escalation`).
    """

    id = "oncall/no-secondary"
    summary = "nobody stands behind the one on call"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.3",)

    def check_schedule(self, schedule: Schedule) -> Iterator[Finding]:
        if schedule.secondary is False:
            yield self.finding(
                f"`{schedule.name.value}` has a primary and no secondary",
                schedule.at,
                help="name who is called when the primary does not answer",
            )

    examples = (
        Bad(
            """\
On-Call Schedule:
  Primary on-call: Rotating weekly
  Time zone: UTC
""",
            at="On-Call Schedule",
        ),
        Good(
            """\
On-Call Schedule:
  Primary on-call: Rotating weekly
  Secondary on-call: Engineering lead
  Time zone: UTC
"""
        ),
    )
