"""
Grafana dashboards of all ages and in all envelopes, and library panels.

`classic` and `resource` read the two models into the same parts; `nodes` says what rules see of them. The envelopes are
those of Grafana's API (`dashboard`, `result`), of its resources and of grizzly (`spec`, with the uid as
`metadata.name`), and of the Grafana operator, whose `spec.json` is a document inside a string.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...nodes import Node
from ...region import Text
from ..steps import at, elements, scalar_at
from ..tree import Tree
from . import classic, resource
from .nodes import Reader
from .parts import PanelPart

__all__ = ["KIND", "OPERATOR", "dashboard_in", "holds_dashboard", "unread"]

KIND = "Grafana dashboard"

OPERATOR = frozenset({"GrafanaDashboard", "GrafanaLibraryPanel"})
"""Kinds of resources of the Grafana operator, whose `spec.json` is a document."""

API = "dashboard.grafana.app/"
"""What the versions of Grafana's own resources begin with."""

RESOURCES = frozenset({"Dashboard", "DashboardV2", "LibraryPanel"})

_ELSEWHERE = (
    ("jsonnet", "a dashboard in Jsonnet, to be rendered before it can be checked"),
    ("jsonnetLib", "a dashboard in Jsonnet, to be rendered before it can be checked"),
    ("gzipJson", "a dashboard compressed, to be unpacked before it can be checked"),
    ("configMapRef", "a dashboard in a ConfigMap, to be checked where that is among the files"),
    ("gzipConfigMapRef", "a dashboard compressed in a ConfigMap, to be unpacked before it can be checked"),
    ("url", "a dashboard behind an address, which the operator fetches"),
    ("grafanaCom", "a dashboard of grafana.com, which the operator fetches"),
)


def holds_dashboard(tree: Tree) -> bool:
    """Whether this document is a dashboard or a library panel, or the envelope of one."""
    return any(classic.is_classic(one) or resource.is_second(one) for one, _ in _models(tree)) or (
        next(_library_panels(tree), None) is not None
    )


def dashboard_in(tree: Tree, source: str) -> Iterator[Node]:
    """The dashboard of a document, its panels, and every query in it."""
    for model, uid in _models(tree):
        if classic.is_classic(model):
            found = classic.dashboard(model, uid)
        elif resource.is_second(model):
            found = resource.dashboard(model, uid)
        else:
            continue
        yield from Reader(source, found.title.value if found.title is not None else source).dashboard(found)
        return
    for panel in _library_panels(tree):
        # Its variables are those of the dashboards that borrow it.
        yield from Reader(source, panel.title.value if panel.title is not None else source).panels((panel,))


def unread(tree: Tree) -> str | None:
    """Why the dashboard of a resource cannot be read here; None where nothing is left out."""
    if (scalar_at(tree, "apiVersion") or "").startswith(API) and scalar_at(tree, "kind") in RESOURCES:
        empty = at(tree, "spec", "schemaVersion") is not None and at(tree, "spec", "panels") is None
        return None if empty or holds_dashboard(tree) else "a dashboard in a model that is not known here"
    if scalar_at(tree, "kind") not in OPERATOR or at(tree, "spec", "json") is not None:
        return None
    return next((why for key, why in _ELSEWHERE if at(tree, "spec", key) is not None), None)


def _models(tree: Tree) -> Iterator[tuple[Tree, Text | None]]:
    """Where the model of a dashboard may stand, and the uid that its envelope gives it."""
    yield tree, None
    inner, spec = tree.get("dashboard"), tree.get("spec")
    if inner is not None and inner.is_mapping:
        yield inner, None
    if spec is not None and spec.is_mapping:
        named = tree.get("metadata")
        yield spec, named.text_at("name") if named is not None else None


def _library_panels(tree: Tree) -> Iterator[PanelPart]:
    """A library panel, or those of a list as Grafana's API gives it."""
    inner = tree.get("result")
    held = inner if inner is not None else tree
    for one in (held, *elements(at(held, "elements"))):
        model = one.get("model") if classic.is_library_panel(one) else None
        if model is not None:
            yield classic.panel(model)
    spec = tree.get("spec")
    if scalar_at(tree, "kind") == "LibraryPanel" and spec is not None and scalar_at(spec, "type") is not None:
        yield classic.panel(spec)
