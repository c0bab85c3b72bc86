"""What the rules that need several files share: the alerts that a configuration may get."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from ...lint import Project
from ...lint.nodes import AlertingRule, AlertmanagerConfig, Node
from ...lint.telemetry.alert_labels import labels_of
from ...lint.telemetry.routes import Labels

N = TypeVar("N", bound=Node)

_PAGES = (".md", ".mdx", ".markdown", ".rst")


def loaded(project: Project, kind: type[N]) -> Iterator[N]:
    """The nodes in files which a server loads: what a page shows is an example."""
    return (node for node in project.all(kind) if not node.at.source.endswith(_PAGES))


def configurations(project: Project) -> list[AlertmanagerConfig]:
    """The configurations that have a tree."""
    return [config for config in loaded(project, AlertmanagerConfig) if config.route is not None]


def alerts(project: Project) -> list[tuple[AlertingRule, Labels]]:
    """The alerts with what is known of their labels."""
    return [(alert, labels_of(alert)) for alert in loaded(project, AlertingRule)]
