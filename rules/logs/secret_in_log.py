"""`logs/secret-in-log`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Rule, Severity
from ...lint.nodes import Exposure, Measurement
from ...lint.telemetry.sensitive import sensitive
from ...lint.trials import is_trial

_CURES = {
    "structlog": "use `ExceptionRenderer(ExceptionDictTransformer(show_locals=False))`",
    "loguru": "pass `diagnose=False`",
}
_CURE = "leave it out, or log what identifies it: an id, a length, a masked value"
_LAST_NAME = re.compile(r"([A-Za-z_$][\w$]*)$")


class SecretInLog(Rule):
    """
    Flags credentials, cookies, card and personal data that are handed to a log, a span, baggage or a label.

    **Why.**
    Logs are copied to places that many people and machines can read, and are kept for long.
    A password that was logged once has to be changed; personal data that was logged has to be found and deleted.

    **Instead.**
    Leave it out, or log what tells two of them apart: an id, a length, the last four digits.
    Log single headers and fields by name, never all headers, the whole body or the whole environment.
    Turn off what writes the variables of every frame: `diagnose=False` for loguru, `show_locals=False` for structlog.

    Flagged are values by their name, requests' headers, cookies, forms and bodies as a whole, the environment as a
    whole, and set-ups that write local variables with each exception.
    The confidence is low for names with several meanings, such as `token`, `email` and `ssn`, and in tests, examples
    and pages.
    Not flagged: what a function made of a value, its length, a comparison, a part of it, and names that say that it is
    masked or hashed.
    """

    id = "logs/secret-in-log"
    summary = "secret or personal data reaches telemetry"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("2.3",)

    allowed: tuple[str, ...] = ()
    """Names that may be seen after all, as they are spelt: `email`, `session_token`."""

    def check_exposure(self, exposure: Exposure) -> Iterator[Finding]:
        name = _LAST_NAME.search(exposure.code)
        if exposure.code in self.allowed or (name is not None and name[1] in self.allowed):
            return
        code = _short(exposure.code)
        told = f"`{code}` writes {exposure.what} to" if exposure.setup else f"`{code}`, {exposure.what}, goes to"
        yield self.finding(
            f"{told} {exposure.sink}",
            exposure.at,
            help=_CURES[exposure.library] if exposure.setup else _CURE,
            confidence=Confidence.HIGH if exposure.certain and not is_trial(exposure.at.source) else Confidence.LOW,
        )

    def check_measurement(self, measurement: Measurement) -> Iterator[Finding]:
        for label in measurement.labels:
            code = label.chain[0].code if label.chain else ""
            name = _LAST_NAME.search(code)
            what = sensitive(name[1]) if name is not None else None
            if what is not None and what.certain and name is not None and name[1] not in self.allowed:
                yield self.finding(f"`{_short(code)}`, {what.meaning}, goes to a label", label.at, help=_CURE)

    examples = (
        Bad(
            """\
import logging
import os

from flask import request

log = logging.getLogger(__name__)


def login(user, password):
    log.info("login of %s with %s", user.id, password)
    log.debug(f"from {request.headers}", extra={"cookie": request.headers["Cookie"]})
    log.debug("environment %s", dict(os.environ))
""",
            at=("password", "request.headers", 'request.headers["Cookie"]', "os.environ"),
            path="login.py",
        ),
        Bad(
            """\
import structlog
from loguru import logger
from opentelemetry import baggage, trace

structlog.configure(processors=[structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()])
logger.add("service.log")


def pay(card):
    with trace.get_tracer(__name__).start_as_current_span("pay") as span:
        span.set_attribute("card", card.card_number)
        baggage.set_baggage("api_key", card.key)
""",
            at=("structlog.processors.dict_tracebacks", "logger.add", "card.card_number", "card.key"),
            path="pay.py",
        ),
        Bad(
            """\
import express from 'express';
import pino from 'pino';

const app = express();
const logger = pino();

app.post('/login', (req, res) => {
  logger.info({ body: req.body, id: req.headers['x-request-id'] }, `login with ${req.headers.authorization}`);
  logger.info({ accessToken: req.body.accessToken, email: req.body.email }, 'logged in');
});
""",
            at=("req.body", "req.headers.authorization", "req.body.accessToken", "req.body.email"),
            path="login.ts",
        ),
        Good(
            """\
import logging
import os

from flask import request
from loguru import logger

log = logging.getLogger(__name__)
logger.add("service.log", diagnose=False)


def login(user, password, token):
    log.info("login of %s", user.id, extra={"password_length": len(password), "token": token[-4:]})
    log.debug("from %s", request.headers.get("X-Request-Id"))
    log.debug("no password: %s", password is None)
    log.debug("region %s", os.environ["REGION"])
    log.info(log_formatter.format(template, **{"password": password}))
    password = mask(password)
    log.debug("masked %s", password)
""",
            path="login.py",
        ),
        Good(
            """\
import express from 'express';
import pino from 'pino';

import { envKeys } from './consts';

const app = express();
const logger = pino();

app.post('/login', (req, res) => {
  const { password } = req.body;
  logger.warn(`set the variable ${envKeys.SigningSecret}`);
  logger.info({ userId: req.body.userId, hasPassword: !!password }, 'login');
  logger.info({ token: mask(req.body.token), length: password.length }, 'login');
});
""",
            path="login.ts",
        ),
        Good(
            """\
import pino from 'pino';

import { censorLogs } from './censor';

const logger = pino();

export const refused = (password: string) => censorLogs(() => logger.warn({ password }, 'refused'));
""",
            path="refused.ts",
            why="the function around the call censors what it logs",
        ),
        Good(
            """\
import logging

log = logging.getLogger(__name__)


def migrate(entry, FORWARD_HEADER_JWT):
    log.info("renamed to %s", CONF_API_KEY)
    log.error("no %s", FORWARD_HEADER_JWT)
""",
            path="migrate.py",
            why="names of a setting and of a header",
        ),
    )


def _short(code: str) -> str:
    """An expression on one line."""
    return " ".join(code.split())
