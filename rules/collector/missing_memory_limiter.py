"""`collector/missing-memory-limiter`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import CollectorConfig, ComponentKind, Pipeline
from ._pipelines import processor
from ._samples import GATEWAY

# Receivers by which others decide how much comes in.
_PUSHED = frozenset("otlp jaeger zipkin kafka opencensus fluent_forward loki prometheus_remote_write".split())
# Processors that hold data back until something has happened.
_HOLDING = ("tail_sampling", "groupbytrace", "span_metrics", "service_graph")
_HARMLESS = frozenset({"debug", "logging", "nop", "file"})


class MissingMemoryLimiter(Rule):
    """
    Flags pipelines of a gateway without a `memory_limiter`.

    **Why.**
    Whoever sends decides how much memory the collector takes.
    Without a limit the kernel ends it at the worst moment, with all that it holds; with one it refuses data, and
    clients try again.

    **Instead.**
    Put `memory_limiter` first in every pipeline, with `check_interval: 1s` and `limit_percentage: 80`.

    It is a warning where a pipeline holds traces back, or where another pipeline of the file has a limiter; else it is
    good to know (info), and said once, of what looks like production: with batches, a queue, a health check, replicas.

    Not flagged: fragments, Helm values over a chart that has its own limiter, pipelines that nobody pushes to, and
    those that export nowhere.
    """

    id = "collector/missing-memory-limiter"
    summary = "gateway takes as much memory as it is sent"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.1",)

    def check_collector(self, config: CollectorConfig) -> Iterator[Finding]:
        if config.partial or any(own.canonical == "memory_limiter" for own in config.of_kind(ComponentKind.EXTENSION)):
            return
        elsewhere = any(processor(pipeline, "memory_limiter") for pipeline in config.pipelines)
        for pipeline in config.pipelines:
            if processor(pipeline, "memory_limiter") or not _is_gateway(pipeline):
                continue
            holding = processor(pipeline, *_HOLDING)
            if holding is None and not elsewhere and not _is_production(config):
                continue
            if holding is None and not elsewhere:
                yield self.finding(
                    "no pipeline has a `memory_limiter`",
                    pipeline.at,
                    help="put `memory_limiter` first among the processors of each",
                    severity=Severity.INFO,
                )
                return
            yield self.finding(
                f"pipeline `{pipeline.name.value}` has no `memory_limiter`"
                + (f", and `{holding.text.value}` holds data in memory" if holding is not None else ""),
                pipeline.at,
                help="put `memory_limiter` first among its processors",
            )

    examples = (
        Bad(GATEWAY.replace("memory_limiter, batch]", "tail_sampling]"), at="traces"),
        Bad(GATEWAY + "    logs: {receivers: [otlp], exporters: [otlp_grpc]}\n", at="logs"),
        Good(GATEWAY),
        Good(
            """\
receivers: {otlp: }
exporters: {otlp_grpc: {endpoint: tempo:4317}}
service:
  pipelines:
    traces: {receivers: [otlp], exporters: [otlp_grpc]}
""",
            why="an example, not a gateway",
        ),
    )


def _is_gateway(pipeline: Pipeline) -> bool:
    receives = any(reference.canonical in _PUSHED for reference in pipeline.receivers or ())
    return receives and any(reference.canonical not in _HARMLESS for reference in pipeline.exporters or ())


def _is_production(config: CollectorConfig) -> bool:
    """Whether two things at least are there that nobody writes into an example."""
    signs = (
        any(own.canonical == "batch" for own in config.of_kind(ComponentKind.PROCESSOR)),
        any(own.settings.entry("sending_queue") is not None for own in config.of_kind(ComponentKind.EXPORTER)),
        any(own.canonical == "health_check" for own in config.of_kind(ComponentKind.EXTENSION)),
        config.workload is not None and config.workload.replicas is not None,
    )
    return sum(signs) > 1
