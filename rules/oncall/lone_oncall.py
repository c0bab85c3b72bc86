"""`oncall/lone-oncall`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Schedule


class LoneOncall(Rule):
    """
    Flags on-call schedules that fewer people share than it takes.

    **Why.**
    With two people, each is on call every other week, and each holiday leaves the other alone for a month.
    That ends with people who do not answer, or leave.

    **Instead.**
    Share the schedule between at least three people, as the option `people` asks.

    Not flagged: schedules that do not name the people, and members that only Terraform knows.
    """

    id = "oncall/lone-oncall"
    summary = "too few people share the on-call schedule"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.3",)

    people: int = 3
    """How many must share a schedule."""

    def check_schedule(self, schedule: Schedule) -> Iterator[Finding]:
        if schedule.members is None or len(set(schedule.members)) >= self.people:
            return
        count = len(set(schedule.members))
        who = {0: "nobody", 1: "one person"}.get(count, f"{count} people")
        yield self.finding(
            f"{who} {'is' if count < 2 else 'are'} on call in `{schedule.name.value}`",
            schedule.at,
            help=f"share it between at least {self.people} people",
        )

    examples = (
        Bad(
            """\
On-Call Schedule:
  Primary on-call: Rotating weekly
  Secondary on-call: Engineering lead
  Members: [ada, grace]
""",
            at="On-Call Schedule",
        ),
        Bad(
            """\
resource "pagerduty_schedule" "primary" {
  name      = "Primary"
  time_zone = "Etc/UTC"
  layer {
    rotation_turn_length_seconds = 604800
    users                        = [pagerduty_user.ada.id]
  }
}
""",
            path="oncall.tf",
            at="Primary",
        ),
        Good(
            """\
On-Call Schedule:
  Primary on-call: Rotating weekly
  Secondary on-call: Engineering lead
""",
            why="who it is stands elsewhere",
        ),
        Good(
            """\
resource "pagerduty_schedule" "primary" {
  name      = "Primary"
  time_zone = "Etc/UTC"
  layer {
    users = [for user in pagerduty_user.oncall : user.id]
  }
}

resource "pagerduty_schedule" "secondary" {
  name      = "Secondary"
  time_zone = "Etc/UTC"
  layer {
    users = [pagerduty_user.ada.id, pagerduty_user.grace.id]
  }
  layer {
    users = [pagerduty_user.radia.id]
  }
}
""",
            path="oncall.tf",
        ),
    )
