"""
Grafana dashboards of all ages: panels in a list, in rows, or in collapsed rows.

The format is that of grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..finding import Location
from ..logql import looks_like as looks_like_logql
from ..nodes import Dashboard, Datasource, LogQuery, Mention, Node, Panel, Query, Role, Variable
from ..record import Record, replace
from ..region import Region, Text
from .tree import Tree

KIND = "Grafana dashboard"

_MENTION = re.compile(r"\$\{(\w+)(?:[:.][^}]*)?\}|\$([A-Za-z_]\w*)|\[\[(\w+)(?::\w+)?\]\]")
# grafana.com/docs/grafana/latest/datasources/prometheus/template-variables: what a query variable may hold.
_VARIABLE_QUERY = re.compile(r"\s*(?:label_values\((?P<selector>.+),[^,]+\)|query_result\((?P<query>.+)\))\s*", re.S)
_PROMETHEUS = frozenset({"prometheus", "mimir", "cortex", "thanos", "grafana-amazonprometheus-datasource"})
_BORROWED = frozenset({"-- Dashboard --", "grafana", "-- Grafana --"})


def holds_dashboard(tree: Tree) -> bool:
    """Whether this document is a dashboard, or the envelope of one."""
    return _dashboard_of(tree) is not None


def dashboard_in(tree: Tree, source: str) -> Iterator[Node]:
    """The dashboard of a document, its panels, and every query in it."""
    root = _dashboard_of(tree)
    if root is None:
        return
    title = root.text_at("title")
    name = title.value if title is not None else source
    yield from _Reader(source, name).dashboard(root, title)


def _dashboard_of(tree: Tree) -> Tree | None:
    inner = tree.get("dashboard")
    root = inner if inner is not None and inner.is_mapping else tree
    panels = root.get("panels")
    held = panels if panels is not None else root.get("rows")
    marks = ("schemaVersion", "templating", "timepicker", "gnetId", "annotations", "time")
    if held is None or not held.is_sequence or all(root.get(mark) is None for mark in marks):
        return None
    return root


class _Reader(Record):
    """Makes the nodes of one dashboard."""

    source: str
    name: str

    def dashboard(self, root: Tree, title: Text | None) -> Iterator[Node]:
        subject = f"dashboard {self.name}"
        at = Location(self.source, subject, title.region() if title is not None else _first_line(root))
        variables = [*_listed(root, "templating")]
        annotations = [*_listed(root, "annotations")]
        panels = list(_panels(root))
        queries = [query for panel in panels for query in self.queries(panel, root)]
        queries += [query for variable in variables for query in self.variable_queries(variable)]
        asked = ((one, _type_of(one.get("datasource"))) for one in annotations)
        queries += [
            query for one, kind in asked if (query := self.query(one, Role.ANNOTATION, kind, subject)) is not None
        ]
        texts = [query.text for query in queries]
        texts += [text for panel in panels if (text := panel.text_at("title")) is not None]
        sources = [own for one in (*variables, *annotations) if (own := _datasource(one.get("datasource")))]
        yield Dashboard(
            at=at,
            lines=root.lines,
            title=title,
            uid=root.text_at("uid"),
            editable=root.text_at("editable"),
            variables=tuple(_variables(variables)),
            inputs=tuple(_names(root.get("__inputs"))),
            mentions=tuple(mention for text in texts for mention in _mentions(text)),
            datasources=tuple(sources),
        )
        for panel in panels:
            yield self.panel(panel)
        yield from queries

    def panel(self, tree: Tree) -> Panel:
        title, kind = tree.text_at("title"), tree.text_at("type")
        targets = tree.get("targets")
        own = _datasource(tree.get("datasource"))
        asked = [_datasource(target.get("datasource")) for target in targets.elements()] if targets is not None else []
        sources = {source.reference.value: source for source in (own, *asked) if source is not None}
        return Panel(
            at=Location(self.source, self.subject(title), self.place(tree)),
            lines=tree.lines,
            dashboard=self.name,
            title=title,
            type=kind.value if kind is not None else "",
            unit=_unit(tree),
            datasources=tuple(sources.values()),
            queries=len(list(targets.elements())) if targets is not None else 0,
            borrowed=tree.get("libraryPanel") is not None or bool(_BORROWED & set(sources)),
        )

    def queries(self, panel: Tree, root: Tree) -> Iterator[Query | LogQuery]:
        targets = panel.get("targets")
        kind = _type_of(panel.get("datasource"))
        subject = self.subject(panel.text_at("title"))
        for target in targets.elements() if targets is not None else ():
            query = self.query(target, Role.PANEL, _type_of(target.get("datasource")) or kind, subject)
            if query is not None:
                yield query

    def query(self, tree: Tree, role: Role, kind: str | None, subject: str) -> Query | LogQuery | None:
        text = tree.text_at("expr")
        if text is None or not text.value.strip() or (kind is not None and kind not in {*_PROMETHEUS, "loki"}):
            return None
        make = LogQuery if kind == "loki" or looks_like_logql(text.value) else Query
        return make(at=Location(self.source, subject, text.region()), lines=tree.lines, text=text, role=role)

    def variable_queries(self, variable: Tree) -> Iterator[Query]:
        kind, query = variable.text_at("type"), variable.get("query")
        if kind is None or kind.value != "query" or query is None:
            return
        source = _type_of(variable.get("datasource"))
        if source is not None and source not in _PROMETHEUS:
            return
        text = query.text_at("query") if query.is_mapping else query.text
        match = _VARIABLE_QUERY.fullmatch(text.value) if text is not None else None
        if text is None or match is None:
            return
        group = "selector" if match["selector"] else "query"
        name = variable.text_at("name")
        subject = f"variable {name.value}" if name is not None else f"dashboard {self.name}"
        inner = text.cut(*match.span(group))
        at = Location(self.source, subject, inner.region())
        yield Query(at=at, lines=variable.lines, text=inner, role=Role.VARIABLE)

    def subject(self, title: Text | None) -> str:
        return f"panel {title.value}" if title is not None and title.value else f"dashboard {self.name}"

    def place(self, panel: Tree) -> Region:
        """A panel takes many lines: its title stands for it, else its type, else its beginning."""
        title, kind = panel.text_at("title"), panel.text_at("type")
        named = title if title is not None and title.value else kind
        return named.region() if named is not None else _first_line(panel)


def _panels(tree: Tree) -> Iterator[Tree]:
    for key in ("panels", "rows"):
        held = tree.get(key)
        for panel in held.elements() if held is not None else ():
            kind = panel.text_at("type")
            if key == "panels" and (kind is None or kind.value != "row"):
                yield panel
            yield from _panels(panel)


def _listed(root: Tree, key: str) -> Iterator[Tree]:
    holder = root.get(key)
    held = holder.get("list") if holder is not None else None
    return held.elements() if held is not None else iter(())


def _variables(trees: list[Tree]) -> Iterator[Variable]:
    for tree in trees:
        name, kind = tree.text_at("name"), tree.text_at("type")
        if name is not None:
            yield Variable(name, kind.value if kind is not None else "")


def _names(tree: Tree | None) -> Iterator[str]:
    for entry in tree.elements() if tree is not None else ():
        name = entry.text_at("name")
        if name is not None:
            yield name.value


def _mentions(text: Text) -> Iterator[Mention]:
    for match in _MENTION.finditer(text.value):
        name = match[1] or match[2] or match[3]
        yield Mention(name, text.cut(match.start(), match.end()))


def _datasource(tree: Tree | None) -> Datasource | None:
    if tree is None or tree.is_null:
        return None
    if tree.is_mapping:
        uid, kind = tree.text_at("uid"), tree.text_at("type")
        return Datasource(uid, kind.value if kind is not None else None) if uid is not None else None
    return Datasource(tree.text) if tree.text is not None else None


def _type_of(tree: Tree | None) -> str | None:
    kind = tree.text_at("type") if tree is not None and tree.is_mapping else None
    # A mixed panel says of itself only that each of its queries says more.
    return kind.value if kind is not None and kind.value not in ("datasource", "mixed") else None


def _unit(panel: Tree) -> str | None:
    config = panel.get("fieldConfig")
    defaults = config.get("defaults") if config is not None else None
    found = [defaults.text_at("unit")] if defaults is not None else []
    overrides = config.get("overrides") if config is not None else None
    for override in overrides.elements() if overrides is not None else ():
        properties = override.get("properties")
        for own in properties.elements() if properties is not None else ():
            name = own.text_at("id")
            found.append(own.text_at("value") if name is not None and name.value == "unit" else None)
    axes = panel.get("yaxes")
    found += [axis.text_at("format") for axis in axes.elements()] if axes is not None else []
    found.append(panel.text_at("format"))
    return next((unit.value for unit in found if unit is not None and unit.value), None)


def _first_line(tree: Tree) -> Region:
    region = tree.region
    return replace(region, end=replace(region.start, column=region.start.column + 1))
