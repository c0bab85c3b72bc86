"""Whether addresses lead anywhere, asked of the network: only where somebody said that it may be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import urldefrag, urlsplit

_AT_ONCE = 8
_SECONDS = 10.0
_GONE = (404, 410)
# What some servers answer to HEAD, although a GET finds the page.
_NO_HEAD = (400, 403, 404, 405, 501)
# Names that lead nowhere by agreement (RFC 2606, RFC 6761): they hold a place.
_RESERVED = ("example", "test", "invalid", "localhost", "example.com", "example.net", "example.org")


class Reply(Enum):
    """What is known of an address."""

    FOUND = "found"
    GONE = "gone"
    UNKNOWN = "unknown"


Fetch = Callable[[str, str], int | None]
"""A method and an address to the status of the answer; None where there is none."""


def fetch(method: str, url: str) -> int | None:
    """Asks the network; follows redirections, reads no body."""
    import requests

    try:
        headers = {"User-Agent": "obsaudit"}
        with requests.request(
            method, url, headers=headers, timeout=_SECONDS, allow_redirects=True, stream=True
        ) as answer:
            return answer.status_code
    except (requests.RequestException, ValueError, OSError):
        return None


@dataclass
class Web:
    """Asks each address once a run, a few at a time. `unknown` collects those that nothing is known of."""

    fetch: Fetch = fetch
    unknown: set[str] = field(default_factory=set)
    _known: dict[str, Reply] = field(default_factory=dict)

    def gone(self, urls: Iterable[str]) -> set[str]:
        """Those of the addresses whose server says that there is nothing."""
        wanted = {url: urldefrag(url).url for url in urls if _is_public(url)}
        fresh = sorted(set(wanted.values()) - self._known.keys())
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            self._known.update(zip(fresh, pool.map(self._ask, fresh), strict=True))
        self.unknown |= {url for url in fresh if self._known[url] is Reply.UNKNOWN}
        return {url for url, page in wanted.items() if self._known[page] is Reply.GONE}

    def _ask(self, url: str) -> Reply:
        status = self.fetch("HEAD", url)
        if status in _NO_HEAD:
            status = self.fetch("GET", url)
        if status in _GONE:
            return Reply.GONE
        return Reply.FOUND if status is not None and status < 400 else Reply.UNKNOWN


def _is_public(url: str) -> bool:
    """Whether an address is one of the web that may be asked: no template, no placeholder."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not host or any(character in url for character in "{}<>$ "):
        return False
    return not any(host == name or host.endswith(f".{name}") for name in _RESERVED)
