"""What is known of a log call in Python."""

import pytest

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings
from obsaudit.lint.documents.python import extract
from obsaudit.lint.nodes import LogCall, Unparsable


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


def test_a_dictionary_that_is_made_of_itself_ends():
    """
    What is logged is followed through names, whose definitions may be made of the same names.
    """
    code = """\
import json
import logging
from shop.metrics import split

logger = logging.getLogger(__name__)


def checked(page):
    if IMAGE is not None:
        name, version = split(IMAGE)
    defaults = {}
    page = {**defaults, **page}
    try:
        check(page)
    except ValueError as error:
        raise Wrong(error)
    logger.debug(f"checked {json.dumps(page)}")
"""
    found = list(extract(Text.of_file(code, "a.py"), SourceSettings()))

    assert [] == [node for node in found if isinstance(node, Unparsable)]
