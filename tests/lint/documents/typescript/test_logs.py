"""What is known of a log call in TypeScript."""

import pytest

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings
from obsaudit.lint.documents.typescript import extract
from obsaudit.lint.nodes import LogCall, MessageForm

from .code import nodes


def call(statement: str) -> LogCall:
    """The last log call of a handler of `error`."""
    code = f"import pino from 'pino';\nconst log = pino();\ntry {{ x(); }} catch (error) {{ {statement}; }}\n"
    nodes = extract(Text.of_file(code, "a.ts"), SourceSettings(), "a.ts")
    *_, found = [node for node in nodes if isinstance(node, LogCall)]
    return found


@pytest.mark.parametrize(
    ("expected", "statement"),
    [
        (True, "reporter.error(error); log.error('failed')"),
        (True, "const cause = toError(error); reporter.error(cause); log.error('failed')"),
        (False, "const cause = error.message; reporter.error(cause); log.error('failed')"),
        (False, "reporter.error(other); log.error('failed')"),
    ],
)
def test_an_exception_that_is_reported_beside_is_not_lost(expected, statement):
    """However it is called after it was made an error for sure."""
    assert expected is call(statement).passes_exception


@pytest.mark.parametrize(
    ("expected", "statement"),
    [
        (True, "if (error.message.includes('gone')) log.error('gone')"),
        (True, "const text = String(error); if (text.includes('gone')) { log.error('gone') }"),
        (True, "if (error.code !== 404) { retry() } else { log.error('gone') }"),
        (True, "log.error('failed'); return await app.exit(error)"),
        (True, "log.error('failed'); void notify(error)"),
        (False, "if (error.code === 404) { retry() } else { log.error('failed') }"),
        (False, "if (!isGone(error)) log.error('failed')"),
        (False, "if (verbose) log.error('failed')"),
        (False, "const code = codeOf(error); log.error('failed')"),
        (False, "log.error('failed'); return await app.exit(1)"),
    ],
)
def test_an_exception_is_accounted_for(expected, statement):
    """By a condition that tells which it is, or by a function that it is handed to for what that does."""
    assert expected is call(statement).accounted_for


def test_a_message_is_made_of_the_exception_by_way_of_variables():
    """However many lie between, within reason."""
    made = "const reason = error.message; const text = `failed: ${reason}`; "

    assert call(made + "log.error(text)").shows_exception
    assert not call(made + "log.error(other)").shows_exception


@pytest.mark.parametrize(
    ("keys", "statement"),
    [
        (["plan"], "log.error('failed', { plan })"),
        ([], "log.error('failed %j', { plan })"),
        (["id"], "log.error({ id }, 'failed %o of 100%%', { plan })"),
    ],
)
def test_what_a_placeholder_takes_is_no_field(keys, statement):
    """It becomes a part of the message."""
    assert keys == [field.key for field in call(statement).fields]


@pytest.mark.parametrize(
    ("expected", "statement"),
    [
        (False, "log.error('failed')"),
        (False, "log.error('an error')"),
        (False, "log.error({ error: other.error }, 'failed')"),
        (True, "log.error(`failed: ${error.message}`)"),
        (True, "log.error({ reason: error.message }, 'failed')"),
        (True, "console.warn(error.message); log.error('failed')"),
        (False, "console.warn('failed again'); log.error('failed')"),
    ],
)
def test_a_method_called_like_the_exception_shows_nothing_of_it(expected, statement):
    """Only a variable is the exception: not the method `error`, nor a member, nor a word of the message."""
    assert expected is call(statement).shows_exception


@pytest.mark.parametrize(
    ("head", "call", "library", "level", "form", "fields"),
    [
        (
            "const log = pino();",
            "log.info({ userId, plan: p }, 'created')",
            "pino",
            "info",
            "constant",
            ["userId", "plan"],
        ),
        ("const log = pino().child({ app });", "log.warn('x')", "pino", "warning", "constant", ["app"]),
        (
            "const log = winston.createLogger({});",
            "log.error('x', { userId })",
            "winston",
            "error",
            "constant",
            ["userId"],
        ),
        ("", "console.error(`x ${y}`)", "console", "error", "template literal", []),
        ("import { logger as log } from './l';", "log.fatal('x' + y)", "unknown", "critical", "+", []),
        ("const log = new Logger('x');", "log.verbose(message)", "nestjs", "debug", "other", []),
    ],
)
def test_a_log_call_with_its_parts(head, call, library, level, form, fields):
    """
    Each library puts message and fields elsewhere.
    """
    imports = "import pino from 'pino';\nimport winston from 'winston';\nimport { Logger } from '@nestjs/common';\n"
    (one,) = nodes(f"{imports}{head}\n{call};\n", LogCall)

    assert (library, level, MessageForm(form)) == (one.library, one.level, one.form)
    assert fields == [field.key for field in one.fields]


@pytest.mark.parametrize(
    ("call", "passes"),
    [
        ("log.error({ err }, 'failed')", True),
        ("log.error('failed', err)", True),
        ("log.error(err)", True),
        ("log.error({ error: serialize(err) })", True),
        ("log.error('failed', new Error('x', { cause: err }))", True),
        ("log.error(err.stack)", True),
        ("log.error('failed'); report.captureException(err)", True),
        ("log.error('failed')", False),
        ("log.error(`failed: ${err.message}`)", False),
        ("log.error('failed', err.message)", False),
    ],
)
def test_whether_the_exception_reaches_the_record(call, passes):
    """
    The error itself or its stack, in any argument; its text is not enough.
    """
    one = nodes(f"try {{ f(); }} catch (err) {{ {call}; }}", LogCall)[0]

    assert (passes, "err", True) == (one.passes_exception, one.exception, one.handles)
