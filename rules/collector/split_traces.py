"""`collector/split-traces`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Related, Rule, Severity, Text
from ...lint.nodes import CollectorConfig, Component, ComponentKind
from ._mix import samplers
from ._pipelines import pipelines_of
from ._values import literal

_CONFIG = """\
  config:
    receivers:
      otlp:
    processors:
      tail_sampling:
        policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]
    exporters:
      otlp_grpc: {endpoint: tempo:4317}
    service:
      pipelines:
        traces: {receivers: [otlp], processors: [tail_sampling], exporters: [otlp_grpc]}
"""
_RESOURCE = "apiVersion: opentelemetry.io/v1beta1\nkind: OpenTelemetryCollector\nmetadata: {name: gateway}\nspec:\n"
_BALANCER = """\
receivers:
  otlp:
exporters:
  loadbalancing:
    routing_key: traceID
    protocol: {otlp: {}}
    resolver: {k8s: {service: gateway-collector.monitoring}}
service:
  pipelines:
    traces: {receivers: [otlp], exporters: [loadbalancing]}
"""


class SplitTraces(Rule):
    """
    Flags tail sampling that does not see whole traces.

    **Why.**
    With several collectors behind one service, each gets some spans of a trace and decides by these: one keeps what
    another drops, and the trace that is shown has holes.

    **Instead.**
    Put a tier of collectors before them that exports with `load_balancing` (`loadbalancing` before 0.154) by trace id,
    which is its default; or run one.

    Replicas and modes are read in `OpenTelemetryCollector` resources and Helm values around the configuration.
    A daemon on each node sees only the spans of its node.

    Not flagged: a repository in which some collector balances by trace id.
    """

    id = "collector/split-traces"
    summary = "tail sampling does not see whole traces"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.1",)
    about = (CollectorConfig,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        configs = project.all(CollectorConfig)
        sampling = [(config, sampler) for config in configs for sampler in samplers(config) if config.pipelines]
        if not sampling:
            return
        balancers = [pair for config in configs for pair in _balancers(config)]
        for component, key in balancers:
            if key is not None and key.value != "traceID":
                yield self.finding(
                    f"`{component.id}` sends the spans of one trace to several collectors, by `{key.value}`",
                    component.place(key),
                    help="set `routing_key: traceID`, or remove it",
                    related=[Related(sampling[0][1].at, "this wants to see whole traces")],
                )
        if any(key is None or key.value == "traceID" or literal(key) is None for _, key in balancers):
            return
        for config, sampler in sampling:
            several = _several(config)
            if several is not None:
                place, why = several
                yield self.finding(
                    f"`{sampler.id}` does not see whole traces: {why}",
                    sampler.at,
                    help="put a tier with the exporter `load_balancing` before it, which sends by trace id",
                    related=[Related(config.place(place), "here it is said")],
                )

    examples = (
        Bad(_RESOURCE + "  replicas: 3\n" + _CONFIG, at="tail_sampling"),
        Bad(_RESOURCE + "  mode: daemonset\n" + _CONFIG, at="tail_sampling"),
        Bad(
            _BALANCER.replace("traceID", "service"),
            files={"gateway.yml": _RESOURCE + "  replicas: 1\n" + _CONFIG},
            at="service",
        ),
        Good(_RESOURCE + "  replicas: 3\n" + _CONFIG, files={"agent.yml": _BALANCER}),
        Good(_RESOURCE + "  replicas: 1\n" + _CONFIG),
        Good(_BALANCER.replace("traceID", "service"), why="nobody samples"),
    )


def _balancers(config: CollectorConfig) -> Iterator[tuple[Component, Text | None]]:
    """The exporters that spread traces over collectors, and by what; None is by trace id."""
    for component in config.of_kind(ComponentKind.EXPORTER):
        if component.canonical == "load_balancing":
            signals = {pipeline.signal for pipeline in pipelines_of(config, component)}
            if not signals or "traces" in signals:
                yield component, component.settings.text_at("routing_key")


def _several(config: CollectorConfig) -> tuple[Text, str] | None:
    """Where it is said that several collectors run this configuration, and how."""
    workload = config.workload
    if workload is None:
        return None
    if workload.mode is not None and workload.mode.value in ("daemonset", "sidecar"):
        return workload.mode, f"a {workload.mode.value} sees only what is near to it"
    if workload.replicas is not None:
        count = workload.replicas.value
        return (
            workload.replicas,
            f"{count} collectors share them" if count.isdigit() else "several collectors share them",
        )
    return None
