"""`traces/broken-context`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import Handoff, Instrumentation, Language


class BrokenContext(Rule):
    """
    Flags work that a span hands to a thread, a pool, a queue or another process without the trace's context.

    **Why.**
    The context lives in the task or thread that made it.
    Spans on the other side begin a trace of their own, and nothing joins what the user asked for to what was done.

    **Instead.**
    In Python, run the work in a copy of the context, `contextvars.copy_context().run`, or install
    `ThreadingInstrumentor`.
    Across processes, write the context into the message with `propagation.inject` and read it on the other side.

    Not flagged: timers and promises in JavaScript, `asyncio.create_task` and `asyncio.to_thread` in Python, which
    carry the context; work outside a span.
    """

    id = "traces/broken-context"
    summary = "work is handed on without the trace's context"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("5.2",)
    about = (Handoff,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        covered = {(one.language, client) for one in project.all(Instrumentation) for client in one.clients}
        for handoff in project.all(Handoff):
            if not handoff.carries_context and (handoff.language, handoff.covered_by) not in covered:
                yield self._finding(handoff)

    def _finding(self, handoff: Handoff) -> Finding:
        cure = "pass the context along"
        if handoff.language is Language.PYTHON:
            cure = "run it by `contextvars.copy_context().run`, or install `ThreadingInstrumentor`"
        elif handoff.covered_by == "bullmq":
            cure = "give the queue `telemetry: new BullMQOtel(…)`, or inject the context into the job's data"
        return self.finding(
            f"`{handoff.work}` hands work to {handoff.to} without the trace's context", handoff.at, help=cure
        )

    examples = (
        Bad(
            """\
import { trace } from '@opentelemetry/api';
import { Queue } from 'bullmq';

const tracer = trace.getTracer('mail');
const mails = new Queue('mails');

export const invite = (to: string) =>
  tracer.startActiveSpan('mail.invite', async (span) => {
    try {
      await mails.add('invite', { to });
    } finally {
      span.end();
    }
  });
""",
            at="mails.add",
            path="example.ts",
        ),
        Bad(
            """\
import threading

from opentelemetry import trace

tracer = trace.get_tracer(__name__)


def invite(address):
    with tracer.start_as_current_span("mail.invite"):
        threading.Thread(target=send, args=(address,)).start()
""",
            at="threading.Thread",
            path="example.py",
        ),
        Good(
            """\
import { context, propagation, trace } from '@opentelemetry/api';
import { Queue } from 'bullmq';

const tracer = trace.getTracer('mail');
const mails = new Queue('mails');

export const invite = (to: string) =>
  tracer.startActiveSpan('mail.invite', async (span) => {
    try {
      const carrier = {};
      propagation.inject(context.active(), carrier);
      await mails.add('invite', { to, carrier });
    } finally {
      span.end();
    }
  });
""",
            path="example.ts",
        ),
        Good(
            """\
import contextvars
import threading

from opentelemetry import trace

tracer = trace.get_tracer(__name__)


def invite(address):
    with tracer.start_as_current_span("mail.invite"):
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(send, address)).start()
""",
            path="example.py",
        ),
        Good(
            """\
from opentelemetry import trace

tracer = trace.get_tracer(__name__)


def invite(self, address):
    with tracer.start_as_current_span("mail.invite"):
        self.executor_api.submit(address)
""",
            path="example.py",
            why="a service of that name is no pool",
        ),
    )
