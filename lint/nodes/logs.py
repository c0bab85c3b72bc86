"""What source writes and shows: log calls, the set-ups behind them, what they expose, and output to the terminal."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from ..finding import Location
from ..record import Record
from ..region import Text
from .node import Node
from .source import Language


class MessageForm(StrEnum):
    """How a log message is made."""

    CONSTANT = "constant"
    F_STRING = "f-string"
    PERCENT = "%"
    FORMAT = ".format()"
    CONCATENATION = "+"
    TEMPLATE = "template literal"
    OTHER = "other"


class LogField(Record):
    """One structured field that a log call passes."""

    key: str
    code: str
    at: Location
    name: Text | None = None
    """The key as it is spelt, without quotes; None where it cannot be edited."""

    shorthand: bool = False
    """Whether the key is the value too, as in `{ userId }`."""


class LoggerSetup(Node, kw_only=True):
    """The place that configures logging, or makes a logger whose configuration is at that place."""

    hook: ClassVar[str] = "check_logger_setup"
    language: Language
    library: str
    """`logging`, `structlog`, `loguru`, `pino`, `winston`."""

    correlated: bool | None
    """True where a proof of trace correlation was found, None where it cannot be told."""

    why: str
    """The proof, what is missing, or what could not be followed."""

    plain: bool = False
    """Whether it says nothing of how records look: `logging.basicConfig(level=…)`."""

    unless_bound: bool = False
    """Whether it writes what the project binds to the context of each record, and no trace id beside that."""


class Tracing(Node, kw_only=True):
    """The place at which a file takes part in tracing: where there is one, log records have a trace to name."""

    hook: ClassVar[str] = "check_tracing"
    language: Language
    library: str
    """`opentelemetry`, `ddtrace`, …"""


class LogCall(Node, kw_only=True):
    """A call that writes a log record."""

    hook: ClassVar[str] = "check_log_call"
    language: Language
    library: str
    logger: str
    """The logger as it is spelt: `logger`, `self.log`."""

    level: str
    """`debug`, `info`, `warning`, `error`, `critical`; `exception` counts as `error`."""

    form: MessageForm
    message: Text | None
    """The message argument as it is spelt; None where there is none."""

    fields: tuple[LogField, ...]
    exception: str | None
    """The exception that the nearest handler around the call has caught, by name; None outside a handler."""

    handles: bool
    """Whether the call stands in a handler (`except`, `catch`)."""

    passes_exception: bool
    passes_trace_id: bool

    catches: tuple[str, ...] = ()
    """The types that the nearest handler catches, as they are spelt; none where it catches everything."""

    reraises: bool = False
    """Whether that handler raises in turn, so that the exception is not lost."""

    shows_exception: bool = False
    """Whether the message shows the text of the caught exception, without its stack."""

    accounted_for: bool = False
    """
    Whether the handler knows more of the exception than the call says.

    A condition on it leads to the call, or it is handed to a function that may log it.
    """

    drops_exception: bool = False
    """Whether the handler has a name for the exception and never reads it."""

    method: Text | None = None
    """The name of the method that is called."""

    arguments: Text | None = None
    """Everything between the parentheses of the call."""

    rewritten: str | None = None
    """
    The arguments that say the same with a constant message, in the library's own placeholders.

    None where the message is constant, or has no exact equivalent.
    """

    placeholders: int | None = None
    """How many values the message has places for; None where that cannot be told."""

    values: tuple[Text, ...] | None = None
    """What is passed for those places; None where more may be passed than could be read."""

    in_scope: tuple[str, ...] = ()
    """For an error: the variables of the functions around it and the attributes that they read, as they are spelt."""


class Exposure(Node, kw_only=True):
    """A place that hands something to telemetry which should not be seen there."""

    hook: ClassVar[str] = "check_exposure"
    language: Language
    sink: str
    """Where it ends up, in words: `a log`, `a span attribute`, `baggage`, `the log of every exception`."""

    what: str
    """What it is, in words: `a password`, `the request's headers`."""

    code: str
    certain: bool
    """False where only a name with several meanings says so: `token`, `email`."""

    library: str
    setup: bool = False
    """Whether it is the set-up of a library that writes it, for all calls."""


class TerminalWrite(Node, kw_only=True):
    """A call that writes to the terminal without a logger."""

    hook: ClassVar[str] = "check_terminal_write"
    language: Language
    function: str
    """What is called: `print`, `console.log`."""

    program: bool
    """Whether its file is a program for the terminal or for a browser, where that is the way to speak."""
