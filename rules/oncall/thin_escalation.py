"""`oncall/thin-escalation`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import EscalationPolicy
from ...lint.telemetry.duration import spell


class ThinEscalation(Rule):
    """
    Flags escalation policies that end too early: too few levels, one person on all of them, no order in time.

    **Why.**
    The first one called sleeps, sits in a train, or has left the company.
    Without a second level nobody else learns of it.

    **Instead.**
    Name at least two levels, the first one a schedule, the next one somebody else, and say after how many minutes the
    next one is called.

    Delays are compared as they count from the alert on; for PagerDuty they are added up.

    Not flagged: the order of levels whose delay is not written down, or a variable; policies that Terraform makes with
    `dynamic`.
    """

    id = "oncall/thin-escalation"
    summary = "escalation ends after too few people"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.3",)

    levels: int = 2
    """How many levels a policy must have."""

    def check_escalation_policy(self, policy: EscalationPolicy) -> Iterator[Finding]:
        if policy.open:
            return
        count = len(policy.levels)
        targets = {target for level in policy.levels for target in level.targets}
        if count < self.levels:
            yield self.finding(
                f"`{policy.name.value}` has {count or 'no'} {'level' if count == 1 else 'levels'}, not {self.levels}",
                policy.at,
                help="add a level for somebody else, to be called when the first one does not answer",
            )
        elif len(targets) == 1:
            yield self.finding(
                f"every level of `{policy.name.value}` calls `{next(iter(targets))}`",
                policy.at,
                help="let another level call somebody else",
            )
        yield from self._unordered(policy)

    def _unordered(self, policy: EscalationPolicy) -> Iterator[Finding]:
        for before, level in zip(policy.levels, policy.levels[1:], strict=False):
            if before.after is None or level.after is None or level.after > before.after:
                continue
            yield self.finding(
                f"this level is called after {spell(level.after)}, no later than the one before it",
                policy.place(level.text),
                help="give the one before it time to answer",
            )

    examples = (
        Bad(
            """\
Escalation Policy: Production Critical
Level 1: On-call engineer (immediate)
""",
            at="Production Critical",
        ),
        Bad(
            """\
Escalation Policy: Production Critical
Level 1: On-call engineer (15 min)
Level 2: Engineering lead (immediate)
""",
            at="Engineering lead (immediate)",
        ),
        Bad(
            """\
resource "pagerduty_escalation_policy" "prod" {
  name      = "Production Critical"
  num_loops = 2
  rule {
    escalation_delay_in_minutes = 10
    target {
      type = "user_reference"
      id   = pagerduty_user.ada.id
    }
  }
  rule {
    escalation_delay_in_minutes = 10
    target {
      type = "user_reference"
      id   = pagerduty_user.ada.id
    }
  }
}
""",
            path="oncall.tf",
            at="Production Critical",
        ),
        Good(
            """\
Escalation Policy: Production Critical

Level 1: On-call engineer (immediate)
Level 2: Engineering lead (15 min)
Level 3: CTO (30 min)
"""
        ),
        Good(
            """\
escalation_policies:
  - name: production
    levels:
      - {notify: [primary], after: 0m}
      - {notify: [secondary], after: 10m}
"""
        ),
        Good(
            """\
resource "pagerduty_escalation_policy" "prod" {
  name = "Production Critical"
  rule {
    escalation_delay_in_minutes = var.delay
    target { id = pagerduty_schedule.primary.id }
  }
  rule {
    escalation_delay_in_minutes = var.delay
    target { id = pagerduty_user.lead.id }
  }
}
""",
            path="oncall.tf",
            why="how long the first level has is not written here",
        ),
        Good(
            """\
resource "pagerduty_escalation_policy" "prod" {
  name = "Production Critical"
  dynamic "rule" {
    for_each = var.levels
    content {
      escalation_delay_in_minutes = 10
    }
  }
}
""",
            path="oncall.tf",
        ),
    )
