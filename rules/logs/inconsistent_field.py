"""`logs/inconsistent-field`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from ...lint import Bad, Confidence, Edit, Finding, Fix, Good, Location, Related, Rule, Severity
from ...lint.nodes import LogCall, LogField
from ...lint.project import Project
from ...lint.telemetry.identifiers import snake_case
from ...lint.trials import is_trial

# Short forms that mean the same wherever they are a field of a log. `uid` may be a user of the operating system.
_SYNONYMS = {
    "userid": "user_id",
    "usr_id": "user_id",
    "eventid": "event_id",
    "evt_id": "event_id",
    "req_id": "request_id",
    "requestid": "request_id",
    "traceid": "trace_id",
    "spanid": "span_id",
    "correlationid": "correlation_id",
    "sessionid": "session_id",
    "orderid": "order_id",
    "msg_id": "message_id",
}
_LOOSE = {"uid": "user_id"}


class InconsistentField(Rule):
    """
    Flags log fields that most of the project spells in another way: `userId` where others write `user_id`.

    **Why.**
    Whoever searches for `user_id` finds the records of one service and not those of the other.
    Two spellings are two columns, and no query over both is ever complete.

    **Instead.**
    Agree on one spelling, in every language; the fix takes the one that most calls use.

    One finding stands for all places of a file; its fix renames the keys, and is unsafe, since queries may read the old
    ones.
    Of two spellings that are used equally often snake case wins, as in OpenTelemetry's own fields.
    For `uid`, which may mean something else, the confidence is low.
    Not flagged: keys that are built at run time, arguments of `console`, and tests, examples and pages.
    """

    id = "logs/inconsistent-field"
    summary = "log field is spelled in several ways"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.3",)
    about = (LogCall,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        places: dict[str, dict[str, list[LogField]]] = defaultdict(lambda: defaultdict(list))
        twins: set[Location] = set()
        for call in project.all(LogCall):
            if is_trial(call.at.source):
                continue
            keys = Counter(_meaning(key) for key in {field.key for field in call.fields})
            for field in call.fields if call.library != "console" else ():
                meaning = _meaning(field.key)
                places[meaning][field.key].append(field)
                if keys[meaning] > 1:
                    twins.add(field.at)
        for spellings in places.values():
            if len(spellings) > 1:
                yield from self._judge(spellings, twins)

    def _judge(self, spellings: dict[str, list[LogField]], twins: set[Location]) -> Iterator[Finding]:
        usual = max(spellings, key=lambda key: (len(_distinct(spellings[key])), key == snake_case(key), key))
        count = len(_distinct(spellings[usual]))
        related = [Related(spellings[usual][0].at, f"`{usual}`, as in {count} {'place' if count == 1 else 'places'}")]
        for spelling, fields in spellings.items():
            if spelling == usual:
                continue
            for source in Counter(field.at.source for field in fields):
                own = _distinct([field for field in fields if field.at.source == source])
                more = f", {len(own)} times in this file" if len(own) > 1 else ""
                yield self.finding(
                    f"field `{spelling}` is called `{usual}` elsewhere{more}",
                    _key(own[0]),
                    help=f"call it `{usual}` everywhere",
                    # Renamed, the two spellings of one call would be one key twice.
                    fix=_renamed(own, usual) if twins.isdisjoint(field.at for field in own) else None,
                    related=related,
                    confidence=Confidence.LOW if _LOOSE.keys() & {spelling, usual} else Confidence.HIGH,
                )

    examples = (
        Bad(
            """\
import pino from 'pino';

const logger = pino();

export function joined(userId: string, event: Event) {
  logger.info({ userId, 'event-id': event.id }, 'joined');
  logger.info({ userId: userId }, 'counted');
}
""",
            at=("userId", "event-id"),
            path="web/join.ts",
            files={
                "api/join.py": """\
import logging

log = logging.getLogger(__name__)


def joined(user_id, event_id):
    log.info("joined", extra={"user_id": user_id, "event_id": event_id})
    log.info("counted", extra={"user_id": user_id})
"""
            },
            fixed="""\
import pino from 'pino';

const logger = pino();

export function joined(userId: string, event: Event) {
  logger.info({ user_id: userId, 'event_id': event.id }, 'joined');
  logger.info({ user_id: userId }, 'counted');
}
""",
        ),
        Bad(
            """\
import structlog

log = structlog.get_logger()


def joined(user, request):
    log.info("joined", user_id=user.id, request_id=request.id)
    log.info("counted", user_id=user.id)
    log.info("left", uid=user.id, req_id=request.id)
    log.info("closed", request_id=request.id)
""",
            at=("uid", "req_id"),
            path="api/join.py",
            fixed="""\
import structlog

log = structlog.get_logger()


def joined(user, request):
    log.info("joined", user_id=user.id, request_id=request.id)
    log.info("counted", user_id=user.id)
    log.info("left", user_id=user.id, request_id=request.id)
    log.info("closed", request_id=request.id)
""",
        ),
        Good(
            """\
import structlog

log = structlog.get_logger()


def joined(user, event):
    log.info("joined", user_id=user.id, event_id=event.id, user=user.name)
""",
            path="api/join.py",
            files={
                "web/join.ts": """\
import pino from 'pino';

const logger = pino();

export const joined = (userId: string) => logger.info({ user_id: userId }, 'joined');
"""
            },
        ),
        Good(
            """\
import logging

log = logging.getLogger(__name__)


def grown(user_id):
    log.info("grown", extra={"user_id": user_id})
    log.info("grown by %(userId)s", {"userId": user_id})
    LOG.info("grown by %(userID)s", {"userID": user_id})
    LOG.info("grown by %s", {"userID": user_id})
""",
            path="grown.py",
            why="the others become a part of the message, and no field",
        ),
    )


def _meaning(key: str) -> str:
    plain = snake_case(key)
    return _SYNONYMS.get(plain) or _LOOSE.get(plain) or plain


def _distinct(fields: list[LogField]) -> list[LogField]:
    """Each place once: what is bound to a logger is a field of each of its calls."""
    return list({field.at: field for field in fields}.values())


def _key(field: LogField) -> Location:
    name = field.name
    return field.at if name is None else Location(name.source, f"field {field.key}", name.region())


def _renamed(fields: list[LogField], name: str) -> Fix | None:
    """Renames the keys of a file; a bare key of Python or TypeScript must be a name afterwards."""
    edits: list[Edit] = []
    for field in fields:
        if field.name is None or not name.isidentifier():
            return None
        text = f"{name}: {field.key}" if field.shorthand else name
        edits.append(Edit(field.name.source, field.name.region(), text))
    return Fix(f"rename to `{name}`", tuple(edits), safe=False)
