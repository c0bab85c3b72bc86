"""`prometheus/plaintext-secret`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Entry, PrometheusConfig, ScrapeResource, Spelling
from ...lint.telemetry.credentials import State, state_of
from ...lint.trials import confidence_at
from ._samples import JOBS, MONITOR, WHOLE

_SECRETS = frozenset(
    "password credentials bearer_token client_secret secret_key token auth_token application_secret consumer_key"
    " key_passphrase hcloud_token service_account_key".split()
)
# How to get rid of one in a key, and in an address.
_FILES = (
    "put it into a file, name that in `{}_file`, and revoke this one",
    "use `basic_auth` with a `password_file`, and revoke this one",
)
_REFERENCES = (
    "put it into a Secret, name its key in `{}`, and revoke this one",
    "take it out of the address, and revoke it",
)
_URLS = ("url", "proxy_url", "token_url")
_HEADERS = ("headers", "http_headers", "proxy_connect_header")
_SECRET_HEADER = re.compile(r"authorization|api[-_]?key|token|secret", re.I)


class PlaintextSecret(Rule):
    """
    Flags passwords, tokens and keys that stand in the configuration.

    **Why.**
    Whoever reads the repository, its history or a backup can read the metrics of the target, or write to the storage.
    Prometheus hides them on its own pages for that reason; Git does not.

    **Instead.**
    Let Prometheus read a file: `password_file`, `credentials_file`, `client_secret_file`.
    A resource of the operator names a key of a Secret.
    Then revoke what was committed.

    In a test, an example or on a page it may be invented: low confidence.

    Not flagged: values that another tool fills in or decrypts, and placeholders.
    """

    id = "prometheus/plaintext-secret"
    summary = "credential stands in the configuration"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1",)

    def check_prometheus_config(self, config: PrometheusConfig) -> Iterator[Finding]:
        yield from self._secrets(config, *_FILES)

    def check_scrape_resource(self, resource: ScrapeResource) -> Iterator[Finding]:
        yield from self._secrets(resource, *(_FILES if resource.spelling is Spelling.PROMETHEUS else _REFERENCES))

    def _secrets(self, config: PrometheusConfig | ScrapeResource, cure: str, url_cure: str) -> Iterator[Finding]:
        for entry in config.settings.walk():
            name, text = entry.key.value, entry.value.text
            if name in _HEADERS:
                yield from self._headers(config, entry)
            elif text is not None and _snake(name) in _SECRETS and state_of(text.value) is State.PLAIN:
                yield self.finding(
                    f"`{name}` stands here in plain text",
                    config.place(text),
                    help=cure.format(name),
                    confidence=confidence_at(config.at.source),
                )
            elif text is not None and _snake(name) in _URLS and _has_password(text.value):
                yield self.finding(
                    f"`{name}` holds a password in plain text",
                    config.place(text),
                    help=url_cure,
                    confidence=confidence_at(config.at.source),
                )

    def _headers(self, config: PrometheusConfig | ScrapeResource, entry: Entry) -> Iterator[Finding]:
        for header in entry.value.entries:
            texts = [header.value.text, *header.value.texts_at("values"), *header.value.texts_at("secrets")]
            for text in texts:
                if text is None or not _SECRET_HEADER.search(header.key.value):
                    continue
                if state_of(text.value) is State.PLAIN:
                    yield self.finding(
                        f"the header `{header.key.value}` stands here in plain text",
                        config.place(text),
                        help="name a file in `http_headers`, and revoke this one",
                        confidence=confidence_at(config.at.source),
                    )

    examples = (
        Bad(WHOLE + "    basic_auth: {username: scraper, password: hunter2hunter2}\n", at="hunter2hunter2"),
        Bad(WHOLE + "    authorization: {credentials: eyJhbGciOi}\n", at="eyJhbGciOi"),
        Bad(JOBS + "  authorization: {credentials: eyJhbGciOi}\n", at="eyJhbGciOi"),
        Bad(
            WHOLE + "remote_write:\n  - url: https://1234:glc_eyJvIjoi@push.example/api\n"
            "    headers: {X-Api-Key: 8e3b1c5d9f0a}\n",
            at=("https://1234:glc_eyJvIjoi@push.example/api", "8e3b1c5d9f0a"),
        ),
        Bad(
            MONITOR + "      basicAuth: {username: {name: s, key: u}, password: hunter2hunter2}\n", at="hunter2hunter2"
        ),
        Bad(
            MONITOR + "      proxyUrl: http://scraper:hunter2hunter2@proxy.example:3128\n",
            at="http://scraper:hunter2hunter2@proxy.example:3128",
        ),
        Good(MONITOR + "      basicAuth: {username: {name: s, key: user}, password: {name: s, key: password}}\n"),
        Good(WHOLE + "    basic_auth: {username: scraper, password_file: /run/secrets/scraper}\n"),
        Good(WHOLE + "    basic_auth: {username: scraper, password: '{{ password }}'}\n"),
        Good(WHOLE + "    basic_auth: {username: scraper, password: <secret>}\n"),
    )


def _snake(name: str) -> str:
    """A key of the operator in Prometheus' spelling."""
    return re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _has_password(url: str) -> bool:
    try:
        password = urlsplit(url).password
    except ValueError:
        return False
    return password is not None and state_of(password) is State.PLAIN
