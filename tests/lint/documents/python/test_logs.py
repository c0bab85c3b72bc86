"""What is known of a log call in Python."""

import pytest

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings
from obsaudit.lint.documents.python import extract
from obsaudit.lint.nodes import LogCall, Unparsable

from .code import nodes


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


@pytest.mark.parametrize(
    ("expected", "statement"),
    [
        (True, 'if "no such order" in str(error):\n        log.error("gone")'),
        (True, 'text = str(error)\n    if text.startswith("no"):\n        log.error("gone")'),
        (True, 'if error.code == 404:\n        log.error("gone")'),
        (True, 'if not isinstance(error, Gone):\n        pass\n    else:\n        log.error("gone")'),
        (False, 'if error.code == 404:\n        pass\n    else:\n        log.error("failed")'),
        (False, 'if "no such order" not in str(error):\n        log.error("failed")'),
        (False, 'if verbose:\n        log.error("failed")'),
        (False, 'log.error("failed")'),
    ],
)
def test_a_condition_on_the_exception_tells_which_it_is(expected, statement):
    """Not where it holds for all but one."""
    assert expected is call(statement).accounted_for


def test_a_message_is_made_of_the_exception_by_way_of_variables():
    """However many lie between, within reason."""
    made = "reason = str(error)\n    text = f'failed: {reason}'\n    "

    assert call(made + "log.error(text)").shows_exception
    assert not call(made + "log.error(other)").shows_exception


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


@pytest.mark.parametrize(
    ("library", "head"),
    [
        ("logging", "import logging\nlog = logging.getLogger(__name__)"),
        ("logging", "from logging import getLogger as g\nlog = g()"),
        ("structlog", "import structlog\nlog = structlog.get_logger().bind(a=1)"),
        ("loguru", "from loguru import logger as log"),
        ("unknown", "from app import log"),
    ],
)
def test_a_logger_by_its_library(library, head):
    """
    The library is told by where the logger comes from; what is only called a logger is unknown.
    """
    (call,) = nodes(f"{head}\ndef f():\n    log.warning('x')\n", LogCall)

    assert (library, "warning", "log") == (call.library, call.level, call.logger)


def test_the_handler_around_a_call():
    """
    What is caught, whether it is raised again, and whether something else gets the exception.
    """
    code = (
        "import logging\n"
        "def f():\n"
        "    try:\n        pass\n"
        "    except (KeyError, ValueError) as e:\n        logging.error('x %s', e)\n        raise\n"
        "    try:\n        pass\n"
        "    except Exception:\n        logging.error('x')\n        sentry_sdk.capture_exception()\n"
        "    logging.error('x')\n"
    )

    first, second, third = nodes(code, LogCall)

    assert (("KeyError", "ValueError"), True, True) == (first.catches, first.reraises, first.shows_exception)
    assert (False, True) == (second.reraises, second.passes_exception)
    assert (False, False) == (third.handles, third.passes_exception)
