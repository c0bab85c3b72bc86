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
