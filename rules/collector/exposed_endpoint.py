"""`collector/exposed-endpoint`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Component, ComponentKind
from ._endpoints import host_of
from ._values import literal

_PRIVATE = {"pprof": "profiles, which hold what is in memory", "zpages": "the traces that pass through"}
_EVERYWHERE = frozenset({"0.0.0.0", "::"})


class ExposedEndpoint(Rule):
    """
    Flags debugging pages of the collector that everybody in the network can open.

    **Why.**
    `pprof` and `zpages` ask for no password: whoever reaches them reads what passes through, and can keep the collector
    busy with profiles.

    **Instead.**
    Leave them on `localhost`, and reach them with a port-forward.

    Not flagged: receivers and health checks, which are there to be reached.
    """

    id = "collector/exposed-endpoint"
    summary = "debugging page is open to the network"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.1",)

    def check_component(self, component: Component) -> Iterator[Finding]:
        shown = _PRIVATE.get(component.canonical) if component.kind is ComponentKind.EXTENSION else None
        endpoint = component.settings.text_at("endpoint")
        value = literal(endpoint)
        if shown is None or endpoint is None or value is None:
            return
        if host_of(value) in _EVERYWHERE or value.startswith(":"):
            yield self.finding(
                f"`{component.id}` shows everybody {shown}",
                component.place(endpoint),
                help="listen on `localhost`",
            )

    examples = (
        Bad("exporters: {debug: }\nextensions:\n  pprof:\n    endpoint: 0.0.0.0:1777\n", at="0.0.0.0:1777"),
        Good(
            "exporters: {debug: }\nextensions:\n  pprof: {endpoint: localhost:1777}\n"
            "  health_check: {endpoint: 0.0.0.0:13133}\n"
        ),
    )
