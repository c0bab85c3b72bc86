"""Placeholders of log messages are counted as the libraries do."""

import pytest

from obsaudit.lint.documents.placeholders import braces, percent, util


@pytest.mark.parametrize(
    ("expected", "message"),
    [(0, "done"), (2, "%s of %-5.2f"), (1, "%d%% done"), (None, "%(name)s"), (None, "%*d"), (None, "%.*f")],
)
def test_percent_signs_are_counted(expected, message):
    """`%%` is a sign, names take a mapping, and a star takes a value of its own."""
    assert expected == percent(message)


@pytest.mark.parametrize(
    ("expected", "message"),
    [(0, "done {{}}"), (2, "{} of {:.2f}"), (2, "{1} {0}"), (1, "{0.name}"), (None, "{name}"), (None, "{")],
)
def test_braces_are_counted(expected, message):
    """Numbers count as far as the highest; a name is looked up elsewhere."""
    assert expected == braces(message)


def test_signs_of_util_format_are_counted():
    """pino knows `%s`, `%d`, `%o` and the like."""
    assert [2, 0] == [util("%s and %o"), util("100%% or 5%")]
