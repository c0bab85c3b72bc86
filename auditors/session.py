"""
The HTTP session that every question to a server goes through: bounded, patient, discreet.

It pays for each request from the budget of the run, so that no auditor can overload a shared server,
and turns whatever goes wrong into a `LiveError` without a credential in it.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.auth import AuthBase

from ..lint.record import Record
from .answers import Json
from .budget import Budget
from .credentials import Credentials
from .errors import LiveError, NotJson, Refused, TimedOut, Truncated, Unreachable, Unsupported

_CHUNK = 64 * 1024
_ABSENT = (404, 405, 501)
_BUSY = (429, 503)


class Envelope(Record):
    """The answer as Prometheus wraps it, without its status."""

    data: Json
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _Authorization(AuthBase):
    """Sends the credentials and, since requests then asks nobody else, none that a `.netrc` may hold."""

    credentials: Credentials = field(repr=False)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self.credentials.bearer:
            request.headers["Authorization"] = f"Bearer {self.credentials.bearer}"
        if self.credentials.basic:
            requests.auth.HTTPBasicAuth(*self.credentials.basic)(request)
        return request


class _BusyError(Exception):
    """Something that may be over in a moment; `error` is what to say if it is not."""

    def __init__(self, error: LiveError, after: float = 0.0) -> None:
        super().__init__(str(error))
        self.error = error
        self.after = after
        """Seconds before which the server does not want to be asked again."""


class Session(requests.Session):
    """A session for one run, one system and one thread; what it costs is paid from the budget of the run."""

    def __init__(self, credentials: Credentials, budget: Budget, system: str) -> None:
        super().__init__()
        self.auth = _Authorization(credentials)
        self.headers.update(credentials.headers)
        self._options = _options(credentials)
        if credentials.certificate:
            certificate = str(credentials.certificate)
            self.cert = (certificate, str(credentials.key)) if credentials.key else certificate
        self.limits = budget.limits
        self._budget = budget
        self._system = system
        self.envelope = Envelope(None, ())
        """The last answer; the client library hands on only a part of it."""

        self.backend: dict[str, str] = {}
        """The `application` that the headers of the last answer tell of, where they do."""

        self.bare = False
        """Whether the answers are without an envelope, as those of Alertmanager."""

        self.max_redirects = 3
        # What is shorter than this is no secret, and would be found in every text.
        self._secrets = [secret for secret in credentials.secrets if len(secret) > 3]

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Sends a request, again where the server is busy, and reads its answer into `envelope`."""
        for attempt in range(self.limits.retries + 1):
            try:
                return self._attempt(*args, **kwargs)
            except _BusyError as busy:
                jittered = self.limits.backoff * 2**attempt * random.uniform(0.5, 1.5)
                last = attempt == self.limits.retries
                # Whoever else would ask the system waits, too.
                if not self._budget.pause(self._system, busy.after + (0 if last else jittered)) or last:
                    raise busy.error from None
        raise AssertionError("the last attempt returns or raises")

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Follows no redirection to another host: it would be handed the credentials and the questions."""
        target = super().get_redirect_target(resp)
        if target is None or resp.url is None:
            return None
        here, there = urlsplit(resp.url), urlsplit(target)
        elsewhere = there.netloc and (here.scheme, here.netloc) != (there.scheme or here.scheme, there.netloc)
        return None if elsewhere else target

    def _attempt(self, *args: Any, **kwargs: Any) -> requests.Response:
        self._budget.request(self._system)
        # A query must not outlive the run; a read timeout of requests is one between two bytes.
        left = max(self._budget.left, 0.001)
        kwargs |= self._options
        kwargs |= {"timeout": (min(self.limits.connect, left), min(self.limits.read, left)), "stream": True}
        until = self._budget.clock() + min(self.limits.read, left)
        try:
            response = super().request(*args, **kwargs)
            body = self._body(response, until)
        except requests.exceptions.ConnectTimeout:
            raise _BusyError(Unreachable(f"no connection within {self.limits.connect:g}s")) from None
        except (requests.exceptions.Timeout, urllib3.exceptions.ReadTimeoutError):
            raise TimedOut(f"no answer within {self.limits.read:g}s") from None
        except requests.exceptions.SSLError as error:
            raise Unreachable(f"the TLS connection failed: {_cause(error)}") from None
        except requests.exceptions.ConnectionError as error:
            raise _BusyError(Unreachable(f"no connection: {_cause(error)}")) from None
        except (requests.exceptions.ChunkedEncodingError, urllib3.exceptions.ProtocolError):
            raise Truncated("the answer ended before it was complete") from None
        except urllib3.exceptions.HTTPError as error:
            raise NotJson(f"the answer cannot be decoded ({type(error).__name__})") from None
        except (requests.exceptions.RequestException, OSError, ValueError) as error:
            # A class name says enough; the text may hold the URL or, of a header that is not legal, its value.
            raise Unreachable(f"the request could not be sent ({type(error).__name__})") from None
        self.envelope = self._open(response, body)
        self.backend = {"application": "VictoriaMetrics"} if "X-Server-Hostname" in response.headers else {}
        response.raw = io.BytesIO(body)
        return response

    def _body(self, response: requests.Response, until: float) -> bytes:
        """The body, never more of it than the limit, and no slower than the timeout."""
        body = bytearray()
        # What has come so far: `read` would wait for a whole chunk, of an answer that drips for ever.
        for chunk in iter(partial(response.raw.read1, _CHUNK, decode_content=True), b""):
            body += chunk
            if len(body) > self.limits.bytes:
                response.close()
                raise Truncated(f"the answer is larger than the limit of {self.limits.bytes} bytes")
            if self._budget.clock() > until:
                response.close()
                raise TimedOut(f"no complete answer within {self.limits.read:g}s")
        if response.raw.length_remaining:
            raise Truncated("the answer ended before it was complete")
        return bytes(body)

    def _open(self, response: requests.Response, body: bytes) -> Envelope:
        """The envelope of an answer, once nothing is wrong with it."""
        reply = _decoded(body)
        status = response.status_code
        if status == 200 and self.bare and isinstance(reply, dict | list):
            return Envelope(reply, ())
        if status == 200 and isinstance(reply, dict) and "series_count_total" in reply:
            return Envelope(reply, ())  # The cardinality API of Mimir has no envelope.
        if status != 200 or not isinstance(reply, dict) or reply.get("status") != "success":
            raise self._refusal(response, reply, body)
        stats = reply["data"].get("stats") if isinstance(reply.get("data"), dict) else None
        self._budget.read(self._system, _samples(stats, reply.get("data")))
        warnings: Iterable[Any] = (*(reply.get("warnings") or ()), *(reply.get("infos") or ()))
        partial = ("the server calls its answer partial",) if reply.get("isPartial") else ()
        return Envelope(reply.get("data"), (*map(str, warnings), *partial))

    def _refusal(self, response: requests.Response, reply: Json, body: bytes) -> Exception:
        status = response.status_code
        reason = f"{status} {response.reason or ''}".strip()
        text = reply.get("error") if isinstance(reply, dict) else None
        said = f": {self._scrubbed(str(text))}" if text else ""
        kind = reply.get("errorType") if isinstance(reply, dict) else None
        if 300 <= status < 400:
            there = urlsplit(response.headers.get("Location", ""))
            address = f"{there.scheme or 'http'}://{there.netloc.rpartition('@')[2]}"
            return Refused(f"the server redirects to `{address}`, another server, which is not followed ({reason})")
        if status in _ABSENT or (status == 400 and b"unsupported path" in body):
            return Unsupported(f"the server does not have it ({reason})")
        if status == 503 and kind in ("timeout", "canceled"):
            return TimedOut(f"the server gave up{said}")
        if status in (401, 403):
            return Refused(f"the server refuses the credentials, or wants some ({reason})")
        if status in _BUSY:
            after = _retry_after(response.headers.get("Retry-After"))
            return _BusyError(Refused(f"the server is busy or not ready ({reason}){said}"), after)
        if status != 200 or kind:
            return Refused(f"the server refuses ({reason}){said}")
        if body.lstrip()[:1] == b"<":
            return NotJson("the answer is HTML, as of a login page or a proxy, where JSON was expected")
        return NotJson("the answer is not the JSON of Prometheus, or ended early")

    def _scrubbed(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text if len(text) <= 200 else f"{text[:200]}…"


def _options(credentials: Credentials) -> dict[str, Any]:
    """
    What each request is sent with.

    On the session itself, requests lets `REQUESTS_CA_BUNDLE` and `HTTPS_PROXY` of the environment win over them.
    """
    options: dict[str, Any] = {}
    if credentials.ca:
        options["verify"] = str(credentials.ca)
    if credentials.proxy:
        options["proxies"] = {"http": credentials.proxy, "https": credentials.proxy}
    return options


def _retry_after(header: str | None) -> float:
    """The seconds that a server asks to be left alone; a date says nothing without its clock."""
    return float(header) if header and header.isdecimal() else 0.0


def _decoded(body: bytes) -> Json:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _samples(stats: Json, data: Json) -> int:
    """What a query read: as the server counts it, else what it returned."""
    try:
        return int(stats["samples"]["totalQueryableSamples"])
    except (KeyError, TypeError, ValueError):
        return len(data.get("result") or ()) if isinstance(data, dict) else 0


def _cause(error: BaseException) -> str:
    """The operating system's word for a failed connection. The texts of the outer exceptions hold the URL."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.strerror and not isinstance(seen, requests.RequestException):
            return seen.strerror
        reason = getattr(seen, "reason", None)
        inner = [one for one in (reason, *seen.args) if isinstance(one, BaseException)]
        seen = seen.__cause__ or seen.__context__ or next(iter(inner), None)
    return type(error).__name__
