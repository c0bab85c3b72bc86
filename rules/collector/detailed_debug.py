"""`collector/detailed-debug`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import CollectorConfig, ComponentKind
from ._pipelines import pipelines_of
from ._samples import GATEWAY

_QUIET = frozenset({"debug", "logging", "nop"})


class DetailedDebug(Rule):
    """
    Flags `debug` exporters with `verbosity: detailed` beside an exporter that sends somewhere.

    **Why.**
    Every span, point and record is written to the collector's log with all attributes, personal data among them: it
    takes more time than the rest of the pipeline, and the log has other readers than the backend.

    **Instead.**
    Remove it, or set `verbosity: basic`.

    Not flagged: pipelines that only debug.
    """

    id = "collector/detailed-debug"
    summary = "everything is written to the collector's log"
    severity = Severity.INFO
    since = "0.1"
    tasks = ("3.1",)

    def check_collector(self, config: CollectorConfig) -> Iterator[Finding]:
        for component in config.of_kind(ComponentKind.EXPORTER):
            verbosity = component.settings.text_at("verbosity")
            if component.canonical != "debug" or verbosity is None or verbosity.value != "detailed":
                continue
            real = [
                pipeline
                for pipeline in pipelines_of(config, component)
                if any(own.canonical not in _QUIET for own in pipeline.exporters or ())
            ]
            if real:
                yield self.finding(
                    f"`{component.id}` writes all that passes pipeline `{real[0].name.value}` to the log",
                    component.place(verbosity),
                    help="remove it, or set `verbosity: basic`",
                )

    examples = (
        Bad(
            GATEWAY.replace("exporters:\n", "exporters:\n  debug: {verbosity: detailed}\n", 1).replace(
                "[otlp_grpc]", "[otlp_grpc, debug]"
            ),
            at="detailed",
        ),
        Good(GATEWAY.replace("exporters:\n", "exporters:\n  debug: {verbosity: detailed}\n", 1)),
    )
