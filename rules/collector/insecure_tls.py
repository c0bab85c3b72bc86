"""`collector/insecure-tls`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Component, ComponentKind
from ._endpoints import host_of, is_local, is_public
from ._values import literal


class InsecureTls(Rule):
    """
    Flags connections that take any certificate, and plain text to hosts outside.

    **Why.**
    With `insecure_skip_verify: true` whoever stands in between reads and changes everything, tokens included; with
    `insecure: true` or `http://` there is nothing to break.

    **Instead.**
    Name the `ca_file` of an internal authority; to hosts outside use TLS.

    Not flagged: plain text within a cluster, to one's own host, and where an environment variable holds the address.
    The certificate of a kubelet, which is mostly its own authority, is good to know (info).
    """

    id = "collector/insecure-tls"
    summary = "connection takes any certificate, or none"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.1",)

    def check_component(self, component: Component) -> Iterator[Finding]:
        yield from self._unverified(component)
        if component.kind is not ComponentKind.EXPORTER:
            return
        endpoint = component.settings.text_at("endpoint")
        value = literal(endpoint)
        host = host_of(value) if value is not None else None
        if endpoint is None or value is None or host is None or not is_public(host):
            return
        plain = component.settings.text_at("tls", "insecure")
        if plain is not None and component.settings.is_true("tls", "insecure") and not value.startswith("https:"):
            yield self.finding(
                f"`{component.id}` sends to `{host}` in plain text",
                component.place(plain),
                help="remove `insecure`, so that TLS is used",
            )
        elif value.startswith("http://"):
            yield self.finding(
                f"`{component.id}` sends to `{host}` in plain text", component.place(endpoint), help="use `https://`"
            )

    def _unverified(self, component: Component) -> Iterator[Finding]:
        endpoint = literal(component.settings.text_at("endpoint"))
        host = host_of(endpoint) if endpoint is not None else None
        if host is not None and is_local(host):
            return
        for entry in component.settings.walk():
            if entry.key.value != "insecure_skip_verify" or entry.value.text is None:
                continue
            if entry.value.text.value.lower() == "true":
                kubelet = component.canonical == "kubelet_stats"
                yield self.finding(
                    f"`{component.id}` takes any certificate",
                    component.place(entry.value.text),
                    help="leave verification on; name the `ca_file` of an internal authority",
                    severity=Severity.INFO if kubelet else Severity.WARNING,
                )

    examples = (
        Bad("exporters:\n  otlp:\n    endpoint: tempo:4317\n    tls: {insecure_skip_verify: true}\n", at="true"),
        Bad("exporters:\n  otlp:\n    endpoint: ingest.vendor.io:4317\n    tls: {insecure: true}\n", at="true"),
        Bad("exporters:\n  otlphttp:\n    endpoint: http://otlp.vendor.io\n", at="http://otlp.vendor.io"),
        Good("exporters:\n  otlp:\n    endpoint: tempo.monitoring.svc:4317\n    tls: {insecure: true}\n"),
        Good("exporters:\n  otlp:\n    endpoint: ${env:TEMPO}\n    tls: {insecure: true}\n"),
    )
