"""`alerts/severity-in-wrong-file`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import PurePosixPath

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import AlertingRule
from ...lint.record import field
from ._constant import templated

_USUAL = ("critical", "high", "medium", "low", "warning", "info")


class SeverityInWrongFile(Rule):
    """
    Flags alerts whose severity is not the one that their file is for: a `warning` in `critical.yml`.

    **Why.**
    Where files are sorted by severity, their owners review and load them by it.
    An alert in the wrong one is overlooked, or pages in the name of others.

    **Instead.**
    Move the alert, or mend its severity.

    A file that is named after a usual severity is for that one; the option `files` says it of others.
    This is an opinion: the rule is off unless selected.
    """

    id = "alerts/severity-in-wrong-file"
    summary = "alert stands in a file for another severity"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.1",)
    opinionated = True

    label: str = "severity"
    """The label that tells how bad an alert is."""

    files: Mapping[str, str] = field(default_factory=dict)
    """File names or paths, with `*`, and the severity that they are for."""

    def check_alert(self, alert: AlertingRule) -> Iterator[Finding]:
        own = alert.labels.get(self.label)
        wanted = self._severity_of(alert.at.source)
        if own is None or wanted is None or templated(own.value.value) or own.value.value == wanted:
            return
        yield self.finding(
            f"`{alert.name.value}` is `{own.value.value}`, in a file for `{wanted}`",
            alert.place(own.value),
            help="move the alert, or mend its severity",
        )

    def _severity_of(self, source: str) -> str | None:
        path = PurePosixPath(source)
        for pattern, severity in self.files.items():
            if fnmatch(source, pattern) or fnmatch(path.name, pattern):
                return severity
        return path.stem if path.stem in _USUAL else None

    examples = (
        Bad(
            """\
- alert: QueueLong
  expr: queue_length > 100
  labels:
    severity: warning
""",
            path="alerts/critical.yml",
            at="warning",
        ),
        Bad(
            """\
- alert: QueueLong
  expr: queue_length > 100
  labels:
    severity: medium
""",
            path="alerts/p1-queues.yml",
            options={"files": {"p1-*.yml": "critical"}},
            at="medium",
        ),
        Good(
            """\
- alert: QueueLong
  expr: queue_length > 100
  labels:
    severity: critical
""",
            path="alerts/critical.yml",
        ),
        Good(
            """\
- alert: QueueLong
  expr: queue_length > 100
  labels:
    severity: warning
""",
            path="alerts/queues.yml",
        ),
    )
