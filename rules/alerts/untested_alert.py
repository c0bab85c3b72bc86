"""`alerts/untested-alert`."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from ...lint import Bad, Finding, Good, Project, Related, Rule, Severity
from ...lint.nodes import AlertingRule, RuleTest
from ._constant import templated
from ._project import of_prometheus
from ._watchdog import WATCHDOGS, is_watchdog


class UntestedAlert(Rule):
    """
    Flags alerts that no unit test of `promtool test rules` lets fire.

    **Why.**
    An alert that has never fired is a guess: a wrong label, a join that matches nothing and a missing unit all look
    like peace.

    **Instead.**
    Write an `alert_rule_test` with input series that make it fire, and name it under `exp_alerts`.

    An alert that is only tested for silence is flagged too: an expression that can never match passes that test.

    Not flagged: alerts that must always fire; and all alerts where the run sees no rule tests at all, unless
    `required` is set.
    """

    id = "alerts/untested-alert"
    summary = "no test lets the alert fire"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.1",)
    needs_all = True
    about = (AlertingRule,)

    required: bool = False
    """Whether alerts must have tests even where there are no tests at all."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        tests = project.all(RuleTest)
        if not tests and not self.required:
            return
        cases = [case for test in tests for case in test.alerts]
        firing = {case.alert.value for case in cases if case.fires}
        silent = {case.alert.value: test.place(case.alert) for test in tests for case in test.alerts}
        alerts = list(of_prometheus(project.loaded(AlertingRule)))
        names = {alert.name.value for alert in alerts}
        # A test of an alert that does not exist is probably about one that was renamed.
        strays = {case.alert.value: test.place(case.alert) for test in tests for case in test.alerts if case.fires}
        strays = {name: at for name, at in strays.items() if name not in names}
        for alert in alerts:
            name = alert.name.value
            if name in firing or templated(name) or is_watchdog(alert, WATCHDOGS):
                continue
            quiet = silent.get(name)
            near = get_close_matches(name, strays, n=1, cutoff=0.5)
            yield self.finding(
                f"`{name}` is only tested for silence" if quiet else f"no test lets `{name}` fire",
                alert.at,
                help="add an `alert_rule_test` that expects it",
                related=[
                    *([Related(quiet, "no alert is expected here")] if quiet else ()),
                    *(Related(strays[one], f"`{one}`, which does not exist, is expected here") for one in near),
                ],
            )

    examples = (
        Bad(
            """\
- alert: QueueLong
  expr: queue_length > 100
- alert: QueueStuck
  expr: rate(queue_done_total[5m]) == 0
- alert: QueueGone
  expr: absent(queue_length)
""",
            at=("QueueStuck", "QueueGone"),
            files={
                "queue_test.yml": """\
rule_files: [example.yml]
tests:
  - interval: 1m
    input_series:
      - series: queue_length
        values: 50 200x10
    alert_rule_test:
      - alertname: QueueLong
        eval_time: 5m
        exp_alerts:
          - exp_labels: {}
      - alertname: QueueStuck
        eval_time: 5m
        exp_alerts: []
"""
            },
        ),
        Bad(
            """\
- alert: QueueLong
  expr: queue_length > 100
""",
            at="QueueLong",
            options={"required": True},
        ),
        Good(
            """\
- alert: QueueLong
  expr: queue_length > 100
""",
            why="the tests may lie elsewhere",
        ),
    )
