"""`logs/interpolated-message`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Confidence, Edit, Finding, Fix, Good, Rule, Severity
from ...lint.nodes import LogCall, MessageForm

_FORMS = {
    MessageForm.F_STRING: "an f-string",
    MessageForm.PERCENT: "built with `%`",
    MessageForm.FORMAT: "built with `.format()`",
    MessageForm.CONCATENATION: "built with `+`",
    MessageForm.TEMPLATE: "a template literal",
}
_UNSTRUCTURED = frozenset({"unknown", "console"})
_CURES = {
    "logging": 'pass the values as arguments: `logger.info("user %s", user)`',
    "loguru": 'pass the values as arguments: `logger.info("user {}", user)`',
    "structlog": 'keep the event constant and pass the values as fields: `logger.info("created", user=user)`',
    "pino": 'pass the values as fields: `logger.info({ user }, "created")`',
    "winston": 'pass the values as fields: `logger.info("created", { user })`',
}


class InterpolatedMessage(Rule):
    """
    Flags log messages that are put together before the logger sees them: f-strings, `%`, `.format()`, `+`, template
    literals.

    **Why.**
    A message with its values in it is another message each time.
    It cannot be grouped, counted or searched for by its text; error trackers make an issue of each; and it is built
    even if the level is off.

    **Instead.**
    Keep the message constant and hand the values over: as arguments (`logging`, `loguru`) or as fields (`structlog`,
    pino, winston, `extra=`).

    The fix is offered where the values are plain names or attributes and the library's own placeholders say exactly
    the same.
    For what is only named like a logger, and for `console`, which knows no fields, the confidence is low.
    Not flagged: libraries that read f-strings themselves, such as logfire.
    """

    id = "logs/interpolated-message"
    summary = "log message is put together before the logger sees it"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.3",)

    def check_log_call(self, call: LogCall) -> Iterator[Finding]:
        form = _FORMS.get(call.form)
        if form is None or call.message is None:
            return
        yield self.finding(
            f"the message is {form}: each value makes another message",
            call.place(call.message),
            help=_CURES.get(call.library, "keep the message constant and pass the values as fields"),
            fix=_fix(call),
            confidence=Confidence.LOW if call.library in _UNSTRUCTURED else Confidence.HIGH,
        )

    examples = (
        Bad(
            """\
import logging

logger = logging.getLogger(__name__)


def created(user, count):
    logger.info(f"100% {user.name!r} made {count}", extra={"plan": user.plan})
    logger.info("%s made %d" % (user, count))
    logger.info("{} made {}".format(user, count))
    logger.info("made by " + user)
""",
            at=(
                'f"100% {user.name!r} made {count}"',
                '"%s made %d" % (user, count)',
                '"{} made {}".format(user, count)',
                '"made by " + user',
            ),
            path="app.py",
            fixed="""\
import logging

logger = logging.getLogger(__name__)


def created(user, count):
    logger.info("100%% %r made %s", user.name, count, extra={"plan": user.plan})
    logger.info("%s made %d", user, count)
    logger.info("%s made %s", user, count)
    logger.info("made by %s", user)
""",
        ),
        Bad(
            """\
from loguru import logger


def created(user, cents):
    logger.info(f"{user} paid {cents:,.2f}")
""",
            at='f"{user} paid {cents:,.2f}"',
            path="app.py",
            fixed="""\
from loguru import logger


def created(user, cents):
    logger.info("{} paid {:,.2f}", user, cents)
""",
        ),
        Bad(
            """\
import structlog

log = structlog.get_logger()


def created(user):
    log.info(f"created {user}")
""",
            at='f"created {user}"',
            path="app.py",
            why="which field the value is to become, only its author knows",
        ),
        Bad(
            """\
import logging


def created(user):
    logging.info(f"created {user.load()}")
    logging.info("created %s" % user)
""",
            at=('f"created {user.load()}"', '"created %s" % user'),
            path="app.py",
            why="a call would be made later or never; a tuple would be taken apart",
        ),
        Bad(
            """\
import pino from 'pino';

const logger = pino();

export const created = (userId: string) => logger.info(`event created by ${userId}`);
""",
            at="`event created by ${userId}`",
            path="example.ts",
        ),
        Good(
            """\
import pino from 'pino';

const logger = pino();

export const created = (userId: string, eventId: string) => logger.info({ userId, eventId }, 'event created');
""",
            path="example.ts",
        ),
        Good(
            """\
import logging

import logfire

logger = logging.getLogger(__name__)


def created(user):
    logger.info("created %s", user)
    logger.info("created", extra={"user": user})
    logfire.info(f"created {user}")
""",
            path="app.py",
        ),
    )


def _fix(call: LogCall) -> Fix | None:
    if call.rewritten is None or call.message is None:
        return None
    edit = Edit(call.message.source, call.message.region(), call.rewritten)
    return Fix("pass the values as arguments", (edit,))
