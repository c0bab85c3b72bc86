"""Nodes: what rules look at. Plain frozen values, the same whatever the format or the language."""

from .budgets import LatencyBudget, Threshold
from .dashboards import Dashboard, DashboardProvider, Datasource, Mention, Panel, ProvisionedDatasource, Variable
from .facts import CrashedRule, StaleEntry, Suppression, SuppressionUse, Unparsable
from .node import Field, Node
from .pages import Breakdown, Link, Page, Runbook, Section, Share
from .prometheus import AlertingRule, Dialect, Query, RecordingRule, Role, RuleGroup
from .ruletests import RuleTest, TestedAlert
from .source import (
    Api,
    Boundedness,
    Instrument,
    LabelValue,
    Language,
    LogCall,
    LogField,
    LoggerSetup,
    Measurement,
    MessageForm,
    Step,
    Tracing,
)

__all__ = [
    "AlertingRule",
    "Api",
    "Boundedness",
    "Breakdown",
    "CrashedRule",
    "Dashboard",
    "DashboardProvider",
    "Datasource",
    "Dialect",
    "Field",
    "Instrument",
    "LabelValue",
    "Language",
    "LatencyBudget",
    "Link",
    "LogCall",
    "LogField",
    "LoggerSetup",
    "Measurement",
    "Mention",
    "MessageForm",
    "Node",
    "Page",
    "Panel",
    "ProvisionedDatasource",
    "Query",
    "RecordingRule",
    "Role",
    "RuleGroup",
    "RuleTest",
    "Runbook",
    "Section",
    "Share",
    "StaleEntry",
    "Step",
    "Suppression",
    "SuppressionUse",
    "TestedAlert",
    "Threshold",
    "Tracing",
    "Unparsable",
    "Variable",
]
