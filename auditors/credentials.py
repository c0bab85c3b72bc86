"""Credentials for a live system: from the environment or from files, never from the command line."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

PREFIX = "OBSAUDIT_"

_VALUES = ("BEARER_TOKEN", "USERNAME", "PASSWORD", "PROXY")
_FILES = ("HEADERS_FILE", "CA_FILE", "CERT_FILE", "KEY_FILE")
_NAMES = (*_VALUES, *(f"{name}_FILE" for name in _VALUES), *_FILES)


class CredentialsError(Exception):
    """Credentials that cannot be read, or that contradict each other; the text names no secret."""


@dataclass(frozen=True)
class Credentials:
    """
    What a server wants to see. `repr` shows none of it.

    `bearer` is a token; `basic` a user and a password; `headers` are sent with every request.
    """

    bearer: str | None = field(default=None, repr=False)
    basic: tuple[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    proxy: str | None = field(default=None, repr=False)
    """Its URL, which may hold a user and a password."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every string that must never be printed."""
        proxy = urlsplit(self.proxy).password if self.proxy else None
        through = (proxy, unquote(proxy)) if proxy else ()
        # As it stands in the header, which a server may quote.
        sent = (b64encode(":".join(self.basic).encode()).decode(),) if self.basic else ()
        return tuple(filter(None, (self.bearer, *(self.basic or ())[1:], *sent, *self.headers.values(), *through)))

    @classmethod
    def for_server(cls, name: str | None, environment: Mapping[str, str]) -> Credentials:
        """
        The credentials of a server of the configuration: its own variables where there is one, else those of all.

        The two are never mixed: a token for all must not go to a server that has a password of its own.
        """
        own = f"{PREFIX}{re.sub('[^A-Z0-9]', '_', name.upper())}_" if name else PREFIX
        given = any(environment.get(own + variable) for variable in _NAMES)
        return cls.of(environment, own if given else PREFIX)

    @classmethod
    def of(cls, environment: Mapping[str, str], prefix: str = PREFIX) -> Credentials:
        """
        The credentials of an environment.

        `BEARER_TOKEN`, `USERNAME`, `PASSWORD` and `PROXY`, each also as `…_FILE` with the path of a file that
        holds it; `HEADERS_FILE` with one `Name: value` a line; `CA_FILE`, `CERT_FILE`, `KEY_FILE`.
        """

        def given(name: str) -> str | None:
            if path := environment.get(f"{prefix}{name}_FILE"):
                return _text(path, f"{prefix}{name}_FILE").strip()
            return environment.get(prefix + name) or None

        def file(name: str) -> Path | None:
            return Path(path) if (path := environment.get(prefix + name)) else None

        bearer, user, password = given("BEARER_TOKEN"), given("USERNAME"), given("PASSWORD")
        if bearer and user:
            raise CredentialsError(f"`{prefix}BEARER_TOKEN` and `{prefix}USERNAME` are both set: a server takes one")
        headers = environment.get(f"{prefix}HEADERS_FILE")
        return cls(
            bearer=bearer,
            basic=(user, password or "") if user else None,
            headers=_headers(_text(headers, f"{prefix}HEADERS_FILE"), headers) if headers else {},
            ca=file("CA_FILE"),
            certificate=file("CERT_FILE"),
            key=file("KEY_FILE"),
            proxy=given("PROXY"),
        )


def _text(path: str, variable: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise CredentialsError(f"`{variable}` names `{path}`, which cannot be read: {why}") from None


def _headers(text: str, path: str) -> dict[str, str]:
    headers = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise CredentialsError(f"line {number} of `{path}` is not `Name: value`")
        headers[name.strip()] = value.strip()
    return headers
