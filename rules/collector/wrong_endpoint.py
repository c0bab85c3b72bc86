"""`collector/wrong-endpoint`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import CollectorConfig, Component, ComponentKind
from ._endpoints import host_of, is_local, port_of
from ._values import literal

_GRPC, _HTTP = 4317, 4318
_PATH = re.compile(r"/v1/(?:traces|metrics|logs|profiles)/?$")


class WrongEndpoint(Rule):
    """
    Flags addresses of OTLP at which nobody understands it.

    **Why.**
    4317 is the port of OTLP over gRPC, 4318 that over HTTP: the other protocol gets connection errors.
    The HTTP exporter appends `/v1/traces` to its `endpoint`: one that already ends so gets a 404.
    A receiver on `localhost` in a container hears nobody.

    **Instead.**
    Use the port of the protocol, an `endpoint` without a path or a `traces_endpoint` with one, and `${env:POD_IP}`.

    Not flagged: ports other than these two, and addresses that an environment variable fills in.
    """

    id = "collector/wrong-endpoint"
    summary = "nobody understands OTLP at this address"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.1",)

    def check_component(self, component: Component) -> Iterator[Finding]:
        if component.kind is ComponentKind.EXPORTER and component.canonical in ("otlp_grpc", "otlp_http"):
            yield from self._protocol(component, ("endpoint",), grpc=component.canonical == "otlp_grpc")
            endpoint = component.settings.text_at("endpoint")
            match = _PATH.search(endpoint.value) if endpoint is not None else None
            if endpoint is not None and match is not None and component.canonical == "otlp_http":
                yield self.finding(
                    f"the exporter appends `{match[0].rstrip('/')}` to its endpoint once more",
                    component.place(endpoint),
                    help=f"remove the path, or call the key `{match[0].split('/')[2]}_endpoint`",
                )
        elif component.kind is ComponentKind.RECEIVER and component.canonical == "otlp":
            yield from self._protocol(component, ("protocols", "grpc", "endpoint"), grpc=True)
            yield from self._protocol(component, ("protocols", "http", "endpoint"), grpc=False)

    def check_collector(self, config: CollectorConfig) -> Iterator[Finding]:
        workload = config.workload
        if workload is None or workload.mode is None or workload.mode.value == "sidecar":
            return
        for component in config.of_kind(ComponentKind.RECEIVER):
            for protocol in ("grpc", "http") if component.canonical == "otlp" else ():
                endpoint = component.settings.text_at("protocols", protocol, "endpoint")
                host = host_of(literal(endpoint) or "")
                if endpoint is not None and host is not None and is_local(host):
                    yield self.finding(
                        f"`{endpoint.value}` hears nobody from outside the container",
                        component.place(endpoint),
                        help="listen on `${env:POD_IP}`",
                    )

    def _protocol(self, component: Component, path: tuple[str, ...], *, grpc: bool) -> Iterator[Finding]:
        endpoint = component.settings.text_at(*path)
        value = literal(endpoint)
        wrong, right = (_HTTP, _GRPC) if grpc else (_GRPC, _HTTP)
        if endpoint is not None and value is not None and port_of(value) == wrong:
            spoken, other = ("gRPC", "HTTP") if grpc else ("HTTP", "gRPC")
            yield self.finding(
                f"{spoken} on port {wrong}, which is that of OTLP over {other}",
                component.place(endpoint),
                help=f"use port {right}",
            )

    examples = (
        Bad("exporters:\n  otlp:\n    endpoint: tempo:4318\n", at="tempo:4318"),
        Bad("exporters:\n  otlphttp:\n    endpoint: http://tempo:4318/v1/traces\n", at="http://tempo:4318/v1/traces"),
        Bad("receivers:\n  otlp:\n    protocols: {http: {endpoint: 0.0.0.0:4317}}\n", at="0.0.0.0:4317"),
        Good("exporters:\n  otlp:\n    endpoint: tempo:4317\n  otlphttp:\n    endpoint: http://tempo:4318\n"),
    )
