"""`alerts/template-error`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...lint import Bad, Confidence, Finding, Fix, Good, Rule, Severity, gotemplate, promql
from ...lint.nodes import AlertingRule, Evaluator, Field
from ._constant import foreign
from ._project import tree


class TemplateError(Rule):
    """
    Flags templates in labels and annotations that Prometheus cannot read, or fails to expand.

    **Why.**
    A template that does not parse keeps Prometheus from loading the file.
    One that fails later is worse: the notification then reads `<error expanding template …>`, and
    `promtool check rules` says nothing, because it never expands.
    So it is with functions that are given too much or the wrong thing, fields that do not exist, `gt $value 80` (a
    float64 is only comparable with `80.0`), `query` without `first`, and `printf "%d" $value`, which prints
    `%!d(float64=5)`.

    **Instead.**
    See the template reference of Prometheus.
    What has to be computed belongs into the expression, or into a recording that the template queries.

    A query that the template runs must be right PromQL, too.
    A quotient that an annotation prints without `humanize` has 17 digits; that is an info.

    Not flagged: templates that Helm or Jinja fill in first, and those of alerts that Grafana evaluates, which have
    other functions and variables.
    Names that only VictoriaMetrics' vmalert knows are flagged with low confidence.
    """

    id = "alerts/template-error"
    summary = "template fails"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1",)

    functions: tuple[str, ...] = ()
    """Functions that the server knows besides those of Prometheus."""

    def check_alert(self, alert: AlertingRule) -> Iterator[Finding]:
        if alert.evaluator is Evaluator.GRAFANA:
            return
        for what, fields in (("label", alert.labels), ("annotation", alert.annotations)):
            for name, field in fields.items():
                if not foreign(field.value.value):
                    yield from self._check(alert, f"{what} `{name}`", field)

    def _check(self, alert: AlertingRule, what: str, field: Field) -> Iterator[Finding]:
        template = gotemplate.parse(field.value.value, frozenset(self.functions))
        for problem in _problems(template):
            if problem.doubt == "size":
                continue
            yield self.finding(
                f"{what} of `{alert.name.value}`: {problem.message}",
                alert.place(field.value, problem.start, problem.end),
                help=problem.help,
                confidence=Confidence.HIGH if problem.doubt is None else Confidence.LOW,
            )
        yield from self._digits(alert, what, field)

    def _digits(self, alert: AlertingRule, what: str, field: Field) -> Iterator[Finding]:
        if not what.startswith("annotation") or not _is_quotient(tree(alert.query)):
            return
        for match in _BARE.finditer(field.value.value):
            start, end = match.span("value")
            edit = field.value.edit(end, end, " | humanize")
            yield self.finding(
                f"{what} of `{alert.name.value}` prints all 17 digits of a quotient",
                alert.place(field.value, start, end),
                help="`humanize`, `humanizePercentage` and `humanizeDuration` print what can be read",
                fix=Fix("print it with `humanize`", (edit,)) if edit is not None else None,
                severity=Severity.INFO,
            )

    examples = (
        Bad(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  annotations:
    summary: '{{ $value | humanizePercent }} of {{ $labels.job }} fails'
""",
            at="humanizePercent",
        ),
        Bad(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  annotations:
    summary: >-
      {{ if gt $value 0.5 }}half
      {{ else if gt $value 1 }}all{{ end }}
      of {{ $label.job }} fails
""",
            at="$label",
        ),
        Bad(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  annotations:
    summary: "{{ if gt $value 80 }}nearly all fail{{ end }} {{ printf \\"%d\\" $value }}"
""",
            at=("gt", '\\"%d\\"'),
        ),
        Bad(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  annotations:
    summary: '{{ .CommonLabels.job }} fails {{ query "up{" | first | value }}'
""",
            at=(".CommonLabels", "{"),
        ),
        Bad(
            """\
- alert: HighErrorRate
  expr: sum(rate(errors_total[5m])) / sum(rate(requests_total[5m])) > 0.05
  annotations:
    summary: "{{ $value }} of {{ $labels.job }} fail"  # as a share
    hint: '{{ $value | humanizePercentage }}, {{ if gt $value 0.5 }}most{{ end }}'
""",
            at="$value",
            fixed="""\
- alert: HighErrorRate
  expr: sum(rate(errors_total[5m])) / sum(rate(requests_total[5m])) > 0.05
  annotations:
    summary: "{{ $value | humanize }} of {{ $labels.job }} fail"  # as a share
    hint: '{{ $value | humanizePercentage }}, {{ if gt $value 0.5 }}most{{ end }}'
""",
        ),
        Good(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  annotations:
    summary: >-
      {{ $labels.job }} fails {{ printf "%.1f" $value }} of
      {{ with printf `sum(rate(requests_total{job="%s"}[5m]))` $labels.job | query }}{{ . | first | value }}{{ end }}
"""
        ),
        Good(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  annotations:
    summary: "{{ '{{' }} $labels.job {{ '}}' }} fails"
""",
            why="Jinja writes the braces",
        ),
        Good(
            """\
- alert: HighErrorRate
  expr: job:errors:ratio_rate5m > 0.05
  annotations:
    summary: '{{ $value | asPercent }}'
""",
            options={"functions": ("asPercent",)},
        ),
    )


def _problems(
    template: gotemplate.Template | gotemplate.TemplateProblem,
) -> Iterable[gotemplate.TemplateProblem]:
    if isinstance(template, gotemplate.TemplateProblem):
        return (template,)
    return (*template.problems(), *_wrong_queries(template))


_BARE = re.compile(r"\{\{-?\s*(?P<value>\$value|\.Value)\s*-?\}\}")


def _is_quotient(expr: promql.Expr | None) -> bool:
    """Whether the value is a rate or a ratio, which has as many digits as there is room for."""
    match promql.unwrap(expr) if expr is not None else None:
        case promql.Binary(op=op, left=left) if op.value in (">", ">=", "<", "<=", "==", "!=", "and", "unless"):
            return _is_quotient(left)
        case promql.Binary(op=op, left=left, right=right):
            return op.value == "/" or (op.value in "+-*" and (_is_quotient(left) or _is_quotient(right)))
        case promql.Call(name=name):
            return name.value in ("rate", "irate", "deriv", "histogram_quantile")
        case promql.Aggregation(expr=inner, op=op):
            return op.value == "avg" or (op.value in ("sum", "max", "min") and _is_quotient(inner))
        case _:
            return False


def _wrong_queries(template: gotemplate.Template) -> Iterator[gotemplate.TemplateProblem]:
    for query in template.queries():
        wrong = promql.parse(query.value).problem if query.verbatim else None
        if wrong is not None:
            start, end = query.start + wrong.start, min(query.start + wrong.end, query.end)
            yield gotemplate.TemplateProblem(wrong.message, start, end, wrong.help)
