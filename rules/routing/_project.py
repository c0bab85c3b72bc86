"""What the rules that need several files share: the alerts that a configuration may get."""

from __future__ import annotations

from ...lint import Project
from ...lint.nodes import AlertingRule, AlertmanagerConfig
from ...lint.telemetry.alert_labels import labels_of
from ...lint.telemetry.routes import Labels


def configurations(project: Project) -> list[AlertmanagerConfig]:
    """The configurations that have a tree."""
    return [config for config in project.loaded(AlertmanagerConfig) if config.route is not None]


def alerts(project: Project) -> list[tuple[AlertingRule, Labels]]:
    """The alerts with what is known of their labels."""
    return [(alert, labels_of(alert)) for alert in project.loaded(AlertingRule)]
