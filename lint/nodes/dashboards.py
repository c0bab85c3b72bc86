"""Grafana dashboards, their panels and variables, and what loads them."""

from __future__ import annotations

from typing import ClassVar

from ..record import Record
from ..region import Text
from .node import Node


class Datasource(Record):
    """What a panel or a variable asks: a reference by uid or, in old dashboards, by name."""

    reference: Text
    type: str | None = None
    """`prometheus`, `loki`, …; None in old dashboards."""


class Variable(Record):
    """A template variable of a dashboard."""

    name: Text
    type: str
    """`query`, `datasource`, `custom`, `interval`, `textbox`, `constant`, `adhoc`, …"""

    offers: str | None = None
    """The type of the datasources that one of type `datasource` offers."""


class Mention(Record):
    """A variable as a query, a title or a datasource mentions it."""

    name: str
    text: Text


class Panel(Node, kw_only=True):
    """A panel of a dashboard."""

    hook: ClassVar[str] = "check_panel"
    dashboard: str
    title: Text | None
    type: str
    unit: str | None
    """The first unit that the panel sets, in whatever age of the format; None where it sets none."""

    datasources: tuple[Datasource, ...]
    """Its own and those of its queries, each as often as it is named."""

    queries: int
    borrowed: bool
    """Whether its content comes from elsewhere: a library panel, another panel, a snapshot."""


class Dashboard(Node, kw_only=True):
    """A Grafana dashboard."""

    hook: ClassVar[str] = "check_dashboard"
    title: Text | None
    uid: Text | None
    editable: Text | None
    variables: tuple[Variable, ...]
    inputs: tuple[str, ...]
    """Names that an import asks for (`__inputs`)."""

    mentions: tuple[Mention, ...]
    datasources: tuple[Datasource, ...]
    """Those of its variables and annotations."""


class DashboardProvider(Node, kw_only=True):
    """A provisioning entry that loads the dashboards below a folder."""

    hook: ClassVar[str] = "check_dashboard_provider"
    path: str


class ProvisionedDatasource(Node, kw_only=True):
    """A provisioning entry that makes a datasource."""

    hook: ClassVar[str] = "check_provisioned_datasource"
    name: str | None
    uid: str | None
    type: str | None = None
    """`prometheus`, `loki`, …"""

    url: str | None = None
