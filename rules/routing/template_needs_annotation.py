"""`routing/template-needs-annotation`."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from ...lint import Bad, Confidence, Finding, Good, Project, Related, Rule, Severity, Text
from ...lint.nodes import AlertingRule, AlertmanagerConfig, Receiver
from ...lint.telemetry.notification import AnnotationRead, annotations_read
from ...lint.telemetry.routes import Labels, receivers
from ._project import alerts, configurations

_SHOWN = 3
_CURE = "add it to them, or ask first with `{{ with … }}`"


class TemplateNeedsAnnotation(Rule):
    """
    Flags notification templates that read an annotation which alerts on their way do not define.

    **Why.**
    A missing annotation is no error: the message has a hole, where the link to the runbook should be.
    It is first seen at night, by somebody who needs the link.

    **Instead.**
    Read the annotation that the alerts have, or add it to those that lack it.
    Where it is optional, ask first: `{{ with .CommonAnnotations.runbook_url }}…{{ end }}`.

    Every alert of the project is walked through the tree; only those count that certainly reach the receiver.
    Where other alerts do define the annotation, the finding has low confidence.

    Not flagged: reads that a condition guards; templates in files of their own (`.tmpl`).
    """

    id = "routing/template-needs-annotation"
    summary = "notification reads an annotation that alerts do not have"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.2", "1.4")
    about = (AlertmanagerConfig, AlertingRule)

    def check_project(self, project: Project) -> Iterator[Finding]:
        configs = [(config, list(_reading(config))) for config in configurations(project)]
        if not any(reading for _, reading in configs):
            return
        known = alerts(project)
        for config, reading in configs:
            arriving = self._arriving(config, known) if reading else {}
            for receiver, at, read in reading:
                came = arriving.get(receiver.name.value, [])
                lacking = [alert for alert in came if not _has(alert, read.name)]
                if lacking:
                    yield self._missing(receiver, at, read, came, lacking)

    def _arriving(
        self, config: AlertmanagerConfig, known: list[tuple[AlertingRule, Labels]]
    ) -> dict[str, list[AlertingRule]]:
        """The alerts that certainly reach each receiver."""
        arriving: dict[str, list[AlertingRule]] = {}
        for alert, labels in known:
            for name, certain in receivers(config.route, labels).items() if config.route is not None else ():
                if certain:
                    arriving.setdefault(name, []).append(alert)
        return arriving

    def _missing(
        self,
        receiver: Receiver,
        at: Text,
        read: AnnotationRead,
        came: list[AlertingRule],
        lacking: list[AlertingRule],
    ) -> Finding:
        names = sorted({name for alert in came for name in alert.annotations})
        near = next(iter(get_close_matches(read.name, names, n=1, cutoff=0.6)), None)
        count = f"{len(lacking)} of {len(came)} alerts" if len(came) > 1 else f"`{came[0].name.value}`"
        return self.finding(
            f"{count} that certainly {'reach' if len(came) > 1 else 'reaches'} `{receiver.name.value}`"
            f" {'have' if len(lacking) > 1 else 'has'} no annotation `{read.name}`",
            receiver.place(at, read.start, read.end),
            help=f"they have `{near}`" if near not in (None, read.name) else _CURE,
            related=[Related(alert.at, "lacks it") for alert in lacking[:_SHOWN]],
            confidence=Confidence.HIGH if len(lacking) == len(came) else Confidence.LOW,
        )

    examples = (
        Bad(
            """\
route:
  receiver: slack
receivers:
  - name: slack
    slack_configs:
      - channel: '#alerts'
        api_url_file: /etc/slack
        text: '{{ .CommonAnnotations.runbook }} {{ range .Alerts }}{{ .Annotations.summary }}{{ end }}'
""",
            at=".CommonAnnotations.runbook",
            files={
                "rules.yml": """\
- alert: QueueLong
  expr: queue_length > 100
  annotations:
    summary: the queue is long
    runbook_url: https://runbooks.example.com/queue-long
"""
            },
        ),
        Good(
            """\
route:
  receiver: slack
  routes:
    - matchers: [team="db"]
      receiver: dba
receivers:
  - name: slack
    slack_configs:
      - channel: '#alerts'
        api_url_file: /etc/slack
        text: '{{ with .CommonAnnotations.runbook }}{{ . }}{{ end }}{{ .CommonAnnotations.summary }}'
  - name: dba
    slack_configs:
      - channel: '#db'
        api_url_file: /etc/slack
        text: '{{ .CommonAnnotations.query }}'
""",
            why="the one is asked for first; whether the alert reaches the other is not known",
            files={
                "rules.yml": """\
- alert: QueueLong
  expr: queue_length > 100
  annotations:
    summary: the queue is long
"""
            },
        ),
    )


def _reading(config: AlertmanagerConfig) -> Iterator[tuple[Receiver, Text, AnnotationRead]]:
    """The reads that nothing guards, each annotation once for a receiver's field."""
    for receiver in config.receivers:
        for integration in receiver.integrations:
            for field in integration.fields.values():
                for read in annotations_read(field.value.value):
                    if not read.guarded:
                        yield receiver, field.value, read


def _has(alert: AlertingRule, name: str) -> bool:
    field = alert.annotations.get(name)
    return field is not None and bool(field.value.value.strip())
