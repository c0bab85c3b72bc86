"""
Configurations of the OpenTelemetry Collector, in all their wrappers.

The file itself, a layer of several, a fragment in a document; Helm values of the collector's chart;
`OpenTelemetryCollector` resources. ConfigMaps are opened by whoever asks here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..finding import Location
from ..nodes import (
    CollectorConfig,
    Component,
    ComponentKind,
    ComponentReference,
    Node,
    Pipeline,
    Workload,
)
from ..record import Record
from ..region import Text
from ..telemetry.components import canonical, is_known
from .prometheus import jobs_in
from .settings import SettingReader
from .tree import MalformedError, Tree, parse_yaml

KIND = "collector configuration"

_DEPTH = 5
_ID = re.compile(r"[A-Za-z]\w*(?:\s*/\s*\S.*)?")
_PIPELINE_KEYS = ("receivers", "processors", "exporters")


def holds_collector(tree: Tree) -> bool:
    """Whether this document has a configuration of a collector in it, at whatever depth."""
    return next(_found(tree), None) is not None


def collectors_in(tree: Tree, source: str) -> Iterator[Node]:
    """The configurations of a document: each as a whole, its pipelines and its components one by one."""
    in_prose = source.lower().endswith((".md", ".markdown"))
    for found in _found(tree):
        config = _Reader(source, found).config(in_prose)
        yield config
        yield from config.pipelines
        yield from config.components
        yield from _scraped(found.tree, source)


def _scraped(tree: Tree, source: str) -> Iterator[Node]:
    """The jobs of the receivers that scrape as Prometheus does."""
    receivers = tree.get("receivers")
    for key, value in receivers.entries() if receivers is not None else ():
        config = value.get("config")
        if _type_of(key.scalar or "") == "prometheus" and config is not None:
            yield from jobs_in(config, source, doubled=True)


class _Found(Record):
    """A configuration, and what stands around it."""

    tree: Tree
    partial: bool = False
    workload: Workload | None = None


# Where a configuration is


def _found(tree: Tree) -> Iterator[_Found]:
    kind, spec = tree.get("kind"), tree.get("spec")
    if kind is not None and kind.scalar == "OpenTelemetryCollector" and spec is not None:
        yield from _resource(spec)
    elif _is_config(tree):
        yield _Found(tree)
    elif kind is None or tree.get("apiVersion") is None:
        yield from _below(tree, tree, _DEPTH)


def _resource(spec: Tree) -> Iterator[_Found]:
    config = spec.get("config")
    if config is None:
        return
    workload = Workload(replicas=_replicas(spec), mode=spec.text_at("mode"), image=spec.text_at("image"))
    for tree in _opened(config):
        yield _Found(tree, workload=workload)


def _opened(config: Tree) -> Iterator[Tree]:
    """A configuration as a mapping, or as the text that `v1alpha1` wants."""
    if config.is_mapping:
        yield config
    elif config.text is not None and config.is_string:
        try:
            yield from (tree for tree in parse_yaml(config.text) if _is_config(tree))
        except MalformedError:
            return


def _below(tree: Tree, values: Tree, depth: int) -> Iterator[_Found]:
    """The configurations in Helm values and other mappings; `values` are those of the chart that they belong to."""
    if not depth:
        return
    for key, value in tree.entries():
        if value.is_mapping and _is_config(value):
            # `alternateConfig` replaces the chart's own configuration, `config` is laid over it.
            yield _Found(value, partial=key.scalar != "alternateConfig", workload=_helm_workload(values))
        elif value.is_mapping:
            yield from _below(value, value, depth - 1)
        elif key.scalar == "config" and value.is_string and "pipelines:" in (value.scalar or ""):
            yield from (_Found(inner) for inner in _opened(value))


def _helm_workload(values: Tree) -> Workload:
    image = values.get("image")
    return Workload(
        replicas=_replicas(values),
        mode=values.text_at("mode"),
        image=image.text_at("repository") if image is not None else None,
    )


def _replicas(tree: Tree) -> Text | None:
    for key in ("replicas", "replicaCount"):
        count = tree.text_at(key)
        if count is not None and count.value.isdigit() and int(count.value) > 1:
            return count
    for key in ("autoscaling", "autoscaler"):
        scaling = tree.get(key)
        if scaling is None or not scaling.is_mapping:
            continue
        most, enabled = scaling.text_at("maxReplicas"), scaling.text_at("enabled")
        if most is not None and most.value.isdigit() and int(most.value) > 1:
            if enabled is None or enabled.value == "true":
                return most
        elif enabled is not None and enabled.value == "true":
            return enabled
    return None


def _is_config(tree: Tree) -> bool:
    return tree.is_mapping and (_has_pipelines(tree) or any(_is_section(tree, kind) for kind in ComponentKind))


def _has_pipelines(tree: Tree) -> bool:
    service = tree.get("service")
    pipelines = service.get("pipelines") if service is not None else None
    if pipelines is None or not pipelines.is_mapping:
        return False
    bodies = [body for _, body in pipelines.entries()]
    return any(body.get(key) is not None for body in bodies for key in _PIPELINE_KEYS)


def _is_section(tree: Tree, kind: ComponentKind) -> bool:
    """Whether a mapping of that name holds a component that only a collector has."""
    section = tree.get(kind.section)
    if section is None or not section.is_mapping:
        return False
    entries = list(section.entries())
    return all(_is_component(key, value) for key, value in entries) and any(
        is_known(kind, _type_of(key.scalar or "")) for key, _ in entries
    )


def _is_component(key: Tree, value: Tree) -> bool:
    return key.scalar is not None and _ID.fullmatch(key.scalar) is not None and (value.is_mapping or value.is_null)


def _type_of(identifier: str) -> str:
    return identifier.partition("/")[0].strip()


# What is in it


class _Reader:
    """Makes the nodes of one configuration."""

    def __init__(self, source: str, found: _Found) -> None:
        self._source, self._found, self._tree = source, found, found.tree
        self._setting = SettingReader().read

    def config(self, in_prose: bool) -> CollectorConfig:
        tree, pipelines = self._tree, tuple(self._pipelines())
        service = tree.get("service")
        extensions = service.get("extensions") if service is not None else None
        keys = [key for key, _ in tree.entries()]
        named = next((key for key in keys if key.scalar == "service"), keys[0])
        return CollectorConfig(
            at=Location(self._source, "collector", named.region),
            lines=tree.lines,
            components=tuple(self._components(pipelines)),
            pipelines=pipelines,
            extensions=tuple(_references(extensions, ComponentKind.EXTENSION)) if extensions is not None else None,
            settings=self._setting(tree),
            partial=self._found.partial or in_prose or self._is_layer(pipelines),
            workload=self._found.workload,
        )

    def _is_layer(self, pipelines: tuple[Pipeline, ...]) -> bool:
        """Whether other files must add to it, since the collector would refuse it alone."""
        sections = (self._tree.get("receivers"), self._tree.get("exporters"))
        incomplete = any(pipeline.receivers is None or pipeline.exporters is None for pipeline in pipelines)
        return not pipelines or None in sections or incomplete

    def _components(self, pipelines: tuple[Pipeline, ...]) -> Iterator[Component]:
        for kind in ComponentKind:
            section = self._tree.get(kind.section)
            for key, value in section.entries() if section is not None else ():
                if key.text is None or not key.text.value.strip():
                    continue
                spelt = _type_of(key.text.value)
                yield Component(
                    at=Location(self._source, f"{kind} {key.text.value}", key.text.region()),
                    lines=(key.lines[0], value.lines[1]),
                    kind=kind,
                    key=key.text,
                    type=spelt,
                    canonical=canonical(kind, spelt),
                    settings=self._setting(value),
                )

    def _pipelines(self) -> Iterator[Pipeline]:
        service = self._tree.get("service")
        pipelines = service.get("pipelines") if service is not None else None
        for key, body in pipelines.entries() if pipelines is not None else ():
            if key.text is None:
                continue
            receivers, processors, exporters = (self._references_at(body, name) for name in _PIPELINE_KEYS)
            yield Pipeline(
                at=Location(self._source, f"pipeline {key.text.value}", key.text.region()),
                lines=(key.lines[0], body.lines[1]),
                name=key.text,
                signal=_type_of(key.text.value),
                receivers=receivers,
                processors=processors,
                exporters=exporters,
                settings=self._setting(body),
            )

    def _references_at(self, body: Tree, key: str) -> tuple[ComponentReference, ...] | None:
        listed = body.get(key)
        if listed is None:
            return None
        return tuple(_references(listed, ComponentKind(key.removesuffix("s"))))


def _references(listed: Tree, kind: ComponentKind) -> Iterator[ComponentReference]:
    for element in listed.elements():
        text = element.text
        if text is None or element.is_null:
            continue
        spelt = _type_of(text.value)
        newest = canonical(kind, spelt)
        # Among receivers and exporters there are connectors, which were renamed as what they are.
        if newest == spelt and kind in (ComponentKind.RECEIVER, ComponentKind.EXPORTER):
            newest = canonical(ComponentKind.CONNECTOR, spelt)
        name = text.value.strip()[len(spelt) :].replace(" ", "")
        yield ComponentReference(text=text, identity=newest + name, canonical=newest)
