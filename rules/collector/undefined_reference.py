"""`collector/undefined-reference`."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from ...lint import Bad, Finding, Good, Rule, Severity, Text
from ...lint.nodes import CollectorConfig, Component, ComponentKind, ComponentReference, Pipeline
from ._samples import GATEWAY
from ._values import is_filled_in

_KINDS = {
    "receivers": (ComponentKind.RECEIVER, ComponentKind.CONNECTOR),
    "processors": (ComponentKind.PROCESSOR,),
    "exporters": (ComponentKind.EXPORTER, ComponentKind.CONNECTOR),
}
_LOOP = """\
receivers: {otlp: }
exporters: {debug: }
connectors: {forward: }
service:
  pipelines:
    traces/in: {receivers: [otlp, forward], exporters: [forward]}
"""


class UndefinedReference(Rule):
    """
    Flags names in pipelines, and in the settings of components, behind which there is nothing.

    **Why.**
    The collector refuses to start, and says only the first of its complaints, without a line.

    - A pipeline names a component that no section defines, or one processor twice.
    - A connector that only receives or only exports, pipelines that feed each other in a circle, an id that is both an
      exporter's and a connector's.
    - `storage` or `authenticator` name an extension that is not configured, or not listed in `service.extensions`, by
      which it would be started.

    **Instead.**
    Define it, correct its name, or list it.

    The old and the new spelling of a type are one.

    Not flagged: what stands in a fragment, in Helm values over a chart's defaults, or in one of several layers.
    """

    id = "collector/undefined-reference"
    summary = "pipeline names what is not configured"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.1",)

    def check_collector(self, config: CollectorConfig) -> Iterator[Finding]:
        for pipeline in config.pipelines:
            yield from self._twice(pipeline)
        if config.partial:
            return
        for pipeline in config.pipelines:
            for key, reference in pipeline.references():
                if config.component(reference, *_KINDS[key]) is None and not is_filled_in(reference.text):
                    yield self._undefined(config, reference, key.removesuffix("s"), _KINDS[key], pipeline)
        for reference in config.extensions or ():
            kinds = (ComponentKind.EXTENSION,)
            if config.component(reference, *kinds) is None and not is_filled_in(reference.text):
                yield self._undefined(config, reference, "extension", kinds, config)
        yield from self._connectors(config)
        yield from self._extensions(config)

    def _undefined(
        self,
        config: CollectorConfig,
        reference: ComponentReference,
        kind: str,
        kinds: tuple[ComponentKind, ...],
        owner: Pipeline | CollectorConfig,
    ) -> Finding:
        names = [component.id for component in config.components if component.kind in kinds]
        near = next(iter(get_close_matches(reference.text.value, names, n=1, cutoff=0.7)), None)
        other = next((own for own in config.components if own.identity == reference.identity), None)
        cure = f"define it under `{kind}s`"
        if near is not None:
            cure = f"did you mean `{near}`?"
        elif other is not None:
            cure = f"`{other.id}` is defined under `{other.kind.section}`"
        return self.finding(
            f"{kind} `{reference.text.value}` is not configured", owner.place(reference.text), help=cure
        )

    def _twice(self, pipeline: Pipeline) -> Iterator[Finding]:
        seen: set[str] = set()
        for reference in pipeline.processors or ():
            if reference.identity in seen:
                yield self.finding(
                    f"processor `{reference.text.value}` stands twice in the pipeline",
                    pipeline.place(reference.text),
                    help="remove one; for two of a type give them names, as in `transform/second`",
                )
            seen.add(reference.identity)

    def _connectors(self, config: CollectorConfig) -> Iterator[Finding]:
        others = {
            own.identity: own
            for own in config.components
            if own.kind in (ComponentKind.RECEIVER, ComponentKind.EXPORTER)
        }
        for connector in config.of_kind(ComponentKind.CONNECTOR):
            if connector.identity in others:
                other = others[connector.identity]
                yield self.finding(
                    f"`{connector.id}` is both a connector and a {other.kind}",
                    connector.at,
                    help=f"give one of them a name, as in `{connector.type}/second`",
                )
            feeds, fed = _neighbours(config, connector)
            if bool(feeds) != bool(fed):
                side, missing = ("an exporter", "receiver") if feeds else ("a receiver", "exporter")
                yield self.finding(
                    f"connector `{connector.id}` is {side} and no {missing} of any pipeline",
                    connector.place(feeds[0][1] if feeds else fed[0][1]),
                    help=f"name it under `{missing}s` of the pipeline at its other end",
                )
            loop = next((text for pipeline, text in feeds if _reaches(config, connector, pipeline)), None)
            if loop is not None and fed:
                yield self.finding(
                    f"connector `{connector.id}` feeds its own pipeline, in a circle",
                    connector.place(loop),
                    help="receive from it in a pipeline that does not lead back",
                )

    def _extensions(self, config: CollectorConfig) -> Iterator[Finding]:
        known = {own.id for own in config.of_kind(ComponentKind.EXTENSION)}
        started = {reference.text.value for reference in config.extensions or ()}
        used = {reference.identity for pipeline in config.pipelines for _, reference in pipeline.references()}
        for component in config.components:
            if component.identity not in used:
                continue
            for key, text in _named_extensions(component):
                if text.value in started or is_filled_in(text):
                    continue
                listed = text.value in known
                yield self.finding(
                    f"extension `{text.value}` is not started: `service.extensions` does not list it"
                    if listed
                    else f"`{key}` names the extension `{text.value}`, which is not configured",
                    component.place(text),
                    help="add it to `service.extensions`"
                    if listed
                    else "define it under `extensions`, and list it in `service.extensions`",
                )

    examples = (
        Bad(GATEWAY.replace("limiter, batch]", "limiter, bacth]"), at="bacth"),
        Bad(GATEWAY.replace("limiter, batch]", "limiter, batch, batch]"), at="batch"),
        Bad(_LOOP.replace("otlp, forward", "otlp"), at="forward"),
        Bad(_LOOP, at="forward"),
        Bad(
            GATEWAY.replace("tempo:4317\n", "tempo:4317\n    sending_queue: {storage: file_storage}\n").replace(
                "service:\n", "extensions: {file_storage: {directory: /var/lib/otelcol}}\nservice:\n"
            ),
            at="file_storage",
        ),
        Bad(GATEWAY.replace("service:\n", "service:\n  extensions: [health_check]\n"), at="health_check"),
        Good(GATEWAY),
        Good(GATEWAY.replace("exporters: [otlp_grpc]", "exporters: [otlp]"), why="one type in two spellings"),
        Good(
            "service:\n  pipelines:\n    traces: {exporters: [debug, otlp_grpc/jaeger]}\n",
            why="a layer over another file",
        ),
    )


_Places = list[tuple[Pipeline, Text]]


def _neighbours(config: CollectorConfig, connector: Component) -> tuple[_Places, _Places]:
    """The pipelines that export to a connector, and those that receive from it."""
    feeds: _Places = []
    fed: _Places = []
    for pipeline in config.pipelines:
        for key, reference in pipeline.references():
            if reference.identity == connector.identity and key != "processors":
                (feeds if key == "exporters" else fed).append((pipeline, reference.text))
    return feeds, fed


def _reaches(config: CollectorConfig, connector: Component, target: Pipeline) -> bool:
    """Whether what leaves a connector comes to a pipeline that exports to it."""
    connectors = {own.identity for own in config.of_kind(ComponentKind.CONNECTOR)}
    waiting, seen = [connector.identity], set[str]()
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        for pipeline in config.pipelines:
            if any(reference.identity == current for reference in pipeline.receivers or ()):
                if pipeline == target:
                    return True
                waiting.extend(connectors & {reference.identity for reference in pipeline.exporters or ()})
    return False


def _named_extensions(component: Component) -> Iterator[tuple[str, Text]]:
    paths: list[tuple[str, ...]] = [("sending_queue", "storage"), ("auth", "authenticator")]
    if component.kind is ComponentKind.RECEIVER:
        paths += [("storage",)]
        paths += [("protocols", name, "auth", "authenticator") for name in ("grpc", "http")]
    for path in paths:
        text = component.settings.text_at(*path)
        if text is not None:
            yield path[-1], text
