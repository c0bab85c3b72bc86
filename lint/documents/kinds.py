"""
The kinds of YAML and JSON documents, each with how it is told, what it yields, and how it is known where it is broken.

A file that its own program refuses must not pass unseen: where its lines begin with the words of one kind, it is a
finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ..nodes import Node
from ..record import Record
from . import (
    alertmanager,
    blackbox,
    budgets,
    collector,
    cron,
    dashboards,
    grafana_alerts,
    oncall,
    operated,
    prometheus,
    provisioning,
    retention,
    rules,
    ruletests,
    scrape_resources,
    slos,
)
from .tree import Tree

Words = tuple[re.Pattern[str], ...]
"""Words that lines begin with, all of which must stand in a text."""


class Kind(Record):
    """A kind of document: how it is told, what it yields, and the words of its texts, any of them enough."""

    name: str
    holds: Callable[[Tree], bool]
    nodes: Callable[[Tree, str], Iterator[Node]]
    words: tuple[Words, ...]

    def is_meant(self, text: str) -> bool:
        """Whether a text that cannot be parsed was meant to be of this kind."""
        return any(all(word.search(text) for word in words) for words in self.words)


def _keys(*keys: str) -> Words:
    """Keys, each an expression; a key may stand behind a dash, in quotes, and after a brace."""
    spelt = (rf"^[ \t{{]*(?:-[ \t]+)?[\"']?(?:{key})[\"']?[ \t]*:" for key in keys)
    return tuple(re.compile(words, re.M) for words in spelt)


def _resource(key: str, value: str) -> Words:
    """A resource of Kubernetes, by its kind or the version of its API."""
    return (re.compile(rf"^{key}:[ \t]*[\"']?(?:{value})", re.M),)


# Of a broken text the first that fits is named: tests of rules say `alertname`, and dashboards may hold alerts.
KINDS = (
    Kind(
        dashboards.KIND,
        dashboards.holds_dashboard,
        dashboards.dashboard_in,
        (_keys("panels|rows|elements", "schemaVersion|templating|gridPos|timepicker|vizConfig"),),
    ),
    Kind(
        ruletests.KIND,
        ruletests.holds_rule_tests,
        ruletests.rule_tests_in,
        (_keys("tests", "input_series|alert_rule_test|promql_expr_test"),),
    ),
    Kind(
        grafana_alerts.KIND,
        grafana_alerts.holds_grafana_alerts,
        grafana_alerts.grafana_alerts_in,
        (_keys("groups", "folder", "datasourceUid|noDataState|execErrState"),),
    ),
    Kind(
        rules.KIND,
        rules.holds_rules,
        rules.rules_in,
        (_keys("alert|record"), _resource("kind", "PrometheusRule")),
    ),
    Kind(
        alertmanager.KIND,
        alertmanager.holds_alertmanager,
        alertmanager.configs_in,
        (_keys("route", "receivers?"),),
    ),
    Kind(
        collector.KIND,
        collector.holds_collector,
        collector.collectors_in,
        (_keys("receivers", "exporters", "service|processors|pipelines"),),
    ),
    Kind(
        prometheus.KIND,
        prometheus.holds_config,
        prometheus.config_in,
        (_keys("scrape_configs", "job_name"), _keys("global", "scrape_interval|evaluation_interval")),
    ),
    Kind(
        scrape_resources.KIND,
        scrape_resources.holds_resource,
        scrape_resources.resources_in,
        (_resource("kind", "ServiceMonitor|PodMonitor|Probe|ScrapeConfig"),),
    ),
    Kind(
        operated.KIND,
        operated.holds_operated,
        operated.operated_in,
        (_resource("kind", "Prometheus(?:Agent)?[\"' \\t]*$"), _keys("prometheusSpec")),
    ),
    Kind(blackbox.KIND, blackbox.holds_modules, blackbox.modules_in, (_keys("modules", "prober"),)),
    Kind(
        slos.KIND,
        slos.holds_slos,
        slos.slos_in,
        (
            _resource("apiVersion", r"(?:openslo|sloth\.slok\.dev|pyrra\.dev)/"),
            _keys("slos", "sli|objective|target|measurement"),
        ),
    ),
    Kind(budgets.KIND, budgets.holds_budgets, budgets.budgets_in, (_keys("budgets", "endpoint"),)),
    Kind(
        provisioning.KIND,
        provisioning.holds_provisioning,
        provisioning.provisioning_in,
        (_keys("apiVersion", "providers|datasources", "name|type"),),
    ),
    Kind(
        retention.KIND,
        retention.holds_retention,
        retention.retention_in,
        (
            _keys("limits_config|compactor|table_manager", "retention_\\w+"),
            _keys("retention", "hot|warm|cold"),
        ),
    ),
    Kind(
        oncall.KIND,
        oncall.holds_oncall,
        oncall.oncall_in,
        (
            _keys(
                "(?i:escalation[-_ ]polic\\w+|on[-_ ]?call[-_ \\w]*)",
                "(?i:(?:levels?|primary|secondary|members|rotation|users|time ?zone)[-_ \\w]*)",
            ),
        ),
    ),
    Kind(cron.KIND, cron.holds_cron, cron.cron_in, (_resource("kind", "CronJob"),)),
)
