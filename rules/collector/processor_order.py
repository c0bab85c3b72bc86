"""`collector/processor-order`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import CollectorConfig, Component, ComponentKind, ComponentReference, Pipeline
from ._samples import GATEWAY

_SAMPLERS = frozenset({"tail_sampling", "probabilistic_sampler"})
# These gather spans anew: what a request's context said, the peer's address above all, is lost behind them.
_GATHERING = frozenset({"batch", "tail_sampling", "groupbytrace"})
_MORE = "  k8s_attributes:\n  tail_sampling: {policies: []}\nservice:\n"


class ProcessorOrder(Rule):
    """
    Flags processors in an order in which they do not do what they are for.

    **Why.**
    - `memory_limiter` anywhere but first cannot push back before memory is used.
    - `batch` before a sampler builds batches that are then thrown away, and the sampler's own come out unbatched.
    - `k8s_attributes` after `batch` or `tail_sampling` no longer sees from which address the data came, and finds no
      pod by it.

    **Instead.**
    `memory_limiter`, what needs the context of the request, samplers and filters, what changes the data, `batch`.

    Not flagged: `k8s_attributes` that finds pods by attributes of the resource only (`pod_association` without
    `connection`); `batch` before a `filter` is good to know (info).
    """

    id = "collector/processor-order"
    summary = "processors stand in an order in which they do not work"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.1",)

    def check_collector(self, config: CollectorConfig) -> Iterator[Finding]:
        for pipeline in config.pipelines:
            processors = pipeline.processors or ()
            yield from self._limiter(pipeline, processors)
            yield from self._batch(pipeline, processors)
            yield from self._context(config, pipeline, processors)

    def _limiter(self, pipeline: Pipeline, processors: tuple[ComponentReference, ...]) -> Iterator[Finding]:
        for place, reference in enumerate(processors):
            if place and reference.canonical == "memory_limiter" and processors[0].canonical != "memory_limiter":
                yield self.finding(
                    f"`{reference.text.value}` comes after `{processors[place - 1].text.value}`,"
                    " and cannot push back before that",
                    pipeline.place(reference.text),
                    help="put it first",
                )
                return

    def _batch(self, pipeline: Pipeline, processors: tuple[ComponentReference, ...]) -> Iterator[Finding]:
        for place, reference in enumerate(processors):
            if reference.canonical != "batch":
                continue
            later = processors[place + 1 :]
            sampler = next((own for own in later if own.canonical in _SAMPLERS), None)
            dropper = sampler or next((own for own in later if own.canonical == "filter"), None)
            if dropper is not None:
                yield self.finding(
                    f"`{reference.text.value}` gathers what `{dropper.text.value}` then drops",
                    pipeline.place(reference.text),
                    help=f"put it behind `{dropper.text.value}`",
                    severity=Severity.WARNING if sampler is not None else Severity.INFO,
                )
            return

    def _context(
        self, config: CollectorConfig, pipeline: Pipeline, processors: tuple[ComponentReference, ...]
    ) -> Iterator[Finding]:
        for place, reference in enumerate(processors):
            if reference.canonical != "k8s_attributes":
                continue
            earlier = next((own for own in processors[:place] if own.canonical in _GATHERING), None)
            component = config.component(reference, ComponentKind.PROCESSOR)
            if earlier is not None and component is not None and _asks_the_connection(component):
                yield self.finding(
                    f"`{reference.text.value}` does not see where the data came from behind `{earlier.text.value}`",
                    pipeline.place(reference.text),
                    help=f"put it before `{earlier.text.value}`",
                )

    examples = (
        Bad(GATEWAY.replace("memory_limiter, batch]", "batch, memory_limiter]"), at="memory_limiter"),
        Bad(
            GATEWAY.replace("service:\n", _MORE).replace("limiter, batch]", "limiter, batch, tail_sampling]"),
            at="batch",
        ),
        Bad(
            GATEWAY.replace("service:\n", _MORE).replace("limiter, batch]", "limiter, batch, k8s_attributes]"),
            at="k8s_attributes",
        ),
        Good(
            GATEWAY.replace("service:\n", _MORE).replace(
                "limiter, batch]", "limiter, k8s_attributes, tail_sampling, batch]"
            )
        ),
        Good(
            GATEWAY.replace(
                "service:\n",
                _MORE.replace(
                    "k8s_attributes:\n",
                    "k8s_attributes: {pod_association: [{sources: [{from: resource_attribute, name: k8s.pod.uid}]}]}\n",
                ),
            ).replace("limiter, batch]", "limiter, batch, k8s_attributes]")
        ),
    )


def _asks_the_connection(component: Component) -> bool:
    """Whether pods are found by the address of the peer, as they are unless something else is said."""
    association = component.settings.get("pod_association")
    if association is None:
        return True
    sources = [entry.value.text.value for entry in association.walk() if entry.key.value == "from" and entry.value.text]
    return "connection" in sources
