"""What a dashboard is made of, whatever the age and the envelope of its format."""

from __future__ import annotations

from ...nodes import Datasource
from ...record import Record
from ...region import Text
from ..steps import at, elements
from ..tree import Tree


class AskedPart(Record):
    """Something that asks a datasource: a target of a panel, or an annotation."""

    tree: Tree
    expr: Text | None
    datasource: Datasource | None
    kind: str | None
    """The type of its datasource, where it is said."""


class PanelPart(Record):
    """A panel with its queries."""

    tree: Tree
    title: Text | None
    type: Text | None
    unit: str | None
    datasource: Datasource | None
    kind: str | None
    asked: tuple[AskedPart, ...] = ()
    is_library: bool = False
    """Whether its content is a library panel's."""


class VariablePart(Record):
    """A template variable; `query` is the text of a query variable."""

    tree: Tree
    name: Text | None
    type: str
    query: Text | None = None
    datasource: Datasource | None = None
    kind: str | None = None
    offers: str | None = None
    """The type of the datasources that a variable of that type offers."""


class DashboardPart(Record):
    """A dashboard with all that is in it."""

    tree: Tree
    title: Text | None
    uid: Text | None
    editable: Text | None
    panels: tuple[PanelPart, ...]
    variables: tuple[VariablePart, ...] = ()
    annotations: tuple[AskedPart, ...] = ()
    inputs: tuple[str, ...] = ()
    """Names that an import asks for."""


def unit_of(panel: Tree) -> str | None:
    """The first unit that a panel sets, in its fields, its overrides or, as old panels do, its axes."""
    config = panel.get("fieldConfig")
    defaults = config.get("defaults") if config is not None else None
    found = [defaults.text_at("unit")] if defaults is not None else []
    for override in elements(at(config, "overrides")):
        for own in elements(at(override, "properties")):
            name = own.text_at("id")
            found.append(own.text_at("value") if name is not None and name.value == "unit" else None)
    found += [axis.text_at("format") for axis in elements(at(panel, "yaxes"))]
    found.append(panel.text_at("format"))
    return next((unit.value for unit in found if unit is not None and unit.value), None)


def datasource_of(tree: Tree | None) -> Datasource | None:
    """A reference to a datasource: by uid and type, or in old dashboards by name."""
    if tree is None or tree.is_null:
        return None
    if tree.is_mapping:
        uid, kind = tree.text_at("uid"), tree.text_at("type")
        return Datasource(uid, kind.value if kind is not None else None) if uid is not None else None
    return Datasource(tree.text) if tree.text is not None else None


def type_of(tree: Tree | None) -> str | None:
    """The type that such a reference says; a mixed panel says only that each of its queries says more."""
    kind = tree.text_at("type") if tree is not None and tree.is_mapping else None
    return kind.value if kind is not None and kind.value not in ("datasource", "mixed") else None
