"""Rule files in all their wrappers become nodes, and what their reader refuses becomes a problem."""

import shutil
import subprocess
from collections import Counter

import pytest

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.nodes import AlertingRule, Dialect, Evaluator, LogQuery, Query, RecordingRule, RuleGroup, Unparsable

RULES = """\
groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
"""


def nodes(text, name="rules.yml", kind=None):
    """The nodes of a file, or those of one kind."""
    found = parse(Text.of_file(text, name), name, SourceSettings()).nodes
    return [node for node in found if kind is None or isinstance(node, kind)]


def indented(text, width):
    return "".join(f"{' ' * width}{line}" for line in text.splitlines(keepends=True))


RESOURCE = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n" + indented(RULES, 2)
CONFIG_MAP = "kind: ConfigMap\ndata:\n  api.yml: |\n" + indented(RULES, 4)
LIST = "kind: List\nitems:\n  -" + indented(RESOURCE, 4)[3:]
GROUPS = indented(RULES.partition("\n")[2], 2)

WRAPPERS = {
    "plain": RULES,
    "bare list": '- alert: ApiDown\n  expr: up{job="api"} == 0\n',
    "PrometheusRule": RESOURCE,
    "VMRule": RESOURCE.replace("PrometheusRule", "VMRule"),
    "list of resources": LIST,
    "list of ConfigMaps": "kind: List\nitems:\n  -" + indented(CONFIG_MAP, 4)[3:],
    "ConfigMap": CONFIG_MAP,
    "ConfigMap in a ConfigMap": "kind: ConfigMap\ndata:\n  map.yml: |\n" + indented(CONFIG_MAP, 4),
    "Helm values": "prometheus:\n  additionalPrometheusRulesMap:\n    api:\n" + indented(RULES, 6),
    "Helm values by name": "serverFiles:\n  alerting_rules.yml:\n" + indented(RULES, 4),
    "Mimir namespace": f"namespace: api\n{RULES}",
    "Mimir namespaces": f"api:\n{GROUPS}",
    "Thanos ruler": RULES.replace("rules:", "partial_response_strategy: warn\n    rules:"),
    "vmalert": RULES.replace("rules:", "concurrency: 2\n    rules:"),
}


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_every_wrapper_holds_the_same_rules(wrapper):
    """
    Whatever stands around it, an alerting rule is read once, and its expression is where it stands.
    """
    text = WRAPPERS[wrapper]
    (alert,) = nodes(text, kind=AlertingRule)
    (query,) = nodes(text, kind=Query)

    assert [] == nodes(text, kind=Unparsable)
    assert ("ApiDown", Evaluator.PROMETHEUS, Dialect.PROMQL) == (alert.name.value, alert.evaluator, query.dialect)
    region = query.text.region()
    line = text.split("\n")[region.start.line - 1]
    assert 'up{job="api"} == 0' == line[region.start.column - 1 : region.end.column - 1]


def test_mimir_namespaces_may_repeat_a_group():
    """
    Two namespaces, and two files among the values of a chart, may have groups of one name; one file may not.
    """
    both = f"one:\n{GROUPS}two:\n{GROUPS}"

    assert [] == nodes(both, kind=Unparsable)
    assert 2 == len(nodes(both, kind=AlertingRule))
    assert ["group `api` stands twice in one file (first on line 2)"] == [
        problem.problem for problem in nodes(f"groups:\n{2 * GROUPS}", kind=Unparsable)
    ]


LOKI = [
    '{app="api"} |= "error"',
    'sum(rate({app="api"} | json | level="error" [5m])) > 1',
    'sum by (job) (count_over_time({app=~"a.*", env="prod"}[5m])) > 1',
    'absent_over_time({app="api"}[5m])',
    'sum(rate({app="api"} != "debug" [1m])) > 1',
]
PROMETHEUS = [
    'up{job="api"} != 1',
    'up{job="api"}!=on(job) group_left up',
    'count_over_time({__name__="up"}[5m]) > 1',
    'rate({"http.requests", job="api"}[5m]) > 1',
    'errors{path="/{id}"} > 1 or up{a="}|="} == 0',
]


@pytest.mark.parametrize("expression", [*LOKI, *PROMETHEUS])
def test_rules_of_loki_are_told_by_their_expressions(expression):
    """
    Loki's rule files have the same form; what tells them is a pipeline, or a range of nothing but log lines.
    """
    text = RULES.replace('up{job="api"} == 0', "|\n          " + expression)
    wanted, other = (LogQuery, Query) if expression in LOKI else (Query, LogQuery)

    assert (1, 0) == (len(nodes(text, kind=wanted)), len(nodes(text, kind=other)))


def test_a_whole_group_is_lokis_where_one_expression_is():
    """
    A ruler evaluates whole groups: an expression that could be either is what its neighbours are.
    """
    text = RULES + '      - alert: Errors\n        expr: \'rate({app="api"} |= "error" [5m]) > 1\'\n'

    assert (0, 2) == (len(nodes(text, kind=Query)), len(nodes(text, kind=LogQuery)))


def test_metricsql_is_told_from_promql_expression_by_expression():
    """
    Where VictoriaMetrics evaluates, what is PromQL is judged, and what is not is of another dialect and not wrong.
    """
    text = WRAPPERS["VMRule"] + "        - alert: Errors\n          expr: rate(errors) default 0 > 1\n"

    assert [Dialect.PROMQL, Dialect.METRICSQL] == [query.dialect for query in nodes(text, kind=Query)]
    assert [] == nodes(text, kind=Unparsable)


GRAFANA = """\
apiVersion: 1
groups:
  - orgId: 1
    name: checkout
    folder: Payments
    interval: 60s
    rules:
      - uid: a1
        title: CheckoutFails
        condition: C
        data:
          - refId: A
            datasourceUid: prom
            model:
              datasource: {type: prometheus, uid: prom}
              expr: sum by (job) (rate(errors_total[5m]))
          - refId: C
            datasourceUid: __expr__
            model: {type: threshold, expression: A}
        for: 5m
        keepFiringFor: 10m
        labels: {severity: critical}
        annotations: {summary: "{{ $labels.job }}"}
      - uid: a2
        title: LogErrors
        condition: A
        data:
          - refId: A
            datasourceUid: logs
            model: {datasource: {type: loki}, expr: 'sum(rate({app="x"}[5m]))'}
      - uid: a3
        title: Two
        condition: D
        data:
          - {refId: A, datasourceUid: prom, model: {expr: up}}
          - {refId: B, datasourceUid: prom, model: {expr: down}}
          - {refId: N, datasourceUid: cloud, model: {datasource: {type: cloudwatch}, expr: SEARCH}}
      - uid: a4
        title: recorded
        record: {metric: "job:up:sum", from: A}
        data:
          - {refId: A, datasourceUid: prom, model: {expr: sum by (job) (up)}}
"""


def test_grafanas_alerts_are_read_with_the_queries_of_their_data_sources():
    """
    Grafana's alerts have the queries of Prometheus and Loki; expressions and other data sources are none of ours.
    """
    alerts = nodes(GRAFANA, kind=AlertingRule)

    assert ["CheckoutFails", "LogErrors", "Two"] == [alert.name.value for alert in alerts]
    assert {Evaluator.GRAFANA} == {alert.evaluator for alert in alerts}
    assert ["5m", "10m", 60.0] == [alerts[0].for_.value, alerts[0].keep_firing_for.value, alerts[0].group.seconds]
    assert [(True, False), (False, True), (False, False)] == [
        (alert.query is not None, alert.log_query is not None) for alert in alerts
    ]
    assert [("promql", 16), ("promql", 35), ("promql", 36), ("promql", 42)] == [
        (query.dialect, query.text.position(0).line) for query in nodes(GRAFANA, kind=Query)
    ]
    assert [30] == [query.text.position(0).line for query in nodes(GRAFANA, kind=LogQuery)]
    assert ["job:up:sum"] == [recording.name.value for recording in nodes(GRAFANA, kind=RecordingRule)]


def test_a_condition_must_be_one_of_the_rules_queries():
    """
    Grafana refuses a rule whose condition names nothing.
    """
    (problem,) = nodes(GRAFANA, kind=Unparsable)

    assert "condition `D` is none of the rule's queries and expressions (`A`, `B`, `N`)" == problem.problem
    assert 33 == problem.at.region.start.line


def test_grafanas_operator_has_one_group_a_resource():
    """
    The resource of Grafana's operator is a group itself.
    """
    text = """\
kind: GrafanaAlertRuleGroup
metadata: {name: checkout}
spec:
  interval: 1m
  rules:
    - title: Down
      condition: A
      data: [{refId: A, model: {expr: up == 0}}]
"""

    assert ["checkout"] == [group.name.value for group in nodes(text, kind=RuleGroup)]
    assert ["Down"] == [alert.name.value for alert in nodes(text, kind=AlertingRule)]


GROUP = "groups:\n  - name: a\n"
REFUSED = {
    "limit in quotes": (GROUP + "    limit: '5'\n", 3),
    "limit in words": (GROUP + "    limit: many\n", 3),
    "no interval": (GROUP + "    interval: ''\n", 3),
    "interval without unit": (GROUP + "    interval: 30\n", 3),
    "rules as a mapping": (GROUP + "    rules: {}\n", 3),
    "rule in words": (GROUP + "    rules:\n      - x\n", 4),
    "no name": ("groups:\n  - rules: [{alert: a, expr: '1'}]\n", 2),
    "name given twice": (GROUP + "    name: b\n", 3),
    "empty label": (GROUP + "    rules: [{record: a, expr: 1, labels: {'': x}}]\n", 3),
    "labels as a list": (GROUP + "    rules: [{record: a, expr: 1, labels: [a]}]\n", 3),
    "label given twice": (GROUP + "    rules: [{alert: a, expr: 1, labels: {a: b, a: c}}]\n", 3),
    "label that is a mapping": (GROUP + "    rules: [{alert: a, expr: 1, labels: {a: {}}}]\n", 3),
    "recording with annotations": (GROUP + "    rules: [{record: a, expr: 1, annotations: {a: b}}]\n", 3),
    "expression that is a list": (GROUP + "    rules: [{alert: a, expr: [1]}]\n", 3),
    "empty expression": (GROUP + "    rules:\n      - alert: a\n        expr: ''\n", 5),
    "empty names": (GROUP + "    rules: [{alert: '', record: '', expr: '1'}]\n", 3),
    "units out of order": (GROUP + "    rules: [{alert: b, expr: 1, for: 12h1d}]\n", 3),
    "negative duration": (GROUP + "    rules: [{alert: b, expr: 1, for: -1m}]\n", 3),
    "foreign key at the top": (GROUP + "    rules: [{alert: b, expr: 1}]\nx-notes: y\n", 4),
}
TAKEN = {
    "limit with a fraction": GROUP + "    limit: 1.5\n",
    "limit": GROUP + "    limit: 5\n",
    "empty interval": GROUP + "    interval:\n",
    "no rule": GROUP + "    rules:\n      - null\n",
    "scalars for strings": "groups:\n  - name: 5\n    rules: [{record: a, expr: 1, labels: {a: 1, b: true, c: }}]\n",
    "recording with no delay": GROUP + "    rules: [{record: a, expr: 1, for: 0s, annotations: {}}]\n",
    "recording with an empty alert": GROUP + "    rules: [{alert: '', record: a, expr: '1', for: '0'}]\n",
    "several units": GROUP + "    rules: [{alert: a, expr: 1, for: 1d12h}]\n",
    "labels of the server": GROUP + "    rules: [{alert: a, expr: 1, labels: {__a: b, alertname: c}}]\n",
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_prometheus_refuses_is_a_problem_on_its_line(case):
    """
    One problem for one mistake, on the line of the mistake.
    """
    text, line = REFUSED[case]

    assert [line] == [problem.at.region.start.line for problem in nodes(text, kind=Unparsable)]


@pytest.mark.parametrize("case", TAKEN)
def test_what_prometheus_takes_is_no_problem(case):
    """
    Odd, and loaded all the same.
    """
    assert [] == [problem.problem for problem in nodes(TAKEN[case], kind=Unparsable)]


@pytest.mark.parametrize("case", [*REFUSED, *TAKEN])
def test_promtool_is_of_the_same_opinion(case, tmp_path):
    """
    The tables above are not what we think, but what Prometheus' own reader says.
    """
    if shutil.which("promtool") is None:
        pytest.skip("no promtool on this machine")
    path = tmp_path / "rules.yml"
    path.write_text(REFUSED[case][0] if case in REFUSED else TAKEN[case])

    # Prometheus 3 takes more names than 2; the tables keep away from those.
    done = subprocess.run(["promtool", "check", "rules", "--lint=none", path], capture_output=True, check=False)
    assert (case in REFUSED) == (done.returncode != 0)


def test_rules_of_a_second_document_are_never_loaded():
    """
    Prometheus reads the first document of a file; an empty second one takes nothing away.
    """
    (problem,) = nodes(f"{RULES}---\n{RULES}", kind=Unparsable)
    resource = WRAPPERS["PrometheusRule"]

    assert ("only the first document of a file is read: these rules are ignored", 8) == (
        problem.problem,
        problem.at.region.start.line,
    )
    assert [] == nodes(f"{RULES}---\ngroups: []\n", kind=Unparsable)
    assert [] == nodes(f"{resource}---\n{resource}", kind=Unparsable)


def test_an_anchor_gives_its_rule_to_every_alias():
    """
    Rules that are merged or repeated by an alias are rules of their own, at the place of their text.
    """
    text = """\
groups:
  - name: a
    rules:
      - &first
        alert: One
        expr: up == 0
      - <<: *first
        alert: Two
"""

    assert {"One": 6, "Two": 6} == {a.name.value: a.query.text.position(0).line for a in nodes(text, kind=AlertingRule)}
    assert Counter() == Counter(problem.problem for problem in nodes(text, kind=Unparsable))


def test_a_recording_of_victorialogs_may_have_annotations():
    """
    In a group of the type `vlogs` vmalert writes them into nothing and takes them; Prometheus refuses the type itself.
    """
    rule = "      - {record: requests, expr: 'stats count(*) n', annotations: {summary: n}}\n"

    assert [] == nodes(f"groups:\n  - name: logs\n    type: vlogs\n    rules:\n{rule}", kind=Unparsable)
    assert 1 == len(
        nodes(f"groups:\n  - name: logs\n    rules:\n{rule.replace('stats count(*) n', 'n')}", kind=Unparsable)
    )
