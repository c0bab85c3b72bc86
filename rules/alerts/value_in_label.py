"""`alerts/value-in-label`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity, gotemplate
from ...lint.nodes import AlertingRule


class ValueInLabel(Rule):
    """
    Flags labels whose template prints the alert's value.

    **Why.**
    The labels of an alert are its identity.
    With the value in one of them every evaluation ends the old alert and begins a new one: `for` starts over and
    is never reached, and if there is none, each evaluation notifies anew.

    **Instead.**
    Print the value in an annotation.

    Variables and functions are followed, so `{{ $v := humanize $value }}{{ $v }}` is found too.

    Not flagged: a value that only decides, as in `{{ if gt $value 90.0 }}critical{{ else }}warning{{ end }}`.
    That label changes only when the threshold is crossed.
    """

    id = "alerts/value-in-label"
    summary = "label prints the alert's value"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1",)

    def check_alert(self, alert: AlertingRule) -> Iterator[Finding]:
        for name, field in alert.labels.items():
            template = gotemplate.parse(field.value.value)
            if isinstance(template, gotemplate.TemplateProblem):
                continue
            for read in template.reads_value()[:1]:
                yield self.finding(
                    f"label `{name}` of `{alert.name.value}` prints the value: it is another alert at every evaluation",
                    alert.place(field.value, read.start, read.end),
                    help="print the value in an annotation",
                )

    examples = (
        Bad(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  labels:
    current: '{{ $value }}'
""",
            at="$value",
        ),
        Bad(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  labels:
    current: 'about {{ with .Value | humanize }}{{ . }}{{ end }}'
""",
            at=".",
        ),
        Bad(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  labels:
    current: '{{ $v := $value }}{{ if $labels.job }}{{ printf "%.2f" $v }}{{ end }}'
""",
            at="$v",
        ),
        Good(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  labels:
    severity: '{{ if gt $value 0.2 }}critical{{ else }}warning{{ end }}'
  annotations:
    summary: '{{ $value | humanizePercentage }} of the requests fail'
"""
        ),
    )
