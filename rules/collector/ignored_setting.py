"""`collector/ignored-setting`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ...lint import Bad, Finding, Good, Rule, Severity, Text
from ...lint.nodes import CollectorConfig, Component, ComponentKind, Pipeline
from ._pipelines import pipelines_of, processor
from ._policies import all_policies
from ._samples import GATEWAY, POLICIES

_LEVELLED = frozenset({"aggregate_labels", "aggregate_label_values"})


class _Idle(NamedTuple):
    """What has no effect, where it stands, and the cure."""

    message: str
    at: Text
    help: str
    severity: Severity = Severity.WARNING


class IgnoredSetting(Rule):
    """
    Flags settings that the collector accepts and does not use.

    **Why.**
    They say what the team means, and the collector does something else.

    - `policy_order` of a composite policy: the order is that of `composite_sub_policy`.
    - `endpoint` inside `protocol.otlp` of a load balancer: the resolver finds the endpoints; and of two resolvers one.
    - `limit_percentage` beside `limit_mib`: the latter counts.
    - `metadata_keys` of a batch, and `from_context: metadata.…` of an attribute, where no receiver has
      `include_metadata: true`.
    - Operations of `metrics_transform` that aggregate without an `aggregation_type`, or update a label to nothing.
    - `groupbytrace` before `tail_sampling`, which groups by trace itself; a `batch` before an exporter that batches.

    **Instead.**
    Remove the setting, or write the one that counts.
    """

    id = "collector/ignored-setting"
    summary = "the collector accepts the setting and does not use it"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.1", "3.2")

    def check_component(self, component: Component) -> Iterator[Finding]:
        for check in _CHECKS.get((component.kind, component.canonical), ()):
            for idle in check(component):
                yield self.finding(idle.message, component.place(idle.at), help=idle.help, severity=idle.severity)

    def check_collector(self, config: CollectorConfig) -> Iterator[Finding]:
        for pipeline in config.pipelines:
            for idle in _redundant(config, pipeline):
                yield self.finding(idle.message, pipeline.place(idle.at), help=idle.help, severity=idle.severity)
        if config.partial:
            return
        for component in config.of_kind(ComponentKind.PROCESSOR):
            for text in _wants_metadata(component):
                receivers = list(_receivers(config, component))
                if receivers and not any(_keeps_metadata(receiver) for receiver in receivers):
                    yield self.finding(
                        f"`{text.value}` is never set: no receiver hands the metadata of requests on",
                        component.place(text),
                        help="set `include_metadata: true` at the receiver",
                    )

    examples = (
        Bad(
            POLICIES
            + """\
      - name: shared
        type: composite
        composite:
          max_total_spans_per_second: 1000
          policy_order: [rest, errors]
          composite_sub_policy:
            - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
            - {name: rest, type: always_sample}
          rate_allocation: [{policy: errors, percent: 50}, {policy: rest, percent: 50}]
""",
            at="policy_order",
        ),
        Bad(
            "exporters:\n  loadbalancing:\n    protocol: {otlp: {endpoint: tempo:4317}}\n"
            "    resolver: {k8s: {service: gateway.monitoring}}\n",
            at="endpoint",
        ),
        Bad(GATEWAY.replace("limit_percentage: 80", "limit_mib: 400, limit_percentage: 80"), at="80"),
        Bad(GATEWAY.replace("  batch:\n", "  batch: {metadata_keys: [tenant]}\n"), at="tenant"),
        Bad(
            "processors:\n  metricstransform:\n    transforms:\n      - include: a\n        action: update\n"
            "        operations: [{action: aggregate_labels, label_set: [b]}]\n",
            at="aggregate_labels",
        ),
        Good(GATEWAY),
        Good(
            GATEWAY.replace("  batch:\n", "  batch: {metadata_keys: [tenant]}\n").replace(
                "{endpoint: ", "{include_metadata: true, endpoint: "
            )
        ),
    )


def _orders(component: Component) -> Iterator[_Idle]:
    for policy in all_policies(component):
        order = policy.block.value.entry("policy_order") if policy.block is not None else None
        if order is None or not policy.is_of("composite"):
            continue
        stated = [element.text.value for element in order.value.elements if element.text is not None]
        actual = [part.name.value for part in policy.parts if part.name is not None]
        if stated and stated != actual and sorted(stated) == sorted(actual):
            yield _Idle(
                f"`policy_order` is ignored: the parts of {policy.title} are asked in the order in which they stand",
                order.key,
                f"put them in this order under `composite_sub_policy`: {', '.join(stated)}",
            )


def _balancer(component: Component) -> Iterator[_Idle]:
    endpoint = component.settings.entry("protocol", "otlp", "endpoint")
    if endpoint is not None:
        yield _Idle("the resolver finds the endpoints: this one is ignored", endpoint.key, "remove it")
    resolvers = component.settings.get("resolver")
    if resolvers is not None and len(resolvers.entries) > 1:
        yield _Idle("of several resolvers one is used", resolvers.entries[1].key, "keep one")


def _limits(component: Component) -> Iterator[_Idle]:
    share = component.settings.text_at("limit_percentage")
    if share is not None and component.settings.text_at("limit_mib") is not None:
        yield _Idle("`limit_percentage` is ignored beside `limit_mib`", share, "keep one of the two")


def _operations(component: Component) -> Iterator[_Idle]:
    for transform in component.settings.elements_at("transforms"):
        for operation in transform.elements_at("operations"):
            action = operation.text_at("action")
            if action is None:
                continue
            if action.value in _LEVELLED and operation.entry("aggregation_type") is None:
                yield _Idle(
                    f"`{action.value}` does not say how to aggregate",
                    action,
                    "add `aggregation_type: sum`, for instance",
                )
            changes = [operation.entry(key) for key in ("new_label", "value_actions")]
            if action.value == "update_label" and not any(changes):
                yield _Idle("`update_label` changes nothing", action, "add `new_label` or `value_actions`")


def _redundant(config: CollectorConfig, pipeline: Pipeline) -> Iterator[_Idle]:
    grouping, sampling = processor(pipeline, "groupbytrace"), processor(pipeline, "tail_sampling")
    if grouping is not None and sampling is not None:
        yield _Idle(f"`{sampling.text.value}` groups by trace itself", grouping.text, "remove it")
    batch = processor(pipeline, "batch")
    exporters = [config.component(own, ComponentKind.EXPORTER) for own in pipeline.exporters or ()]
    batching = [own for own in exporters if own is not None and own.settings.entry("sending_queue", "batch")]
    if batch is not None and batching and len(batching) == len(exporters):
        yield _Idle(
            f"`{batching[0].id}` makes batches itself",
            batch.text,
            "keep the batches of the exporter, which survive a restart with a persistent queue",
            Severity.INFO,
        )


def _wants_metadata(component: Component) -> Iterator[Text]:
    if component.canonical == "batch":
        yield from component.settings.texts_at("metadata_keys")
    elif component.canonical in ("attributes", "resource"):
        for action in component.settings.elements_at("actions") + component.settings.elements_at("attributes"):
            source = action.text_at("from_context")
            if source is not None and source.value.startswith("metadata."):
                yield source


def _receivers(config: CollectorConfig, component: Component) -> Iterator[Component | None]:
    for pipeline in pipelines_of(config, component):
        for reference in pipeline.receivers or ():
            yield config.component(reference, ComponentKind.RECEIVER)


def _keeps_metadata(receiver: Component | None) -> bool:
    """Whether a receiver hands metadata on; one that is no `otlp` may have its own way."""
    if receiver is None or receiver.canonical != "otlp":
        return True
    return any(entry.key.value == "include_metadata" for entry in receiver.settings.walk())


_Check = Callable[[Component], Iterator[_Idle]]
_CHECKS: dict[tuple[ComponentKind, str], tuple[_Check, ...]] = {
    (ComponentKind.PROCESSOR, "tail_sampling"): (_orders,),
    (ComponentKind.PROCESSOR, "memory_limiter"): (_limits,),
    (ComponentKind.PROCESSOR, "metrics_transform"): (_operations,),
    (ComponentKind.EXPORTER, "load_balancing"): (_balancer,),
}
