"""
A Prometheus server, or one that speaks its API, through prometheus-api-client.

The client asks the queries and the targets; on the same session this module asks the endpoints that
it lacks, and reads the warnings that it drops. Imported only when there is a server to ask.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import ClassVar
from urllib.parse import unquote, urlsplit, urlunsplit

from prometheus_api_client import PrometheusConnect

from .alertmanager import ALERTMANAGER, reduced
from .answers import MALFORMED, Json
from .budget import Budget
from .credentials import Credentials
from .errors import Elsewhere, Exhausted, LiveError, Malformed, Refused, TimedOut, Unreachable, Unsupported
from .figures import moment
from .limits import Limits
from .live import LOKI, Answer, Live, Question
from .session import Session

# How Prometheus, Thanos, Mimir and VictoriaMetrics say that a query asks for too much.
_TOO_MUCH = re.compile(
    r"too many samples|maximum resolution|samples limit|series limit|max-?[a-z]+-?per-?query|maxSamplesPerQuery"
    r"|exceed(ed|s) .*\b(limit|maximum)|limit exceeded|too (large|long|many)",
    re.I,
)
_HALVINGS = 4


class _Connection(threading.local):
    """A session, and the client on it, of each thread that asks: neither is made for two of them."""

    def __init__(self, url: str, credentials: Credentials, budget: Budget, system: str) -> None:
        self._url = url
        self.session = Session(credentials, budget, system)

    @cached_property
    def client(self) -> PrometheusConnect:
        """The client; without retries of its own, since those of the session know the budget."""
        return PrometheusConnect(self._url, retry=0, auth=self.session.auth, session=self.session)


class _Beside:
    """A system beside a server: another host, with credentials of its own, and the budget of the run."""

    system: ClassVar[str]

    def __init__(self, url: str, credentials: Credentials, budget: Budget) -> None:
        self._url, userinfo = split_userinfo(url)
        self._connection = _Connection(self._url, _with(credentials, userinfo), budget, self.system)

    @property
    def session(self) -> Session:
        """The session of this thread."""
        return self._connection.session


class Loki(_Beside):
    """The Loki beside a server."""

    system = LOKI.rstrip("/")

    def ask(self, path: str, question: Question, now: datetime) -> None:
        """Asks below `/loki/api/v1/`; the answer is the session's envelope."""
        # Loki counts nanoseconds.
        parameters = [*question.parameters, ("time", str(int(now.timestamp()) * 10**9))]
        self.session.get(f"{self._url}/loki/api/v1/{path}", params=parameters)


class Alertmanager(_Beside):
    """The Alertmanager beside a server."""

    system = ALERTMANAGER.rstrip("/")

    def ask(self, path: str) -> Json:
        """The answer below `/api/v2/`, without what no auditor reads."""
        self.session.bare = True
        self.session.get(f"{self._url}/api/v2/{path}")
        try:
            return reduced(path, self.session.envelope.data)
        except MALFORMED:
            raise Malformed("the answer has not the form that Alertmanager documents") from None


class Server(Live):
    """A server that is asked now."""

    def __init__(
        self,
        url: str,
        now: datetime,
        *,
        name: str | None = None,
        credentials: Credentials | None = None,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        budget: Budget | None = None,
        loki: Loki | None = None,
        alertmanager: Alertmanager | None = None,
    ) -> None:
        bare, userinfo = split_userinfo(url)
        self.url = bare
        self.now = now
        self.name = name or urlsplit(bare).netloc
        self.credentials = _with(credentials or Credentials(), userinfo)
        self.budget = budget or Budget(limits or Limits(), clock, sleep)
        self._connection = _Connection(bare, self.credentials, self.budget, "prometheus")
        self._loki = loki
        self._alertmanager = alertmanager

    @property
    def session(self) -> Session:
        """The session of this thread."""
        return self._connection.session

    @property
    def _client(self) -> PrometheusConnect:
        return self._connection.client

    @property
    def head(self) -> tuple[tuple[str, str], ...]:
        """The address, and when it was asked."""
        return (("server", f"{self.name} ({self.url})"), ("asked", moment(self.now)))

    def ask(self, question: Question) -> Answer:
        """Asks the server, within the limits of the run."""
        try:
            if question.path == "query_range":
                return self._over_time(question)
            if question.path.startswith(ALERTMANAGER):
                return self._silenced(question.path.removeprefix(ALERTMANAGER))
            self._send(question)
        except (Unreachable, Exhausted) as error:
            # A run ends when the server is gone, and goes on when only what stands beside it is.
            beside = question.path.startswith((LOKI, ALERTMANAGER)) and isinstance(error, Unreachable)
            kind = Elsewhere if beside else type(error)
            raise kind(f"`{question.path}`: {error}") from None
        except LiveError as error:
            raise type(error)(f"`{question.path}`: {error}") from None
        except (KeyError, TypeError):
            # The client looks for the result before we do.
            raise Malformed(f"the answer to `{question.path}` has not the form that Prometheus documents") from None
        asked = self._loki if question.path.startswith(LOKI) else None
        envelope = (asked or self).session.envelope
        if question.path == "status/buildinfo" and isinstance(envelope.data, dict):
            # Only the headers tell: what VictoriaMetrics gives for its version is that of a Prometheus.
            return Answer({**envelope.data, **self.session.backend}, envelope.warnings)
        return Answer(envelope.data, envelope.warnings)

    def _silenced(self, path: str) -> Answer:
        if self._alertmanager is None:
            where = "give --alertmanager, or `alertmanager` of the server in the configuration"
            raise Unsupported(f"no Alertmanager is known: {where}")
        return Answer(self._alertmanager.ask(path))

    def _over_time(self, question: Question) -> Answer:
        """The answer to a range query, in pieces where the server finds the whole too much."""
        parameters = dict(question.parameters)
        step = int(parameters["step"])
        # On the step, so that the points of two pieces are those of the whole.
        return self._piece(parameters["query"], self.now, int(parameters["range"]) // step, step, _HALVINGS)

    def _piece(self, expression: str, end: datetime, steps: int, step: int, halvings: int) -> Answer:
        start = end - timedelta(seconds=steps * step)
        bounds = self._bounds
        try:
            self._client.custom_query_range(expression, start, end, str(step), params=bounds)
        except (Refused, TimedOut) as error:
            if not halvings or steps < 2 or not (isinstance(error, TimedOut) or _TOO_MUCH.search(str(error))):
                raise
            late = steps // 2
            second = self._piece(expression, end, late, step, halvings - 1)
            before = end - timedelta(seconds=(late + 1) * step)
            first = self._piece(expression, before, steps - late - 1, step, halvings - 1)
            return Answer(_joined(first.data, second.data), (*first.warnings, *second.warnings))
        return Answer(self.session.envelope.data, self.session.envelope.warnings)

    @property
    def _bounds(self) -> dict[str, str]:
        """`stats` has the server count the samples it read; `timeout` has it give up when we do."""
        return {"stats": "all", "timeout": f"{self.session.limits.read:g}s"}

    def _send(self, question: Question) -> None:
        parameters = dict(question.parameters)
        match question.path:
            case "query":
                self._client.custom_query(parameters["query"], params=self._bounds)
            case "targets":
                self._client.get_targets(state=parameters["state"])
            case path if path.startswith(LOKI):
                if self._loki is None:
                    raise Unsupported("no Loki is known: give --loki, or `loki` of the server in the configuration")
                self._loki.ask(path.removeprefix(LOKI), question, self.now)
            case path:
                # A list: `match[]` may be there several times.
                self.session.get(f"{self.url}/api/v1/{path}", params=list(question.parameters))


def _joined(first: Json, second: Json) -> Json:
    """The matrices of two ranges, one after the other, as one."""
    series: dict[tuple[tuple[str, str], ...], dict[str, Json]] = {}
    for part in (first, second):
        for one in part["result"]:
            whole = series.setdefault(tuple(sorted(one["metric"].items())), {"metric": one["metric"], "values": []})
            whole["values"] = [*whole["values"], *one.get("values", ())]
    return {"resultType": second["resultType"], "result": [*series.values()]}


def split_userinfo(url: str) -> tuple[str, tuple[str, str] | None]:
    """The URL without user and password, and those."""
    parts = urlsplit(url.rstrip("/"))
    host = parts.netloc.rpartition("@")[2]
    userinfo = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return urlunsplit((parts.scheme, host, parts.path, "", "")), userinfo


def _with(credentials: Credentials, userinfo: tuple[str, str] | None) -> Credentials:
    """The credentials, completed by those of the URL where there are no others."""
    if userinfo is None or credentials.bearer or credentials.basic:
        return credentials
    return replace(credentials, basic=userinfo)
