"""`traces/unrecorded-exception`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Rule, Severity
from ...lint.nodes import Language, SpanHandler

_CURES = {
    Language.PYTHON: "call `{span}.record_exception({error})` and `{span}.set_status(StatusCode.ERROR)`",
    Language.TYPESCRIPT: "call `{span}.recordException({error})` and "
    "`{span}.setStatus({{ code: SpanStatusCode.ERROR }})`",
}


class UnrecordedException(Rule):
    """
    Flags handlers that swallow an exception inside a span, without a word of it on the span.

    **Why.**
    The span ends as if all had gone well.
    Error rates that are made of spans do not count the failure, and tail sampling that keeps errors drops its trace.

    **Instead.**
    Record the exception on the span and set its status, or raise it again.

    Not flagged: handlers that raise again, hand the exception on, or give the span to a function.
    A handler that does not even name the exception says that it is expected, and where the work inside the span
    goes on, the failure may be of no weight: there the confidence is low.
    """

    id = "traces/unrecorded-exception"
    summary = "exception is swallowed inside a span without being recorded"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("5.2",)

    def check_span_handler(self, handler: SpanHandler) -> Iterator[Finding]:
        if handler.records or handler.reraises:
            return
        cure = _CURES[handler.language].format(span=handler.variable, error=handler.exception or "error")
        yield self.finding(
            f"an exception is swallowed inside span `{handler.span}`, which ends as a success",
            handler.at,
            help=cure,
            confidence=Confidence.HIGH if handler.exception and not handler.goes_on else Confidence.LOW,
        )

    examples = (
        Bad(
            """\
import { trace } from '@opentelemetry/api';

const tracer = trace.getTracer('checkout');

export const charge = (order: Order) =>
  tracer.startActiveSpan('checkout.charge', async (span) => {
    try {
      return await gateway.charge(order);
    } catch (err) {
      logger.error({ err }, 'charge failed');
      return undefined;
    } finally {
      span.end();
    }
  });
""",
            at="catch",
            path="example.ts",
        ),
        Bad(
            """\
from opentelemetry import trace

tracer = trace.get_tracer(__name__)


def charge(order):
    with tracer.start_as_current_span("checkout.charge"):
        try:
            return gateway.charge(order)
        except GatewayError as error:
            logger.warning("charge failed", exc_info=error)
            return None
""",
            at="except",
            path="example.py",
        ),
        Good(
            """\
import { SpanStatusCode, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('checkout');

export const charge = (order: Order) =>
  tracer.startActiveSpan('checkout.charge', async (span) => {
    try {
      return await gateway.charge(order);
    } catch (err) {
      span.recordException(err as Error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      return undefined;
    } finally {
      span.end();
    }
  });
""",
            path="example.ts",
        ),
        Good(
            """\
from opentelemetry import trace

tracer = trace.get_tracer(__name__)


def charge(order):
    with tracer.start_as_current_span("checkout.charge"):
        try:
            return gateway.charge(order)
        except GatewayError as error:
            raise ChargeFailed(order) from error
""",
            path="example.py",
        ),
        Good(
            """\
from opentelemetry import trace

tracer = trace.get_tracer(__name__)


def started(name):
    try:
        span = tracer.start_span(name)
        note(name)
    except Exception:
        return None
    return span
""",
            path="started.py",
            why="what is caught may be that the span did not start",
        ),
    )
