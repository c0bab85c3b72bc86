"""Addresses: which of them leave the own network."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

_INSIDE = re.compile(
    r"(?:^|\.)(?:localhost|local|internal|lan|svc|intranet|home\.arpa|test|example|invalid|localdomain|cluster)$"
    r"|\.svc\.|(?:^|\.)example\.(?:com|org|net)$"
)


def host_of(endpoint: str) -> str | None:
    """The host of an address, with or without a scheme."""
    try:
        return urlsplit(endpoint if "//" in endpoint else f"//{endpoint}").hostname
    except ValueError:
        return None


def port_of(endpoint: str) -> int | None:
    """The port of an address."""
    try:
        return urlsplit(endpoint if "//" in endpoint else f"//{endpoint}").port
    except ValueError:
        return None


def is_public(host: str) -> bool:
    """Whether a host is certainly outside: a name with dots under a public suffix, or a public address."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        pass
    parts = host.split(".")
    # `tempo.monitoring` is a service and its namespace.
    return len(parts) > 2 and not _INSIDE.search(host) and parts[-1].isalpha()


def is_local(host: str) -> bool:
    """Whether a host is the collector's own."""
    return host in ("localhost", "127.0.0.1", "::1")
