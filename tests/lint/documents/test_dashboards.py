"""Dashboards of every model and envelope: the same nodes, each in its place."""

import json

import pytest

from obsaudit.lint.documents import SourceSettings, parse, relevant
from obsaudit.lint.nodes import Dashboard, LogQuery, Panel, Query
from obsaudit.lint.region import Text

EXPR = 'sum(rate(app_requests_total{job=\\"$job\\"}[5m]))'
TARGET = {"refId": "A", "expr": 'sum(rate(app_requests_total{job="$job"}[5m]))'}
PROMETHEUS = {"type": "prometheus", "uid": "metrics"}
PANEL = {
    "type": "timeseries",
    "title": "Requests",
    "datasource": PROMETHEUS,
    "fieldConfig": {"defaults": {"unit": "reqps"}},
    "targets": [TARGET],
}
VARIABLE = {"type": "query", "name": "job", "datasource": PROMETHEUS, "query": "label_values(up, job)"}
ANNOTATION = {"name": "deploys", "datasource": PROMETHEUS, "expr": "changes(app_build_info[5m]) > 0"}
CLASSIC = {
    "title": "Traffic",
    "uid": "traffic",
    "editable": True,
    "schemaVersion": 39,
    "panels": [PANEL],
    "templating": {"list": [VARIABLE]},
    "annotations": {"list": [ANNOTATION]},
}


def beside(kind, **spec):
    """A query as `v2alpha1` has it."""
    return {"datasource": {"type": kind, "uid": "metrics"}, "query": {"kind": kind, "spec": spec}}


def within(kind, **spec):
    """A query as `v2beta1` and later have it."""
    query = {"kind": "DataQuery", "group": kind, "version": "v0", "datasource": {"name": "metrics"}, "spec": spec}
    return {"query": query}


def second(asks, look):
    """The `spec` of a dashboard of the second model."""
    field = {"spec": {"fieldConfig": {"defaults": {"unit": "reqps"}}}}
    query = {"kind": "PanelQuery", "spec": {"refId": "A", "hidden": False, **asks("prometheus", expr=TARGET["expr"])}}
    panel = {"title": "Requests", "data": {"kind": "QueryGroup", "spec": {"queries": [query]}}}
    annotation = {"name": "deploys", **asks("prometheus", expr=ANNOTATION["expr"])}
    variable = {"name": "job", **asks("prometheus", query="label_values(up, job)")}
    return {
        "title": "Traffic",
        "editable": True,
        "annotations": [{"kind": "AnnotationQuery", "spec": annotation}],
        "elements": {"panel-1": {"kind": "Panel", "spec": {**panel, "vizConfig": {**look, **field}}}},
        "layout": {"kind": "RowsLayout", "spec": {"rows": []}},
        "variables": [{"kind": "QueryVariable", "spec": variable}],
    }


def resource(kind, version, spec):
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "traffic"}, "spec": spec}


ALPHA = second(beside, {"kind": "timeseries"})
BETA = second(within, {"kind": "VizConfig", "group": "timeseries"})
WITHOUT_UID = {key: value for key, value in CLASSIC.items() if key != "uid"}

SHAPES = {
    "classic": CLASSIC,
    "in a row": {**CLASSIC, "panels": [{"type": "row", "panels": [PANEL]}]},
    "in rows of old": {**{key: CLASSIC[key] for key in CLASSIC if key != "panels"}, "rows": [{"panels": [PANEL]}]},
    "answer of the API": {"meta": {}, "dashboard": CLASSIC},
    "first resource": resource("Dashboard", "dashboard.grafana.app/v1beta1", WITHOUT_UID),
    "grizzly": resource("Dashboard", "grizzly.grafana.com/v1alpha1", WITHOUT_UID),
    "second resource, alpha": resource("DashboardV2", "dashboard.grafana.app/v2alpha1", ALPHA),
    "second resource": resource("Dashboard", "dashboard.grafana.app/v2beta1", BETA),
    "list of resources": {"kind": "DashboardList", "items": [resource("Dashboard", "dashboard.grafana.app/v2", BETA)]},
}


def read(text, name="d.json"):
    assert relevant(text.encode(), name, SourceSettings())
    return parse(Text.of_file(text, name), name, SourceSettings())


def of(parsed, kind):
    return [node for node in parsed.nodes if isinstance(node, kind)]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_says_the_same(shape):
    parsed = read(json.dumps(SHAPES[shape], indent=1))

    (dashboard,), (panel,) = of(parsed, Dashboard), of(parsed, Panel)
    assert ("Traffic", "traffic", "true") == (dashboard.title.value, dashboard.uid.value, dashboard.editable.value)
    assert [("job", "query")] == [(one.name.value, one.type) for one in dashboard.variables]
    assert ["metrics"] * 2 == [one.reference.value for one in dashboard.datasources]
    assert ["job"] == [one.name for one in dashboard.mentions]
    assert ("Requests", "timeseries", "reqps", 1, False) == (
        panel.title.value,
        panel.type,
        panel.unit,
        panel.queries,
        panel.borrowed,
    )
    assert [("metrics", "prometheus")] == [(one.reference.value, one.type) for one in panel.datasources]
    assert {
        ("panel Requests", TARGET["expr"]),
        ("variable job", "up"),
        ("dashboard Traffic", ANNOTATION["expr"]),
    } == {(one.at.subject, one.text.value) for one in of(parsed, Query)}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("ending", ["json", "yml"])
def test_a_query_is_where_it_stands(shape, ending):
    """In JSON, and in YAML that is written like JSON."""
    text = json.dumps(SHAPES[shape], indent=1)
    (query,) = (one for one in of(read(text, f"d.{ending}"), Query) if one.at.subject == "panel Requests")

    lines = text.splitlines()
    line = next(number for number, line in enumerate(lines, 1) if '"expr": "sum' in line)
    column = lines[line - 1].index("sum") + 1
    region = query.text.region()
    assert (line, column) == (region.start.line, region.start.column)
    assert (line, column + len(EXPR)) == (region.end.line, region.end.column)


BLOCKS = """\
apiVersion: dashboard.grafana.app/v2beta1
kind: Dashboard
metadata:
  name: traffic
spec:
  elements:
    panel-1:
      kind: Panel
      spec:
        title: Requests
        data:
          kind: QueryGroup
          spec:
            queries:
            - kind: PanelQuery
              spec:
                refId: A
                query:
                  kind: DataQuery
                  group: prometheus
                  datasource:
                    name: metrics
                  spec:
                    expr: |
                      sum(
                        rate(app_requests_total[5m])
                      )
        vizConfig: {kind: VizConfig, group: stat, spec: {}}
  layout: {kind: TabsLayout, spec: {tabs: []}}
"""


def test_yaml_in_blocks():
    """As people write it: every part has its place, that of the query is inside the block."""
    parsed = read(BLOCKS, "d.yml")
    (query,), (panel,) = of(parsed, Query), of(parsed, Panel)

    start, end = BLOCKS.index("rate("), BLOCKS.index("[5m]")
    at = query.text.value.index("rate(")
    region = query.text.region(at, at + end - start)
    assert [(26, 25), (26, 48)] == [(one.line, one.column) for one in (region.start, region.end)]
    assert (10, 16) == (panel.at.region.start.line, panel.at.region.start.column)
    source = panel.datasources[0].reference.region()
    assert (22, 27) == (source.start.line, source.start.column)


def test_the_operator_of_grafana():
    """The dashboard is a document in a string; what cannot be read is said."""
    inner = json.dumps(CLASSIC)
    text = f"apiVersion: grafana.integreatly.org/v1beta1\nkind: GrafanaDashboard\nspec:\n  json: |\n    {inner}\n"

    (query,) = (one for one in of(read(text, "d.yml"), Query) if one.at.subject == "panel Requests")
    assert (5, 5 + inner.index("sum(rate")) == (query.at.region.start.line, query.at.region.start.column)


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("jsonnet", "a dashboard in Jsonnet, to be rendered before it can be checked"),
        ("jsonnetLib", "a dashboard in Jsonnet, to be rendered before it can be checked"),
        ("gzipJson", "a dashboard compressed, to be unpacked before it can be checked"),
        ("configMapRef", "a dashboard in a ConfigMap, to be checked where that is among the files"),
        ("gzipConfigMapRef", "a dashboard compressed in a ConfigMap, to be unpacked before it can be checked"),
        ("url", "a dashboard behind an address, which the operator fetches"),
        ("grafanaCom", "a dashboard of grafana.com, which the operator fetches"),
        ("folder", None),
    ],
)
def test_what_cannot_be_read_is_said(key, why):
    parsed = read(f"apiVersion: grafana.integreatly.org/v1beta1\nkind: GrafanaDashboard\nspec:\n  {key}: x\n", "d.yml")

    assert (why, ()) == (parsed.skipped, parsed.nodes)


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"title": "Traffic", "widgets": []}, "a dashboard in a model that is not known here"),
        ({"title": "Traffic", "schemaVersion": 42}, None),
        (WITHOUT_UID, None),
        (BETA, None),
    ],
)
def test_a_model_that_is_not_known_is_said(spec, why):
    """One that no panel stands in leaves nothing out."""
    parsed = read(json.dumps(resource("Dashboard", "dashboard.grafana.app/v3", spec)))

    assert why == parsed.skipped


LIBRARY = {"uid": "requests", "name": "Requests", "kind": 1, "model": PANEL}


@pytest.mark.parametrize(
    "document",
    [
        LIBRARY,
        {"result": LIBRARY},
        {"result": {"totalCount": 1, "elements": [LIBRARY]}},
        {"model": PANEL, "kind": 1},
        resource("LibraryPanel", "dashboard.grafana.app/v0alpha1", PANEL),
        {"kind": "GrafanaLibraryPanel", "spec": {"json": json.dumps(LIBRARY)}},
    ],
)
def test_a_library_panel_has_no_dashboard(document):
    parsed = read(json.dumps(document))

    assert [] == of(parsed, Dashboard)
    assert ["Requests"] == [one.title.value for one in of(parsed, Panel)]
    assert [TARGET["expr"]] == [one.text.value for one in of(parsed, Query)]


@pytest.mark.parametrize("elements", [{"requests": LIBRARY}, [LIBRARY]])
def test_library_panels_of_an_export(elements):
    borrowed = {"type": "timeseries", "title": "Requests", "libraryPanel": {"uid": "requests"}}
    parsed = read(json.dumps({**CLASSIC, "panels": [borrowed], "__elements": elements}))

    assert [("Requests", True), ("Requests", False)] == [(one.title.value, one.borrowed) for one in of(parsed, Panel)]
    assert [TARGET["expr"]] == [one.text.value for one in of(parsed, Query) if one.at.subject == "panel Requests"]


def test_a_library_panel_of_the_second_model():
    element = {"kind": "LibraryPanel", "spec": {"title": "Requests", "libraryPanel": {"uid": "requests"}}}
    parsed = read(json.dumps(resource("Dashboard", "dashboard.grafana.app/v2", {**BETA, "elements": {"a": element}})))

    assert [(True, 0, "")] == [(one.borrowed, one.queries, one.type) for one in of(parsed, Panel)]


def test_logs_of_the_second_model():
    spec = second(
        lambda kind, **spec: within("loki", expr='{app="api"} |= "error"'), {"kind": "VizConfig", "group": "logs"}
    )
    parsed = read(json.dumps(resource("Dashboard", "dashboard.grafana.app/v2", spec)))

    assert ['{app="api"} |= "error"'] * 2 == [one.text.value for one in of(parsed, LogQuery)]
    assert [] == of(parsed, Query)


@pytest.mark.parametrize("holder", ["spec", "query", "data", "queries", "vizConfig", "elements", "variables", "layout"])
@pytest.mark.parametrize("broken", [None, 1, "x", [], {}, [None], {"spec": None}])
def test_no_form_is_taken_for_granted(holder, broken):
    """Any part of a dashboard may be anything: no exception, and what else there is stays."""

    def put(value):
        if isinstance(value, dict):
            return {key: broken if key == holder else put(inner) for key, inner in value.items()}
        return [put(inner) for inner in value] if isinstance(value, list) else value

    for shape in SHAPES.values():
        text = json.dumps(put(shape))
        parse(Text.of_file(text, "d.json"), "d.json", SourceSettings())
