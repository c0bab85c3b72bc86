"""Spans of TypeScript: whether they are ended, and what is caught while they are open."""

import pytest

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings
from obsaudit.lint.documents.typescript import extract
from obsaudit.lint.nodes import Ending, Handoff, SpanHandler, SpanName, SpanStart

HEAD = "import { context, trace } from '@opentelemetry/api';\nconst tracer = trace.getTracer('x');\n"
START = "const span = tracer.startSpan('x');"


def nodes(code, kind):
    """The nodes of one kind."""
    return [
        node for node in extract(Text.of_file(HEAD + code, "a.ts"), SourceSettings(), "a.ts") if isinstance(node, kind)
    ]


@pytest.mark.parametrize(
    ("ending", "body"),
    [
        (Ending.ALWAYS, f"{START} try {{ await work(); }} finally {{ span.end(); }}"),
        (Ending.ALWAYS, f"{START} try {{ await work(); }} finally {{ measure(flag); span.end(); }}"),
        (Ending.NOT_ON_EXCEPTION, f"{START} try {{ await work(); }} finally {{ await send(flag); span.end(); }}"),
        (Ending.ALWAYS, f"{START} try {{ await work(); span.end(); }} catch (e) {{ span.end(); throw e; }}"),
        (Ending.ALWAYS, f"{START} if (flag) {{ span.end(); return; }} span.end();"),
        (Ending.ALWAYS, f"{START} await work().finally(() => span.end());"),
        (Ending.ALWAYS, f"{START} span.setAttribute('a', 1); span.end();"),
        (Ending.ALWAYS, f"{START} for (const x of y) {{ if (x) break; }} span.end();"),
        (Ending.ALWAYS, "let span; try { span = tracer.startSpan('x'); await work(); } finally { span?.end(); }"),
        (
            Ending.ALWAYS,
            f"{START} context.with(trace.setSpan(c, span), () => {{ try {{ w(); }} finally {{ span.end(); }} }});",
        ),
        (Ending.NOT_ON_EXCEPTION, f"{START} const r = await work(); span.end(); return r;"),
        (Ending.NOT_ON_EXCEPTION, f"{START} try {{ await work(); span.end(); }} catch (e) {{ throw e; }}"),
        (Ending.NOT_ON_RETURN, f"{START} if (flag) return; span.end();"),
        (Ending.NOT_ON_RETURN, f"{START} try {{ await work(); span.end(); }} catch (e) {{ log(e); }}"),
        (Ending.NOT_ON_RETURN, f"{START} switch (flag) {{ case 1: span.end(); break; case 2: break; }}"),
        (Ending.NEVER, f"{START} await work();"),
        (Ending.NEVER, "tracer.startSpan('x');"),
        (Ending.NOT_ON_EXCEPTION, f"{START} return work().then(() => {{ span.end(); }});"),
        (Ending.NOT_ON_EXCEPTION, f"{START} const w = new Work(flag); span.end();"),
        (Ending.ALWAYS, f"{START} const w = new Work(); span.end();"),
        (Ending.UNKNOWN, f"{START} return work().then(() => span.end(), fail);"),
        (Ending.UNKNOWN, f"{START} return work().then(() => span.end()).catch(fail);"),
        (Ending.UNKNOWN, f"{START} return work().catch(fail).then(() => span.end());"),
        (Ending.UNKNOWN, f"{START} return span;"),
        (Ending.UNKNOWN, f"{START} const root = flag ? span : undefined; keep({{ root }});"),
        (Ending.UNKNOWN, f"{START} const root = flag && span; keep({{ root }});"),
        (Ending.NEVER, f"{START} const same = flag === span; keep({{ same }});"),
        (Ending.UNKNOWN, f"{START} this.span = span;"),
        (Ending.UNKNOWN, f"{START} return trace.setSpan(context.active(), span);"),
        (Ending.UNKNOWN, f"{START} stream.on('end', () => span.end());"),
        (Ending.UNKNOWN, f"{START} handle(span);"),
        (Ending.NEVER, f"{START} try {{ await work(); }} catch (e) {{ recordError(span, e); }}"),
        (Ending.UNKNOWN, f"{START} await work(); if (endWhenDone) span.end();"),
    ],
)
def test_a_span_is_followed_along_every_path(ending, body):
    """
    Returns, exceptions, loops and branches; what is handed on is unknown.
    """
    (one,) = nodes(f"async function f(flag, y) {{ {body} }}", SpanStart)

    assert ending is one.ending


@pytest.mark.parametrize(
    ("ending", "call"),
    [
        (
            Ending.ALWAYS,
            "tracer.startActiveSpan('x', async (span) => { try { await work(); } finally { span.end(); } })",
        ),
        (Ending.ALWAYS, "tracer.startActiveSpan('x', (span) => work().finally(() => span.end()))"),
        (Ending.NOT_ON_EXCEPTION, "tracer.startActiveSpan('x', {}, async (span) => { await work(); span.end(); })"),
        (Ending.NEVER, "tracer.startActiveSpan('x', async (span) => work())"),
        (Ending.NEVER, "tracer.startActiveSpan('x', () => work())"),
        (Ending.UNKNOWN, "tracer.startActiveSpan('x', (span) => work(span))"),
        (Ending.UNKNOWN, "tracer.startActiveSpan('x', imported)"),
    ],
)
def test_an_active_span_does_not_end_by_itself(ending, call):
    """
    The callback has to do it, on every path.
    """
    (one,) = nodes(f"{call};", SpanStart)

    assert ending is one.ending


@pytest.mark.parametrize(
    "code",
    [
        "import * as Sentry from '@sentry/node';\nSentry.startSpan({ name: 'x' }, () => work());",
        "import ddtrace from 'dd-trace';\nddtrace.trace('x', () => work());",
    ],
)
def test_some_libraries_end_their_spans(code):
    """
    There is nothing to forget.
    """
    assert [Ending.AUTOMATIC] == [one.ending for one in nodes(code, SpanStart)]


def test_a_tracer_of_the_code_base_may_end_its_spans():
    """
    Only where the tracer is known to be OpenTelemetry's own is a span without `end` a mistake.
    """
    own = "import { tracer } from './tracing.js';\ntracer.startActiveSpan('x', (span) => work());\n"
    first = "tracer.startActiveSpan('x', async (span) => work(), { attributes: {} });"

    found = [
        node for node in extract(Text.of_file(own, "a.ts"), SourceSettings(), "a.ts") if isinstance(node, SpanStart)
    ]
    assert [Ending.UNKNOWN] == [one.ending for one in found]
    assert [] == nodes(first, SpanStart)


def test_the_leak_is_named():
    """
    A finding can say what raises while the span is open.
    """
    (one,) = nodes(
        "async function f(next) { const span = tracer.startSpan('x'); await next(1); span.end(); }", SpanStart
    )

    assert "await next(1)" == one.leak.code


@pytest.mark.parametrize(
    ("body", "records", "reraises"),
    [
        ("log(e);", False, False),
        ("span.recordException(e);", True, False),
        ("span.setStatus({ code: 2 });", True, False),
        ("failed(span, e);", True, False),
        ("throw new Wrapped(e);", False, True),
        ("next(e);", False, True),
    ],
)
def test_what_a_handler_does_with_the_exception(body, records, reraises):
    """
    It records it, hands it on, or swallows it.
    """
    work = f"try {{ await work(); }} catch (e) {{ {body} }} span.end();"
    (one,) = nodes(f"tracer.startActiveSpan('x', async (span) => {{ {work} }});", SpanHandler)

    assert (records, reraises) == (one.records, one.reraises)


def test_work_for_a_queue_carries_the_context_where_something_injects_it():
    """
    BullMQ's jobs begin a trace of their own otherwise.
    """
    code = """\
import { Queue } from 'bullmq';
const bare = new Queue('a');
const traced = new Queue('b', { telemetry: new BullMQOtel('x') });
tracer.startActiveSpan('x', async (span) => {
  try { await bare.add('a', {}); await traced.add('b', {}); } finally { span.end(); }
});
"""
    assert [("bare.add", False), ("traced.add", True)] == [
        (one.work, one.carries_context) for one in nodes(code, Handoff)
    ]


def test_names_are_judged_at_the_start_and_when_they_change():
    """
    `updateName` gives a name too.
    """
    code = "function f(span) { tracer.startSpan(`a ${userId}`).end(); span.updateName(randomUUID()); }"
    code = "import { randomUUID } from 'crypto';\n" + code.replace("f(span)", "f(span, userId)")

    assert ["named like a user's identifier", "a new UUID"] == [one.source for one in nodes(code, SpanName)]
