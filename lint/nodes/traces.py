"""What application source does with spans, and with the clients whose calls should be in them."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from ..region import Text
from .node import Node
from .source import Boundedness, Language, Step


class Ending(StrEnum):
    """On which paths a span is ended."""

    AUTOMATIC = "automatic"
    """The library ends it."""

    ALWAYS = "always"
    NEVER = "never"
    NOT_ON_EXCEPTION = "not when something raises"
    NOT_ON_RETURN = "not on every return"
    UNKNOWN = "unknown"
    """It is handed on, and may be ended elsewhere."""


class SpanStart(Node, kw_only=True):
    """A call that starts a span."""

    hook: ClassVar[str] = "check_span"
    language: Language
    library: str
    """`opentelemetry`, `ddtrace`, `sentry`, …"""

    method: str
    """What is called: `startActiveSpan`, `start_span`, …"""

    name: str | None
    """None where it is built at run time."""

    variable: str | None
    """What the span is bound to."""

    ending: Ending
    leak: Step | None = None
    """For a span that is not ended on every path: where such a path leaves."""


class SpanName(Node, kw_only=True):
    """A name given to a span, when it is started or later."""

    hook: ClassVar[str] = "check_span_name"
    language: Language
    boundedness: Boundedness
    source: str | None
    """What the name is built from, in words; None when bounded or unknown."""

    chain: tuple[Step, ...]
    built: bool
    """Whether it is put together where it is given: a template literal, an f-string."""

    text: Text


class SpanHandler(Node, kw_only=True):
    """An `except` or `catch` clause that catches while a span is open."""

    hook: ClassVar[str] = "check_span_handler"
    language: Language
    span: str
    """The span by its name, or by what it is bound to."""

    variable: str
    exception: str | None
    """What the exception is bound to."""

    records: bool
    """Whether it records the exception on a span, sets a status, or hands the span to something that may."""

    reraises: bool
    goes_on: bool
    """Whether there is more work inside the span after what was caught: then the failure may be of no weight."""


class ClientUse(Node, kw_only=True):
    """A client library whose calls leave the process: where it is made, or first called."""

    hook: ClassVar[str] = "check_client_use"
    language: Language
    client: str
    """Its package: `@prisma/client`, `sqlalchemy`, …"""

    in_span: bool
    """Whether every call of it in the file stands inside a span that the file starts itself."""


class Instrumentation(Node, kw_only=True):
    """A place that instruments libraries, or sets up tracing for all of a service."""

    hook: ClassVar[str] = "check_instrumentation"
    language: Language
    clients: tuple[str, ...]
    """The packages that it covers; none for a set-up that instruments nothing by itself."""

    everything: bool
    """Whether more may be covered than could be read."""


class Handoff(Node, kw_only=True):
    """Work that is handed from inside a span to a thread, a pool, a queue or another process."""

    hook: ClassVar[str] = "check_handoff"
    language: Language
    to: str
    """What it is handed to, in words: `a thread`, `a queue`."""

    work: str
    """What is handed over, as it is spelt."""

    carries_context: bool
    covered_by: str | None
    """The package whose instrumentation would carry the context."""
