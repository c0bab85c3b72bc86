"""Spans of Python: whether they are ended, what is caught while they are open, what leaves without its context."""

import pytest

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings
from obsaudit.lint.documents.python import extract, relevant
from obsaudit.lint.nodes import ClientUse, Ending, Handoff, Instrumentation, SpanHandler, SpanName, SpanStart

HEAD = "from opentelemetry import trace\n\ntracer = trace.get_tracer(__name__)\n\n\n"


def nodes(code, kind):
    """The nodes of one kind, in a file that has a tracer."""
    return nodes_of(HEAD + code, kind)


def nodes_of(code, kind):
    """The nodes of one kind."""
    return [node for node in extract(Text.of_file(code, "a.py"), SourceSettings()) if isinstance(node, kind)]


def function(body):
    """A function with a body of several lines."""
    return "def f(flag):\n" + "".join(f"    {line}\n" for line in body.split("\n"))


@pytest.mark.parametrize(
    ("ending", "body"),
    [
        (Ending.ALWAYS, 'span = tracer.start_span("x")\ntry:\n    return work()\nfinally:\n    span.end()'),
        (Ending.ALWAYS, 'span = tracer.start_span("x")\nif flag:\n    span.end()\n    return\nspan.end()'),
        (Ending.ALWAYS, 'span = tracer.start_span("x")\nwith span:\n    work()'),
        (Ending.ALWAYS, 'span = tracer.start_span("x")\nwith trace.use_span(span, end_on_exit=True):\n    work()'),
        (Ending.NEVER, 'span = tracer.start_span("x")\nwith trace.use_span(span):\n    work()'),
        (Ending.UNKNOWN, 'span = tracer.start_span("x")\nroot = span if span.is_recording() else None\nkeep(root)'),
        (
            Ending.ALWAYS,
            'span = tracer.start_span("x")\ntry:\n    work()\nexcept Exception:\n    span.end()\n    raise\nspan.end()',
        ),
        (Ending.NOT_ON_EXCEPTION, 'span = tracer.start_span("x")\nwork()\nspan.end()'),
        (
            Ending.NOT_ON_EXCEPTION,
            'span = tracer.start_span("x")\ntry:\n    work()\nexcept KeyError:\n    pass\nspan.end()',
        ),
        (Ending.NOT_ON_RETURN, 'span = tracer.start_span("x")\nif flag:\n    return\nspan.end()'),
        (Ending.NEVER, 'span = tracer.start_span("x")\nwork()'),
        (Ending.NEVER, 'tracer.start_as_current_span("x")'),
        (Ending.AUTOMATIC, 'with tracer.start_as_current_span("x") as span:\n    work()'),
        (Ending.UNKNOWN, 'with tracer.start_as_current_span("x", end_on_exit=False) as span:\n    work()'),
        (Ending.UNKNOWN, 'span = tracer.start_span("x")\nreturn span'),
        (Ending.UNKNOWN, 'span = tracer.start_span("x")\nhandle(span)'),
        (Ending.UNKNOWN, 'self.span = tracer.start_span("x")'),
    ],
)
def test_a_span_is_followed_along_every_path(ending, body):
    """
    Returns, exceptions and branches; what is handed on is unknown, what `with` manages is ended.
    """
    (one,) = nodes(function(body), SpanStart)

    assert ending is one.ending


def test_a_decorator_ends_its_span():
    """
    The span lasts as long as the call.
    """
    (one,) = nodes('@tracer.start_as_current_span("x")\ndef f():\n    work()\n', SpanStart)

    assert Ending.AUTOMATIC is one.ending


@pytest.mark.parametrize(
    ("statement", "records", "reraises"),
    [
        ("pass", False, False),
        ("log.warning(error)", False, False),
        ("span.record_exception(error)", True, False),
        ("span.set_status(StatusCode.ERROR)", True, False),
        ("failed(span, error)", True, False),
        ("raise Wrapped() from error", False, True),
    ],
)
def test_what_a_handler_does_with_the_exception(statement, records, reraises):
    """
    It records it, raises again, or swallows it.
    """
    body = f"    try:\n        work()\n    except OSError as error:\n        {statement}"
    (one,) = nodes(function(f'with tracer.start_as_current_span("x") as span:\n{body}'), SpanHandler)

    assert (records, reraises, "error") == (one.records, one.reraises, one.exception)


@pytest.mark.parametrize(
    ("call", "carries"),
    [
        ("threading.Thread(target=work).start()", False),
        ("pool.submit(work)", False),
        ("pool.submit(contextvars.copy_context().run, work)", True),
        ("threading.Thread(target=context.run, args=(work,)).start()", True),
    ],
)
def test_work_for_a_thread_needs_a_copy_of_the_context(call, carries):
    """
    A new thread begins with an empty context.
    """
    (one,) = nodes("import threading\n" + function(f'with tracer.start_as_current_span("x"):\n    {call}'), Handoff)

    assert carries is one.carries_context


def test_work_outside_a_span_has_no_context_to_lose():
    """
    Only what is handed on from inside a span is looked at.
    """
    assert [] == nodes("import threading\n" + function("threading.Thread(target=work).start()"), Handoff)


def test_names_are_judged_at_the_start_and_when_they_change():
    """
    `update_name` gives a name too.
    """
    body = 'with tracer.start_as_current_span(f"a {user_id}") as span:\n    span.update_name(str(uuid4()))'
    code = "from uuid import uuid4\n" + function(body).replace("flag", "user_id")

    assert ["named like a user's identifier", "a new UUID"] == [one.source for one in nodes(code, SpanName)]


def test_clients_are_read_without_a_parse():
    """
    A file that only calls a client is looked at for that alone.
    """
    code = "import httpx\n\n\ndef rate():\n    return httpx.get('x'\n"
    (one,) = extract(Text.of_file(code, "a.py"), SourceSettings())

    assert relevant(code.encode())
    assert (ClientUse, "httpx", 5) == (type(one), one.client, one.at.region.start.line)


def test_instrumentors_cover_their_library():
    """
    Some are named otherwise than what they cover.
    """
    code = "from opentelemetry.instrumentation.botocore import BotocoreInstrumentor\n"

    assert [("boto3", "botocore")] == [one.clients for one in nodes(code, Instrumentation)]


@pytest.mark.parametrize(
    ("clients", "everything", "code"),
    [
        ((), True, "import elasticapm\n\nelasticapm.instrument()\n"),
        (("httpx",), False, "import logfire\n\nlogfire.instrument_httpx()\n"),
        (("openai",), False, "from langfuse.openai import OpenAI\n"),
    ],
)
def test_other_libraries_trace_clients_too(clients, everything, code):
    """
    All that they find, or one by one.
    """
    (one,) = nodes_of(code, Instrumentation)

    assert relevant(code.encode())
    assert (clients, everything) == (one.clients, one.everything)


@pytest.mark.parametrize(
    "code",
    [
        "import sentry_sdk\n\nsentry_sdk.init(dsn=dsn(), traces_sample_rate=0.1)\n",
        "def start():\n    from traceloop.sdk import Traceloop\n    Traceloop.init()\n",
    ],
)
def test_what_traces_all_clients_leaves_loggers_alone(code):
    """
    Its own log records name no trace.
    """
    (one,) = nodes_of(code, Instrumentation)

    assert (True, False) == ({"httpx", "sqlalchemy", "openai"} <= set(one.clients), one.everything)


def test_what_traces_itself_is_no_client():
    """
    Frameworks for agents have instrumentors, too.
    """
    code = "import logfire\nfrom openinference.instrumentation.agno import AgnoInstrumentor\nlogfire.instrument_mcp()\n"

    assert not nodes_of(code, Instrumentation)


def test_sentry_without_a_rate_traces_nothing():
    """
    It reports errors only.
    """
    assert not nodes_of("import sentry_sdk\n\nsentry_sdk.init(dsn=dsn(), release=f(a, b))\n", Instrumentation)
