"""Objectives in four dialects: what is promised, over which window, measured by what, and where it stands."""

import pytest

from obsaudit.lint import Project, Text
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.nodes import AlertWindows, Dialect, Measure, Part, Query, Role, Slo, SloDialect

PLAIN = """\
slos:
  - name: api
    description: 'Uptime'
    target: 99.9%  # 43.2 minutes
    window: 30d # rolling
    measurement:
      query: "sum(rate(a{b!~'5..'}[5m])) / sum(rate(a[5m]))"
"""
SLOTH = """\
version: prometheus/v1
service: shop
slos:
  - name: checkout
    objective: 99.5
    description: Checkouts
    sli:
      events:
        error_query: sum(rate(a{code=~"5.."}[{{.window}}]))
        total_query: sum(rate(a[{{ .window }}]))
"""
RESOURCE = """\
apiVersion: sloth.slok.dev/v1
kind: PrometheusServiceLevel
metadata: {name: shop}
spec:
  service: shop
  slos:
    - name: checkout
      objective: 99.5
      sli:
        raw: {errorRatioQuery: "errors:ratio_rate[{{.window}}]"}
"""
OPENSLO = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: search}
spec:
  service: shop
  description: Searches
  indicator:
    spec:
      ratioMetric:
        good:
          metricSource: {type: Prometheus, spec: {query: 'sum(rate(a{ok="1"}[5m]))'}}
        total:
          metricSource: {type: Prometheus, spec: {query: 'sum(rate(a[5m]))'}}
  timeWindow:
    - duration: 4w
      isRolling: true
  objectives:
    - target: 0.99
    - targetPercent: 99.9
"""
PYRRA = """\
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: api-errors}
spec:
  target: '99'
  window: 2w
  indicator:
    ratio:
      errors: {metric: 'http_requests_total{code=~"5.."}'}
      total: {metric: http_requests_total}
"""


def nodes(text: str, kind: type):
    """The nodes of one kind in a file."""
    return [
        node for node in parse(Text.of_file(text, "slo.yml"), "slo.yml", SourceSettings()).nodes if type(node) is kind
    ]


def covered(text: str, region) -> str:
    """The text of a region on one line."""
    line = text.splitlines()[region.start.line - 1]
    return line[region.start.column - 1 : region.end.column - 1]


def test_a_plain_list():
    """
    Name, target, window and query of the seed's form, with the comments behind them.
    """
    [slo] = nodes(PLAIN, Slo)

    assert (SloDialect.PLAIN, "api", "api") == (slo.dialect, slo.name.value, slo.identity)
    assert (Measure.SHARE, 0.999, 0.001) == (slo.target.measure, slo.target.value, slo.target.budget)
    assert ("43.2 minutes", "rolling") == (slo.target.remark.value, slo.window_remark.value)
    assert 30 * 86400 == slo.window_seconds
    assert "43.2 minutes" == covered(PLAIN, slo.target.remark.region())
    assert not slo.makes_alerts


def test_queries_are_nodes_of_their_own():
    """
    Every rule about queries sees those of objectives.
    """
    [query] = nodes(PLAIN, Query)

    assert (Role.SLO, Dialect.PROMQL) == (query.role, query.dialect)
    assert "a{b!~'5..'}" == covered(PLAIN, query.text.region(9, 20))


@pytest.mark.parametrize(
    ("spelling", "measure", "value"),
    [
        ("99.9%", Measure.SHARE, 0.999),
        ("99.9", Measure.SHARE, 0.999),
        ("'>= 99.9%'", Measure.SHARE, 0.999),
        ("0.999", Measure.SHARE, 0.999),
        ("< 0.1%", Measure.SHARE, 0.999),
        ("< 500ms", Measure.LATENCY, 0.5),
        ("<= 1.5s", Measure.LATENCY, 1.5),
        ("500ms", Measure.LATENCY, 0.5),
        ("'> 500ms'", Measure.LATENCY, None),
        ("< 500", Measure.LATENCY, None),
        ("< fast", Measure.LATENCY, None),
        ("high", None, None),
    ],
)
def test_targets(spelling, measure, value):
    """
    A share in any spelling, a latency with its unit, or neither.
    """
    [slo] = nodes(PLAIN.replace("99.9%", spelling), Slo)

    assert (measure, value) == (slo.target.measure, slo.target.value)


@pytest.mark.parametrize(
    ("window", "days"), [("28d", 28), ("4w", 28), ("30 days", 30), ("rolling 7 days", 7), ("month", None)]
)
def test_windows(window, days):
    """
    A month has no length of its own.
    """
    [slo] = nodes(PLAIN.replace("30d", window), Slo)

    assert (None if days is None else days * 86400) == slo.window_seconds


def test_sloth_s_windows_keep_every_column():
    """
    `{{.window}}` becomes five minutes, padded, so that what stands behind it is found where it stands.
    """
    [slo] = nodes(SLOTH, Slo)
    bad, total = slo.queries[Part.BAD], slo.queries[Part.TOTAL]

    assert ("shop-checkout", 0.995, None) == (slo.identity, slo.target.value, slo.window_seconds)
    assert "{{" not in bad.text.value + total.text.value
    start = bad.text.value.index("[5m")
    assert "[{{.window}}]))" == covered(SLOTH, bad.text.region(start))
    assert "[{{ .window }}]))" == covered(SLOTH, total.text.region(total.text.value.index("[5m")))


def test_sloth_s_resource():
    """
    The same below `spec`, in camel case.
    """
    [slo] = nodes(RESOURCE, Slo)

    assert ("shop-checkout", [Part.ERROR_SHARE]) == (slo.identity, list(slo.queries))


def test_sloth_for_victoria_metrics_is_metricsql():
    """
    What its plugin validates as MetricsQL is not judged as PromQL.
    """
    plugins = "slo_plugins: {chain: [{id: sloth.dev/contrib/validate_victoria_metrics/v1}]}\n"
    [slo] = nodes(SLOTH + plugins, Slo)

    assert {Dialect.METRICSQL} == {query.dialect for query in slo.queries.values()}


def test_sloth_s_alert_windows():
    """
    The windows that a team has chosen, with their period.
    """
    text = """\
apiVersion: sloth.slok.dev/v1
kind: AlertWindows
spec:
  sloPeriod: 7d
  page:
    quick: {errorBudgetPercent: 8, shortWindow: 5m, longWindow: 1h}
"""
    [windows] = nodes(text, AlertWindows)

    assert (7 * 86400, [(0.08, 300, 3600)]) == (
        windows.period,
        [(window.share, window.short, window.long) for window in windows.windows],
    )


def test_openslo():
    """
    An objective for each target: shares of one, and percentages where the key says so.
    """
    first, second = nodes(OPENSLO, Slo)

    assert (0.99, False) == (first.target.value, first.target.percent)
    assert (0.999, True) == (second.target.value, second.target.percent)
    assert ["good", "total"] == [part.value for part in first.queries]
    assert 28 * 86400 == first.window_seconds


def test_openslo_on_another_source_has_no_queries():
    """
    What Datadog is asked is not PromQL.
    """
    for slo in nodes(OPENSLO.replace("Prometheus", "Datadog"), Slo):
        assert {} == slo.queries


def test_openslo_alpha():
    """
    The first version has its ratio inside the objective, and its window in count and unit.
    """
    text = """\
apiVersion: openslo/v1alpha
kind: SLO
metadata: {name: search}
spec:
  objectives:
    - ratioMetrics:
        good: {source: prometheus, queryType: promql, query: a}
        total: {source: prometheus, queryType: promql, query: b}
      target: 0.99
  timeWindows:
    - {count: 30, unit: Day}
"""
    [slo] = nodes(text, Slo)

    assert (30 * 86400, ["a", "b"]) == (slo.window_seconds, [query.text.value for query in slo.queries.values()])


def test_pyrra_s_selectors_are_the_rates_that_it_makes_of_them():
    """
    A bare counter would be a mistake anywhere else; what is put around it stands nowhere and cannot be edited.
    """
    [slo] = nodes(PYRRA, Slo)
    bad = slo.queries[Part.BAD].text

    assert (0.99, 14 * 86400, True) == (slo.target.value, slo.window_seconds, slo.makes_alerts)
    assert 'rate(http_requests_total{code=~"5.."}[5m])' == bad.value
    assert 'http_requests_total{code=~"5.."}' == covered(PYRRA, bad.region())
    assert "code" == covered(PYRRA, bad.region(bad.value.index("code"), bad.value.index("=~")))
    assert bad.region(0, 4).start == bad.region(0, 4).end == bad.region().start
    assert bad.edit(0, 4, "increase") is None


@pytest.mark.parametrize(
    "text", ["slos: []\n", "slos:\n  - gold\n", "slos:\n  - name: gold\n", "version: 2\nslos: {a: 1}\n", "kind: SLO\n"]
)
def test_other_files_are_left_alone(text):
    """
    A list that is called `slos` need not be one of objectives.
    """
    assert [] == nodes(text, Slo)


NEXT = """\
apiVersion: openslo/v2alpha1
kind: SLO
metadata: {{name: search}}
spec:
  sli:
    spec:
      ratioMetric:
        good: {{{good}}}
        total: {{prometheus: {{url: x}}, spec: {{query: 'sum(rate(a[5m]))'}}}}
  objectives: [{{target: 0.99}}]
"""
GOOD = "spec: {query: 'sum(rate(a{ok=\"1\"}[5m]))'}"


@pytest.mark.parametrize(
    ("good", "read"),
    [
        ("dataSourceRef: metrics, " + GOOD, True),
        ("type: Prometheus, " + GOOD, True),
        ("datadog: {}, " + GOOD, False),
        ("type: Datadog, " + GOOD, False),
        (GOOD, False),
        ("dataSourceRef: metrics, spec: {query: 'sum:trace.hits{ok:1}.as_count()'}", False),
        ("dataSourceRef: metrics, spec: {query: 'status:200'}", False),
        ("dataSourceRef: metrics, spec: {query: 'count_over_time({app=\"a\"}[5m])'}", False),
    ],
)
def test_the_next_version_of_openslo(good, read):
    """
    What a query asks is said beside it; where that is a reference, the query itself must leave no doubt.
    """
    (slo,) = nodes(NEXT.format(good=good), Slo)

    assert read == (Part.GOOD in slo.queries)
    assert Part.TOTAL in slo.queries


def test_an_indicator_of_its_own():
    """
    Its queries are judged as queries; it promises nothing.
    """
    text = OPENSLO.replace("kind: SLO", "kind: SLI").replace(
        "  indicator:\n    spec:\n      ratioMetric", "  ratioMetric"
    )

    assert [] == nodes(text, Slo)
    assert [Role.SLO, Role.SLO] == [query.role for query in nodes(text, Query)]
    assert ["sli search"] == sorted({query.at.subject for query in nodes(text, Query)})


REFERRING = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: search}
spec: {indicatorRef: success, objectives: [{target: 0.99}]}
"""
INDICATOR = """\
apiVersion: openslo/v1
kind: SLI
metadata: {name: success}
spec:
  ratioMetric:
    good: {metricSource: {type: Prometheus, spec: {query: 'rate(a{ok="1"}[5m])'}}}
    total: {metricSource: {type: Prometheus, spec: {query: 'rate(a[5m])'}}}
"""


def together(**files):
    """The queries of the objectives of a project, which has them from the indicators."""
    texts = ((f"{name}.yml", text) for name, text in files.items())
    found = (node for name, text in texts for node in parse(Text.of_file(text, name), name, SourceSettings()).nodes)
    return [{part: query.text.source for part, query in slo.queries.items()} for slo in Project(found).all(Slo)]


@pytest.mark.parametrize(
    "slo",
    [
        REFERRING,
        REFERRING.replace("indicatorRef: success, ", "").replace("target:", "indicatorRef: success, target:"),
        REFERRING.replace("openslo/v1", "openslo.com/v2alpha1").replace("indicatorRef", "sliRef"),
    ],
    ids=["of all objectives", "of one", "in the next version"],
)
def test_an_objective_has_the_queries_of_the_indicator_that_it_refers_to(slo):
    """
    In whatever file that is.
    """
    assert [{}] == together(a=slo)
    assert [{Part.GOOD: "b.yml", Part.TOTAL: "b.yml"}] == together(a=slo, b=INDICATOR)


def test_of_several_indicators_by_one_name_that_of_the_same_file_is_meant():
    """
    Of two elsewhere it is not known which one.
    """
    assert [{}] == together(a=REFERRING, b=INDICATOR, c=INDICATOR)
    assert [{Part.GOOD: "a.yml", Part.TOTAL: "a.yml"}] == together(a=f"{REFERRING}---\n{INDICATOR}", c=INDICATOR)
    assert [{}] == together(a=REFERRING.replace("success", "other"), b=INDICATOR)
