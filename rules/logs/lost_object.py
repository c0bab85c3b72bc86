"""`logs/lost-object`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Confidence, Edit, Finding, Fix, Good, Location, Rule, Severity, Text
from ...lint.nodes import Language, LogCall, LoggerSetup
from ...lint.project import Project

_OBJECT = re.compile(r"\{.*\}|e|err|error|ex|exception", re.DOTALL)


class LostObject(Rule):
    """
    Flags values that a log call is given and that no record will hold.

    **Why.**
    pino takes the object first: `logger.info("done", { userId })` writes «done», and nothing else.
    `logging` writes an error about itself instead of the record when values and placeholders differ in number.
    loguru leaves out what has no `{}`, and raises where a value is missing.

    **Instead.**
    Hand pino the object first, and give each value its placeholder.

    The fix for pino swaps the object and the message; it is unsafe, since it adds to the records.
    For a logger that is imported the confidence is low, and it is judged only where all loggers of the project are
    pino's.
    Not flagged: messages that are no literal, mappings for placeholders with names, and `*args`.
    """

    id = "logs/lost-object"
    summary = "value is given to a log call and not written"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.3",)
    about = (LogCall,)

    def check_log_call(self, call: LogCall) -> Iterator[Finding]:
        if call.library in ("logging", "loguru", "pino"):
            yield from self._judge(call, Confidence.HIGH)

    def check_project(self, project: Project) -> Iterator[Finding]:
        libraries = {one.library for one in project.all(LoggerSetup) if one.language is Language.TYPESCRIPT}
        if libraries != {"pino"}:
            return
        for call in project.all(LogCall):
            # A member, as in `this.logger`, is as often an object of the project's own with other manners.
            if call.library == "unknown" and call.language is Language.TYPESCRIPT and call.logger.isidentifier():
                yield from self._judge(call, Confidence.LOW)

    def _judge(self, call: LogCall, confidence: Confidence) -> Iterator[Finding]:
        count, values = call.placeholders, call.values
        if count is None or values is None or count == len(values) or call.message is None:
            return
        # Without values a message is written as it is: `"100%s"` may be meant.
        if not values:
            if call.language is Language.PYTHON and "%s" in call.message.value and call.library == "logging":
                yield self._finding(call, "a placeholder and no value", _at(call, call.message), Confidence.LOW)
            return
        if len(values) < count and call.language is Language.TYPESCRIPT:
            return
        told = f"{_number(count, 'placeholder')} and {_number(len(values), 'value')}"
        if len(values) < count:
            yield self._finding(call, told, _at(call, call.message), confidence)
            return
        lost = values[count]
        code = " ".join(lost.value.split())
        if call.language is Language.TYPESCRIPT:
            yield self.finding(
                f"`{call.logger}` drops `{code}`, which comes after the message and has no placeholder",
                _at(call, lost),
                help="pass the object first, then the message",
                fix=_swapped(call),
                confidence=confidence,
            )
            return
        yield self._finding(call, told, _at(call, lost), confidence)

    def _finding(self, call: LogCall, told: str, at: Location, confidence: Confidence) -> Finding:
        style = "`{}`" if call.library == "loguru" else "`%s`"
        return self.finding(
            f"message of `{call.logger}` has {told}",
            at,
            help=f"write one {style} for each value",
            confidence=confidence,
        )

    examples = (
        Bad(
            """\
import pino from 'pino';

const logger = pino();

export function created(userId: string, eventId: string) {
  logger.info('event created', { userId, eventId });
}
""",
            at="{ userId, eventId }",
            path="example.ts",
            fixed="""\
import pino from 'pino';

const logger = pino();

export function created(userId: string, eventId: string) {
  logger.info({ userId, eventId }, 'event created');
}
""",
        ),
        Bad(
            """\
import { logger } from './logger';

export const failed = (err: Error) => logger.error('checkout failed', err);
""",
            at="err",
            path="example.ts",
            files={"logger.ts": "import pino from 'pino';\n\nexport const logger = pino();\n"},
            fixed="""\
import { logger } from './logger';

export const failed = (err: Error) => logger.error(err, 'checkout failed');
""",
        ),
        Bad(
            """\
import logging

from loguru import logger

log = logging.getLogger(__name__)


def created(user, event):
    log.info("event %s created", event, user)
    log.info("event %s created by %s", event)
    logger.info("event created", event)
    logger.info("event %s created", event)
""",
            at=("user", '"event %s created by %s"', "event", "event"),
            path="example.py",
        ),
        Good(
            """\
import pino from 'pino';

const logger = pino();

export function created(userId: string, eventId: string) {
  logger.info({ userId, eventId }, 'event created');
  logger.info('event %s created by %s', eventId, userId);
  console.log('event created', { userId, eventId });
}
""",
            path="example.ts",
        ),
        Good(
            """\
import logging

from loguru import logger

log = logging.getLogger(__name__)


def created(user, event, *args):
    log.info("event %s created by %s: 100%%", event, user)
    log.info("event %(event)s created", {"event": event})
    log.info("events %s %s", *args)
    log.info("100%")
    logger.info("event {} created by {}", event, user)
    logger.info("event {event} created", event=event)
    logger.info("{0} of {0}", event)
""",
            path="example.py",
        ),
    )


def _number(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"


def _at(call: LogCall, text: Text) -> Location:
    return Location(text.source, call.at.subject, text.region())


def _swapped(call: LogCall) -> Fix | None:
    """The object before the message, where the two are all that is passed."""
    if call.arguments is None or call.message is None or call.values is None or len(call.values) != 1:
        return None
    message, value = call.message.value, call.values[0].value
    arguments = call.arguments.value.strip()
    between = arguments.removeprefix(message).removesuffix(value)
    if call.placeholders or between.strip() != "," or not _OBJECT.fullmatch(value):
        return None
    edits = (
        Edit(call.message.source, call.message.region(), value),
        Edit(call.values[0].source, call.values[0].region(), message),
    )
    return Fix("pass the object first", edits, safe=False)
