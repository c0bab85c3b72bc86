"""`collector/metrics-after-sampling`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Related, Rule, Severity
from ...lint.nodes import CollectorConfig
from ._pipelines import SAMPLERS, feeding, processor

_COUNTERS = frozenset({"span_metrics", "service_graph", "exceptions", "signal_to_metrics", "count", "sum"})
_BAD = """\
receivers:
  otlp:
processors:
  tail_sampling:
    policies: [{name: errors, type: status_code, status_code: {status_codes: [ERROR]}}]
exporters:
  otlp_grpc: {endpoint: tempo:4317}
  prometheus: {endpoint: "${env:POD_IP}:8889"}
connectors:
  forward:
  spanmetrics:
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [tail_sampling]
      exporters: [spanmetrics, otlp_grpc]
    metrics:
      receivers: [spanmetrics]
      exporters: [prometheus]
"""


class MetricsAfterSampling(Rule):
    """
    Flags metrics that are made of spans after these were sampled.

    **Why.**
    They count the survivors.
    With all errors kept and a tenth of the rest, an error rate of 1 % becomes 9 %, and looks plausible.

    **Instead.**
    Make the metrics in a pipeline without sampling, and sample in a second one that gets the same spans: from the same
    receiver, or through the connector `forward`.

    Pipelines that get their spans through connectors from one that samples are found, too.
    """

    id = "collector/metrics-after-sampling"
    summary = "metrics are made of what sampling left"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.1",)

    def check_collector(self, config: CollectorConfig) -> Iterator[Finding]:
        for pipeline in config.pipelines:
            if pipeline.signal != "traces":
                continue
            for reference in pipeline.exporters or ():
                if reference.canonical not in _COUNTERS:
                    continue
                for source in feeding(config, pipeline):
                    sampler = processor(source, *SAMPLERS) if source.signal == "traces" else None
                    if sampler is not None:
                        yield self.finding(
                            f"`{reference.text.value}` counts only what `{sampler.text.value}` left",
                            pipeline.place(reference.text),
                            help="feed it from a pipeline of its own, without sampling",
                            related=[Related(source.place(sampler.text), "here the others are dropped")],
                        )
                        break

    examples = (
        Bad(_BAD, at="spanmetrics"),
        Bad(
            _BAD.replace("exporters: [spanmetrics, otlp_grpc]", "exporters: [forward]").replace(
                "    metrics:\n",
                "    traces/out: {receivers: [forward], exporters: [spanmetrics, otlp_grpc]}\n    metrics:\n",
            ),
            at="spanmetrics",
        ),
        Good(
            _BAD.replace("exporters: [spanmetrics, otlp_grpc]", "exporters: [otlp_grpc]").replace(
                "    metrics:\n", "    traces/all: {receivers: [otlp], exporters: [spanmetrics]}\n    metrics:\n"
            )
        ),
    )
