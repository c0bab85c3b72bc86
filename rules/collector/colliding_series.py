"""`collector/colliding-series`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Related, Rule, Severity
from ...lint.nodes import CollectorConfig, Component, ComponentKind
from ._pipelines import pipelines_of

_SCRAPED = """\
apiVersion: opentelemetry.io/v1beta1
kind: OpenTelemetryCollector
metadata: {name: metrics}
spec:
  replicas: 2
  config:
    receivers:
      prometheus: {config: {scrape_configs: [{job_name: api}]}}
    exporters:
      prometheusremotewrite: {endpoint: http://mimir/api/v1/push}
    service:
      pipelines:
        metrics: {receivers: [prometheus], exporters: [prometheusremotewrite]}
"""


class CollidingSeries(Rule):
    """
    Flags configurations by which several points become one series.

    **Why.**
    A backend takes the first of two points with the same labels and time, or refuses both.

    - A `prometheus` receiver with its own list of jobs in several replicas: each scrapes every target.
    - A load balancer that spreads metrics by trace id, which they do not have.
    - `attributes` that deletes or hashes an attribute of metrics: the points are not added up (low confidence, since
      the attribute may be one that changes nothing).

    **Instead.**
    Let a target allocator share the targets out; balance metrics by `service` or `resource`; sum an attribute away with
    `aggregate_labels` of `metrics_transform`.
    """

    id = "collector/colliding-series"
    summary = "several points become one series"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.2",)

    def check_collector(self, config: CollectorConfig) -> Iterator[Finding]:
        for component in config.components:
            signals = {pipeline.signal for pipeline in pipelines_of(config, component)}
            if "metrics" not in signals:
                continue
            if component.kind is ComponentKind.RECEIVER and component.canonical == "prometheus":
                yield from self._scraper(config, component)
            elif component.kind is ComponentKind.EXPORTER and component.canonical == "load_balancing":
                key = component.settings.text_at("routing_key")
                if key is not None and key.value == "traceID":
                    yield self.finding(
                        "metrics have no trace id to be balanced by",
                        component.place(key),
                        help="give metrics an exporter of their own with `routing_key: service` or `resource`",
                    )
            elif component.kind is ComponentKind.PROCESSOR and component.canonical == "attributes":
                yield from self._attributes(component)

    def _scraper(self, config: CollectorConfig, component: Component) -> Iterator[Finding]:
        replicas = config.workload.replicas if config.workload is not None else None
        if replicas is None or component.settings.entry("target_allocator") is not None:
            return
        jobs = component.settings.entry("config", "scrape_configs")
        if jobs is not None and jobs.value.elements:
            yield self.finding(
                f"`{component.id}` scrapes every target from every replica",
                component.at,
                help="share the targets out with `target_allocator`, or run one",
                related=[Related(config.place(replicas), "here it is said how many there are")],
            )

    def _attributes(self, component: Component) -> Iterator[Finding]:
        for action in component.settings.elements_at("actions"):
            kind, key = action.text_at("action"), action.text_at("key")
            if kind is not None and kind.value in ("delete", "hash") and key is not None:
                yield self.finding(
                    f"points that only differ in `{key.value}` become one series, and are not added up",
                    component.place(key),
                    help="sum it away with `aggregate_labels` of `metrics_transform`",
                    confidence=Confidence.LOW,
                )

    examples = (
        Bad(_SCRAPED, at="prometheus"),
        Bad(
            """\
receivers: {otlp: }
processors: {attributes: {actions: [{key: pod, action: delete}]}}
exporters: {debug: }
service: {pipelines: {metrics: {receivers: [otlp], processors: [attributes], exporters: [debug]}}}
""",
            at="pod",
        ),
        Good(_SCRAPED.replace("replicas: 2", "replicas: 1")),
        Good(_SCRAPED.replace("{job_name: api}]}", "{job_name: api}]}, target_allocator: {endpoint: http://ta}")),
    )
