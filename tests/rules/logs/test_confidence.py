"""How sure the rules about logs are."""

import pytest

from obsaudit.lint import Confidence, Text
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.documents.python import extract as extract_python
from obsaudit.lint.documents.typescript import extract
from obsaudit.lint.nodes import Exposure, LogCall
from obsaudit.lint.project import Project
from obsaudit.rules.logs.error_without_exception import ErrorWithoutException
from obsaudit.rules.logs.error_without_trace_id import ErrorWithoutTraceId
from obsaudit.rules.logs.missing_context import MissingContext
from obsaudit.rules.logs.secret_in_log import SecretInLog
from obsaudit.rules.logs.uncorrelated_logger import UncorrelatedLogger


def nodes(code: str, source: str):
    """What a file of JavaScript holds."""
    return list(extract(Text.of_file(code, source), SourceSettings(), source))


@pytest.mark.parametrize(
    ("source", "confidence"),
    [
        ("src/login.js", Confidence.HIGH),
        ("examples/login.js", Confidence.LOW),
        ("src/login.test.js", Confidence.LOW),
    ],
)
def test_an_example_shows_what_nobody_logs(source, confidence):
    """A page on requests prints their bodies."""
    code = (
        "import express from 'express';\nimport pino from 'pino';\nconst app = express();\nconst log = pino();\n"
        "app.post('/', (req, res) => { log.info({ body: req.body }, 'in'); });\n"
    )
    (exposure,) = [node for node in nodes(code, source) if isinstance(node, Exposure)]

    assert [confidence] == [finding.confidence for finding in SecretInLog().check_exposure(exposure)]


@pytest.mark.parametrize(
    ("message", "confidence"),
    [("cannot load", Confidence.HIGH), ("please install the driver", Confidence.LOW)],
)
def test_a_missing_package_needs_no_stack(message, confidence):
    """The message says what to do."""
    code = (
        f"import pino from 'pino';\nconst log = pino();\ntry {{ load(); }} catch (err) {{ log.error('{message}'); }}\n"
    )
    (call,) = [node for node in nodes(code, "a.js") if isinstance(node, LogCall)]

    assert [confidence] == [finding.confidence for finding in ErrorWithoutException().check_log_call(call)]


@pytest.mark.parametrize(
    ("handler", "confidence"),
    [
        ("log.error('sync failed')", Confidence.HIGH),
        ("message = f'sync failed: {error}'\n    log.error(message)", Confidence.LOW),
        ("message = f'sync failed: {error}'\n    log.error(f'giving up: {message}')", Confidence.LOW),
        ("log.warning('%s', error)\n    log.error('giving up')", Confidence.LOW),
        ("if error.errno == 2:\n        log.error('no such file')", Confidence.LOW),
    ],
)
def test_the_text_of_an_exception_may_be_all_that_is_wanted(handler, confidence):
    """Wherever in the handler it is made, or logged."""
    code = f"import logging\nlog = logging.getLogger()\ntry:\n    pull()\nexcept Exception as error:\n    {handler}\n"
    calls = [node for node in extract_python(Text.of_file(code, "a.py"), SourceSettings()) if isinstance(node, LogCall)]

    (finding,) = [finding for call in calls for finding in ErrorWithoutException().check_log_call(call)]

    assert confidence is finding.confidence


@pytest.mark.parametrize(
    ("confidence", "source", "code"),
    [
        (Confidence.HIGH, "shop/server.py", "import logging\nlogging.basicConfig(format='%(message)s')\n"),
        (Confidence.LOW, "shop/server.py", "import logging\nlogging.basicConfig(level=logging.INFO)\n"),
        (Confidence.LOW, "shop/cli/main.py", "import logging\nlogging.basicConfig(format='%(message)s')\n"),
        (Confidence.LOW, "shop/logger.ts", "import pino from 'pino';\nexport const logger = pino();\n"),
    ],
)
def test_a_set_up_has_a_trace_to_name_where_its_language_is_traced(confidence, source, code):
    """What says how records look, serves more than the one who runs it, and is of the language that starts spans."""
    files = {source: code, "shop/charge.py": "from opentelemetry import trace\n"}
    documents = [parse(Text.of_file(text, name), name, SourceSettings()) for name, text in files.items()]
    project = Project([node for document in documents for node in document.nodes])

    assert [confidence] == [finding.confidence for finding in UncorrelatedLogger().check_project(project)]


@pytest.mark.parametrize(
    ("confidence", "beside", "imports"),
    [
        (Confidence.HIGH, "shop/charge.py", ""),
        (Confidence.LOW, "shop/logs.py", ""),
        (Confidence.HIGH, "shop/logs.py", "from opentelemetry import trace\n"),
    ],
)
def test_beside_the_set_up_there_is_no_trace_yet(confidence, beside, imports):
    """Unless the file starts spans as well: then it is a service in one file."""
    made = "import structlog\nstructlog.configure(processors=[structlog.processors.JSONRenderer()])\n"
    call = "import structlog\nlog = structlog.get_logger()\n\n\ndef clean():\n    log.error('stuck')\n"
    files = {
        "shop/spans.py": "from opentelemetry import trace\n",
        "shop/logs.py": imports + made,
    }
    files[beside] = files.get(beside, "") + call
    documents = [parse(Text.of_file(text, name), name, SourceSettings()) for name, text in files.items()]
    project = Project([node for document in documents for node in document.nodes])

    assert [confidence] == [finding.confidence for finding in ErrorWithoutTraceId().check_project(project)]


@pytest.mark.parametrize(
    ("expected", "facts"),
    [
        (0, "extra: dict[str, object] = {'user_id': user_id}"),
        (0, "extra = {'user_id': user_id}"),
        (1, "extra: dict[str, object] = {'order': order}"),
    ],
)
def test_fields_are_made_before_a_call(expected, facts):
    """With a type or without."""
    code = (
        "import structlog\nlog = structlog.get_logger()\n\n\n"
        f"def join(user_id, order):\n    {facts}\n    log.error('join failed', **extra)\n"
    )
    (call,) = [
        node for node in extract_python(Text.of_file(code, "a.py"), SourceSettings()) if isinstance(node, LogCall)
    ]

    assert expected == len(list(MissingContext(fields=("user_id",)).check_log_call(call)))


@pytest.mark.parametrize(
    ("expected", "other"),
    [
        (1, "import structlog\nstructlog.contextvars.bind_contextvars(plan=plan)\n"),
        (0, "import structlog\nstructlog.contextvars.bind_contextvars(**facts)\n"),
        (0, "import structlog\nstructlog.contextvars.bind_contextvars(request_id=make())\n"),
    ],
)
def test_what_another_file_binds_may_be_the_trace(expected, other):
    """Where the processors write what is bound to the context."""
    files = {
        "shop/logs.py": (
            "import structlog\nstructlog.configure(processors=[structlog.contextvars.merge_contextvars,"
            " structlog.processors.JSONRenderer()])\n"
        ),
        "shop/middleware.py": other,
    }
    documents = [parse(Text.of_file(text, name), name, SourceSettings()) for name, text in files.items()]
    project = Project([node for document in documents for node in document.nodes])

    assert expected == len(list(UncorrelatedLogger().check_project(project)))


@pytest.mark.parametrize(
    ("confidence", "handler"),
    [
        (Confidence.HIGH, "logger.error('sync failed')"),
        (Confidence.LOW, "retry(() => error); logger.error('sync failed')"),
    ],
)
def test_an_exception_that_nobody_reads_is_lost_to_any_logger(confidence, handler):
    """One of another file may do more than its name says, with what it is given."""
    code = f"import {{ logger }} from './logger';\ntry {{ pull(); }} catch (error) {{ {handler}; }}\n"
    (call,) = [node for node in nodes(code, "a.ts") if isinstance(node, LogCall)]

    assert [confidence] == [finding.confidence for finding in ErrorWithoutException().check_log_call(call)]
