"""Nodes: what rules look at. Plain frozen values, the same whatever the format or the language."""

from .budgets import LatencyBudget, Threshold
from .dashboards import Dashboard, DashboardProvider, Datasource, Mention, Panel, ProvisionedDatasource, Variable
from .facts import CrashedRule, StaleEntry, Suppression, SuppressionUse, Unparsable
from .node import Field, Node
from .prometheus import AlertingRule, Dialect, Query, RecordingRule, Role, RuleGroup
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
)

__all__ = [
    "AlertingRule",
    "Api",
    "Boundedness",
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
    "LogCall",
    "LogField",
    "LoggerSetup",
    "Measurement",
    "Mention",
    "MessageForm",
    "Node",
    "Panel",
    "ProvisionedDatasource",
    "Query",
    "RecordingRule",
    "Role",
    "RuleGroup",
    "StaleEntry",
    "Step",
    "Suppression",
    "SuppressionUse",
    "Threshold",
    "Unparsable",
    "Variable",
]
