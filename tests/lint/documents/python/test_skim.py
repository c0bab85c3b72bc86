"""What is left of a file before the parser sees it: all that may log or measure, and as little else as can be."""

import ast
import logging
from pathlib import Path

import pytest

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings
from obsaudit.lint.documents.python import extract
from obsaudit.lint.documents.python.names import Names
from obsaudit.lint.documents.python.skim import skim
from obsaudit.lint.documents.python.tree import parse
from obsaudit.lint.documents.python.words import MEASURES, has_telemetry
from obsaudit.lint.nodes import LogCall

LOGS = """\
import logging

logger = logging.getLogger(__name__)


def load(path):
    for line in path:
        if line:
            count(line)
        else:
            skip(line)
    try:
        data = read(path)
    except OSError as error:
        clean(path)
        logger.error("not read: %s", path)
        raise LoadError from error
    except ValueError:
        repair(path)
    with lock:
        store(data)

    @retried
    def again():
        load(path)

    return data
"""
LEFT = """\
import logging
logger = logging.getLogger(__name__)
def load(path):
    ...
    try:
        ...
    except OSError as error:
        clean(path)
        logger.error("not read: %s", path)
        raise LoadError from error
    except ValueError:
        ...
    ...
"""


def test_statements_that_do_not_log_go_with_all_their_clauses():
    """
    A statement that logs keeps each of its headers, and a handler that logs each of its lines.
    """
    assert LEFT == skim(LOGS).code


def test_a_place_in_what_is_left_is_one_in_the_file():
    left = skim(LOGS)

    for what in ("import", "try", "except OSError", "logger.error", "raise", "except ValueError"):
        assert LOGS.index(what) == left.offset(left.code.index(what))


def test_what_is_left_of_real_files_is_python():
    """
    Where it is not, the whole file is parsed, which is right and slow.
    """
    files = [path for path in Path(logging.__file__).parents[1].glob("*/*.py") if has_telemetry(path.read_bytes())]
    texts = [path.read_text() for path in files if "lib2to3" not in path.parts and "site-packages" not in path.parts]

    assert len(texts) > 20
    for text in texts:
        ast.parse(skim(text).code)


@pytest.mark.parametrize(
    ("statement", "kept"),
    [
        ("logger.info('started')", False),
        ("BUILD.info({'version': version})", True),
        ("start = time.time()", False),
        ("with LATENCY.time(): pass", True),
        ("seen.add((user, path))", False),
        ("requests.add(1, {'path': path})", True),
        ("requests.add(\n        amount, {'path': path}\n    )", True),
        ("requests.add(weight(path), {'path': path})", True),
        ("stopped.set()", False),
        ("queue.set(len(jobs))", True),
        ("router.get('/users', tags=['users'])", False),
        ("client.gauge('jobs', 3, tags=[f'queue:{name}'])", True),
        ("scores = metrics.get('f1')", False),
        ("metrics.timing('load', 3)", True),
    ],
)
def test_what_only_looks_like_a_measurement_keeps_no_function(statement, kept):
    assert kept is (MEASURES.search(statement) is not None)


def test_callers_of_what_measures_are_kept_where_they_hand_something_on():
    """
    A function that takes nothing measures the same whoever calls it.
    """
    code = """\
import prometheus_client


def beat():
    BEATS.inc()


def track(user):
    LOGINS.labels(user).inc()


def main():
    beat()


def login(request):
    track(request.user)


def other(request):
    return request.user
"""

    left = skim(code.replace("BEATS", "prometheus_client.BEATS")).code

    assert "track(request.user)" in left
    assert "    beat()" not in left
    assert "def other" not in left


@pytest.mark.parametrize(
    ("imported", "use", "calls"),
    [
        ("app.metrics import bump", "bump(request.user_id)", 1),
        ("app.metrics import reset", "reset()", 0),
        ("app.events import track_login", "track_login(request.user_id)", 1),
        ("app.billing import token_counter", "token_counter(request.user_id)", 0),
        ("app.metrics import Record", "Record(request.user_id)", 0),
        ("app.metrics import Record", "Record.of(request.user_id)", 1),
        ("app.tracking.models.runs import find", "find(request.user_id)", 0),
        ("app.tracking import find", "find(request.user_id)", 1),
    ],
)
def test_a_borrowed_name_is_followed_where_its_use_may_measure(imported, use, calls):
    code = f"from {imported}\n\n\ndef login(request):\n    {use}\n"

    nodes = list(extract(Text.of_file(code, "app.py"), SourceSettings()))

    assert calls == sum(type(node).__name__ == "OutsideCall" for node in nodes)


@pytest.mark.parametrize("logger", ["app_log", "verbose_logger", "self._logger", "ACCESS_LOG", "logger"])
def test_a_logger_is_told_by_the_end_of_its_name(logger):
    code = f"from app import app_log, verbose_logger, logger\n\n\ndef work(self):\n    {logger}.error('lost')\n"

    nodes = list(extract(Text.of_file(code, "app.py"), SourceSettings()))

    assert [1] == [1 for node in nodes if isinstance(node, LogCall)]
    assert not has_telemetry(code.replace(logger, "catalog").encode())


def test_imports_and_empty_functions_stay_where_they_are_named():
    code = """\
import logging
import sqlite3
from app import (
    clock,
    stored,
)
from app.status import Status


class Store:
    import json

    @property
    def size(self):
        return sqlite3.count(self)

    def key(self):
        return sqlite3.key(self)


def work(store):
    logging.info("%s %s", store.size, Status.READY)
"""
    left = """\
import logging
from app.status import Status
class Store:
    ...
    @property
    def size(): ...
    ...
def work(store):
    logging.info("%s %s", store.size, Status.READY)
"""

    assert left == skim(code).code


def test_the_packages_of_a_file_are_known_without_its_imports():
    code = """\
from a.b import (
    c,
)
import d, e.f as g, h  # i
from . import j
from .k import l
    import m
# import n
"""

    names = Names(parse(Text.of_file("import logging\n" + code.replace("    import", "import"), "app.py")))

    assert {"logging", "a", "d", "e", "h", "m"} == names.roots
