"""`traces/span-not-ended`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Related, Rule, Severity
from ...lint.nodes import Ending, Language, SpanStart
from ...lint.trials import is_test

_CURES = {
    Language.PYTHON: "use `with tracer.start_as_current_span(…)`, or end the span in `finally`",
    Language.TYPESCRIPT: "put the work into `try` and `span.end()` into `finally`",
}


class SpanNotEnded(Rule):
    """
    Flags spans that are not ended on every path, above all not when something raises.

    **Why.**
    A span that is never ended is never exported: the trace lacks just the call that failed.
    In JavaScript `startActiveSpan` does not end its span by itself, neither when its callback returns nor when it
    throws.

    **Instead.**
    End the span in `finally`, or use what ends it by itself: `with tracer.start_as_current_span(…)` in Python.

    Not flagged: spans that are returned, stored or handed to another function, because they may be ended there;
    libraries that end a span by themselves, such as `Sentry.startSpan` and `tracer.trace` of `dd-trace`; what makes the
    value of an attribute, checks or describes something and could fail at that; spans that an `if` in `finally` ends,
    because somebody decides when; tests.
    """

    id = "traces/span-not-ended"
    summary = "span is not ended on every path"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("5.2",)

    def check_span(self, span: SpanStart) -> Iterator[Finding]:
        if is_test(span.at.source):
            return
        what = f"span `{span.name}`" if span.name else f"the span of `{span.method}`"
        match span.ending:
            case Ending.NEVER if span.method == "startActiveSpan":
                message = f"{what} is never ended: `startActiveSpan` does not do it"
            case Ending.NEVER:
                message = f"{what} is never ended"
            case Ending.NOT_ON_EXCEPTION if span.leak is not None:
                message = f"{what} is not ended when `{_short(span.leak.code)}` raises"
            case Ending.NOT_ON_RETURN:
                message = f"{what} is not ended on every way out of the function"
            case _:
                return
        related = [Related(span.leak.at, "leaves with the span open")] if span.leak is not None else []
        yield self.finding(message, span.at, help=_CURES[span.language], related=related)

    # They make this file a long one: each is a way of ending a span that was taken for a leak once, or not seen.
    examples = (
        Bad(
            """\
// Add Prisma middleware for tracing
prisma.$use(async (params, next) => {
  const span = tracer.startSpan(`prisma.${params.model}.${params.action}`);
  const result = await next(params);
  span.end();
  return result;
});
""",
            at="startSpan",
            path="example.ts",
            why="when the query fails, its span is lost",
        ),
        Bad(
            """\
import { trace } from '@opentelemetry/api';

const tracer = trace.getTracer('checkout');

export const charge = (order: Order) =>
  tracer.startActiveSpan('checkout.charge', async (span) => {
    span.setAttribute('plan', order.plan);
    return gateway.charge(order);
  });
""",
            at="startActiveSpan",
            path="example.ts",
            why="it looks as if it ended by itself, and does not",
        ),
        Bad(
            """\
import { trace } from '@opentelemetry/api';

const tracer = trace.getTracer('checkout');

export function quote(order: Order) {
  const span = tracer.startSpan('checkout.quote');
  if (order.items.length === 0) return 0;
  const total = order.items.length * 2;
  span.end();
  return total;
}
""",
            at="startSpan",
            path="example.ts",
        ),
        Bad(
            """\
from opentelemetry import trace

tracer = trace.get_tracer(__name__)


def charge(order):
    span = tracer.start_span("checkout.charge")
    receipt = gateway.charge(order)
    span.end()
    return receipt
""",
            at="start_span",
            path="example.py",
        ),
        Bad(
            """\
from opentelemetry import trace

tracer = trace.get_tracer(__name__)


def charge(order):
    tracer.start_as_current_span("checkout.charge")
    return gateway.charge(order)
""",
            at="start_as_current_span",
            path="example.py",
            why="without `with` nothing is started or ended",
        ),
        Good(
            """\
from opentelemetry import trace

tracer = trace.get_tracer(__name__)


def retried(attempts):
    waiting = None

    def before_sleep(_):
        nonlocal waiting
        waiting = tracer.start_span("wait")

    for attempt in attempts(before_sleep):
        if waiting is not None:
            waiting.end()
        with attempt:
            work()
""",
            path="example.py",
            why="the function around it ends the span",
        ),
        Good(
            """\
from opentelemetry import trace

tracer = trace.get_tracer(__name__)


def replayed(work):
    span = tracer.start_span("work")
    try:
        work.run()
    finally:
        if not work.replayed():
            span.end()
""",
            path="example.py",
            why="somebody decides when it ends",
        ),
        Good(
            """\
import assert from 'node:assert';
import { trace } from '@opentelemetry/api';

const tracer = trace.getTracer('mail');

export const pushed = (letter: Letter) =>
  tracer.startActiveSpan('mail.push', (span) => {
    assert(letter.to, 'nobody to write to');
    injectContext(letter, getConfig());
    const result = push(letter);
    return result.finally(() => span.end());
  });
""",
            path="push.ts",
            why="work that makes a promise fails in it, and what describes a letter is no work",
        ),
        Good(
            """\
from opentelemetry import trace


class Run:
    def begin(self):
        self._telemetry.start_span(run=self)
""",
            path="example.py",
            why="a team's own object, which looks after its spans",
        ),
        Good(
            """\
import { SpanStatusCode, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('checkout');

function withSpan<T>(name: string, work: () => Promise<T>): Promise<T> {
  return tracer.startActiveSpan(name, async (span) => {
    try {
      return await work();
    } catch (err) {
      span.recordException(err as Error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw err;
    } finally {
      span.end();
    }
  });
}

// Wrap Stripe calls with tracing
const createCheckout = withSpan('stripe.checkout.create', async () => {
  return stripe.checkout.sessions.create({ mode: 'payment' });
});
""",
            path="example.ts",
        ),
        Good(
            """\
import * as Sentry from '@sentry/node';

export const charge = (order: Order) => Sentry.startSpan({ name: 'checkout.charge' }, () => gateway.charge(order));
""",
            path="example.ts",
            why="it ends by itself",
        ),
        Good(
            """\
from opentelemetry import trace

tracer = trace.get_tracer(__name__)


def charge(order):
    with tracer.start_as_current_span("checkout.charge"):
        return gateway.charge(order)


def refund(order):
    span = tracer.start_span("checkout.refund")
    try:
        return gateway.refund(order)
    finally:
        span.end()


@tracer.start_as_current_span("checkout.quote")
def quote(order):
    return sum(order.prices)
""",
            path="example.py",
        ),
        Good(
            """\
import { trace } from '@opentelemetry/api';

export class Outbox {
  constructor(private readonly tracing: Tracing) {}

  async drain() {
    await this.tracing.startSpan({ name: 'outbox drain' }, async (span) => {
      span.setAttribute('kept', await this.keep());
    });
  }
}
""",
            path="outbox.ts",
            why="a helper of the code base that takes a callback, and ends its spans itself",
        ),
        Good(
            """\
import { propagation, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('mail');

export function noted(letter: Letter, carrier: object) {
  const span = tracer.startSpan('mail.noted');
  span.setAttributes(describe(letter));
  if (shouldPropagate()) propagator.inject(context.active(), carrier);
  span.end();
}
""",
            path="mail.ts",
            why="what describes a letter is no work that fails",
        ),
        Good(
            """\
from opentelemetry import trace

tracer = trace.get_tracer(__name__)


def noted(letter):
    span = tracer.start_span("mail.noted")
    span.set_attributes(describe(letter))
    span.end()
""",
            path="mail.py",
        ),
        Good(
            """\
import { trace } from '@opentelemetry/api';

it('ends', async () => {
  const span = trace.getTracer('test').startSpan('job');
  await run();
  span.end();
});
""",
            path="job.spec.ts",
            why="a test fails by itself",
        ),
        Good(
            """\
import opentelemetry.trace
from importlib.metadata import version


class Usage:
    def __init__(self):
        self._tracer = opentelemetry.trace.get_tracer(__name__)

    def _attribute(self, span, name, value):
        span.set_attribute(name, value)

    def noted(self, plan, context):
        span = self._tracer.start_span("usage")
        context = opentelemetry.trace.set_span_in_context(span, context)
        self._attribute(span, "version", version("shop"))
        self._attribute(span, "plan", plan)
        for name, value in (context or {}).items():
            self._attribute(span, name, value)
        span.end()
""",
            path="usage.py",
            why="a helper that is given the span describes it",
        ),
    )


def _short(code: str) -> str:
    line = code.partition("\n")[0]
    return line if line == code and len(line) <= 60 else f"{line[:60].rstrip()} …"
