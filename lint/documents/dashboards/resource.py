"""
The second model of a dashboard: elements by name, and a layout that says where they stand.

The format is that of grafana.com/docs/grafana/latest/observability-as-code/schema-v2. Its versions differ in where a
query says its datasource: `v2alpha1` beside the query, with the type as the query's kind; `v2beta1` and later in it,
as `group` and `datasource.name`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...nodes import Datasource
from ...region import Text
from ..steps import at, elements, scalar_at
from ..tree import Tree
from .parts import AskedPart, DashboardPart, PanelPart, VariablePart, datasource_of, type_of, unit_of

_VARIABLES = {
    "QueryVariable": "query",
    "DatasourceVariable": "datasource",
    "CustomVariable": "custom",
    "IntervalVariable": "interval",
    "TextVariable": "textbox",
    "ConstantVariable": "constant",
    "AdhocVariable": "adhoc",
    "GroupByVariable": "groupby",
    "SwitchVariable": "switch",
}


def is_second(tree: Tree) -> bool:
    """Whether this is the `spec` of such a dashboard."""
    elements, layout = tree.get("elements"), scalar_at(tree.get("layout"), "kind")
    return elements is not None and elements.is_mapping and layout is not None and layout.endswith("Layout")


def dashboard(tree: Tree, uid: Text | None) -> DashboardPart:
    """The dashboard of a `spec`; its uid is the name of the resource."""
    return DashboardPart(
        tree,
        title=tree.text_at("title"),
        uid=uid,
        editable=tree.text_at("editable"),
        panels=tuple(_elements(tree)),
        variables=tuple(_variable(one) for one in elements(at(tree, "variables"))),
        annotations=tuple(
            _asked(spec) for one in elements(at(tree, "annotations")) if (spec := one.get("spec")) is not None
        ),
    )


def _elements(tree: Tree) -> Iterator[PanelPart]:
    held = tree.get("elements")
    for _, one in held.entries() if held is not None else ():
        spec = one.get("spec")
        if spec is None or not spec.is_mapping:
            continue
        shown = spec.get("vizConfig")
        look = at(shown, "spec")
        asked = [_asked(query) for each in elements(at(spec, "data", "spec", "queries")) if (query := each.get("spec"))]
        yield PanelPart(
            spec,
            title=spec.text_at("title"),
            type=_type(shown),
            unit=unit_of(look) if look is not None else None,
            datasource=None,
            kind=None,
            asked=tuple(asked),
            is_library=scalar_at(one, "kind") == "LibraryPanel",
        )


def _type(shown: Tree | None) -> Text | None:
    if shown is None:
        return None
    group = shown.text_at("group")
    return group if group is not None else shown.text_at("kind")


def _asked(spec: Tree) -> AskedPart:
    query = spec.get("query")
    return AskedPart(spec, _text(query, "expr"), _source(spec, query), _kind(spec, query))


def _source(spec: Tree, query: Tree | None) -> Datasource | None:
    name = at(query, "datasource", "name")
    if name is not None and name.text is not None and not name.is_null:
        return Datasource(name.text, _kind(spec, query))
    return datasource_of(spec.get("datasource"))


def _kind(spec: Tree, query: Tree | None) -> str | None:
    own = scalar_at(query, "group") or scalar_at(query, "kind")
    return own if own not in (None, "", "DataQuery") else type_of(spec.get("datasource"))


def _text(query: Tree | None, *keys: str) -> Text | None:
    inner = at(query, "spec")
    found = (inner.text_at(key) for key in keys) if inner is not None else iter(())
    return next((text for text in found if text is not None), None)


def _variable(tree: Tree) -> VariablePart:
    kind, spec = scalar_at(tree, "kind") or "", tree.get("spec")
    if spec is None:
        return VariablePart(tree, None, _VARIABLES.get(kind, kind))
    query = spec.get("query") if kind == "QueryVariable" else None
    # `__legacyStringValue` is where Grafana puts the query of an older dashboard when it converts it.
    return VariablePart(
        spec,
        name=spec.text_at("name"),
        type=_VARIABLES.get(kind, kind),
        query=_text(query, "query", "__legacyStringValue"),
        datasource=_source(spec, query),
        kind=_kind(spec, query),
        offers=scalar_at(spec, "pluginId"),
    )
