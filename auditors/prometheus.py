"""
A Prometheus server, or one that speaks its API, through prometheus-api-client.

The client asks the queries and the targets; on the same session this module asks the endpoints that
it lacks, and reads the warnings that it drops. Imported only when there is a server to ask.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit, urlunsplit

from prometheus_api_client import PrometheusConnect

from .credentials import Credentials
from .errors import LiveError, Malformed
from .figures import moment
from .live import Answer, Live, Question
from .session import Limits, Session


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
    ) -> None:
        bare, userinfo = split_userinfo(url)
        self.url = bare
        self.now = now
        self.name = name or urlsplit(bare).netloc
        self.session = Session(_with(credentials or Credentials(), userinfo), limits or Limits(), clock, sleep)
        # No retries of the client's: those of the session know the budget.
        self._client = PrometheusConnect(bare, retry=0, auth=self.session.auth, session=self.session)

    @property
    def head(self) -> tuple[tuple[str, str], ...]:
        """The address, and when it was asked."""
        return (("server", f"{self.name} ({self.url})"), ("asked", moment(self.now)))

    def ask(self, question: Question) -> Answer:
        """Asks the server, within the limits of the run."""
        try:
            self._send(question)
        except LiveError as error:
            raise type(error)(f"`{question.path}`: {error}") from None
        except (KeyError, TypeError):
            # The client looks for the result before we do.
            raise Malformed(f"the answer to `{question.path}` has not the form that Prometheus documents") from None
        return Answer(self.session.envelope.data, self.session.envelope.warnings)

    def _send(self, question: Question) -> None:
        # `stats` has the server count the samples it read; `timeout` has it give up when we do.
        bounds = {"stats": "all", "timeout": f"{self.session.limits.read:g}s"}
        parameters = dict(question.parameters)
        match question.path:
            case "query":
                self._client.custom_query(parameters["query"], params=bounds)
            case "query_range":
                start = self.now - timedelta(seconds=int(parameters["range"]))
                self._client.custom_query_range(parameters["query"], start, self.now, parameters["step"], params=bounds)
            case "targets":
                self._client.get_targets(state=parameters["state"])
            case path:
                # A list: `match[]` may be there several times.
                self.session.get(f"{self.url}/api/v1/{path}", params=list(question.parameters))


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
    return Credentials(
        basic=userinfo,
        headers=credentials.headers,
        ca=credentials.ca,
        certificate=credentials.certificate,
        key=credentials.key,
    )
