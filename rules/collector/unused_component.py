"""`collector/unused-component`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import CollectorConfig, Component, ComponentKind
from ._pipelines import pipelines_of
from ._samples import GATEWAY

# Kept at hand for the next search, and no loss while they are not used.
_KEPT_READY = frozenset({"debug", "logging", "pprof", "zpages"})


class UnusedComponent(Rule):
    """
    Flags components that no pipeline names, and extensions that the service does not start.

    **Why.**
    They are configured and do nothing, and the collector says nothing: the filter that was to keep secrets out, the
    health check that the load balancer asks for.

    **Instead.**
    Name it in a pipeline or in `service.extensions`, or remove it.

    Exporters and extensions for debugging are often kept at hand: those are good to know (info).

    Not flagged: what stands in a fragment, in Helm values over a chart's defaults, or in a layer; and what another
    configuration in the same folder names, which may be laid over this one.
    """

    id = "collector/unused-component"
    summary = "component is configured and not used"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.1",)
    about = (CollectorConfig,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        configs = project.all(CollectorConfig)
        layers: dict[str, set[str]] = {}
        for config in configs:
            if config.partial:
                layers.setdefault(_folder(config), set()).update(_named(config))
        for config in configs:
            if config.partial:
                continue
            for component in config.components:
                if _is_used(config, component) or component.identity in layers.get(_folder(config), ()):
                    continue
                where = "`service.extensions`" if component.kind is ComponentKind.EXTENSION else "a pipeline"
                yield self.finding(
                    f"{component.kind} `{component.id}` is configured and not used",
                    component.at,
                    help=f"name it in {where}, or remove it",
                    severity=Severity.INFO if component.canonical in _KEPT_READY else None,
                )

    examples = (
        Bad(GATEWAY.replace("memory_limiter, batch]", "memory_limiter]"), at="batch"),
        Bad(GATEWAY + "extensions:\n  health_check:\n", at="health_check"),
        Good(GATEWAY),
        Good(
            GATEWAY.replace("memory_limiter, batch]", "memory_limiter]"),
            files={"more.yml": "service: {pipelines: {traces: {processors: [memory_limiter, batch]}}}\n"},
            why="a layer beside it",
        ),
    )


def _folder(config: CollectorConfig) -> str:
    return str(PurePosixPath(config.at.source).parent)


def _named(config: CollectorConfig) -> Iterator[str]:
    yield from (reference.identity for reference in config.extensions or ())
    yield from (reference.identity for pipeline in config.pipelines for _, reference in pipeline.references())


def _is_used(config: CollectorConfig, component: Component) -> bool:
    if component.kind is ComponentKind.EXTENSION:
        return any(reference.identity == component.identity for reference in config.extensions or ())
    return any(pipelines_of(config, component))
