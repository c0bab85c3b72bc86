"""`oncall/not-utc`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Schedule

_UTC = frozenset(["utc", "etc/utc", "gmt", "etc/gmt", "z", "zulu", "etc/zulu", "universal", "etc/universal", "etc/uct"])


class NotUtc(Rule):
    """
    Flags on-call schedules in another time zone than UTC.

    **Why.**
    Twice a year the hands of the clock move, and the handover with them: an hour without anybody on call, or with two
    who each take the other for responsible.
    Logs, dashboards and timelines of incidents are in UTC as well.

    **Instead.**
    Set the schedule's time zone to `Etc/UTC`.

    Not flagged: schedules that name no time zone, and the zones in the option `allowed`.
    """

    id = "oncall/not-utc"
    summary = "on-call schedule is not in UTC"
    severity = Severity.INFO
    since = "0.1"
    tasks = ("1.3",)

    allowed: tuple[str, ...] = ()
    """Further time zones that are fine, as in `Europe/Berlin`."""

    def check_schedule(self, schedule: Schedule) -> Iterator[Finding]:
        zone = schedule.timezone
        if zone is None or zone.value.strip().lower() in _UTC or zone.value in self.allowed:
            return
        yield self.finding(
            f"`{schedule.name.value}` is in the time zone `{zone.value}`",
            schedule.place(zone),
            help="hand over in UTC: write `Etc/UTC`",
        )

    examples = (
        Bad(
            """\
On-Call Schedule:
  Primary on-call: Rotating weekly
  Secondary on-call: Engineering lead
  Time zone: Europe/Berlin
""",
            at="Europe/Berlin",
        ),
        Bad(
            """\
resource "opsgenie_schedule" "prod" {
  name     = "production"
  timezone = "America/New_York"
}
""",
            path="oncall.tf",
            at="America/New_York",
        ),
        Good(
            """\
On-Call Schedule:
  Primary on-call: Rotating weekly
  Secondary on-call: Engineering lead
  Time zone: UTC
"""
        ),
        Good(
            """\
resource "pagerduty_schedule" "prod" {
  name      = "production"
  time_zone = "Europe/Berlin"
}
""",
            path="oncall.tf",
            options={"allowed": ("Europe/Berlin",)},
        ),
    )
