"""Values of Helm charts, in files and in the resources that hand them on; servers that a tool configures."""

import pytest

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings, parse, relevant
from obsaudit.lint.nodes import (
    AlertingRule,
    AlertmanagerConfig,
    CollectorConfig,
    OperatedPrometheus,
    RetentionSetting,
    ScrapeJob,
    ScrapeResource,
    Unparsable,
)

STACK = """\
prometheus:
  prometheusSpec:
    scrapeInterval: 60s
    evaluationInterval: 45s
    retention: 10d
    additionalScrapeConfigs:
      - job_name: api
      - {job_name: slow, scrape_interval: 2m, sample_limit: x}
additionalPrometheusRulesMap:
  own:
    groups: [{name: g, rules: [{alert: Down, expr: up == 0}]}]
alertmanager:
  config:
    route: {receiver: team}
    receivers: [{name: team, slack_configs: [{channel: x}], webhook_configs: [{}]}]
"""
CHART = """\
server:
  retention: 15d
  global: {scrape_interval: 30s}
serverFiles:
  alerting_rules.yml:
    groups: [{name: g, rules: [{alert: Down, expr: up == 0}]}]
  prometheus.yml:
    scrape_configs: [{job_name: own}]
extraScrapeConfigs: |
  - job_name: further
    scrape_interval: 10s
"""
COLLECTOR = """\
replicaCount: 2
config:
  processors: {tail_sampling: {policies: []}}
"""
LIST = "- {job_name: api, static_configs: [{targets: [api:80]}]}\n"


def indented(text, by):
    return "".join(" " * by + line for line in text.splitlines(keepends=True))


WRAPPED = {
    "as it is": lambda values: values,
    "part of another chart": lambda values: "monitoring:\n" + indented(values, 2),
    "Flux": lambda values: (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec:\n  values:\n" + indented(values, 4)
    ),
    "Argo CD, a mapping": lambda values: (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    helm:\n      valuesObject:\n"
        + indented(values, 8)
    ),
    "Argo CD, a text of several": lambda values: (
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nspec:\n  template:\n    spec:\n      sources:\n"
        "      - ref: x\n      - helm:\n          values: |\n" + indented(values, 12)
    ),
    "K3s": lambda values: (
        "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nspec:\n  valuesContent: |-\n" + indented(values, 4)
    ),
}


def nodes(text, *kinds, path="values.yaml"):
    assert relevant(text.encode(), path, SourceSettings())
    found = parse(Text.of_file(text, path), path, SourceSettings()).nodes
    return [node for node in found if isinstance(node, kinds)]


@pytest.mark.parametrize("wrap", WRAPPED.values(), ids=WRAPPED)
def test_the_values_of_kube_prometheus_stack(wrap):
    """
    Intervals, retention, jobs, rules and Alertmanager's configuration, each once, wherever the values stand.
    """
    text = wrap(STACK)
    (server,) = nodes(text, OperatedPrometheus)
    (kept,) = nodes(text, RetentionSetting)

    assert (60.0, 45.0) == (server.scrape_seconds, server.evaluation_seconds)
    assert ("10d", False) == (kept.value.value, kept.also_remote)
    assert [("api", 60.0), ("slow", 120.0)] == [(job.label, job.interval_seconds) for job in nodes(text, ScrapeJob)]
    assert ["Down"] == [alert.name.value for alert in nodes(text, AlertingRule)]
    assert [True] == [config.partial for config in nodes(text, AlertmanagerConfig)]


@pytest.mark.parametrize("wrap", WRAPPED.values(), ids=WRAPPED)
def test_what_values_may_lack(wrap):
    """
    Of what `global` may give nothing is said, since another file of values may hold it; what is wrong here, is.
    """
    problems = [found.problem for found in nodes(wrap(STACK), Unparsable)]

    assert 2 == len(problems)
    assert "`webhook_configs` needs `url` or `url_file`" in problems
    assert "`sample_limit` is a whole number" in problems


@pytest.mark.parametrize("wrap", WRAPPED.values(), ids=WRAPPED)
def test_the_values_of_the_chart_prometheus(wrap):
    """
    Its configuration is a part of the values, and further jobs are a text in them.
    """
    text = wrap(CHART)

    assert [(30.0, None)] == [(one.scrape_seconds, one.evaluation_seconds) for one in nodes(text, OperatedPrometheus)]
    assert [("own", 30.0), ("further", 10.0)] == [(job.label, job.interval_seconds) for job in nodes(text, ScrapeJob)]
    assert [15 * 86400.0] == [kept.seconds for kept in nodes(text, RetentionSetting)]
    assert ["Down"] == [alert.name.value for alert in nodes(text, AlertingRule)]


@pytest.mark.parametrize("wrap", WRAPPED.values(), ids=WRAPPED)
def test_the_values_of_the_collectors_chart(wrap):
    """
    With the number of collectors beside the configuration.
    """
    (config,) = nodes(wrap(COLLECTOR), CollectorConfig)

    assert "2" == config.workload.replicas.value


def test_places_are_those_of_the_outer_file():
    """
    A value inside a text inside a resource stands where it is written.
    """
    text = WRAPPED["K3s"](CHART)
    (_, job) = nodes(text, ScrapeJob)
    region = job.name.region()

    assert "further" == text.splitlines()[region.start.line - 1][region.start.column - 1 : region.end.column - 1]


def test_the_operators_resources():
    """
    A Prometheus and an agent; what is not given may stand in another layer.
    """
    text = """\
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: k8s}
spec: {evaluationInterval: 1m, additionalScrapeConfigs: {name: x, key: y}}
---
apiVersion: monitoring.coreos.com/v1alpha1
kind: PrometheusAgent
metadata: {name: agent}
spec: {scrapeInterval: "$INTERVAL"}
"""
    found = [(one.at.subject, one.scrape_seconds, one.evaluation_seconds) for one in nodes(text, OperatedPrometheus)]

    assert [("Prometheus k8s", None, 60.0), ("PrometheusAgent agent", None, None)] == found


@pytest.mark.parametrize(
    "text",
    [
        LIST,
        "apiVersion: v1\nkind: Secret\nstringData:\n  prometheus-additional.yaml: |\n" + indented(LIST, 4),
    ],
)
def test_a_list_of_jobs(text):
    """
    As `additionalScrapeConfigs` of the operator names one: its server, and so its interval, is not known.
    """
    (job,) = nodes(text, ScrapeJob)

    assert ("api", None, ["api:80"]) == (job.label, job.interval_seconds, [one.value for one in job.targets])


@pytest.mark.parametrize(
    "text",
    [
        "- {job_name: etl, schedule: '@daily'}\n",
        "- {job_name: api}\n- {name: other}\n",
        "extraScrapeConfigs: |\n  {{ include x }}: [\n  - job_name: a\n",
        "server: {global: {domain: x}, retention: 3d}\nexporters: {}\n",
        "apiVersion: apps/v1\nkind: HelmRelease\nspec: {values: {server: {global: {scrape_interval: 1m}}}}\nalert: x\n",
    ],
)
def test_what_is_none(text):
    """
    Lists of other jobs, templates that are no YAML yet, other resources.
    """
    text = "job_name: x\n---\n" + text

    assert [] == nodes(text, ScrapeJob)
    assert [] == [server for server in nodes(text, OperatedPrometheus) if server.scrape_interval]


MONITORS = """\
prometheus:
  additionalServiceMonitors:
    - name: checkout
      jobLabel: app
      selector: {matchLabels: {app: shop}}
      sampleLimit: 100
      endpoints: [{port: web, interval: 30s}, {port: admin}]
    - {name: nothing, selector: {}}
  additionalPodMonitors:
    - {name: workers, selector: {}, podMetricsEndpoints: [{port: metrics}]}
"""


@pytest.mark.parametrize("wrap", WRAPPED.values(), ids=WRAPPED)
def test_the_monitors_of_the_stack(wrap):
    """
    As the operator's resources; what a job is called that has its name from the release's namespace is not known.
    """
    text = wrap(MONITORS)

    assert ["ServiceMonitor checkout", "PodMonitor workers"] == [one.at.subject for one in nodes(text, ScrapeResource)]
    assert [("shop", 30.0, {"sample_limit"}), ("shop", None, {"sample_limit"}), (None, None, set())] == [
        (job.label, job.interval_seconds, job.limits) for job in nodes(text, ScrapeJob)
    ]


def test_the_jobs_of_the_chart_prometheus_by_name():
    """
    Its own ones are changed, left out, or left as they are; a further one is called by its key.
    """
    text = """\
server: {global: {scrape_interval: 30s}}
scrapeConfigs:
  kubernetes-pods: {enabled: false}
  kubernetes-services: null
  prometheus-pushgateway: {enabled: true}
  shop:
    scrape_interval: 10s
    pre_relabel_configs: []
    static_configs: [{targets: [shop:80]}]
  further: {job_name: other, static_configs: [{targets: [other:80]}]}
"""
    assert [("prometheus-pushgateway", 30.0), ("shop", 10.0), ("other", 30.0)] == [
        (job.label, job.interval_seconds) for job in nodes(text, ScrapeJob)
    ]
    assert [] == nodes(text, Unparsable)


AGENT = """\
config:
  global: {scrape_interval: 10s}
  scrape_configs: [{job_name: own, stream_parse: true}]
extraScrapeConfigs: [{job_name: further, series_limit: 10}]
"""
SINGLE = """\
server:
  scrape:
    enabled: true
    config: {global: {scrape_interval: 10s}, scrape_configs: [{job_name: own, stream_parse: true}]}
    extraScrapeConfigs: [{job_name: further, series_limit: 10}]
"""
INLINE = """\
scrapeInterval: 10s
inlineScrapeConfig: |
  - {job_name: own, stream_parse: true}
  - {job_name: further, series_limit: 10}
"""


@pytest.mark.parametrize("wrap", WRAPPED.values(), ids=WRAPPED)
@pytest.mark.parametrize(
    "values",
    [AGENT, SINGLE, "vmagent:\n  spec:\n" + indented(INLINE, 4)],
    ids=["agent", "single server", "stack"],
)
def test_the_jobs_of_victoriametrics(values, wrap):
    """
    In the words of Prometheus; what only vmagent knows is nobody's mistake.
    """
    text = wrap(values)

    assert [("own", 10.0), ("further", 10.0)] == [(job.label, job.interval_seconds) for job in nodes(text, ScrapeJob)]
    assert [] == nodes(text, Unparsable)
    assert [] == [key for resource in nodes(text, ScrapeResource) for key in resource.unknown]
    assert [] == nodes(text, OperatedPrometheus)


def test_further_jobs_of_a_single_server_alone():
    """
    What it scrapes anyhow is the chart's, or stands in another file.
    """
    text = "server:\n  scrape:\n    enabled: true\n    extraScrapeConfigs: [{job_name: further, series_limit: 10}]\n"

    assert ["further"] == [job.label for job in nodes(text, ScrapeJob)]
    assert [] == [key for resource in nodes(text, ScrapeResource) for key in resource.unknown]


def test_the_jobs_of_a_vmagent():
    """
    The resource of VictoriaMetrics' operator has them as a text.
    """
    head = "apiVersion: operator.victoriametrics.com/v1beta1\nkind: VMAgent\nmetadata: {name: x}\nspec:\n"

    assert ["own", "further"] == [job.label for job in nodes(head + indented(INLINE, 2), ScrapeJob)]


@pytest.mark.parametrize(
    "text",
    [
        "config: {clients: [], scrape_configs: [{job_name: x, static_configs: []}]}\n",
        "scrapeConfigs: {prometheusConfig: {enabled: true, jobName: x, path: /metrics}}\n",
        "scrapeConfigs: {enabled: true}\njob_name: x\n",
        "scrapeConfigs: {kubernetes-pods: {enabled: false}}\n",
        "prometheus: {additionalServiceMonitors: [{endpoints: [{port: x}]}], additionalPodMonitors: x}\n",
    ],
    ids=["promtail's", "another chart's", "a switch", "all left out", "no names"],
)
def test_what_only_looks_like_the_jobs_of_a_chart(text):
    """
    Nothing is made of it.
    """
    assert [] == nodes(text, ScrapeJob)
