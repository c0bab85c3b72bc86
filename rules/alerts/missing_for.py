"""`alerts/missing-for`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Project, Rule, Severity
from ...lint.nodes import AlertingRule
from ...lint.telemetry.duration import seconds, spell
from ._constant import templated
from ._project import of_prometheus, usual_evaluation
from ._watchdog import WATCHDOGS, expression, is_watchdog
from ._window import is_steady

_SHORT = """\
groups:
  - name: queues
    rules:
      - alert: QueueLong
        expr: queue_length > 100
        for: 1m
"""


class MissingFor(Rule):
    """
    Flags alerting rules without `for`, and with a `for` shorter than two evaluations of their group.

    **Why.**
    Without `for` a single odd sample pages somebody: a restart, a slow scrape, a spike of a few seconds.
    A `for` below two intervals is met by the second evaluation, and protects hardly better.
    The interval is that of the group, else `evaluation_interval` of a configuration that loads rules, else that of a
    Prometheus resource or of a chart's values; then the confidence is low, since another server may load the group.

    **Instead.**
    Wait as long as the trouble may last without anybody being woken; `for: 5m` is a usual start.
    `keep_firing_for` is no replacement: it delays the end of an alert, not its beginning.

    Not flagged, because waiting adds nothing:

    - conditions that look back over the option `window` (`max_over_time(x[15m]) > 3`);
    - counted events (`increase(failures[2m]) > 0`, `changes(x[5m]) > 2`), which would be forgotten while waiting;
    - ages and expiry dates (`time() - backup_timestamp_seconds > 86400`);
    - conditions on `ALERTS`, which have waited already;
    - alerts that must always fire, and an explicit `for: 0s`, which is a decision.
    """

    id = "alerts/missing-for"
    summary = "alert fires on a single sample"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.1",)
    about = (AlertingRule,)

    exempt: tuple[str, ...] = WATCHDOGS
    """Alerts that may do without, by name."""

    window: str = "10m"
    """A condition that looks back this far needs no `for`."""

    def check_alert(self, alert: AlertingRule) -> Iterator[Finding]:
        expr = expression(alert)
        if expr is None or is_watchdog(alert, self.exempt):
            return
        if alert.for_ is not None and alert.for_.value.strip():
            yield from self._short(alert, alert.group.seconds if alert.group else None)
        elif not is_steady(expr, seconds(self.window) or 600.0):
            yield self.finding(
                f"`{alert.name.value}` has no `for`: a single sample fires it",
                alert.at,
                help="add `for: 5m`, or as long as the trouble may last without harm",
            )

    def check_project(self, project: Project) -> Iterator[Finding]:
        interval = usual_evaluation(project)
        for alert in of_prometheus(project.loaded(AlertingRule)) if interval is not None else ():
            left_open = alert.query is not None and alert.group is not None and alert.group.interval is None
            if left_open and not is_watchdog(alert, self.exempt):
                # Which server loads the group is not said.
                yield from self._short(alert, interval, Confidence.LOW)

    def _short(
        self, alert: AlertingRule, interval: float | None, confidence: Confidence = Confidence.HIGH
    ) -> Iterator[Finding]:
        wait = None if alert.for_ is None or templated(alert.for_.value) else seconds(alert.for_.value)
        if alert.for_ is None or not wait or interval is None or wait >= 2 * interval:
            return
        yield self.finding(
            f"`{alert.name.value}` waits {spell(wait)}, less than two evaluations of its group",
            alert.place(alert.for_),
            help=f"it is evaluated every {spell(interval)}: wait at least {spell(2 * interval)}",
            confidence=confidence,
        )

    examples = (
        Bad(
            """\
- alert: HighErrorRate
  expr: sum(rate(errors_total[5m])) / sum(rate(requests_total[5m])) > 0.05
""",
            at="HighErrorRate",
        ),
        Bad(
            """\
- alert: QueueLong
  expr: queue_length > 100
  keep_firing_for: 10m
""",
            at="QueueLong",
        ),
        Bad(
            """\
groups:
  - name: api
    interval: 1m
    rules:
      - alert: QueueLong
        expr: queue_length > 100
        for: 90s
""",
            at="90s",
        ),
        Bad(
            """\
- alert: Late
  expr: queue_length > 100 or time() - backup_timestamp_seconds > 86400
""",
            at="Late",
            why="the other side of the `or` fires on a single sample",
        ),
        Good(
            """\
- alert: QueueLong
  expr: queue_length > 100
  for: 5m
"""
        ),
        Bad(
            _SHORT,
            at="1m",
            files={"prometheus.yml": "global: {scrape_interval: 15s}\nrule_files: [example.yml]\n"},
            why="without a word, Prometheus evaluates once a minute",
        ),
        Bad(_SHORT, at="1m", files={"values.yaml": "prometheus: {prometheusSpec: {evaluationInterval: 45s}}\n"}),
        Good(
            _SHORT,
            files={"prometheus.yml": "global: {evaluation_interval: 30s}\nrule_files: [example.yml]\n"},
        ),
        Good(_SHORT, files={"agent.yml": "global: {scrape_interval: 15s}\n"}, why="a server without rules"),
        Good(
            """\
- alert: Watchdog
  expr: vector(1)
"""
        ),
        Good(
            """\
- alert: BackupLate
  expr: time() - backup_timestamp_seconds > 86400
"""
        ),
        Good(
            """\
- alert: Restarting
  expr: changes(process_start_time_seconds[30m]) >= 2
"""
        ),
        Good(
            """\
- alert: QueueLong
  expr: min_over_time(queue_length[15m]) > 100
"""
        ),
        Good(
            """\
- alert: BudgetBurn
  expr: job:errors:ratio_rate5m > 0.0144 and job:errors:ratio_rate1h > 0.0144
""",
            why="the longer window is the wait",
        ),
        Good(
            """\
- alert: QueueLong
  expr: queue_length > 100
  for: 0s
""",
            why="written on purpose",
        ),
    )
