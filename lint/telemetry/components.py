"""
The types of the OpenTelemetry Collector's components, and the names they had before.

In 2026 most types became snake case, with the old spelling as a deprecated alias
(github.com/open-telemetry/opentelemetry-collector/issues/14208): both spellings are one component.
"""

from __future__ import annotations

from ..nodes import ComponentKind
from ..record import Record

RECEIVER, PROCESSOR, EXPORTER, CONNECTOR, EXTENSION = ComponentKind


class Renamed(Record):
    """A type's new spelling, and a version of the collector that certainly knows it."""

    new: str
    version: tuple[int, int]


RENAMED: dict[tuple[ComponentKind, str], Renamed] = {
    (EXPORTER, "otlp"): Renamed("otlp_grpc", (0, 144)),
    (EXPORTER, "otlphttp"): Renamed("otlp_http", (0, 144)),
    (EXPORTER, "loadbalancing"): Renamed("load_balancing", (0, 154)),
    (EXPORTER, "prometheusremotewrite"): Renamed("prometheus_remote_write", (0, 154)),
    (CONNECTOR, "spanmetrics"): Renamed("span_metrics", (0, 151)),
    (CONNECTOR, "servicegraph"): Renamed("service_graph", (0, 154)),
    (CONNECTOR, "signaltometrics"): Renamed("signal_to_metrics", (0, 154)),
    (PROCESSOR, "k8sattributes"): Renamed("k8s_attributes", (0, 149)),
    (PROCESSOR, "resourcedetection"): Renamed("resource_detection", (0, 154)),
    (PROCESSOR, "metricstransform"): Renamed("metrics_transform", (0, 153)),
    (PROCESSOR, "metricstarttime"): Renamed("metric_start_time", (0, 154)),
    (PROCESSOR, "cumulativetodelta"): Renamed("cumulative_to_delta", (0, 154)),
    (RECEIVER, "filelog"): Renamed("file_log", (0, 154)),
    (RECEIVER, "fluentforward"): Renamed("fluent_forward", (0, 154)),
    (RECEIVER, "hostmetrics"): Renamed("host_metrics", (0, 154)),
    (RECEIVER, "httpcheck"): Renamed("http_check", (0, 154)),
    (RECEIVER, "k8sobjects"): Renamed("k8s_objects", (0, 154)),
    (RECEIVER, "kafkametrics"): Renamed("kafka_metrics", (0, 154)),
    (RECEIVER, "kubeletstats"): Renamed("kubelet_stats", (0, 154)),
}


class Removed(Record):
    """A type that collectors no longer have: since when, and what to use."""

    version: str
    instead: str
    successor: str | None = None
    """The type that takes its place under the same settings, where there is one."""


REMOVED: dict[tuple[ComponentKind, str], Removed] = {
    (EXPORTER, "logging"): Removed("0.111", "use `debug`, whose `verbosity` replaces `loglevel`", "debug"),
    (EXPORTER, "jaeger"): Removed("0.86", "Jaeger takes OTLP: use `otlp_grpc` (`otlp` before 0.144)"),
    (EXPORTER, "jaeger_thrift"): Removed("0.86", "Jaeger takes OTLP: use `otlp_grpc` (`otlp` before 0.144)"),
    (EXPORTER, "loki"): Removed("0.131", "Loki takes OTLP: use `otlp_http` (`otlphttp` before 0.144)"),
    (EXPORTER, "opencensus"): Removed("0.133", "use `otlp_grpc` (`otlp` before 0.144)"),
    (RECEIVER, "opencensus"): Removed("0.133", "use `otlp`"),
    (PROCESSOR, "spanmetrics"): Removed("0.96", "use the connector `span_metrics` (`spanmetrics` before 0.151)"),
    (PROCESSOR, "servicegraph"): Removed("0.96", "use the connector `service_graph` (`servicegraph`)"),
    (PROCESSOR, "k8s_tagger"): Removed("0.30", "use `k8s_attributes` (`k8sattributes` before 0.149)"),
    (PROCESSOR, "queued_retry"): Removed("0.30", "set `sending_queue` and `retry_on_failure` of the exporter"),
    (EXTENSION, "memory_ballast"): Removed("0.109", "set the environment variable `GOMEMLIMIT`"),
}

# Types by which a fragment without a service is known to be the collector's, in the newest spelling.
_KNOWN: dict[ComponentKind, frozenset[str]] = {
    RECEIVER: frozenset(
        "otlp jaeger zipkin kafka statsd syslog journald netflow nop prometheus hostmetrics docker_stats k8s_cluster"
        " k8s_events redis postgresql mysql nginx carbon collectd opencensus".split()
    ),
    PROCESSOR: frozenset(
        "tail_sampling probabilistic_sampler memory_limiter metrics_transform filter transform attributes resource"
        " groupbytrace groupbyattrs redaction span delta_to_cumulative interval".split()
    ),
    EXPORTER: frozenset("otlp debug logging file nop prometheus kafka zipkin opensearch elasticsearch".split()),
    CONNECTOR: frozenset("forward routing count exceptions spanmetrics servicegraph".split()),
    EXTENSION: frozenset(
        "health_check pprof zpages file_storage memory_ballast basicauth bearertokenauth oidc opamp".split()
    ),
}


def canonical(kind: ComponentKind, type: str) -> str:
    """A type in its newest spelling; one that was never renamed as it is."""
    renamed = RENAMED.get((kind, type))
    return renamed.new if renamed is not None else type


def is_known(kind: ComponentKind, type: str) -> bool:
    """Whether a component of that type alone tells that the file is a collector's."""
    names = {renamed.new for (own, _), renamed in RENAMED.items() if own is kind}
    return type in _KNOWN[kind] or canonical(kind, type) in names
