"""`logs/error-without-exception`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Confidence, Edit, Finding, Fix, Good, Rule, Severity
from ...lint.nodes import Language, LogCall
from ...lint.trials import is_test

_LIBRARIES = frozenset({"logging", "structlog", "loguru"})
_BROAD = frozenset({"Exception", "BaseException"})
# A missing package says no more than its name.
_MISSING = re.compile(r"\binstall(?:ed|ing)?\b", re.IGNORECASE)


class ErrorWithoutException(Rule):
    """
    Flags errors that are logged in an exception handler without the exception.

    **Why.**
    The message says that something failed; the stack, which says where and why, ends with the handler.
    What is not logged here cannot be found later.

    **Instead.**
    Call `logger.exception(…)`, or pass `exc_info=True`; in JavaScript pass the error: `logger.error({ err }, "…")`.

    The confidence is high for handlers that catch everything.
    It is low where the handler catches a narrow type, since such an error may well be expected, and where the message
    or another call beside it shows the exception's text, since that may be all that is wanted, or says what is to be
    installed, where a condition on the exception leads to the call, where it is handed to a function that may log it,
    and in tests; and for a logger that comes from elsewhere, unless the handler never reads its exception.
    Not flagged: handlers that raise again, because the stack is not lost.
    """

    id = "logs/error-without-exception"
    summary = "error is logged in a handler without the exception"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.3",)

    def check_log_call(self, call: LogCall) -> Iterator[Finding]:
        if call.level not in ("error", "critical") or not call.handles or call.passes_exception or call.reraises:
            return
        shown = f", only its text through `{call.exception}`" if call.shows_exception else ""
        broad = not call.catches or not _BROAD.isdisjoint(call.catches)
        # `catch {` without a name says that the error is expected.
        named = call.exception is not None or call.language is Language.PYTHON
        # However a logger of another file writes: it was never given what the handler does not read.
        known = call.library != "unknown" or call.drops_exception
        certain = broad and named and not call.shows_exception and known and not _explains(call)
        certain = certain and not call.accounted_for and not is_test(call.at.source)
        yield self.finding(
            f"`{call.logger}` logs an error in a handler without the exception{shown}",
            call.at,
            help=_CURES[call.language],
            fix=_fix(call),
            confidence=Confidence.HIGH if certain else Confidence.LOW,
        )

    examples = (
        Bad(
            """\
import logging

logger = logging.getLogger(__name__)


def sync():
    try:
        pull()
    except Exception:
        logger.error("sync failed")
""",
            at="logger.error",
            path="sync.py",
            fixed="""\
import logging

logger = logging.getLogger(__name__)


def sync():
    try:
        pull()
    except Exception:
        logger.exception("sync failed")
""",
        ),
        Bad(
            """\
import logging


def sync(name):
    try:
        pull()
    except Exception as error:
        logging.critical("sync of %s failed: %s", name, error)
""",
            at="logging.critical",
            path="sync.py",
            fixed="""\
import logging


def sync(name):
    try:
        pull()
    except Exception as error:
        logging.critical("sync of %s failed: %s", name, error, exc_info=True)
""",
        ),
        Bad(
            """\
from loguru import logger

try:
    pull()
except ConnectionError:
    logger.critical("sync failed")
""",
            at="logger.critical",
            path="sync.py",
            fixed="""\
from loguru import logger

try:
    pull()
except ConnectionError:
    logger.opt(exception=True).critical("sync failed")
""",
        ),
        Bad(
            """\
import pino from 'pino';

const logger = pino();

export async function sync() {
  try {
    await pull();
  } catch (err) {
    logger.error('sync failed');
  }
}
""",
            at="logger.error",
            path="example.ts",
        ),
        Good(
            """\
import pino from 'pino';

const logger = pino();

export async function sync() {
  try {
    await pull();
  } catch (err) {
    logger.error({ err }, 'sync failed');
  }
}
""",
            path="example.ts",
        ),
        Good(
            """\
import logging

import structlog

logger = logging.getLogger(__name__)
log = structlog.get_logger()


def sync():
    try:
        pull()
    except Exception:
        logger.exception("sync failed")
        logger.error("sync failed", exc_info=True)
        log.error("sync failed", exc_info=True)
    try:
        pull()
    except Exception:
        logger.error("sync failed")
        raise
    logger.error("nothing to sync")
""",
            path="sync.py",
        ),
        Good(
            """\
import logging

logger = logging.getLogger(__name__)


def sync():
    try:
        pull()
    except Exception:
        logger.error(f"sync failed: {get_exception_traceback()}")
""",
            path="sync.py",
            why="the message shows the stack",
        ),
        Good(
            """\
import createDebug from 'debug';

const debug = createDebug('sync');

export async function sync() {
  try {
    await pull();
  } catch (err) {
    console.error('sync failed');
    debug(err);
  }
}
""",
            path="example.ts",
            why="another call is given the exception",
        ),
    )


_CURES = {
    Language.PYTHON: "call `.exception(…)`, or pass `exc_info=True`",
    Language.TYPESCRIPT: "pass the error as a field: `{ err }`",
}


def _fix(call: LogCall) -> Fix | None:
    """Adds the stack, at the same level and with the same message."""
    if call.language is not Language.PYTHON or call.library not in _LIBRARIES or call.method is None:
        return None
    method = call.method
    if method.value == "error":
        return Fix("log the exception too", (Edit(method.source, method.region(), "exception"),))
    if call.library == "loguru":
        return Fix(
            "log the exception too", (Edit(method.source, method.region(), f"opt(exception=True).{method.value}"),)
        )
    return _with_exc_info(call)


def _with_exc_info(call: LogCall) -> Fix | None:
    arguments = call.arguments
    if arguments is None or not arguments.value.strip():
        return None
    end = len(arguments.value.rstrip())
    comma = "" if arguments.value[:end].endswith(",") else ","
    edit = Edit(arguments.source, arguments.region(end, end), f"{comma} exc_info=True")
    return Fix("log the exception too", (edit,))


def _explains(call: LogCall) -> bool:
    return call.arguments is not None and _MISSING.search(call.arguments.value) is not None
