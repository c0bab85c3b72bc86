"""`logs/error-without-trace-id`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Related, Rule, Severity
from ...lint.nodes import LogCall
from ...lint.project import Project
from ._correlation import Served, Traced


class ErrorWithoutTraceId(Rule):
    """
    Flags errors that are logged without a trace id: by the call itself or by the set-up of its logger.

    **Why.**
    «All errors have a trace id» is what makes a log searchable by request.
    The one error that lacks it is the one that cannot be followed to its cause.

    **Instead.**
    Correct the set-up, which cures every call at once (see `logs/uncorrelated-logger`).
    Where that is not possible, pass the trace id with the call.

    Flagged are calls at error level or above whose nearest logging set-up is known to write no trace id.
    The confidence is low where no file of the same top folder and language takes part in tracing, where that of the
    set-up is, and beside the set-up in a file without spans: what fails there fails before there is a trace.
    Not flagged: calls of a logger whose set-up is not in the project or cannot be followed.
    """

    id = "logs/error-without-trace-id"
    summary = "error is logged without a trace id"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("2.3",)
    needs_all = True
    about = (LogCall,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        served = Served(project)
        traced = Traced(project)
        for call in project.all(LogCall):
            if call.level not in ("error", "critical") or call.passes_trace_id:
                continue
            setup = served.by(call)
            if setup is not None:
                yield self.finding(
                    f"an error without a trace id: `{call.logger}` does not write one, and the call passes none",
                    call.at,
                    help="let the logging set-up add the trace id",
                    related=[Related(setup.at, setup.why)],
                    confidence=traced.confidence_of_call(setup, call.at.source),
                )

    examples = (
        Bad(
            """\
import logging

logging.basicConfig(format="%(levelname)s %(message)s")
logger = logging.getLogger(__name__)


def charge(order):
    logger.info("charging")
    logger.error("card refused")
""",
            at="logger.error",
            path="app.py",
        ),
        Bad(
            """\
import logging

logger = logging.getLogger(__name__)


def charge(order):
    logger.critical("no provider")
""",
            at="logger.critical",
            path="shop/billing.py",
            files={"shop/main.py": 'import logging\n\nlogging.basicConfig(format="%(message)s")\n'},
        ),
        Bad(
            """\
import { logger } from './logger';

export const failed = (err: Error) => logger.error({ err }, 'checkout failed');
""",
            at="logger.error",
            path="checkout.ts",
            files={"logger.ts": "import pino from 'pino';\n\nexport const logger = pino({ level: 'info' });\n"},
        ),
        Good(
            """\
import { logger } from './logger';

export const failed = (err: Error, traceId: string) => logger.error({ err, traceId }, 'checkout failed');
""",
            path="checkout.ts",
            files={"logger.ts": "import pino from 'pino';\n\nexport const logger = pino({ level: 'info' });\n"},
        ),
        Good(
            """\
import logging

logger = logging.getLogger(__name__)


def charge(order, trace_id):
    logger.error("card refused", extra={"trace_id": trace_id})
""",
            path="billing.py",
            files={"main.py": 'import logging\n\nlogging.basicConfig(format="%(message)s")\n'},
        ),
        Good(
            """\
import logging

logger = logging.getLogger(__name__)


def charge(order):
    logger.error("card refused")
""",
            path="billing.py",
            why="nothing in the project says how records are written",
        ),
    )
