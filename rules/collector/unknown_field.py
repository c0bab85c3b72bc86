"""`collector/unknown-field`."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import CollectorConfig, Component, ComponentKind, Entry, Pipeline
from ._policies import all_policies
from ._samples import ERRORS, GATEWAY, POLICIES
from ._schema import PIPELINE, PROCESSORS, SERVICE, SIGNALS, TOP


class UnknownField(Rule):
    """
    Flags keys that the collector does not know.

    **Why.**
    It refuses to start, and says only the first of its complaints.

    **Instead.**
    Correct the spelling, or put the key where it belongs.

    Only what is known for certain is judged: the sections, `service` and its pipelines, `tail_sampling` with all its
    policies, `batch`, `memory_limiter`, `metrics_transform`, and the queue of `prometheus_remote_write`.
    Two keys that were removed are warnings, since older collectors take them.
    """

    id = "collector/unknown-field"
    summary = "the collector does not know the key"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.1",)

    def check_component(self, component: Component) -> Iterator[Finding]:
        schema = PROCESSORS.get(component.canonical) if component.kind is ComponentKind.PROCESSOR else None
        # A policy's type may be an extension's, and its block is then called as that likes.
        foreign = {policy.block.key for policy in all_policies(component) if policy.block is not None}
        for entry, keys in schema.unknown(component.settings) if schema is not None else ():
            if entry.key not in foreign:
                yield self._unknown(component, entry, keys)
        if component.kind is ComponentKind.EXPORTER:
            yield from self._exporter(component)

    def check_pipeline(self, pipeline: Pipeline) -> Iterator[Finding]:
        for entry, keys in PIPELINE.unknown(pipeline.settings):
            yield self._unknown(pipeline, entry, keys)
        if pipeline.signal not in SIGNALS:
            near = get_close_matches(pipeline.signal, sorted(SIGNALS), n=1)
            yield self.finding(
                f"there is no signal `{pipeline.signal}`",
                pipeline.at,
                help=f"did you mean `{near[0]}`?" if near else "call it `traces`, `metrics`, `logs` or `profiles`",
            )

    def check_collector(self, config: CollectorConfig) -> Iterator[Finding]:
        service = config.settings.get("service")
        for entry, keys in SERVICE.unknown(service) if service is not None else ():
            yield self._unknown(config, entry, keys)
        for entry in config.settings.entries if config.pipelines and not config.partial else ():
            if entry.key.value not in TOP:
                yield self._unknown(config, entry, TOP)

    def _exporter(self, component: Component) -> Iterator[Finding]:
        queue = component.settings.entry("sending_queue")
        if queue is not None and component.canonical == "prometheus_remote_write":
            yield self.finding(
                f"`{component.id}` has no `sending_queue`",
                component.place(queue.key),
                help="its queue is called `remote_write_queue`",
            )
        removed = (
            (component.settings.entry("sending_queue", "blocking"), "0.129", "use `block_on_overflow`"),
            (component.settings.entry("batcher"), "0.130", "use `sending_queue.batch`"),
        )
        for entry, version, cure in removed:
            if entry is not None:
                yield self.finding(
                    f"`{entry.key.value}` was removed in {version}",
                    component.place(entry.key),
                    help=cure,
                    severity=Severity.WARNING,
                )

    def _unknown(self, owner: Component | Pipeline | CollectorConfig, entry: Entry, keys: frozenset[str]) -> Finding:
        near = get_close_matches(entry.key.value, sorted(keys), n=1, cutoff=0.75)
        known = ", ".join(f"`{key}`" for key in sorted(keys))
        cure = f"the settings are {known}" if 0 < len(keys) < 8 else "see the component's README"
        return self.finding(
            f"there is no setting `{entry.key.value}` here",
            owner.place(entry.key),
            help=f"did you mean `{near[0]}`?" if near else cure,
        )

    examples = (
        Bad(GATEWAY.replace("limit_percentage", "limit_percent"), at="limit_percent"),
        Bad(GATEWAY + "  telemetry: {metric: {level: none}}\n", at="metric"),
        Bad(GATEWAY.replace("      exporters:", "      exporter:"), at="exporter"),
        Bad(POLICIES + ERRORS.replace("status_codes:", "status_code:"), at="status_code"),
        Bad(
            "exporters:\n  prometheusremotewrite:\n    endpoint: http://mimir/api/v1/push\n    sending_queue: {}\n",
            at="sending_queue",
        ),
        Bad("exporters:\n  otlp:\n    batcher: {enabled: true}\n", at="batcher"),
        Good(GATEWAY),
        Good(POLICIES + "      - {name: own, type: my_extension, my_extension: {a: b}}\n" + ERRORS),
    )
