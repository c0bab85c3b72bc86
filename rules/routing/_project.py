"""What the rules that need several files share: the alerts that a configuration may get."""

from __future__ import annotations

from ...lint import Project
from ...lint.nodes import AlertingRule, AlertmanagerConfig
from ...lint.telemetry.alert_labels import labels_of
from ...lint.telemetry.routes import Labels


def configurations(project: Project) -> list[AlertmanagerConfig]:
    """The configurations that have a tree."""
    return [config for config in project.loaded(AlertmanagerConfig) if config.route is not None]


def alerts(project: Project, asked: frozenset[str] | None = None) -> list[tuple[AlertingRule, Labels]]:
    """The alerts with what is known of their labels; of those that are `asked` for, where these are all."""
    return [(alert, labels_of(alert, asked)) for alert in project.loaded(AlertingRule)]
