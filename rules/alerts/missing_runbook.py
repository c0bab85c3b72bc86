"""`alerts/missing-runbook`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Finding, Fix, Good, Project, Rule, Severity
from ...lint.nodes import AlertingRule, Field
from ._constant import has_value

_RUNBOOK = re.compile(r"run.?book|play.?book", re.IGNORECASE)
_LINK = re.compile(r"https?://|\{\{|/|\.md\b")


class MissingRunbook(Rule):
    """
    Flags alerting rules without a link to their runbook.

    **Why.**
    Whoever is woken by an alert at night should not have to search for what it means and what to do.

    **Instead.**
    Link the page in the annotation `runbook_url`, under which notification templates and dashboards look for it.

    An alert that has its link under another name, such as `runbook`, is flagged and told so.
    Its fix is unsafe, because your own notification templates may read the old name.
    Where that name is the convention, set `annotation = ["runbook"]`.

    Where no alert of the project has a runbook, that is said once and not of each.

    Not flagged: a link that leads nowhere; that is `alerts/runbook-not-found`.
    """

    id = "alerts/missing-runbook"
    summary = "alert has no runbook"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.1", "1.4")
    about = (AlertingRule,)

    annotation: tuple[str, ...] = ("runbook_url",)
    """The annotations that may hold the link; one of them is enough."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        alerts = project.loaded(AlertingRule)
        without = [alert for alert in alerts if not any(has_value(alert.annotations, name) for name in self.annotation)]
        wanted = self.annotation[0] if self.annotation else "runbook_url"
        bare = []
        for alert in without:
            other = next((field for name, field in alert.annotations.items() if self._is_other(name, field)), None)
            if other is not None:
                yield self._misnamed(alert, other, wanted)
            else:
                bare.append(alert)
        nobody = len(bare) == len(alerts) > 1
        for alert in bare[:1] if nobody else bare:
            empty = next((alert.annotations[name] for name in self.annotation if name in alert.annotations), None)
            who = f"none of the {len(alerts)} alerts" if nobody else f"`{alert.name.value}`"
            amount = "a" if nobody else "an empty" if empty else "no"
            yield self.finding(
                f"{who} has {amount} `{wanted}` annotation",
                alert.place(empty.key) if empty else alert.at,
                help=f"add `{wanted}:` under `annotations`, with a link to what to do",
            )

    def _is_other(self, name: str, field: Field) -> bool:
        return name not in self.annotation and bool(_RUNBOOK.search(name)) and bool(field.value.value.strip())

    def _misnamed(self, alert: AlertingRule, field: Field, wanted: str) -> Finding:
        name = field.key.value
        edit = field.key.edit(0, len(name), wanted) if _LINK.search(field.value.value) else None
        return self.finding(
            f"`{alert.name.value}` links its runbook as `{name}`, not as `{wanted}`",
            alert.place(field.key),
            help=f"rename the annotation, or make `{name}` known with the option `annotation`",
            fix=Fix(f"rename `{name}` to `{wanted}`", (edit,), safe=False) if edit else None,
        )

    examples = (
        Bad(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  annotations:
    summary: Too many errors
""",
            at="HighErrorRate",
        ),
        Bad(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  annotations:
    summary: Too many errors
    runbook: 'https://wiki.example.com/runbooks/errors'
""",
            at="runbook",
            fixed="""\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  annotations:
    summary: Too many errors
    runbook_url: 'https://wiki.example.com/runbooks/errors'
""",
        ),
        Bad(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
- alert: HighLatency
  expr: job:latency_seconds:p99 > 1
""",
            at="HighErrorRate",
            why="where no alert has a runbook, once is enough",
        ),
        Bad(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  annotations:
    playbook: restart it
""",
            at="playbook",
            why="words are no link, so that there is no fix",
        ),
        Bad(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  annotations:
    runbook_url: ""
""",
            at="runbook_url",
        ),
        Good(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  annotations:
    runbook_url: https://wiki.example.com/runbooks/errors
"""
        ),
        Good(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  annotations:
    runbook: https://wiki.example.com/runbooks/errors
""",
            options={"annotation": ("runbook_url", "runbook")},
        ),
    )
