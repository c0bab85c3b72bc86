"""`logs/missing-context`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from ...lint import Bad, Confidence, Finding, Good, Rule, Severity
from ...lint.nodes import LogCall
from ...lint.telemetry.identifiers import snake_case

_WORD = re.compile(r"[A-Za-z_$][\w$]*")


class MissingContext(Rule):
    """
    Flags errors that are logged without a field of the context, though its value is at hand.

    **Why.**
    «Whom did it happen to?» is the first question about an error.
    The function knew the user and the event, and the record does not.

    **Instead.**
    Pass what is known as fields, or bind it once to the logger or to the context of the request.

    Which fields belong to the context is for the team to say: without `fields` the rule is silent.
    A field is at hand where a variable of its name is in scope, or an attribute of one is read in the same function;
    the confidence is low for attributes.
    Not flagged: values that the message shows, since `logs/interpolated-message` speaks of those; what the file binds
    to its logger or to the context of each record, and what a `with` statement or a callback around the call is given
    under the field's name, for it may do so; and `console`, which knows no fields.
    """

    id = "logs/missing-context"
    summary = "error is logged without context that is at hand"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.3",)
    policy: ClassVar[str | None] = "fields"

    fields: tuple[str, ...] = ()
    """The fields that every error must have where they are known, in any spelling: `user_id`, `event_id`."""

    def check_log_call(self, call: LogCall) -> Iterator[Finding]:
        if not self.fields or call.level not in ("error", "critical") or call.library == "console":
            return
        words = _WORD.findall(call.arguments.value) if call.arguments is not None else []
        logged = {snake_case(name) for name in (*words, *(field.key for field in call.fields))}
        at_hand = {snake_case(name.rpartition(".")[2]): name for name in reversed(call.in_scope)}
        for field in self.fields:
            wanted = snake_case(field)
            name = at_hand.get(wanted)
            if name is not None and wanted not in logged:
                yield self.finding(
                    f"`{call.logger}` logs an error without `{field}`, and `{name}` is at hand",
                    call.at,
                    help=f"log `{name}` as the field `{field}`",
                    confidence=Confidence.LOW if "." in name else Confidence.HIGH,
                )

    examples = (
        Bad(
            """\
import logging

log = logging.getLogger(__name__)


def join(user_id, event):
    try:
        save(user_id, event.event_id)
    except OSError:
        log.exception("join failed")
""",
            at=("log.exception", "log.exception"),
            path="example.py",
            options={"fields": ["user_id", "event_id"]},
        ),
        Bad(
            """\
import pino from 'pino';

const logger = pino();

export async function join(userId: string, { eventId }: Event) {
  try {
    await save(userId, eventId);
  } catch (err) {
    logger.error({ err, userId }, 'join failed');
  }
}
""",
            at="logger.error",
            path="example.ts",
            options={"fields": ["user_id", "event_id"]},
        ),
        Good(
            """\
import logging

import structlog

log = logging.getLogger(__name__)


def join(user_id, event_id):
    own = structlog.get_logger().bind(user_id=user_id, event_id=event_id)
    try:
        save(user_id, event_id)
    except OSError:
        log.exception("join failed", extra={"user_id": user_id, "event_id": event_id})
        own.error("join failed")
    log.info("joined")


def check():
    log.error("nobody has joined")
""",
            path="example.py",
            options={"fields": ["user_id", "event_id"]},
        ),
        Good(
            """\
import logging

log = logging.getLogger(__name__)


def join(user_id):
    log.error("join failed")
""",
            path="example.py",
            why="no fields are configured",
        ),
        Good(
            """\
import pino from 'pino';

const logger = pino();

export async function join(userId: string) {
  const own = logger.child({ userId });
  await save(userId).catch((err) => own.error({ err }, 'join failed'));
}
""",
            path="example.ts",
            options={"fields": ["user_id"]},
        ),
        Good(
            """\
import pino from 'pino';

const logger = pino();

export async function promote(userId: string, role: string) {
  try {
    await save(userId, role);
  } catch (error) {
    const message = `no role ${role} for ${userId}`;
    logger.error(message, error);
  }
}
""",
            path="promote.ts",
            options={"fields": ["user_id"]},
            why="the message that was made before names the user",
        ),
        Good(
            """\
import logging

LOG = logging.getLogger(__name__)


def usage(user_id, answer):
    facts = {
        "user": user_id,
        "code": answer.code,
    }
    LOG.error("no usage of %(user)s: %(code)s", facts)
""",
            path="usage.py",
            options={"fields": ["user_id"]},
        ),
        Good(
            """\
import logging

import structlog

from .context import request_context

log = structlog.get_logger()
plain = logging.getLogger(__name__)


async def join(user_id, event_id):
    with structlog.contextvars.bound_contextvars(user_id=user_id):
        log.error("join failed")
    async with (
        request_context(user_id=user_id),
        watch(event_id),
    ):
        if not await save(user_id):
            plain.error("join failed")
""",
            path="join.py",
            options={"fields": ["user_id"]},
            why="a context manager is given the field, and may bind it",
        ),
        Bad(
            """\
import logging

from .context import request_context

log = logging.getLogger(__name__)


def join(user_id):
    try:
        with request_context(user_id=user_id):
            save(user_id)
    except OSError:
        log.exception("join failed")
""",
            at="log.exception",
            path="join.py",
            options={"fields": ["user_id"]},
            why="what was bound is so no more",
        ),
        Good(
            """\
import pino from 'pino';

const logger = pino();

export async function join(userId: string) {
  await storage.run({ userId }, async () => {
    await save(userId).catch((err) => logger.error({ err }, 'join failed'));
  });
}
""",
            path="join.ts",
            options={"fields": ["user_id"]},
            why="a store of the request, which a mixin may read",
        ),
        Good(
            """\
import logging

from .context import annotated

plain = logging.getLogger(__name__)


def join(request, users, user_id=None, event_id=None):
    log = annotated(plain, event_id)
    request_id = None
    try:
        request_id = request.headers["x-request-id"]
    except KeyError:
        plain.error("no request")
    if user_id is None:
        plain.error("nobody to join", extra={"event_id": event_id})
    for job_id, user in users:
        join_one(job_id, user)
    if not user_id:
        log.error("join failed")
""",
            path="join.py",
            options={"fields": ["user_id", "event_id", "request_id", "job_id"]},
            why="values that are not there yet, or no more, and a logger that was given one",
        ),
        Good(
            """\
import pino from 'pino';

const logger = pino();

export async function flush(waiting: Map<string, Letter>, userId?: string) {
  for (const [requestId, letter] of waiting) {
    await send(requestId, letter);
  }
  const own = annotated(logger, userId);
  own.error('not all are sent');
  if (!userId) {
    logger.error('nobody to write to');
  }
}
""",
            path="flush.ts",
            options={"fields": ["user_id", "request_id"]},
        ),
    )
