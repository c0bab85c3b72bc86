"""
Text that is neither YAML nor JSON, and still known for what it was meant to be.

A file that its own program refuses must not pass unseen: where its lines begin with the words of one kind, it is a
finding; where they only might, the file is skipped and said to be.
"""

from __future__ import annotations

import re

from ..finding import Location
from ..nodes import Unparsable
from ..record import Record
from ..region import Text
from . import (
    alertmanager,
    blackbox,
    budgets,
    collector,
    cron,
    dashboards,
    grafana_alerts,
    oncall,
    prometheus,
    provisioning,
    retention,
    rules,
    ruletests,
    slos,
)
from .parsed import Parsed
from .tree import MalformedError

# What only charts and playbooks say: the templates of alerts and notifications are part of their files.
_TEMPLATE = re.compile(
    r"\{\{-?[ \t]*(?:\.(?:Values|Release|Chart|Files|Capabilities|Template)\b|include\b|toYaml\b|define\b|tpl\b)|\{%"
)
# A value that begins with an action, or a line that is one, at the place that cannot be read.
# `summary: {{ $labels.job }}` without its quotes is no chart's, and is what Prometheus refuses.
_OF_ALERTS = r"(?:if|range|with|end|else|query|printf|humanize\w*)\b"
_ACTION = re.compile(
    r"[ \t]*(?:-[ \t]+)?(?:[\w.-]+:[ \t]+\{\{-?[ \t]*\.(?!Labels\b|Value\b)"
    rf"|(?:[\w.-]+:[ \t]+)?\{{\{{(?:-|[ \t]*(?!{_OF_ALERTS})[A-Za-z_]))"
)
_LATE = 4
# What libyaml says of an anchor that is defined anew, as YAML 1.2.2 §7.1 allows.
_ANCHOR_TWICE = "second occurrence"


class _Kind(Record):
    """A kind by words that lines begin with: each of them stands there."""

    name: str
    words: tuple[re.Pattern[str], ...]


def _kind(name: str, *keys: str) -> _Kind:
    """A kind by its keys, each an expression; a key may stand behind a dash, in quotes, and after a brace."""
    spelt = (rf"^[ \t{{]*(?:-[ \t]+)?[\"']?(?:{key})[\"']?[ \t]*:" for key in keys)
    return _Kind(name, tuple(re.compile(words, re.M) for words in spelt))


# The first that fits is named: tests of rules say `alertname`, and dashboards may hold alerts.
_KINDS = (
    _kind(dashboards.KIND, "panels|rows|elements", "schemaVersion|templating|gridPos|timepicker|vizConfig"),
    _kind(ruletests.KIND, "tests", "input_series|alert_rule_test|promql_expr_test"),
    _kind(grafana_alerts.KIND, "groups", "folder", "datasourceUid|noDataState|execErrState"),
    _kind(rules.KIND, "alert|record"),
    _Kind(rules.KIND, (re.compile(r"^kind:[ \t]*[\"']?PrometheusRule", re.M),)),
    _kind(alertmanager.KIND, "route", "receivers?"),
    _kind(collector.KIND, "receivers", "exporters", "service|processors|pipelines"),
    _kind(prometheus.KIND, "scrape_configs", "job_name"),
    _kind(prometheus.KIND, "global", "scrape_interval|evaluation_interval"),
    _kind(blackbox.KIND, "modules", "prober"),
    _Kind(slos.KIND, (re.compile(r"^apiVersion:[ \t]*[\"']?(?:openslo|sloth\.slok\.dev|pyrra\.dev)/", re.M),)),
    _kind(slos.KIND, "slos", "sli|objective|target|measurement"),
    _kind(budgets.KIND, "budgets", "endpoint"),
    _kind(provisioning.KIND, "apiVersion", "providers|datasources", "name|type"),
    _kind(retention.KIND, "limits_config|compactor|table_manager", "retention_\\w+"),
    _kind(retention.KIND, "retention", "hot|warm|cold"),
    _kind(
        oncall.KIND,
        "(?i:escalation[-_ ]polic\\w+|on[-_ ]?call[-_ \\w]*)",
        "(?i:(?:levels?|primary|secondary|members|rotation|users|time ?zone)[-_ \\w]*)",
    ),
    _Kind(cron.KIND, (re.compile(r"^kind:[ \t]*[\"']?CronJob", re.M),)),
)


def malformed(text: Text, error: MalformedError, known: str | None = None) -> Parsed:
    """What is said of a text that has words of telemetry in it and cannot be parsed; `known` where its kind is said."""
    if _is_template(text, error):
        return Parsed(skipped="a template, to be rendered before it can be checked")
    if error.problem == _ANCHOR_TWICE:
        return Parsed(skipped="an anchor is given twice, which is good YAML and not read here")
    region = text.region(error.offset, error.offset + 1)
    line = region.start.line
    fitting = (kind.name for kind in _KINDS if all(words.search(text.value) for words in kind.words))
    kind = known or next(fitting, None)
    if kind is None:
        return Parsed(skipped=f"neither YAML nor JSON: {error.problem} (line {line})")
    at = Location(text.source, None, region)
    return Parsed((kind,), (Unparsable(at=at, lines=(line, line), kind=kind, problem=error.problem),))


def _is_template(text: Text, error: MalformedError) -> bool:
    if _TEMPLATE.search(text.value):
        return True
    # libyaml notices some lines later that what began there does not end.
    before = text.value[: error.offset].split("\n")
    rest = text.value[error.offset :].partition("\n")[0]
    return any(_ACTION.match(line) for line in (*before[-_LATE:-1], before[-1] + rest))
