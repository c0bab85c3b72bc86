"""`alerts/duplicate-alert`."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Project, Related, Rule, Severity, promql
from ...lint.nodes import AlertingRule
from ._project import folder, of_prometheus, shape, tree


class DuplicateAlert(Rule):
    """
    Flags alerts that stand twice: the same name and labels over the same series, or one expression under two names.

    **Why.**
    Two alerts of one name and one set of labels are one alert to Alertmanager: they silence and resolve each other.
    One expression under two names notifies twice of one trouble.

    **Instead.**
    Keep one, or make the difference a label, as in `severity: warning` and `severity: critical`.

    The same name and labels over the same metric are flagged where no matcher tells the two apart; since the
    conditions may still exclude each other, that finding has low confidence, as has one across files.

    Not flagged: alerts in different folders, which may be two environments, and the same expression with another
    severity or another `for`, which is an escalation.
    """

    id = "alerts/duplicate-alert"
    summary = "alert stands twice"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.1",)
    about = (AlertingRule,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        alerts = list(of_prometheus(project.loaded(AlertingRule)))
        flagged: set[int] = set()
        for finding, index in self._of_one_name(alerts):
            flagged.add(index)
            yield finding
        yield from self._of_one_expression([alert for index, alert in enumerate(alerts) if index not in flagged])

    def _of_one_name(self, alerts: list[AlertingRule]) -> Iterator[tuple[Finding, int]]:
        """Findings about alerts of the same name and labels, each with the alert's index."""
        groups: defaultdict[object, list[int]] = defaultdict(list)
        for index, alert in enumerate(alerts):
            groups[folder(alert), alert.name.value, _labels(alert)].append(index)
        for indexes in groups.values():
            for position, index in enumerate(indexes):
                for earlier in indexes[:position]:
                    finding = self._same_name(alerts[index], alerts[earlier])
                    if finding is not None:
                        yield finding, index
                        break

    def _same_name(self, alert: AlertingRule, first: AlertingRule) -> Finding | None:
        one, other = tree(alert.query), tree(first.query)
        if one is None or other is None or alert.at == first.at:
            return None
        same = shape(one) == shape(other)
        if not same and not _overlap(one, other):
            return None
        what = "expression" if same else f"metric `{promql.metric_names(one)[0]}`"
        return self.finding(
            f"`{alert.name.value}` stands twice, with the same labels and the same {what}",
            alert.at,
            help="keep one, or tell them apart by a label",
            related=[Related(first.at, "the first")],
            confidence=Confidence.HIGH if same and _one_file(alert, first) else Confidence.LOW,
        )

    def _of_one_expression(self, alerts: list[AlertingRule]) -> Iterator[Finding]:
        first: dict[object, AlertingRule] = {}
        looks = [_look(alert) for alert in alerts]
        counts = Counter(looks)
        for alert, look in zip(alerts, looks, strict=True):
            # Only what reads alike is parsed: of most expressions there is no second one.
            expr = tree(alert.query) if counts[look] > 1 else None
            if expr is None or not promql.metric_names(expr):
                continue
            severity = alert.labels.get("severity")
            wait = alert.for_.value if alert.for_ else None
            key = (folder(alert), shape(expr), severity.value.value if severity else None, wait)
            other = first.setdefault(key, alert)
            if other.name.value != alert.name.value:
                yield self.finding(
                    f"`{alert.name.value}` has the same expression as `{other.name.value}`",
                    alert.at,
                    help="keep one",
                    related=[Related(other.at, f"`{other.name.value}`")],
                    confidence=Confidence.HIGH if _one_file(alert, other) else Confidence.LOW,
                )

    examples = (
        Bad(
            """\
groups:
  - name: one
    rules:
      - alert: QueueLong
        expr: queue_length{job="api"} > 100
  - name: two
    rules:
      - alert: QueueLong
        expr: (queue_length{ job="api" }) > 100
""",
            at="QueueLong",
        ),
        Bad(
            """\
- alert: QueueLong
  expr: queue_length > 100
- alert: BacklogLarge
  expr: queue_length > 100
""",
            at="BacklogLarge",
        ),
        Bad(
            """\
- alert: QueueFills
  expr: max_over_time(rate(queue_items[5m])[1h:5m]) > 0.001
- alert: QueueGrows
  expr: max_over_time(rate(queue_items[300s])[60m:300s]) > 1e-3  # a thousandth
""",
            at="QueueGrows",
        ),
        Bad(
            """\
- alert: QueueLong
  expr: queue_length > 100
- alert: QueueLong
  expr: queue_length{job="api"} > 500
""",
            at="QueueLong",
        ),
        Good(
            """\
- alert: QueueLong
  expr: queue_length > 100
  labels:
    severity: warning
- alert: QueueLong
  expr: queue_length > 500
  labels:
    severity: critical
"""
        ),
        Good(
            """\
- alert: QueueLong
  expr: queue_length{job="api"} > 100
- alert: QueueLong
  expr: queue_length{job="web"} > 500
""",
            why="no series is in both",
        ),
        Good(
            """\
- alert: QueueLong
  expr: queue_length > 100
""",
            path="staging/alerts.yml",
            files={
                "production/alerts.yml": """\
- alert: QueueLong
  expr: queue_length > 100
"""
            },
        ),
    )


def _one_file(one: AlertingRule, other: AlertingRule) -> bool:
    """Otherwise it is not certain that one server loads both."""
    return one.at.source == other.at.source


def _labels(alert: AlertingRule) -> frozenset[tuple[str, str]]:
    return frozenset((name, field.value.value) for name, field in alert.labels.items())


def _overlap(one: promql.Expr, other: promql.Expr) -> bool:
    """Whether two expressions read one selector of the same metric each, and nothing tells those apart."""
    left, right = _selectors(one), _selectors(other)
    if len(left) != 1 or len(right) != 1 or left[0].metric is None or left[0].metric != right[0].metric:
        return False
    return not any(_exclude(a, b) for a in left[0].matchers for b in right[0].matchers)


def _selectors(expr: promql.Expr) -> list[promql.Selector]:
    return [part for part in promql.walk(expr) if isinstance(part, promql.Selector)]


def _exclude(one: promql.Matcher, other: promql.Matcher) -> bool:
    """Whether no series can meet both; where a regular expression stands, it is taken to exclude."""
    if one.label.value != other.label.value:
        return False
    signs = {one.op.value, other.op.value}
    same = one.value.value == other.value.value
    if signs <= {"=", "!="}:
        return (signs == {"="} and not same) or (signs == {"=", "!="} and same)
    return not (same and len(signs) == 1)


_TOKEN = re.compile(
    r"(?P<number>[\d.](?:(?<=[eE])[+-]|[\w.])*)|(?::(?=[A-Za-z_:])|[A-Za-z_])[\w:]*"
    r"|\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|`([^`]*)`|#.*"
)


def _look(alert: AlertingRule) -> tuple[str, frozenset[object]]:
    """Where an alert stands, and the words, strings and numbers of its expression: alike for all that compute alike."""
    text = alert.query.text.value if alert.query is not None else ""
    return folder(alert), frozenset(map(_meant, _TOKEN.finditer(text)))


def _meant(token: re.Match[str]) -> object:
    """What a token stands for: `5m` and `300s` are one, and so are quotes of each kind; a comment is nothing."""
    if token["number"]:
        return promql.number(token["number"])
    return None if token[0][0] == "#" else "".join(token.groups("")) or token[0]
