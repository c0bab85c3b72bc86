"""Configurations of the collector are found in all their wrappers, with the places of their parts."""

from itertools import pairwise

import pytest

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.nodes import CollectorConfig, Component, Pipeline, Unparsable

CONFIG = """\
receivers:
  otlp:
processors:
  tail_sampling: {decision_wait: 10s, policies: [{name: all, type: always_sample}]}
exporters:
  otlp/tempo: {endpoint: "${env:TEMPO}"}
connectors:
  spanmetrics:
service:
  extensions: [health_check]
  pipelines:
    traces/in:
      receivers: [otlp]
      processors: [tail_sampling]
      exporters: [otlp/tempo, spanmetrics]
"""


def nodes(text, kind, path="collector.yml"):
    parsed = parse(Text.of_file(text, path), path, SourceSettings())
    return [node for node in parsed.nodes if isinstance(node, kind)]


def indented(text, spaces):
    return "".join(f"{' ' * spaces}{line}\n" for line in text.splitlines())


def test_a_configuration_has_components_and_pipelines():
    """
    A component knows its kind, its id and its type in the newest spelling; a pipeline its signal and what it names.
    """
    (config,) = nodes(CONFIG, CollectorConfig)
    (pipeline,) = nodes(CONFIG, Pipeline)

    assert [
        ("receiver", "otlp", "otlp"),
        ("processor", "tail_sampling", "tail_sampling"),
        ("exporter", "otlp/tempo", "otlp_grpc"),
        ("connector", "spanmetrics", "span_metrics"),
    ] == [(own.kind, own.id, own.canonical) for own in config.components]
    assert "otlp_grpc/tempo" == config.components[2].identity
    assert ["health_check"] == [own.identity for own in config.extensions]
    assert not config.partial
    assert ("traces/in", "traces") == (pipeline.name.value, pipeline.signal)
    assert ["otlp_grpc/tempo", "span_metrics"] == [own.identity for own in pipeline.exporters]


def test_settings_keep_their_places():
    """
    A value deep inside stands where it is written.
    """
    sampler = next(own for own in nodes(CONFIG, Component) if own.id == "tail_sampling")
    kind = sampler.settings.elements_at("policies")[0].text_at("type")

    assert "always_sample" == kind.value
    assert (4, 68) == (kind.region().start.line, kind.region().start.column)


WRAPPERS = {
    "ConfigMap": "apiVersion: v1\nkind: ConfigMap\ndata:\n  collector.yml: |\n" + indented(CONFIG, 4),
    "resource": "apiVersion: opentelemetry.io/v1beta1\nkind: OpenTelemetryCollector\nspec:\n  mode: daemonset\n"
    "  config:\n" + indented(CONFIG, 4),
    "resource with text": "apiVersion: opentelemetry.io/v1alpha1\nkind: OpenTelemetryCollector\nspec:\n  replicas: 3\n"
    "  config: |\n" + indented(CONFIG, 4),
    "Helm": "mode: deployment\nautoscaling: {enabled: true, maxReplicas: 5}\nconfig:\n" + indented(CONFIG, 2),
    "Helm, subchart": "opentelemetry-collector:\n  replicaCount: 2\n  alternateConfig:\n" + indented(CONFIG, 4),
}


@pytest.mark.parametrize(
    ("text", "replicas", "partial"),
    [
        (WRAPPERS["ConfigMap"], None, False),
        (WRAPPERS["resource"], None, False),
        (WRAPPERS["resource with text"], "3", False),
        (WRAPPERS["Helm"], "5", True),
        (WRAPPERS["Helm, subchart"], "2", False),
    ],
    ids=WRAPPERS,
)
def test_a_wrapper_says_what_runs_it(text, replicas, partial):
    """
    Resources and Helm values hold a configuration, and tell of replicas; `config` is laid over a chart's own.
    """
    (config,) = nodes(text, CollectorConfig)
    said = config.workload.replicas if config.workload is not None else None

    assert 4 == len(config.components)
    assert replicas == (said.value if said is not None else None)
    assert partial == config.partial


def test_a_fragment_in_a_document_is_one():
    """
    A fenced block that shows only a processor is known by it, with places in the outer file.
    """
    text = "# Sampling\n\n```yaml\nprocessors:\n  tail_sampling:\n    policies: []\n```\n"
    (config,) = nodes(text, CollectorConfig, "page.md")

    assert config.partial
    assert 5 == config.components[0].at.region.start.line


@pytest.mark.parametrize(
    "text",
    [
        "processors:\n  resize: {width: 10}\n",
        "receivers:\n  - name: default\n",
        "exporters: [console]\n",
        "service:\n  pipelines: 3\n",
        "pipelines:\n  deploy: {stages: [build]}\n",
        "service: {port: 80}\nconfig: {receivers: {mail: {to: me}}}\n",
    ],
)
def test_what_only_shares_a_word_is_left_alone(text):
    """
    Other programs have receivers, processors and pipelines, too.
    """
    assert [] == nodes(text, CollectorConfig)


def test_a_layer_is_partial():
    """
    A file whose pipelines lack what the collector demands is laid over another one.
    """
    (config,) = nodes("exporters: {debug: }\nservice: {pipelines: {traces: {exporters: [debug]}}}\n", CollectorConfig)

    assert config.partial


def test_a_file_that_is_no_yaml_is_still_known():
    """
    Words at the beginning of lines tell whose it is; a template is said to be one, and is no mistake.
    """
    broken = CONFIG.replace("[otlp]", "[otlp")
    (problem,) = nodes(broken, Unparsable)

    assert "collector configuration" == problem.kind
    assert [] == nodes(broken.replace("10s", "{{ .Values.wait }}"), Unparsable)


def test_an_anchor_that_is_given_twice_is_no_mistake():
    """
    YAML allows it, the parser does not: the file is said to be left alone.
    """
    text = CONFIG.replace("otlp:\n", "otlp: &x {}\n", 1).replace("spanmetrics:\n", "spanmetrics: &x {}\n", 1)
    parsed = parse(Text.of_file(text, "collector.yml"), "collector.yml", SourceSettings())

    assert () == parsed.nodes
    assert "an anchor is given twice, which is good YAML and not read here" == parsed.skipped


def test_an_anchor_that_holds_itself_ends():
    """
    A recursive alias is read once, and repeated anchors do not multiply.
    """
    bomb = "a: &a [1, 1]\n" + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in pairwise("abcdefghi")
    )
    text = f"receivers: {{otlp: &self {{again: *self}}}}\nprocessors:\n  tail_sampling:\n{indented(bomb, 4)}"

    assert 2 == len(nodes(text, Component))
