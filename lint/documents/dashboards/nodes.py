"""From the parts of a dashboard to what rules see of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...finding import Location
from ...logql import looks_like as looks_like_logql
from ...nodes import Dashboard, LogQuery, Mention, Node, Panel, Query, Role, Variable
from ...record import Record, replace
from ...region import Region, Text
from ..tree import Tree
from .parts import AskedPart, DashboardPart, PanelPart, VariablePart

_MENTION = re.compile(r"\$\{(\w+)(?:[:.][^}]*)?\}|\$([A-Za-z_]\w*)|\[\[(\w+)(?::\w+)?\]\]")
# grafana.com/docs/grafana/latest/datasources/prometheus/template-variables: what a query variable may hold.
_VARIABLE_QUERY = re.compile(r"\s*(?:label_values\((?P<selector>.+),[^,]+\)|query_result\((?P<query>.+)\))\s*", re.S)
_PROMETHEUS = frozenset({"prometheus", "mimir", "cortex", "thanos", "grafana-amazonprometheus-datasource"})
_BORROWED = frozenset({"-- Dashboard --", "grafana", "-- Grafana --"})


class Reader(Record):
    """Makes the nodes of one dashboard, or of a library panel."""

    source: str
    name: str

    def dashboard(self, found: DashboardPart) -> Iterator[Node]:
        """The dashboard, its panels, and every query in it."""
        subject = f"dashboard {self.name}"
        at = Location(self.source, subject, found.title.region() if found.title else _first_line(found.tree))
        asked = [query for panel in found.panels for query in self.queries(panel)]
        asked += [query for variable in found.variables for query in self.variable_queries(variable)]
        asked += [query for one in found.annotations if (query := self.query(one, Role.ANNOTATION, one.kind, subject))]
        sources = [*(one.datasource for one in found.variables), *(one.datasource for one in found.annotations)]
        texts = [query.text for query in asked]
        texts += [panel.title for panel in found.panels if panel.title is not None]
        yield Dashboard(
            at=at,
            lines=found.tree.lines,
            title=found.title,
            uid=found.uid,
            editable=found.editable,
            variables=tuple(
                Variable(one.name, one.type, one.offers) for one in found.variables if one.name is not None
            ),
            inputs=found.inputs,
            mentions=tuple(mention for text in texts for mention in _mentions(text)),
            datasources=tuple(source for source in sources if source is not None),
        )
        yield from (self.panel(panel) for panel in found.panels)
        yield from asked

    def panels(self, found: Iterable[PanelPart]) -> Iterator[Node]:
        """Panels without a dashboard around them, and their queries."""
        for panel in found:
            yield self.panel(panel)
            yield from self.queries(panel)

    def panel(self, found: PanelPart) -> Panel:
        """A panel as rules see it."""
        own = (found.datasource, *(one.datasource for one in found.asked))
        sources = tuple(one for one in own if one is not None)
        return Panel(
            at=Location(self.source, self.subject(found.title), _place(found)),
            lines=found.tree.lines,
            dashboard=self.name,
            title=found.title,
            type=found.type.value if found.type is not None else "",
            unit=found.unit,
            datasources=sources,
            queries=len(found.asked),
            borrowed=found.is_library or bool(_BORROWED & {one.reference.value for one in sources}),
        )

    def queries(self, panel: PanelPart) -> Iterator[Query | LogQuery]:
        """The queries of a panel."""
        subject = self.subject(panel.title)
        for one in panel.asked:
            query = self.query(one, Role.PANEL, one.kind or panel.kind, subject)
            if query is not None:
                yield query

    def query(self, asked: AskedPart, role: Role, kind: str | None, subject: str) -> Query | LogQuery | None:
        """A query in a language that is read here."""
        text = asked.expr
        if text is None or not text.value.strip() or (kind is not None and kind not in {*_PROMETHEUS, "loki"}):
            return None
        make = LogQuery if kind == "loki" or looks_like_logql(text.value) else Query
        return make(at=Location(self.source, subject, text.region()), lines=asked.tree.lines, text=text, role=role)

    def variable_queries(self, variable: VariablePart) -> Iterator[Query]:
        """The PromQL in the query of a variable."""
        text = variable.query
        if text is None or (variable.kind is not None and variable.kind not in _PROMETHEUS):
            return
        match = _VARIABLE_QUERY.fullmatch(text.value)
        if match is None:
            return
        subject = f"variable {variable.name.value}" if variable.name is not None else f"dashboard {self.name}"
        inner = text.cut(*match.span("selector" if match["selector"] else "query"))
        at = Location(self.source, subject, inner.region())
        yield Query(at=at, lines=variable.tree.lines, text=inner, role=Role.VARIABLE)

    def subject(self, title: Text | None) -> str:
        """What findings about a panel are about."""
        return f"panel {title.value}" if title is not None and title.value else f"dashboard {self.name}"


def _place(panel: PanelPart) -> Region:
    """A panel takes many lines: its title stands for it, else its type, else its beginning."""
    named = panel.title if panel.title is not None and panel.title.value else panel.type
    return named.region() if named is not None else _first_line(panel.tree)


def _mentions(text: Text) -> Iterator[Mention]:
    for match in _MENTION.finditer(text.value):
        name = match[1] or match[2] or match[3]
        yield Mention(name, text.cut(match.start(), match.end()))


def _first_line(tree: Tree) -> Region:
    region = tree.region
    return replace(region, end=replace(region.start, column=region.start.column + 1))
