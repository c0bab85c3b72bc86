"""`alerts/unknown-severity`."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from ...lint import Bad, Confidence, Finding, Fix, Good, Rule, Severity
from ...lint.nodes import AlertingRule
from ._constant import templated


class UnknownSeverity(Rule):
    """
    Flags alerting rules whose `severity` no policy knows.

    **Why.**
    Routes and inhibitions compare the value letter by letter.
    An alert with `severity: crtical` or `severity: Critical` passes all routes for `critical` and wakes nobody.

    **Instead.**
    Use one of the known severities, or make yours known with the option `severities`.

    The default takes what is in wide use together: `critical`, `warning`, `info` and `none` of the Kubernetes
    world, `high`, `medium` and `low` of ticket systems, `page` and `ticket` of SLO alerts, and the older
    `error`, `major` and `minor`.
    A value that is near to none of them may be a convention of its own, so that finding has low confidence.

    Not flagged: a severity that a template fills in.
    """

    id = "alerts/unknown-severity"
    summary = "alert has a severity that nobody knows"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1",)

    severities: tuple[str, ...] = (
        *("critical", "high", "medium", "low", "warning", "info", "page", "ticket", "none"),
        *("error", "major", "minor"),
    )
    """The severities that routing knows."""

    label: str = "severity"
    """The label that tells how bad an alert is."""

    def check_alert(self, alert: AlertingRule) -> Iterator[Finding]:
        field = alert.labels.get(self.label)
        value = field.value.value if field else ""
        if field is None or not value.strip() or templated(value) or value in self.severities:
            return
        near = self._nearest(value)
        edit = field.value.edit(0, len(value), near) if near else None
        yield self.finding(
            f"`{alert.name.value}` has the unknown severity `{value}`",
            alert.place(field.value),
            help=f"did you mean `{near}`?"
            if near
            else f"use one of {', '.join(f'`{known}`' for known in self.severities)}",
            fix=Fix(f"set it to `{near}`", (edit,), safe=False) if edit else None,
            confidence=Confidence.HIGH if near else Confidence.LOW,
        )

    def _known(self) -> str:
        return ", ".join(f"`{severity}`" for severity in self.severities)

    def _nearest(self, value: str) -> str | None:
        known = {severity.lower(): severity for severity in self.severities}
        return next((known[name] for name in get_close_matches(value.lower().strip(), known, n=1, cutoff=0.7)), None)

    examples = (
        Bad(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  labels:
    severity: crtical
""",
            at="crtical",
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
    severity: "Critical"
""",
            at="Critical",
            fixed="""\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  labels:
    severity: "critical"
""",
        ),
        Bad(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  labels:
    severity: s1
""",
            at="s1",
        ),
        Good(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  labels:
    severity: page
"""
        ),
        Good(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  labels:
    severity: s1
""",
            options={"severities": ("s1", "s2", "s3")},
        ),
        Good(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  labels:
    severity: '{{ $labels.severity }}'
""",
            why="the series decide",
        ),
    )
