"""`alerts/long-interval`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import AlertingRule, RecordingRule, RuleGroup
from ...lint.telemetry.duration import seconds, spell


class LongInterval(Rule):
    """
    Flags groups that are evaluated less often than Prometheus looks back.

    **Why.**
    A sample is visible for the look-back, five minutes unless configured otherwise.
    What a group with `interval: 10m` records is there for half of the time: graphs have gaps, and alerts on the
    recording end and begin again.
    The series `ALERTS` of its alerting rules has the same gaps.

    **Instead.**
    Evaluate more often, or read the recording with `last_over_time(…[15m])`.

    Not flagged: a group of alerting rules that all have a `keep_firing_for` of at least the interval.
    """

    id = "alerts/long-interval"
    summary = "group is evaluated less often than samples last"
    severity = Severity.WARNING
    since = "0.1"
    about = (RuleGroup,)

    lookback: str = "5m"
    """The server's `--query.lookback-delta`."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        limit = seconds(self.lookback) or 300.0
        rules: list[AlertingRule | RecordingRule] = [*project.all(AlertingRule), *project.all(RecordingRule)]
        exposed = {rule.group.at for rule in rules if rule.group and not _is_bridged(rule, rule.group)}
        for group in project.all(RuleGroup):
            if group.interval is None or group.seconds is None or group.seconds <= limit or group.at not in exposed:
                continue
            name = f" `{group.name.value}`" if group.name else ""
            yield self.finding(
                f"group{name} is evaluated every {spell(group.seconds)}, and samples last {spell(limit)}",
                group.place(group.interval),
                help=f"evaluate it at least every {spell(limit)}",
            )

    examples = (
        Bad(
            """\
groups:
  - name: daily
    interval: 1h
    rules:
      - record: job:requests:increase1d
        expr: sum by (job) (increase(requests_total[1d]))
""",
            at="1h",
        ),
        Good(
            """\
groups:
  - name: api
    interval: 1m
    rules:
      - record: job:requests:rate5m
        expr: sum by (job) (rate(requests_total[5m]))
"""
        ),
        Good(
            """\
groups:
  - name: backups
    interval: 30m
    rules:
      - alert: BackupLate
        expr: time() - backup_timestamp_seconds > 86400
        keep_firing_for: 30m
"""
        ),
    )


def _is_bridged(rule: AlertingRule | RecordingRule, group: RuleGroup) -> bool:
    keeps = rule.keep_firing_for if isinstance(rule, AlertingRule) else None
    kept = seconds(keeps.value) if keeps else None
    return kept is not None and kept >= (group.seconds or 0)
