"""Ways through a configuration: which pipelines feed which, and what runs in them."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint.nodes import CollectorConfig, Component, ComponentKind, ComponentReference, Pipeline

SAMPLERS = frozenset({"tail_sampling", "probabilistic_sampler"})


def processor(pipeline: Pipeline, *types: str) -> ComponentReference | None:
    """The first processor of one of these types."""
    return next((reference for reference in pipeline.processors or () if reference.canonical in types), None)


def pipelines_of(config: CollectorConfig, component: Component) -> Iterator[Pipeline]:
    """The pipelines that a component is part of."""
    for pipeline in config.pipelines:
        if any(
            reference.identity == component.identity for key, reference in pipeline.references() if fits(key, component)
        ):
            yield pipeline


def fits(key: str, component: Component) -> bool:
    """Whether a component of that kind may stand below that key of a pipeline."""
    if component.kind is ComponentKind.CONNECTOR:
        return key in ("receivers", "exporters")
    return key == component.kind.section


def feeding(config: CollectorConfig, pipeline: Pipeline) -> list[Pipeline]:
    """The pipelines whose data reaches this one through connectors, from the nearest on; itself last."""
    connectors = {component.identity for component in config.of_kind(ComponentKind.CONNECTOR)}
    found: list[Pipeline] = []
    waiting = [pipeline]
    while waiting:
        current = waiting.pop()
        found.append(current)
        sources = {reference.identity for reference in current.receivers or ()} & connectors
        for other in config.pipelines:
            gives = {reference.identity for reference in other.exporters or ()}
            if gives & sources and other not in found and other not in waiting:
                waiting.append(other)
    return found
