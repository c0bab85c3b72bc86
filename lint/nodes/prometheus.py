"""Alerting rules, recordings, and queries in PromQL or LogQL wherever they stand."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from ..region import Text
from ..telemetry.duration import seconds
from .node import Field, Node


class Role(StrEnum):
    """What a query is for."""

    ALERT = "alert"
    RECORDING = "recording"
    PANEL = "panel"
    VARIABLE = "variable"
    ANNOTATION = "annotation"
    SLO = "slo"
    BUDGET = "budget"
    RUNBOOK = "runbook"
    DOCUMENT = "document"


class Dialect(StrEnum):
    """The language of a query."""

    PROMQL = "promql"
    METRICSQL = "metricsql"
    LOGQL = "logql"
    OTHER = "other"


class Evaluator(StrEnum):
    """Who evaluates an alerting rule."""

    PROMETHEUS = "prometheus"
    """Also Thanos, Mimir, Loki and vmalert, which took its rules over."""

    GRAFANA = "grafana"
    """The condition stands in expressions beside the query, and templates have other functions."""


class Query(Node, kw_only=True):
    """An expression in PromQL or MetricsQL, wherever it stands; one in LogQL is a `LogQuery`."""

    hook: ClassVar[str] = "check_query"
    text: Text
    role: Role
    dialect: Dialect = Dialect.PROMQL
    interval: float | None = None
    """Seconds between evaluations, where the file says so."""


class LogQuery(Node, kw_only=True):
    """A query in LogQL, wherever it stands."""

    hook: ClassVar[str] = "check_log_query"
    text: Text
    role: Role
    interval: float | None = None
    """Seconds between evaluations, where the file says so."""


class RuleGroup(Node, kw_only=True):
    """A group of alerting rules and recordings that Prometheus evaluates one after the other."""

    hook: ClassVar[str] = "check_group"
    name: Text | None
    interval: Text | None
    labels: Mapping[str, Field]
    is_loadable: bool = False
    """Whether Prometheus can load the file as it is: groups, and nothing around them."""

    @property
    def seconds(self) -> float | None:
        """The evaluation interval; None where the file leaves it to the server."""
        return seconds(self.interval.value) if self.interval else None


class AlertingRule(Node, kw_only=True):
    """An alerting rule, from any wrapper: a rule file, a PrometheusRule, a ConfigMap, a fenced block."""

    hook: ClassVar[str] = "check_alert"
    name: Text
    query: Query | None
    for_: Text | None
    keep_firing_for: Text | None
    labels: Mapping[str, Field]
    annotations: Mapping[str, Field]
    group: RuleGroup | None
    evaluator: Evaluator = Evaluator.PROMETHEUS
    log_query: LogQuery | None = None
    """The expression of a rule for Loki, which has no `query`."""


class RecordingRule(Node, kw_only=True):
    """A recording: the metric that an expression is stored as."""

    hook: ClassVar[str] = "check_recording"
    name: Text
    query: Query | None
    labels: Mapping[str, Field]
    group: RuleGroup | None
