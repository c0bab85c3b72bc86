"""`alerts/missing-owner`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity, promql
from ...lint.nodes import AlertingRule
from ._constant import has_value
from ._project import tree


class MissingOwner(Rule):
    """
    Flags alerting rules without a label that names their owner.

    **Why.**
    An alert that belongs to nobody is routed to everybody, and nobody mends or deletes it.

    **Instead.**
    Add `team:` under `labels`, or once under the group's `labels`.

    Where no alert of the project has an owner, that is said once and not of each: either owners are told in another
    way, which the option `labels` should then name, or the convention has yet to be introduced.

    Not flagged: an alert whose expression brings the label along, by a matcher, a grouping or a join on it.
    """

    id = "alerts/missing-owner"
    summary = "alert has no owner"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.1",)
    about = (AlertingRule,)

    labels: tuple[str, ...] = ("team", "owner")
    """The labels that may name the owner; one of them is enough."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        alerts = project.loaded(AlertingRule)
        without = [alert for alert in alerts if not self._has_owner(alert)]
        nobody = len(without) == len(alerts) > 1
        names = " or ".join(f"`{name}`" for name in self.labels)
        for alert in without[:1] if nobody else without:
            who = f"none of the {len(alerts)} alerts" if nobody else f"`{alert.name.value}`"
            yield self.finding(
                f"{who} has {'a' if nobody else 'no'} {names} label",
                alert.at,
                help=f"add `{self.labels[0]}:` under `labels`" if self.labels else None,
            )

    def _has_owner(self, alert: AlertingRule) -> bool:
        return any(has_value(alert.labels, name) for name in self.labels) or self._is_carried(alert)

    def _is_carried(self, alert: AlertingRule) -> bool:
        expr = tree(alert.query)
        return expr is not None and any(name in self.labels for name in _labels_named(expr))

    examples = (
        Bad(
            """\
- alert: HighErrorRate
  expr: sum by (job) (rate(errors_total[5m])) > 1
  labels:
    severity: critical
""",
            at="HighErrorRate",
        ),
        Bad(
            """\
- alert: HighErrorRate
  expr: sum by (job) (rate(errors_total[5m])) > 1
- alert: HighLatency
  expr: job:latency_seconds:p99 > 1
""",
            at="HighErrorRate",
            why="where nobody has an owner, once is enough",
        ),
        Good(
            """\
- alert: HighErrorRate
  expr: sum by (job) (rate(errors_total[5m])) > 1
  labels:
    team: checkout
"""
        ),
        Good(
            """\
- alert: HighErrorRate
  expr: sum by (job, team) (rate(errors_total[5m])) > 1
""",
            why="the series name the team",
        ),
        Good(
            """\
- alert: HighErrorRate
  expr: sum by (job) (rate(errors_total[5m])) > 1
  labels:
    squad: checkout
""",
            options={"labels": ("squad",)},
        ),
    )


def _labels_named(expr: promql.Expr) -> Iterator[str]:
    for part in promql.walk(expr):
        match part:
            case promql.Selector(matchers=matchers):
                yield from (matcher.label.value for matcher in matchers)
            case promql.Aggregation(grouping=clause) if clause and clause.kind == "by":
                yield from clause.names
            case promql.Binary(group=clause) if clause:
                yield from clause.names
            case promql.Call(args=args):
                yield from (arg.value for arg in args if isinstance(arg, promql.StringLiteral))
