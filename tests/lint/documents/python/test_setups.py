"""Logging set-ups of Python, and what in them proves correlation."""

import pytest

from obsaudit.lint.nodes import LoggerSetup

from .code import nodes


@pytest.mark.parametrize(
    ("expected", "setup"),
    [
        (False, "logging.basicConfig(format='%(message)s')"),
        (False, "logging.basicConfig()"),
        (True, "logging.basicConfig(format='%(otelTraceID)s %(message)s')"),
        (None, "logging.basicConfig(handlers=[make()])"),
        (None, "logging.basicConfig(**options)"),
        (False, "logging.config.dictConfig({'formatters': {'f': {'format': '%(message)s'}}})"),
        (None, "logging.config.dictConfig({'formatters': {'f': {'()': 'app.Formatter'}}})"),
        (None, "logging.config.dictConfig(load())"),
    ],
)
def test_what_a_set_up_proves(expected, setup):
    """
    False only where everything stands in the file; a part that comes from elsewhere makes it unknown.
    """
    (found,) = nodes(f"import logging.config\n{setup}\n", LoggerSetup)

    assert expected is found.correlated


@pytest.mark.parametrize(
    ("correlated", "waits", "processors"),
    [
        (None, True, "structlog.contextvars.merge_contextvars, structlog.processors.JSONRenderer()"),
        (None, False, "structlog.contextvars.merge_contextvars, app.processor"),
        (False, False, "structlog.processors.add_log_level, structlog.processors.JSONRenderer()"),
    ],
)
def test_what_structlog_merges_depends_on_what_is_bound(correlated, waits, processors):
    """
    That, and nothing else, where all other processors can be read.
    """
    (found,) = nodes(f"import app\nimport structlog\nstructlog.configure(processors=[{processors}])\n", LoggerSetup)

    assert (correlated, waits) == (found.correlated, found.unless_bound)


@pytest.mark.parametrize(
    ("expected", "code"),
    [
        ([True], "structlog.contextvars.bind_contextvars(trace_id=find())"),
        ([None], "structlog.contextvars.bind_contextvars(**facts)"),
        ([], "structlog.contextvars.bind_contextvars(plan=plan)"),
        ([True], "MIDDLEWARE = ['django_structlog.middlewares.RequestMiddleware']"),
    ],
)
def test_what_is_bound_may_be_the_trace(expected, code):
    """
    Unless its fields can be read, and none of them is.
    """
    assert expected == [one.correlated for one in nodes(f"import structlog\n{code}\n", LoggerSetup)]
