"""`alerts/missing-summary`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Fix, Good, Rule, Severity
from ...lint.nodes import AlertingRule
from ._constant import alike, has_value


class MissingSummary(Rule):
    """
    Flags alerting rules that do not say in words what is wrong: no `summary`, `description` or `message`.

    **Why.**
    Without one, the notification is a name and a heap of labels, and each reader works out anew what it means.

    **Instead.**
    Write one sentence with what is broken, where (`{{ $labels.service }}`) and how badly (`{{ $value }}`).

    Not flagged: an alert that has only one of the three.
    """

    id = "alerts/missing-summary"
    summary = "alert does not say what is wrong"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.1",)

    annotations: tuple[str, ...] = ("summary", "description", "message")
    """The annotations that may hold the text; one of them is enough."""

    def check_alert(self, alert: AlertingRule) -> Iterator[Finding]:
        if any(has_value(alert.annotations, name) for name in self.annotations):
            return
        for name in self.annotations:
            if (other := alike(alert.annotations, name)) is not None:
                edit = other.key.edit(0, len(other.key.value), name)
                yield self.finding(
                    f"`{alert.name.value}` spells its `{name}` annotation `{other.key.value}`",
                    alert.place(other.key),
                    help="annotation names are case-sensitive",
                    fix=Fix(f"rename it to `{name}`", (edit,), safe=False) if edit else None,
                )
                return
        names = " nor ".join(f"`{name}`" for name in self.annotations)
        yield self.finding(
            f"`{alert.name.value}` has neither {names}",
            alert.at,
            help="say under `annotations` what is broken, where and how badly",
        )

    examples = (
        Bad(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  annotations:
    runbook_url: https://wiki.example.com/runbooks/errors
""",
            at="HighErrorRate",
        ),
        Bad(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  annotations:
    Summary: Too many errors
""",
            at="Summary",
            fixed="""\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  annotations:
    summary: Too many errors
""",
        ),
        Bad(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  annotations:
    summary: ""
""",
            at="HighErrorRate",
        ),
        Good(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  annotations:
    message: '{{ $labels.job }} fails {{ $value | humanizePercentage }} of its requests'
"""
        ),
    )
