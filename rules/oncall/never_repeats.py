"""`oncall/never-repeats`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import EscalationPolicy


class NeverRepeats(Rule):
    """
    Flags escalation policies that do not begin again when nobody has answered.

    **Why.**
    PagerDuty's `num_loops` is 0 by default, and Opsgenie repeats nothing on its own.
    After the last level the alert lies unanswered, and no phone rings any more.

    **Instead.**
    Let it begin again: `num_loops = 2`, a `repeat` block, or `Repeat: 3 times`.

    Not flagged: a number that a variable holds.
    """

    id = "oncall/never-repeats"
    summary = "escalation does not begin again"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.3",)

    def check_escalation_policy(self, policy: EscalationPolicy) -> Iterator[Finding]:
        if policy.repeats == 0 and policy.levels:
            yield self.finding(
                f"`{policy.name.value}` ends after its last level, answered or not",
                policy.at,
                help="let it begin again: `num_loops`, a `repeat` block, or `Repeat: 3 times`",
            )

    examples = (
        Bad(
            """\
Escalation Policy: Production Critical
Level 1: On-call engineer (immediate)
Level 2: Engineering lead (15 min)
""",
            at="Production Critical",
        ),
        Bad(
            """\
resource "pagerduty_escalation_policy" "prod" {
  name = var.name # no literal
  rule {
    escalation_delay_in_minutes = 10
    target {
      type = "schedule_reference"
      id   = pagerduty_schedule.primary.id
    }
  }
}
""",
            path="oncall.tf",
            at='resource "pagerduty_escalation_policy" "prod"',
        ),
        Good(
            """\
Escalation Policy: Production Critical
Level 1: On-call engineer (immediate)
Level 2: Engineering lead (15 min)
Repeat: 3 times
"""
        ),
        Good(
            """\
resource "pagerduty_escalation_policy" "prod" {
  name      = "Production Critical"
  num_loops = var.loops
  rule {
    escalation_delay_in_minutes = 10
    target { id = pagerduty_schedule.primary.id }
  }
}

resource "opsgenie_escalation" "prod" {
  name = "production"
  rules {
    condition   = "if-not-acked"
    notify_type = "default"
    delay       = 1
    recipient {
      type = "schedule"
      id   = opsgenie_schedule.prod.id
    }
  }
  repeat {
    wait_interval = 10
    count         = 1
  }
}
""",
            path="oncall.tf",
        ),
    )
