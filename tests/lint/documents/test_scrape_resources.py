"""Resources of the Prometheus operator that become scrape jobs."""

import json

import pytest
import yaml

from obsaudit.lint.documents import SourceSettings, parse, relevant
from obsaudit.lint.nodes import ScrapeJob, ScrapeResource, Spelling, Suppression, Unparsable
from obsaudit.lint.region import Text

MONITOR = """\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: api
  namespace: shop
spec:
  jobLabel: app.kubernetes.io/name
  selector:
    matchLabels:
      app.kubernetes.io/name: checkout
  sampleLimit: 5000
  labelLimit: 0
  endpoints:
    - port: web
      interval: 30s
      scrapeTimeout: 10s
      honorLabels: true
      metricRelabelings:
        - sourceLabels: [__name__, le]
          separator: "/"
          regex: http_.*/0.1
          action: Drop
    - targetPort: 9100
      path: /other
      scheme: https
      relabelings:
        - targetLabel: job
          replacement: other
"""
PODS = """\
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: workers, namespace: shop}
spec:
  selector: {}
  podMetricsEndpoints:
    - {port: metrics}
"""
PROBE = """\
apiVersion: monitoring.coreos.com/v1
kind: Probe
metadata: {name: shop, namespace: web}
spec:
  prober: {url: "blackbox:9115"}
  module: http_2xx
  interval: 1m
  targets:
    staticConfig:
      static: [https://shop.example/health]
      relabelingConfigs:
        - {sourceLabels: [instance], targetLabel: site}
"""
SCRAPE = """\
apiVersion: monitoring.coreos.com/v1alpha1
kind: ScrapeConfig
metadata: {name: machines, namespace: infra}
spec:
  jobName: machines
  scrapeInterval: 2m
  metricsPath: /node
  scheme: HTTPS
  staticConfigs:
    - targets: ["10.0.0.1:9100", "10.0.0.2:9100"]
  relabelings:
    - {sourceLabels: [__address__], targetLabel: host}
"""


def nodes(text, kind, path="monitor.yml"):
    assert relevant(text.encode(), path, SourceSettings())
    return [node for node in parse(Text.of_file(text, path), path, SourceSettings()).nodes if isinstance(node, kind)]


def test_each_endpoint_is_a_job():
    """
    What stands in `spec` counts for all endpoints, and a limit of 0 is none; defaults that a server sets are unknown.
    """
    [web, other] = nodes(MONITOR, ScrapeJob)

    assert ("checkout", 30.0, 10.0, "/metrics", "http", True) == (
        web.label, web.interval_seconds, web.timeout_seconds, web.metrics_path, web.scheme, web.honors_labels
    )  # fmt: skip
    assert ("other", None, None, "/other", "https", False) == (
        other.label, other.interval_seconds, other.timeout_seconds, other.metrics_path, other.scheme,
        other.honors_labels,
    )  # fmt: skip
    assert [frozenset({"sample_limit"})] * 2 == [web.limits, other.limits]
    [step] = web.metric_relabels
    assert ("drop", ("__name__", "le"), "/", "http_.*/0.1") == (
        step.action, step.source_labels, step.separator, step.regex.value
    )  # fmt: skip
    assert [14, 23] == [web.at.region.start.line, other.at.region.start.line]
    assert {"ServiceMonitor api"} == {web.at.subject, other.at.subject}


def test_the_other_kinds():
    """
    A PodMonitor, a Probe and a ScrapeConfig are jobs with the operator's names for them.
    """
    [pods] = nodes(PODS, ScrapeJob)
    assert ("shop/workers", None) == (pods.label, pods.interval_seconds)

    [probe] = nodes(PROBE, ScrapeJob)
    assert ("probe/web/shop", 60.0, "/probe", True) == (
        probe.label, probe.interval_seconds, probe.metrics_path, probe.is_probe
    )  # fmt: skip
    assert ["http_2xx"] == [module.value for module in probe.modules]
    assert ["https://shop.example/health"] == [target.value for target in probe.targets]
    assert ["site"] == [step.target_label.value for step in probe.relabels]

    [scrape] = nodes(SCRAPE, ScrapeJob)
    assert ("machines", 120.0, "/node", "https") == (
        scrape.label, scrape.interval_seconds, scrape.metrics_path, scrape.scheme
    )  # fmt: skip
    assert ["10.0.0.1:9100", "10.0.0.2:9100"] == [target.value for target in scrape.targets]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (MONITOR.replace("  jobLabel: app.kubernetes.io/name\n", ""), None),
        (MONITOR.replace("app.kubernetes.io/name: checkout", "team: shop"), None),
        (MONITOR.replace("      honorLabels: true", "      relabelings: [{action: labelmap, regex: x_(.+)}]"), None),
        (
            MONITOR.replace("honorLabels: true", "relabelings: [{sourceLabels: [pod], targetLabel: job}]"),
            None,
        ),
        (PODS.replace(", namespace: shop", ""), None),
        (PROBE.replace("  module:", "  jobName: shop\n  module:"), "shop"),
        (SCRAPE.replace("  jobName: machines\n", ""), "scrapeConfig/infra/machines"),
        (SCRAPE.replace("  relabelings", "      labels: {job: node}\n  relabelings"), "node"),
        (SCRAPE.replace("  relabelings", "    - {targets: [a], labels: {job: node}}\n  relabelings"), None),
    ],
)
def test_what_nobody_knows_of_the_label_job(text, label):
    """
    The name of a service, of a target's label, of a namespace that is not written: unknown, and not guessed.
    """
    assert label == nodes(text, ScrapeJob)[0].label


def test_lists_streams_and_json():
    """
    A resource in a `List`, behind `---`, in JSON and on a page is the same resource.
    """
    listed = "apiVersion: v1\nkind: List\nitems:\n" + "".join(
        f"  {'- ' if index == 0 else '  '}{line}\n" for index, line in enumerate(MONITOR.splitlines())
    )
    one = nodes(MONITOR, ScrapeJob)

    assert [job.interval_seconds for job in one] == [job.interval_seconds for job in nodes(listed, ScrapeJob)]
    assert 4 == len(nodes("---\n".join((MONITOR, PODS, SCRAPE)), ScrapeJob))
    assert ["ServiceMonitor"] == [
        found.kind for found in nodes(f"# Page\n```yaml\n{MONITOR}```\n", ScrapeResource, "x.md")
    ]
    assert 2 == len(nodes(json.dumps(yaml.safe_load(MONITOR)), ScrapeJob, "monitor.json"))


@pytest.mark.parametrize(
    ("old", "new", "problem", "line"),
    [
        ("targetLabel: job", "targetLable: job", "`replace` needs a `targetLabel`", 27),
        ("action: Drop", "action: droop", None, 22),
        ("interval: 30s", "interval: 30 seconds", "`interval` is a duration such as `30s`", 15),
        ("sampleLimit: 5000", "sampleLimit: many", "`sampleLimit` is a whole number", 11),
        ("honorLabels: true", "basicAuth: {password: hunter2}", "`password` is a mapping", 17),
        (
            "honorLabels: true",
            "tlsConfig: {caFile: /ca.pem, ca: {configMap: {name: ca, key: ca}}}",
            "`ca` and `caFile` exclude each other",
            17,
        ),
        ("scheme: https", "scheme: ftp", "`scheme` is http, https, HTTP or HTTPS", 25),
    ],
)
def test_what_the_operator_refuses(old, new, problem, line):
    """
    It leaves the whole resource out: an error where the fault stands.
    """
    assert [] == nodes(MONITOR, Unparsable)
    [found] = nodes(MONITOR.replace(old, new), Unparsable)

    assert line == found.at.region.start.line
    assert "ServiceMonitor" == found.kind
    assert problem is None or problem == found.problem


def test_the_address_of_a_prober_is_no_url():
    """
    The operator refuses a scheme and a path: they have keys of their own.
    """
    assert [] == nodes(PROBE, Unparsable)
    [found] = nodes(PROBE.replace("blackbox:9115", "http://blackbox:9115/probe"), Unparsable)

    assert "`url` is a host and a port, without a scheme and a path" == found.problem


@pytest.mark.parametrize(
    "text",
    [
        MONITOR.replace("30s", '""'),
        MONITOR.replace("30s", "{{ .Values.interval }}").replace("5000", "${LIMIT}"),
        MONITOR.replace("action: Drop", "action: labeldrop").replace("sourceLabels: [__name__, le]\n          ", ""),
        "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: api}\nspec:\n  $patch: replace\n",
        "apiVersion: monitoring.coreos.com/v1\nkind: Probe\nmetadata: {name: api}\nspec: {}\n",
    ],
)
def test_what_the_operator_takes(text):
    """
    Empty strings, what a tool fills in, and patches that hold only what they change.
    """
    text = text.replace('separator: "/"', 'separator: ";"')

    assert [] == nodes(text, Unparsable)
    assert [()] == [found.unknown for found in nodes(text, ScrapeResource)]


@pytest.mark.parametrize(
    "text",
    [
        "kind: Probe\nspec: {module: http}\nalert: x\n",
        "apiVersion: example.com/v1\nkind: ScrapeConfig\nspec: {jobName: x}\nalert: x\n",
        "apiVersion: operator.victoriametrics.com/v1beta1\nkind: VMServiceScrape\nspec: {endpoints: []}\nalert: x\n",
        "apiVersion: monitoring.coreos.com/v1\nkind: Alertmanager\nspec: {replicas: 3}\n",
        "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: x}\n",
        "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: x}\nspec:\n",
    ],
)
def test_what_is_none(text):
    """
    Other groups have kinds of the same name; without a spec there is nothing to read.
    """
    assert [] == nodes(text, (ScrapeJob, Unparsable))


def test_names_and_suppressions():
    """
    Keys have the operator's names, and a comment above an endpoint is one about it.
    """
    assert ["interval", "scrapeTimeout", "path", "metricRelabelings", "sampleLimit"] == [
        Spelling.MONITOR.of(key)
        for key in ("scrape_interval", "scrape_timeout", "metrics_path", "metric_relabel_configs", "sample_limit")
    ]
    assert "scrapeInterval" == Spelling.SCRAPE_CONFIG.of("scrape_interval")
    assert "metricsPath" == Spelling.SCRAPE_CONFIG.of("metrics_path")
    assert "scrape_interval" == Spelling.PROMETHEUS.of("scrape_interval")
    text = MONITOR.replace("    - port: web", "    # obsaudit: ignore[prometheus/bad-regex] -- x\n    - port: web")
    assert 1 == len(nodes(text, Suppression))
    assert (15, 23) == nodes(text, ScrapeJob)[0].lines
