"""The options of the rules that simulate sampling, and what they share."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Location
from ...lint.nodes import CollectorConfig, Component
from ...lint.telemetry.sampling import Rate, Traffic, simulate
from ._pipelines import pipelines_of
from ._policies import first_match, is_tail_sampling, models, policies_of


def samplers(config: CollectorConfig) -> Iterator[Component]:
    """The tail samplers that are at work: in a pipeline, or in a fragment that shows none."""
    for component in config.components:
        if is_tail_sampling(component) and (not config.pipelines or any(pipelines_of(config, component))):
            yield component


def kept(component: Component, traffic: Traffic) -> Rate:
    """The share of a class of traces that a tail sampler keeps; everything may be, where policies are filled in."""
    policies = policies_of(component)
    if not policies:
        return Rate(0.0, 1.0)
    return simulate(models(policies), traffic, first_match=first_match(component))


def list_of_policies(component: Component) -> Location:
    """The key `policies`: what a finding about all of them points at."""
    entry = component.settings.entry("policies")
    return component.place(entry.key) if entry is not None else component.at
