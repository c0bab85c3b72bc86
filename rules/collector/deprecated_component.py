"""`collector/deprecated-component`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Edit, Finding, Fix, Good, Rule, Severity, Text
from ...lint.nodes import CollectorConfig, Component, ComponentKind
from ...lint.telemetry.components import REMOVED, RENAMED, Renamed
from ._policies import policies_of
from ._samples import GATEWAY, POLICIES

_TAG = re.compile(r"(?:opentelemetry-collector|otelcol)[\w-]*:v?(\d+)\.(\d+)")
_VERSION = re.compile(r"v?(\d+)\.(\d+)(?:\.\d+)?")


class DeprecatedComponent(Rule):
    """
    Flags components and settings that collectors no longer have, or have under another name.

    **Why.**
    A collector with a type that was removed does not start after its next update: `logging`, `memory_ballast`, the
    exporter `jaeger`, the processor `spanmetrics`.
    An inverted sampling policy vetoes all others, and is deprecated in favour of `drop`.

    **Instead.**
    Use the successor.
    A type that only changed its spelling is renamed with all its references by a safe fix.

    A changed spelling is reported only where the collector is known to have the new one: by the option
    `collector_version`, by the tag of the image around the configuration, or because the file has another name of the
    same release.
    Older collectors do not know the new spelling.
    """

    id = "collector/deprecated-component"
    summary = "component was removed or renamed"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.1",)

    collector_version: str = ""
    """The collector's version, as in `0.151`; without one it is judged by the file."""

    def check_collector(self, config: CollectorConfig) -> Iterator[Finding]:
        version = self._version(config)
        for component in config.components:
            removed = REMOVED.get((component.kind, component.type))
            renamed = RENAMED.get((component.kind, component.type))
            if removed is not None:
                fix = _fix(config, component, removed.successor) if removed.successor is not None else None
                yield self.finding(
                    f"{component.kind} `{component.type}` was removed in {removed.version}",
                    component.at,
                    help=removed.instead,
                    fix=fix if not component.settings.entries else None,
                )
            elif renamed is not None and version is not None and version >= renamed.version:
                yield self.finding(
                    f"{component.kind} `{component.type}` is called `{renamed.new}` now",
                    component.at,
                    help="rename it with its references: the old name will be removed",
                    fix=_fix(config, component, renamed.new),
                    severity=Severity.INFO,
                )
        yield from self._settings(config)

    def _settings(self, config: CollectorConfig) -> Iterator[Finding]:
        address = config.settings.entry("service", "telemetry", "metrics", "address")
        if address is not None:
            yield self.finding(
                "`service.telemetry.metrics.address` is ignored since 0.123",
                config.place(address.key),
                help="configure `readers` with a `pull` exporter `prometheus`",
            )
        for component in config.components:
            yield from self._inverted(component)
            yield from self._renamed_keys(component)

    def _inverted(self, component: Component) -> Iterator[Finding]:
        for policy in policies_of(component):
            switch = policy.block.value.entry("invert_match") if policy.block is not None else None
            if switch is not None and policy.block is not None and policy.block.value.is_true("invert_match"):
                yield self.finding(
                    f"{policy.title} is inverted: what it matches is lost, whatever the others say",
                    component.place(switch.place),
                    help="use a policy of type `drop` with the same match, not inverted",
                )

    def _renamed_keys(self, component: Component) -> Iterator[Finding]:
        cache = component.settings.entry("dimensions_cache_size")
        if component.canonical == "span_metrics" and cache is not None:
            yield self.finding(
                "`dimensions_cache_size` is deprecated since 0.130",
                component.place(cache.key),
                help="use `aggregation_cardinality_limit`",
                severity=Severity.INFO,
            )
        if component.canonical != "filter" or component.kind is not ComponentKind.PROCESSOR:
            return
        for signal in ("metrics", "logs", "spans", "traces"):
            for side in ("include", "exclude"):
                legacy = component.settings.entry(signal, side)
                if legacy is not None:
                    yield self.finding(
                        f"`{side}` of `{component.id}` is the old form of a filter",
                        component.place(legacy.key),
                        help="write OTTL conditions: what one of them matches is dropped",
                        severity=Severity.INFO,
                    )

    def _version(self, config: CollectorConfig) -> tuple[int, int] | None:
        """The newest version that something is known by."""
        found = [renamed.version for own in config.components for renamed in _witnesses(own)]
        image = config.workload.image.value if config.workload is not None and config.workload.image is not None else ""
        matches = (_VERSION.fullmatch(self.collector_version), _TAG.search(image))
        found.extend((int(match[1]), int(match[2])) for match in matches if match is not None)
        return max(found, default=None)

    examples = (
        Bad(
            GATEWAY.replace("  otlp_grpc:\n    endpoint: tempo:4317\n", "  logging:\n").replace(
                "[otlp_grpc]", "[logging]"
            ),
            at="logging",
            fixed=GATEWAY.replace("  otlp_grpc:\n    endpoint: tempo:4317\n", "  debug:\n").replace(
                "[otlp_grpc]", "[debug]"
            ),
        ),
        Bad("exporters:\n  jaeger:\n    endpoint: jaeger:14250\n  debug:\n", at="jaeger"),
        Bad(
            GATEWAY.replace("exporters:\n", "exporters:\n  otlphttp/tempo:\n", 1).replace(
                "exporters: [otlp_grpc]", "exporters: [otlp_grpc, otlphttp/tempo]"
            ),
            at="otlphttp/tempo",
            fixed=GATEWAY.replace("exporters:\n", "exporters:\n  otlp_http/tempo:\n", 1).replace(
                "exporters: [otlp_grpc]", "exporters: [otlp_grpc, otlp_http/tempo]"
            ),
            why="a collector that knows `otlp_grpc` knows `otlp_http`",
        ),
        Bad(
            POLICIES
            + "      - {name: no-acme, type: string_attribute, string_attribute:"
            + " {key: tenant, values: [acme], invert_match: true}}\n",
            at="true",
        ),
        Bad(
            GATEWAY + '  telemetry: {metrics: {address: ":8888"}}\n',
            at="address",
        ),
        Good(GATEWAY.replace("otlp_grpc", "otlp"), why="the collector may be too old for the new name"),
        Good(GATEWAY),
    )


def _witnesses(component: Component) -> Iterator[Renamed]:
    return (new for (kind, _), new in RENAMED.items() if kind is component.kind and new.new == component.type)


def _fix(config: CollectorConfig, component: Component, new: str) -> Fix | None:
    """Renames a component and all that names it; None where something outside the file may name it."""
    name = component.id[len(component.type) :]
    if config.partial or any(own.id == new + name for own in config.components):
        return None
    texts: list[Text] = [component.key]
    for pipeline in config.pipelines:
        texts += [reference.text for _, reference in pipeline.references() if reference.text.value == component.id]
    texts += [reference.text for reference in config.extensions or () if reference.text.value == component.id]
    edits = [text.edit(0, len(component.type), new) for text in texts]
    complete: tuple[Edit, ...] = tuple(edit for edit in edits if edit is not None)
    return Fix(f"rename it to `{new}`", complete) if len(complete) == len(edits) else None
