"""`collector/resource-to-label`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import CollectorConfig, Component, ComponentKind, Entry, Pipeline
from ._pipelines import pipelines_of

_EXPORTERS = ("prometheus", "prometheus_remote_write")
_TRIMMING = re.compile(r"\b(?:delete_key|delete_matching_keys|keep_keys|keep_matching_keys)\(")


class ResourceToLabel(Rule):
    """
    Flags exporters to Prometheus that turn every attribute of the resource into a label.

    **Why.**
    A resource tells of its pod, host and process: with `resource_to_telemetry_conversion` each restart of each pod
    makes all series of the service anew.

    **Instead.**
    Leave it off, and join with `target_info` where an attribute is needed; or copy the few that are.

    Not flagged: pipelines in which a processor deletes attributes of the resource, or keeps a list of them.
    """

    id = "collector/resource-to-label"
    summary = "every attribute of the resource becomes a label"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.2",)

    def check_collector(self, config: CollectorConfig) -> Iterator[Finding]:
        for component in config.of_kind(ComponentKind.EXPORTER):
            if component.canonical not in _EXPORTERS:
                continue
            switch = component.settings.entry("resource_to_telemetry_conversion", "enabled")
            if switch is None or not component.settings.is_true("resource_to_telemetry_conversion", "enabled"):
                continue
            pipelines = list(pipelines_of(config, component))
            if pipelines and all(_is_trimmed(config, pipeline) for pipeline in pipelines):
                continue
            yield self.finding(
                f"`{component.id}` makes a label of every attribute of the resource",
                component.place(switch.place),
                help="leave it off and join with `target_info`, or delete pod, host and process before",
            )

    examples = (
        Bad(
            """\
exporters:
  prometheusremotewrite:
    endpoint: http://mimir/api/v1/push
    resource_to_telemetry_conversion:
      enabled: true
""",
            at="true",
        ),
        Good(
            """\
receivers:
  otlp:
processors:
  transform:
    metric_statements:
      - context: resource
        statements: ['keep_keys(attributes, ["service.name", "deployment.environment.name"])']
exporters:
  prometheus:
    endpoint: ${env:POD_IP}:8889
    resource_to_telemetry_conversion: {enabled: true}
service:
  pipelines:
    metrics:
      receivers: [otlp]
      processors: [transform]
      exporters: [prometheus]
"""
        ),
        Good("exporters:\n  prometheus:\n    endpoint: ${env:POD_IP}:8889\n"),
    )


def _is_trimmed(config: CollectorConfig, pipeline: Pipeline) -> bool:
    processors = (config.component(reference, ComponentKind.PROCESSOR) for reference in pipeline.processors or ())
    return any(_trims(processor) for processor in processors if processor is not None)


def _trims(processor: Component) -> bool:
    if processor.canonical == "transform":
        return any(_TRIMMING.search(text) for text in _statements(processor))
    if processor.canonical == "resource":
        actions = (element.text_at("action") for element in processor.settings.elements_at("attributes"))
        return any(action is not None and action.value == "delete" for action in actions)
    return False


def _statements(processor: Component) -> Iterator[str]:
    def scalars(entry: Entry) -> Iterator[str]:
        for element in entry.value.elements:
            if element.text is not None:
                yield element.text.value

    for entry in processor.settings.walk():
        yield from scalars(entry)
