"""`logs/uncorrelated-logger`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import LoggerSetup
from ...lint.project import Project
from ._correlation import Traced, uncorrelated_setups


class UncorrelatedLogger(Rule):
    """
    Flags logging set-ups that put neither a trace id nor a request id into records.

    **Why.**
    An error in the log is the beginning of a search.
    Without the id of its trace nobody finds the request it belongs to, the service that called, or the slow query
    behind it.

    **Instead.**
    Write the trace id into every record, once, where logging is set up: `LoggingInstrumentor` with its field in the
    format, a structlog processor that reads the current span, a loguru patcher, a filter, or OpenTelemetry's own
    log handler; a `mixin` of pino, a `format` of winston, or their instrumentation.

    A set-up is reported only if all of its format or processors can be read, its file does not mention trace or
    request ids, and nothing else in the project adds them, or binds to the context what cannot be read.
    The confidence is low where no file of the same top folder and language takes part in tracing, because there may be
    no trace to name; for a bare `basicConfig(level=…)`, and in `cli/`, `scripts/` and such, which are run by hand.
    Not flagged: loggers without a set-up in the project, as in libraries; set-ups under a condition such as
    `if debug:`, and in tests, examples and benchmarks.
    """

    id = "logs/uncorrelated-logger"
    summary = "logging set-up writes no trace id"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("2.3",)
    needs_all = True
    about = (LoggerSetup,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        traced = Traced(project)
        for setup in uncorrelated_setups(project):
            yield self.finding(
                f"this {setup.library} set-up writes no trace id: {setup.why}",
                setup.at,
                help="add the trace id to every record where logging is set up",
                confidence=traced.confidence(setup, setup.at.source),
            )

    examples = (
        Bad(
            """\
import structlog

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.JSONRenderer(),
    ]
)
""",
            at="structlog.configure",
            path="logs.py",
            why="nothing binds a trace id for it to merge",
        ),
        Good(
            """\
import structlog

structlog.configure(
    processors=[structlog.contextvars.merge_contextvars, structlog.processors.JSONRenderer()]
)
""",
            path="logs.py",
            files={
                "middleware.py": """\
import structlog


async def bind_trace(request, call_next):
    structlog.contextvars.bind_contextvars(trace_id=request.headers["traceparent"].split("-")[1])
    return await call_next(request)
"""
            },
        ),
        Bad(
            """\
import logging

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
""",
            at="logging.basicConfig",
            path="app.py",
            files={"tracing.py": "from opentelemetry import trace\n\ntracer = trace.get_tracer(__name__)\n"},
        ),
        Bad(
            """\
import structlog

structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.JSONRenderer(),
    ]
)
""",
            at="structlog.configure",
            path="app.py",
        ),
        Bad(
            """\
import sys

from loguru import logger

logger.add(sys.stderr, format="{time} {level} {message}")
""",
            at="logger.add",
            path="app.py",
        ),
        Bad(
            """\
import pino from 'pino';

export const logger = pino({ level: 'info' });
""",
            at="pino",
            path="logger.ts",
        ),
        Good(
            """\
import { trace } from '@opentelemetry/api';
import pino from 'pino';

export const logger = pino({
  mixin() {
    const context = trace.getActiveSpan()?.spanContext();
    return context ? { trace_id: context.traceId, span_id: context.spanId } : {};
  },
});
""",
            path="logger.ts",
        ),
        Good(
            """\
import winston from 'winston';

export const logger = winston.createLogger({ format: winston.format.json() });
""",
            path="logger.ts",
            files={
                "instrumentation.ts": """\
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { NodeSDK } from '@opentelemetry/sdk-node';

new NodeSDK({ instrumentations: [getNodeAutoInstrumentations()] }).start();
"""
            },
            why="the instrumentation of winston writes the trace id into each record",
        ),
        Good(
            """\
import logging

from opentelemetry.instrumentation.logging import LoggingInstrumentor

LoggingInstrumentor().instrument(set_logging_format=True)
logging.basicConfig(format="%(levelname)s %(otelTraceID)s %(message)s")
""",
            path="app.py",
        ),
        Good(
            """\
import logging

logging.basicConfig(format="%(levelname)s %(message)s")
""",
            path="app.py",
            files={
                "telemetry.py": """\
from opentelemetry.sdk._logs import LoggingHandler

handler = LoggingHandler()
"""
            },
            why="OpenTelemetry's handler sends every record with its trace",
        ),
        Good(
            """\
import logging

from .formatting import JsonFormatter

handler = logging.StreamHandler()
handler.setFormatter(JsonFormatter())
""",
            path="app.py",
            why="the formatter comes from elsewhere: unknown is not bad",
        ),
        Good(
            """\
import logging

logger = logging.getLogger(__name__)
""",
            path="library.py",
        ),
        Good(
            """\
import logging

logging.basicConfig(level=logging.INFO)
""",
            path="benchmarks/slices.py",
            files={"tracing.py": "from opentelemetry import trace\n\ntracer = trace.get_tracer(__name__)\n"},
            why="a program that somebody runs by hand",
        ),
        Good(
            """\
import logging

from opentelemetry import trace


class Messages:
    def __init__(self, debug=False):
        if debug:
            logging.basicConfig()
""",
            path="messages.py",
            why="who debugs it looks at it, and nobody else",
        ),
    )
