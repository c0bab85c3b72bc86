"""`alerts/missing-severity`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Fix, Good, Rule, Severity
from ...lint.nodes import AlertingRule
from ...lint.trials import is_trial
from ._constant import alike, has_value


class MissingSeverity(Rule):
    """
    Flags alerting rules without a `severity` label.

    **Why.**
    Alertmanager routes by labels.
    An alert without the one that says how bad it is ends at the default receiver, whatever it is about.

    **Instead.**
    Set `severity` under `labels`, or once for all alerts under the group's `labels` (Prometheus 3).

    On a page, in a test or an example it is worth an information only: nobody is woken from there.

    Not flagged: a severity that a template fills in.
    An empty value is flagged, because Prometheus drops empty labels.
    """

    id = "alerts/missing-severity"
    summary = "alert has no severity"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1",)

    label: str = "severity"
    """The label that tells how bad an alert is."""

    def check_alert(self, alert: AlertingRule) -> Iterator[Finding]:
        if has_value(alert.labels, self.label):
            return
        if (other := alike(alert.labels, self.label)) is not None:
            edit = other.key.edit(0, len(other.key.value), self.label)
            yield self.finding(
                f"`{alert.name.value}` spells its `{self.label}` label `{other.key.value}`",
                alert.place(other.key),
                help="label names are case-sensitive",
                fix=Fix(f"rename it to `{self.label}`", (edit,), safe=False) if edit else None,
            )
            return
        empty = self.label in alert.labels
        yield self.finding(
            f"`{alert.name.value}` has {'an empty' if empty else 'no'} `{self.label}` label",
            alert.place(alert.labels[self.label].key) if empty else alert.at,
            help=f"add `{self.label}:` under `labels`",
            severity=Severity.INFO if is_trial(alert.at.source) else None,
        )

    examples = (
        Bad(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  for: 5m
""",
            at="HighErrorRate",
        ),
        Bad(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  labels:
    Severity: critical
""",
            at="Severity",
            fixed="""\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  labels:
    severity: critical
""",
        ),
        Bad(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  labels:
    severity: ""
""",
            at="severity",
        ),
        Good(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  labels:
    severity: critical
"""
        ),
        Good(
            """\
groups:
  - name: api
    labels:
      severity: warning
    rules:
      - alert: HighErrorRate
        expr: job:errors:ratio_rate5m > 0.05
""",
            why="labels of the group are labels of its alerts",
        ),
        Good(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  labels:
    severity: '{{ $labels.tier }}'
""",
            why="the series decide",
        ),
    )
