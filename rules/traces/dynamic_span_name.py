"""`traces/dynamic-span-name`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Rule, Severity
from ...lint.nodes import Boundedness, SpanName, origins


class DynamicSpanName(Rule):
    """
    Flags span names that hold an id, a raw path or anything else without end.

    **Why.**
    Spans are grouped by their name: in the trace search, in span metrics, in sampling.
    With an id in it each name is used once; nothing can be grouped, and span metrics make a series for each.

    **Instead.**
    Name the span after the operation, `GET /users/{id}`, and put the id into an attribute.

    Where only a name such as `userId` says that there is no end, the confidence is low.
    Not flagged: names built from what cannot be followed, such as a model and an action.
    """

    id = "traces/dynamic-span-name"
    summary = "span name holds a value without end"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("5.2",)

    def check_span_name(self, name: SpanName) -> Iterator[Finding]:
        if name.boundedness < Boundedness.SUSPECT:
            return
        certain = name.boundedness is Boundedness.UNBOUNDED
        part = "holds" if name.built else "is"
        yield self.finding(
            f"the span's name {part} {name.source}, so that no two spans share it"
            if certain
            else f"the span's name {part} `{name.chain[-1].code}`, {name.source}",
            name.at,
            help="name the span after the operation, and set the value as an attribute",
            related=tuple(origins(name.chain)),
            confidence=Confidence.HIGH if certain else Confidence.LOW,
        )

    examples = (
        Bad(
            """\
import express from 'express';
import { trace } from '@opentelemetry/api';

const tracer = trace.getTracer('users');
const app = express();

app.get('/users/:id', (req, res) => {
  const span = tracer.startSpan(`GET ${req.originalUrl}`);
  res.on('finish', () => span.end());
});
""",
            at="`GET ${req.originalUrl}`",
            path="example.ts",
        ),
        Bad(
            """\
import { trace } from '@opentelemetry/api';

export function describe(user: User) {
  trace.getActiveSpan()?.updateName('profile ' + user.id);
}
""",
            at="'profile ' + user.id",
            path="example.ts",
            why="only the name tells, so the confidence is low",
        ),
        Bad(
            """\
from flask import request
from opentelemetry import trace

tracer = trace.get_tracer(__name__)


def show():
    with tracer.start_as_current_span(f"GET {request.path}"):
        return page()
""",
            at='f"GET {request.path}"',
            path="example.py",
        ),
        Good(
            """\
from opentelemetry import trace

tracer = trace.get_tracer(__name__)


def sent(start):
    options = {"name": "send", "start_time": start}
    options["kind"] = trace.SpanKind.CLIENT
    span = tracer.start_span(**options)
    span.end()
""",
            path="example.py",
            why="the name is hidden in the options",
        ),
        Good(
            """\
import { trace } from '@opentelemetry/api';

const tracer = trace.getTracer('prisma');

prisma.$use(async (params, next) => {
  const span = tracer.startSpan(`prisma.${params.model}.${params.action}`);
  try {
    return await next(params);
  } finally {
    span.end();
  }
});
""",
            path="example.ts",
            why="a schema has so many models, and Prisma so many actions",
        ),
        Good(
            """\
from flask import request
from opentelemetry import trace

tracer = trace.get_tracer(__name__)


def show():
    with tracer.start_as_current_span(f"GET {request.url_rule.rule}", attributes={"user.id": request.args["user"]}):
        return page()
""",
            path="example.py",
        ),
    )
