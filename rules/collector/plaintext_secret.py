"""`collector/plaintext-secret`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity, Text
from ...lint.nodes import CollectorConfig, Component, Entry, Setting
from ...lint.trials import confidence_at
from ._values import is_filled_in

_SECRET = re.compile(
    r"(?:^|_)(?:password|passwd|secret|secret_key|client_secret|token|api_token|access_token|bearer_token|api_key|apikey"
    r"|license_key|connection_string|hmac_key|sas_key|shared_key|write_key)$",
    re.I,
)
_HEADER = re.compile(r"authorization|api[-_]?key|token|secret|^x-honeycomb-team$|^dd-api-key$|license[-_]?key", re.I)
# What holds a place, in an example as in a template.
_PLACEHOLDER = re.compile(
    r"<[^<>]*>|x{3,}|\*{3,}|\.{3}|your|change[-_]?me|replace|redacted|placeholder|example|dummy|todo|^(?:none|null)?$"
    r"|^(?:file|env|vault|ref|op|projects|arn):|^ENC\[|^/",
    re.I,
)


class PlaintextSecret(Rule):
    """
    Flags passwords, keys and tokens that stand in the configuration.

    **Why.**
    Whoever reads the repository or its history may write to the backend, and often read from it.
    A secret in Git stays there after it is deleted.

    **Instead.**
    Write `${env:API_TOKEN}` or `${file:/run/secrets/token}`, and revoke what was committed.

    In a test, an example or on a page it may be invented: low confidence.

    Not flagged: values that an environment variable or a template fills in, and placeholders.
    """

    id = "collector/plaintext-secret"
    summary = "credential stands in the configuration"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.1",)

    def check_component(self, component: Component) -> Iterator[Finding]:
        for name, text in _secrets(component.settings):
            yield self._finding(component, name, text)

    def check_collector(self, config: CollectorConfig) -> Iterator[Finding]:
        telemetry = config.settings.get("service", "telemetry")
        for name, text in _secrets(telemetry) if telemetry is not None else ():
            yield self._finding(config, name, text)

    def _finding(self, owner: Component | CollectorConfig, name: str, text: Text) -> Finding:
        variable = re.sub(r"\W+", "_", name).upper()
        return self.finding(
            f"`{name}` stands here in plain text",
            owner.place(text),
            help=f"write `${{env:{variable}}}`, and revoke this one",
            confidence=confidence_at(owner.at.source),
        )

    examples = (
        Bad(
            """\
exporters:
  otlphttp:
    endpoint: https://ingest.vendor.io
    headers:
      Authorization: Bearer glc_eyJvIjoiNzQ
receivers:
  postgresql:
    username: monitor
    password: correct-horse-battery
""",
            at=("Bearer glc_eyJvIjoiNzQ", "correct-horse-battery"),
        ),
        Good(
            """\
exporters:
  otlphttp:
    endpoint: https://ingest.vendor.io
    headers:
      Authorization: "Bearer ${env:TOKEN}"
      X-Scope-OrgID: team-a
receivers:
  postgresql:
    password: <PASSWORD>
"""
        ),
    )


def _secrets(setting: Setting) -> Iterator[tuple[str, Text]]:
    for entry in _sensitive(setting):
        text = entry.value.text
        if text is not None and not is_filled_in(text) and not _PLACEHOLDER.search(text.value) and len(text.value) > 3:
            yield entry.key.value, text


def _sensitive(setting: Setting) -> Iterator[Entry]:
    """Keys that name a secret; those of headers by other words, since there everything is a header's name."""
    listed = {id(own) for entry in setting.walk() if entry.key.value == "headers" for own in entry.value.entries}
    for entry in setting.walk():
        names = _HEADER if id(entry) in listed else _SECRET
        if names.search(entry.key.value):
            yield entry
