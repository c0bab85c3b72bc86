"""What is known of a log call in Python."""

import pytest

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings
from obsaudit.lint.documents.python import extract
from obsaudit.lint.nodes import LogCall


def call(statement: str) -> LogCall:
    """The one log call of a handler of `error`."""
    code = f"import logging\nlog = logging.getLogger()\ntry:\n    x()\nexcept Exception as error:\n    {statement}\n"
    (found,) = [node for node in extract(Text.of_file(code, "a.py"), SourceSettings()) if isinstance(node, LogCall)]
    return found


@pytest.mark.parametrize(
    ("expected", "statement"),
    [
        (False, 'log.error("failed")'),
        (False, 'log.error("an error")'),
        (False, 'log.error("failed", extra={"reason": self.error})'),
        (True, 'log.error("failed: %s", error)'),
        (True, 'log.error(f"failed: {error}")'),
        (True, 'log.error("failed", extra={"error": str(error)})'),
    ],
)
def test_a_method_called_like_the_exception_shows_nothing_of_it(expected, statement):
    """Only a variable is the exception: not the method `error`, nor an attribute, nor a word of the message."""
    assert expected is call(statement).shows_exception


def test_a_dictionary_that_holds_itself_ends():
    """What is logged is followed through names, however they are made of each other."""
    code = """\
import logging

log = logging.getLogger(__name__)


def note(items):
    page = {}
    page = {"items": page, "next": page}
    for item in items:
        page = {"items": [page], "next": page}
    log.info("%s", page)
"""
    found = list(extract(Text.of_file(code, "a.py"), SourceSettings()))

    assert ["LogCall"] == [type(node).__name__ for node in found]
