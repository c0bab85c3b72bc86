"""Objectives: stated downtimes, ratios, and who tells or shows them."""

import pytest

from obsaudit.lint import Project, Text, promql
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.nodes import Slo
from obsaudit.rules.slos.budget_arithmetic import BudgetArithmetic
from obsaudit.rules.slos.not_a_ratio import _reason
from obsaudit.rules.slos.window_mismatch import WindowMismatch
from obsaudit.rules.slos.without_burn_alert import WithoutBurnAlert
from obsaudit.rules.slos.without_dashboard import WithoutDashboard


def slo(remark: str, window: str = "30d", target: str = "99.9%") -> Slo:
    """An objective with a comment behind its target."""
    text = f"slos:\n  - name: a\n    target: {target} # {remark}\n    window: {window}\n"
    nodes = parse(Text.of_file(text, "slo.yml"), "slo.yml", SourceSettings()).nodes
    return next(node for node in nodes if isinstance(node, Slo))


@pytest.mark.parametrize(
    ("remark", "window", "right"),
    [
        ("43.8 minutes downtime per month", "30d", "43.2"),
        ("43.2 minutes downtime per month", "30d", None),
        ("43 min of downtime", "30d", None),
        ("44 min of downtime", "30d", "43"),
        ("40.3 minutes of downtime per month", "28d", None),
        ("43.2 minutes of downtime per month", "28d", "40.3"),
        ("43.8 minutes of downtime per month", "7d", None),
        ("error budget: 10 minutes", "7d", None),
        ("error budget: 43.2 minutes", "7d", "10.1"),
        ("error budget of 0.72 hours", "30d", None),
        ("downtime is 2592 seconds", "30d", None),
        ("downtime is 2600 s", "30d", "2592"),
        ("8.76 hours of downtime per year", "30d", None),
        ("8.64h downtime a year", "30d", None),
        ("9.5h downtime a year", "30d", "8.8"),
        ("1.44 minutes of downtime in 1 day", "30d", None),
        ("~45 minutes of downtime", "30d", None),
        ("~60 minutes of downtime", "30d", "43"),
        ("43.8 minutes downtime", "month", None),
        ("paged within 5 minutes; no downtime since May", "30d", None),
        ("agreed with sales 3 days ago", "30d", None),
    ],
)
def test_a_stated_downtime(remark, window, right):
    """
    The number is rounded or cut at its last digit, for the period that it names, or else the window.
    """
    found = list(BudgetArithmetic().check_slo(slo(remark, window)))

    assert ([] if right is None else [f"write {right}"]) == [finding.fix.title for finding in found if finding.fix]


def test_a_stated_downtime_of_a_latency_target_means_nothing():
    """
    A latency has no error budget.
    """
    assert [] == list(BudgetArithmetic().check_slo(slo("43.8 minutes downtime", target="< 500ms")))


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("sum(rate(a_total[5m]))", "a rate"),
        ("100 * sum(rate(a_total[5m]))", "a rate"),
        ("sum(increase(a_total[5m])) or vector(0)", "a number of events"),
        ("1 - sum by (job) (rate(a_total[5m]))", "a rate"),
        ("sum(rate(a_total[5m])) + sum(rate(b_total[5m]))", "a rate"),
        ("clamp_max(rate(a_total[5m]), 1)", "a rate"),
        ("count(up)", "a count of series"),
        ("sum(rate(a_total[5m])) > 0", "a rate"),
        ("sum(rate(a[5m])) / sum(rate(b[5m]))", None),
        ("1 - sum(rate(a[5m])) / sum(rate(b[5m]))", None),
        ("avg_over_time(up[5m])", None),
        ("avg(up)", None),
        ("a:ratio", None),
        ("sum(rate(a_total[5m]) < bool 5)", None),
        ("sum(rate(a_total[5m])) * on () scalar_ratio", None),
        ("avg(rate(cpu_seconds_total[5m]))", None),
        ("sum(a) - rate(b_total[5m])", None),
    ],
)
def test_what_certainly_is_no_share(query, reason):
    """
    A rate, a number or a quantile without a division is none; whatever may be a share is left alone.
    """
    assert reason == _reason(promql.parse(query).expr)


@pytest.mark.parametrize(
    ("alert", "found"),
    [
        ("CheckoutFails", 1),
        ("ShopCheckoutBudgetBurns", 0),
        ("shop-checkout", 0),
    ],
)
def test_an_alert_belongs_to_the_objective_that_it_names(alert, found):
    """
    However the name is spelt.
    """
    text = f"""\
slos:
  - name: shop_checkout
    target: 99%
    window: 7d
    measurement: {{query: a / b}}
---
groups:
  - name: alerts
    rules:
      - alert: {alert}
        expr: c > 0
"""
    nodes = parse(Text.of_file(text, "slo.yml"), "slo.yml", SourceSettings()).nodes

    assert found == len(list(WithoutBurnAlert().check_project(Project(nodes))))


@pytest.mark.parametrize(
    ("window", "length", "fits"),
    [("1d", "2d", False), ("30d", "1d", True), ("30d", "28d", False), ("30d", "30d", True)],
)
def test_a_query_s_range_beside_the_window(window, length, fits):
    """
    A query may read days of a window of weeks; more than the window, or other weeks, it may not.
    """
    measurement = f"    measurement: {{query: 'increase(a[{length}]) / increase(b[5m])'}}\n"
    text = f"slos:\n  - name: a\n    target: 99%\n    window: {window}\n{measurement}"
    nodes = parse(Text.of_file(text, "slo.yml"), "slo.yml", SourceSettings()).nodes
    objective = next(node for node in nodes if isinstance(node, Slo))

    assert fits == (not list(WindowMismatch().check_slo(objective)))


@pytest.mark.parametrize(
    ("expr", "shown"),
    [("rate(a[5m]) / rate(b[5m])", True), ("rate(a[5m]) / rate(c[5m])", False), ("rate(a[5m])", False)],
)
def test_a_panel_shows_the_ratio_of_both_metrics(expr, shown):
    """
    One of the two metrics in another ratio is not the objective.
    """
    slo_text = (
        "slos:\n  - {name: checkout, target: 99%, window: 7d, measurement: {query: 'rate(a[5m]) / rate(b[5m])'}}\n"
    )
    panel = f'{{"type": "stat", "title": "x", "targets": [{{"expr": "{expr}"}}]}}'
    files = {"slo.yml": slo_text, "d.json": f'{{"title": "y", "schemaVersion": 39, "panels": [{panel}]}}'}
    nodes = [
        node for name, text in files.items() for node in parse(Text.of_file(text, name), name, SourceSettings()).nodes
    ]

    assert shown == (not list(WithoutDashboard().check_project(Project(nodes))))
