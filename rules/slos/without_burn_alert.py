"""`slos/without-burn-alert`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity, promql
from ...lint.nodes import AlertingRule, Measure, Slo
from ._burn import Recordings, burn_alerts, folded, tree_of
from ._samples import BURN, INDICATOR, REFERRING, SLO

_CURE = "alert on burn rates over 1h and 5m, and over 6h and 30m"
_LATENCY_CURE = "alert on the quantile that is promised"
_ALERT = "- alert: Down\n  expr: up == 0\n"


class WithoutBurnAlert(Rule):
    """
    Flags objectives whose error budget can burn without anybody being told.

    **Why.**
    An objective that is looked at once a month is a report.
    A threshold alert does not replace it: 0.5 % of errors is far below «error rate > 5 %», and spends the budget of
    99.9 % five times over.

    **Instead.**
    Alert on burn rates, with two windows each: 14.4 over 1h and 5m, 6 over 6h and 30m.

    An alert belongs to an objective that it names (in its own name, a label, or a recording that it reads), or if it
    compares the same metrics with a multiple of a budget.
    A latency target has no budget to burn: any alert on its metric will do.

    Not flagged: objectives of sloth and pyrra, which make their alerts themselves, OpenSLO with `alertPolicies`,
    objectives without a query in PromQL, and a repository without alerts, which are kept elsewhere then.
    """

    id = "slos/without-burn-alert"
    summary = "no alert tells that the budget burns"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("2.2",)
    needs_all = True
    about = (Slo, AlertingRule)

    def check_project(self, project: Project) -> Iterator[Finding]:
        alerts = project.all(AlertingRule)
        wanting = [slo for slo in project.all(Slo) if slo.queries and not slo.makes_alerts]
        if not alerts or not wanting:
            return
        recordings = Recordings.of(project)
        burning = [
            recordings.metrics(tree) for burn in burn_alerts(project, recordings) if (tree := tree_of(burn.query))
        ]
        trees = [(alert, tree_of(alert.query)) for alert in alerts]
        reading = [recordings.metrics(tree) for _, tree in trees if tree is not None]
        names = [_names(alert, tree) for alert, tree in trees]
        for slo in wanting:
            own = recordings.of_slo(slo)
            latency = slo.target is not None and slo.target.measure is Measure.LATENCY
            if not own or any(own & metrics for metrics in (reading if latency else burning)):
                continue
            if not any(folded(slo.name.value) in name for name in names):
                what = "its latency" if latency else "the burn rate of its error budget"
                yield self.finding(
                    f"no alert is about `{slo.name.value}`: nobody is told of {what}",
                    slo.at,
                    help="alert on the latency"
                    if latency
                    else "alert on burn rates over 1h and 5m, and over 6h and 30m",
                )

    examples = (
        Bad(
            REFERRING,
            at="search-availability",
            files={"sli.yml": INDICATOR, "alerts.yml": "- alert: Down\n  expr: up == 0\n"},
            why="the indicator that it refers to is in another file",
        ),
        Good(
            REFERRING,
            files={
                "sli.yml": INDICATOR,
                "alerts.yml": """\
- alert: BudgetBurns
  expr: |
    1 - sum(rate(search_total{ok="1"}[1h])) / sum(rate(search_total[1h])) > 14.4 * 0.001
    and 1 - sum(rate(search_total{ok="1"}[5m])) / sum(rate(search_total[5m])) > 14.4 * 0.001
""",
            },
        ),
        Bad(SLO, files={"alerts.yml": _ALERT}, at="api"),
        Bad(
            SLO,
            files={"alerts.yml": '- alert: Errors\n  expr: sum(rate(requests_total{code=~"5.."}[5m])) > 10\n'},
            at="api",
        ),
        Good(SLO, files={"alerts.yml": BURN}),
        Good(
            SLO,
            files={
                "alerts.yml": """\
- alert: TooManyErrors
  expr: >
    sum(rate(requests_total{code=~"5.."}[1h])) / sum(rate(requests_total[1h])) > 14.4 * 0.001
    and
    sum(rate(requests_total{code=~"5.."}[5m])) / sum(rate(requests_total[5m])) > 14.4 * 0.001
"""
            },
            why="a burn-rate alert on the same metric",
        ),
        Good(SLO, why="the alerts are kept elsewhere"),
    )


def _names(alert: AlertingRule, tree: promql.Expr | None) -> str:
    """All that an alert may name an objective by, folded."""
    metrics = promql.metric_names(tree) if tree is not None else ()
    values = (
        matcher.value.value
        for part in (promql.walk(tree) if tree is not None else ())
        if isinstance(part, promql.Selector)
        for matcher in part.matchers
    )
    labels = (field.value.value for field in alert.labels.values())
    return " ".join(folded(name) for name in (alert.name.value, *labels, *metrics, *values))
