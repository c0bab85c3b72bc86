"""
The classic model of a dashboard: panels in a list, in rows, or in collapsed rows; and library panels.

The format is that of grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model, and of
…/dashboards/build-dashboards/manage-library-panels.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...region import Text
from ..steps import at, elements, scalar_at
from ..tree import Tree
from .parts import AskedPart, DashboardPart, PanelPart, VariablePart, datasource_of, type_of, unit_of

_MARKS = ("schemaVersion", "templating", "timepicker", "gnetId", "annotations", "time")


def is_classic(tree: Tree) -> bool:
    """Whether this is the model of a dashboard."""
    panels = tree.get("panels")
    held = panels if panels is not None else tree.get("rows")
    return held is not None and held.is_sequence and any(tree.get(mark) is not None for mark in _MARKS)


def is_library_panel(tree: Tree) -> bool:
    """Whether this is a library panel as Grafana's API gives it, or an export has it: a panel for model, and a name or
    the kind of library elements that panels are."""
    model = tree.get("model")
    if model is None or not model.is_mapping or scalar_at(model, "type") is None:
        return False
    if tree.get("name") is None and scalar_at(tree, "kind") != "1":
        return False
    return any(model.get(mark) is not None for mark in ("targets", "fieldConfig", "options", "gridPos"))


def dashboard(tree: Tree, uid: Text | None) -> DashboardPart:
    """The dashboard of a model; `uid` is that of its envelope, for a model that has none."""
    own = tree.text_at("uid")
    return DashboardPart(
        tree,
        title=tree.text_at("title"),
        uid=own if own is not None else uid,
        editable=tree.text_at("editable"),
        panels=(*(panel(one) for one in _panels(tree)), *_exported(tree)),
        variables=tuple(_variable(one) for one in elements(at(tree, "templating", "list"))),
        annotations=tuple(_asked(one) for one in elements(at(tree, "annotations", "list"))),
        inputs=tuple(name.value for one in elements(at(tree, "__inputs")) if (name := one.text_at("name")) is not None),
    )


def panel(tree: Tree) -> PanelPart:
    """A panel of a model."""
    return PanelPart(
        tree,
        title=tree.text_at("title"),
        type=tree.text_at("type"),
        unit=unit_of(tree),
        datasource=datasource_of(tree.get("datasource")),
        kind=type_of(tree.get("datasource")),
        asked=tuple(_asked(one) for one in elements(at(tree, "targets"))),
        is_library=tree.get("libraryPanel") is not None,
    )


def _panels(tree: Tree) -> Iterator[Tree]:
    for key in ("panels", "rows"):
        for one in elements(at(tree, key)):
            if key == "panels" and scalar_at(one, "type") != "row":
                yield one
            yield from _panels(one)


def _exported(tree: Tree) -> Iterator[PanelPart]:
    """The library panels that a dashboard exported for sharing brings along, by their uid."""
    held = tree.get("__elements")
    # A list in exports of Grafana 8, a mapping by uid since.
    for one in (*(one for _, one in held.entries()), *held.elements()) if held is not None else ():
        model = one.get("model")
        if model is not None and model.is_mapping:
            yield panel(model)


def _asked(tree: Tree) -> AskedPart:
    source = tree.get("datasource")
    return AskedPart(tree, tree.text_at("expr"), datasource_of(source), type_of(source))


def _variable(tree: Tree) -> VariablePart:
    query, source = tree.get("query"), tree.get("datasource")
    nested = at(query, "query")
    text = nested if nested is not None else query
    kind = scalar_at(tree, "type") or ""
    return VariablePart(
        tree,
        name=tree.text_at("name"),
        type=kind,
        query=text.text if kind == "query" and text is not None else None,
        datasource=datasource_of(source),
        kind=type_of(source),
        offers=scalar_at(tree, "query") if kind == "datasource" else None,
    )
