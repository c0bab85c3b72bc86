"""`alerts/too-few-alerts`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import AlertingRule


class TooFewAlerts(Rule):
    """
    Flags projects with fewer alerting rules than the policy asks for.

    **Why.**
    A number is a poor measure of alerting, but a service with three alerts surely watches too little.

    **Instead.**
    Cover what the policy names; `alerts/uncovered-path` says what is missing.

    Alerts are counted by name, so that a `warning` and a `critical` of one name are one.
    The finding stands at the last alert.

    Not flagged: anything, until the option `minimum` is set; and projects without any alert, whose place is not known.
    """

    id = "alerts/too-few-alerts"
    summary = "fewer alerts than the policy asks for"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.1",)
    needs_all = True
    policy = "minimum"
    about = (AlertingRule,)

    minimum: int | None = None
    """How many alerts there must be."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        alerts = project.loaded(AlertingRule)
        count = len({alert.name.value for alert in alerts})
        if self.minimum is None or not alerts or count >= self.minimum:
            return
        noun = "alert" if count == 1 else "alerts"
        yield self.finding(
            f"there {'is' if count == 1 else 'are'} {count} {noun}, and the policy asks for {self.minimum:g}",
            alerts[-1].at,
            help="add what is not watched yet",
        )

    examples = (
        Bad(
            """\
- alert: QueueLong
  expr: queue_length > 100
  labels:
    severity: warning
- alert: QueueLong
  expr: queue_length > 1000
  labels:
    severity: critical
""",
            at="QueueLong",
            options={"minimum": 2},
        ),
        Good(
            """\
- alert: QueueLong
  expr: queue_length > 100
- alert: QueueGone
  expr: absent(queue_length)
""",
            options={"minimum": 2},
        ),
        Good(
            """\
- alert: QueueLong
  expr: queue_length > 100
""",
            why="there is no policy",
        ),
    )
