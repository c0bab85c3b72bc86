"""`alerts/unknown-template-label`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from ...lint import Bad, Confidence, Finding, Good, Project, Related, Rule, Severity, gotemplate, promql
from ...lint.nodes import AlertingRule, Evaluator, Field, RecordingRule
from ._constant import foreign
from ._project import tree


class UnknownTemplateLabel(Rule):
    """
    Flags templates that read a label which the alert's expression cannot carry.

    **Why.**
    `{{ $labels.pod }}` after `sum by (job) (…)` prints nothing, so the notification says «pod  is down».
    Templates see the labels of the expression's result, not those that the rule itself adds: `$labels.severity` is
    empty too, unless the series bring it along.

    **Instead.**
    Keep the label in the expression, or leave it out of the words.

    The finding names the fragment of the expression that removed the label.
    Recordings of the project are followed to their own expressions.
    Reads inside `if`, `with`, `range` and definitions count; where the template first asks whether the label is there,
    the text is only never shown, and the finding has low confidence.

    Not flagged: a label that one side of an `or` can carry, and every label where the expression leaves it open.
    """

    id = "alerts/unknown-template-label"
    summary = "template reads a label that the expression cannot carry"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1",)
    about = (AlertingRule, RecordingRule)

    def check_alert(self, alert: AlertingRule) -> Iterator[Finding]:
        reading = _reading(alert)
        expr = tree(alert.query) if reading else None
        if expr is not None:
            branches = _flow(alert, expr)
            for name, field in reading:
                yield from self._check(alert, name, field, branches)

    def check_project(self, project: Project) -> Iterator[Finding]:
        """What recordings take away besides: a label that the alert's own expression leaves open."""
        recordings = _recorded(project)
        if not recordings:
            return
        named = re.compile("|".join(map(re.escape, recordings)))
        for alert in project.all(AlertingRule):
            reading = _reading(alert)
            likely = reading and alert.query is not None and named.search(alert.query.text.value)
            expr = tree(alert.query) if likely else None
            if expr is None:
                continue
            own, branches = _flow(alert, expr), promql.flow(expr, recordings)
            for name, field in reading:
                yield from self._check(alert, name, field, branches, own)

    def _check(
        self,
        alert: AlertingRule,
        name: str,
        field: Field,
        branches: tuple[promql.Branch, ...],
        own: tuple[promql.Branch, ...] = (),
    ) -> Iterator[Finding]:
        template = gotemplate.parse(field.value.value)
        if isinstance(template, gotemplate.TemplateProblem) or foreign(field.value.value) or not branches:
            return
        for read in template.labels_read():
            if alert.evaluator is Evaluator.GRAFANA and read.name in _OF_GRAFANA:
                continue
            facts = [branch.label(read.name) for branch in branches]
            if not all(fact.impossible for fact in facts):
                continue
            if own and all(branch.label(read.name).impossible for branch in own):
                continue
            yield self.finding(
                f"`{name}` of `{alert.name.value}` reads the label `{read.name}`, which is never there: {facts[0].why}",
                alert.place(field.value, read.start, read.end),
                help=_cure(alert, read.name),
                related=_related(alert, facts[0].at),
                confidence=Confidence.LOW if read.guarded else Confidence.HIGH,
            )

    examples = (
        Bad(
            """\
- alert: HighErrorRate
  expr: sum by (job) (rate(errors_total[5m])) > 1
  annotations:
    summary: 'Pod {{ $labels.pod }} of {{ $labels.job }} fails'
""",
            at="$labels.pod",
        ),
        Bad(
            """\
- alert: HighErrorRate
  expr: sum(rate(errors_total[5m])) > 1
  labels:
    severity: critical
  annotations:
    summary: '{{ if gt $value 5.0 }}{{ .Labels.severity }}{{ end }}{{ range query "up" }}{{ $labels.job }}{{ end }}'
""",
            at=(".Labels.severity", "$labels.job"),
        ),
        Bad(
            """\
- record: job:errors:rate5m
  expr: sum by (job) (rate(errors_total[5m]))
- alert: HighErrorRate
  expr: job:errors:rate5m > 1
  annotations:
    summary: '{{ $labels.instance }} fails'
""",
            at="$labels.instance",
        ),
        Bad(
            """\
- alert: HighErrorRate
  expr: sum by (job) (rate(errors_total[5m])) > 1
  annotations:
    summary: '{{ $labels.job }}{{ with $labels.cluster }} in {{ . }}{{ end }} fails'
""",
            at="$labels.cluster",
        ),
        Good(
            """\
- alert: HighErrorRate
  expr: rate(errors_total[5m]) > 1 or sum by (job) (rate(failures_total[5m])) > 1
  annotations:
    summary: '{{ $labels.instance }} {{ range query "up" }}{{ .Labels.pod }}{{ end }}'
"""
        ),
        Good(
            """\
- alert: NodeFull
  expr: node_load > on (instance) group_left (rack) node_info
  annotations:
    summary: '{{ $labels.instance }} in {{ $labels.rack }}'
"""
        ),
    )


def _reading(alert: AlertingRule) -> list[tuple[str, Field]]:
    """The labels and annotations that are templates."""
    return [
        pair for fields in (alert.labels, alert.annotations) for pair in fields.items() if "{{" in pair[1].value.value
    ]


def _flow(alert: AlertingRule, expr: promql.Expr) -> tuple[promql.Branch, ...]:
    return promql.flow_of(alert.query.text.value).of(expr) if alert.query is not None else ()


_OF_GRAFANA = frozenset({"alertname", "grafana_folder"})
"""Labels that Grafana adds before it expands a template."""


def _recorded(project: Project) -> Mapping[str, list[promql.Recorded]]:
    found: defaultdict[str, list[promql.Recorded]] = defaultdict(list)
    unread: set[str] = set()
    for recording in project.loaded(RecordingRule):
        name, expr = recording.name.value, tree(recording.query)
        if expr is None:
            unread.add(name)
            continue
        labels = {label: field.value.value for label, field in recording.labels.items()}
        found[name].append(promql.Recorded(expr, labels))
    return {name: recorded for name, recorded in found.items() if name not in unread}


def _cure(alert: AlertingRule, label: str) -> str:
    if label in alert.labels:
        return "templates do not see the labels that the rule adds: write it out"
    return f"keep `{label}` in the expression, or leave it out"


def _related(alert: AlertingRule, fragment: tuple[int, int]) -> list[Related]:
    start, end = fragment
    if alert.query is None or start == end:
        return []
    return [Related(alert.place(alert.query.text, start, end), "this removes it")]
