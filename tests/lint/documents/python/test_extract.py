"""Python source becomes nodes, whatever the source."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings
from obsaudit.lint.documents.python import extract, relevant
from obsaudit.lint.nodes import LogCall, Node, Unparsable

from .code import nodes


def test_a_mistake_is_placed():
    """
    Source that is no Python is one node, at the mistake.
    """
    (problem,) = nodes("import logging\ndef f(:\n    pass\n", Node)

    assert isinstance(problem, Unparsable)
    assert "Python" == problem.kind
    assert 2 <= problem.lines[0] <= 3


@pytest.mark.parametrize(
    "code",
    [
        "import logging\nx = " + "(" * 5000 + ")" * 5000 + "\n",
        "import logging\nx = " + "-" * 50000 + "1\n",
        "import logging\nx = " + "1 + " * 20000 + "1\n",
        "import logging\nx = a" + ".b" * 20000 + "\n",
        "import logging\nif a:\n    pass\n" + "elif b:\n    pass\n" * 5000,
    ],
    ids=["brackets", "signs", "sums", "attributes", "elifs"],
)
def test_depth_is_a_problem_and_no_crash(code):
    """
    What would overflow the parser's stack, and end the interpreter, is refused before.
    """
    assert [Unparsable] == [type(node) for node in extract(Text.of_file(code, "a.py"), SourceSettings())]


def test_a_long_table_is_not_deep():
    """
    Thousands of elements side by side are flat.
    """
    code = "import logging\nT = [" + "-1, 2 * 3, " * 5000 + "]\nlogging.info('x')\n"

    assert 1 == len(nodes(code, LogCall))


def test_newer_grammar_is_read():
    """
    The parser's grammar counts, not the interpreter's.
    """
    code = "import logging\ntype A[T] = list[T]\ndef f[T](x: T):\n    logging.info('x')\n"

    assert 1 == len(nodes(code, LogCall))


@pytest.mark.parametrize(
    "code", ["\ufeffimport logging\nlogging.info('x')\n", "import logging\r\nlogging.info('x')\r\n"]
)
def test_places_survive_marks_and_line_ends(code):
    """
    A byte order mark and Windows line ends move nothing.
    """
    (call,) = nodes(code, LogCall)

    assert (2, 1) == (call.at.region.start.line, call.at.region.start.column)
    assert "'x'" == call.message.value


def test_places_behind_what_was_left_out():
    """
    A function that neither logs nor measures is not parsed, and those behind it keep their places.
    """
    code = (
        "import logging\n"
        "def idle():\n    a = 1\n    return '''\n)]}\n'''\n"
        "def busy(x):\n    a = 1\n    b = 2\n    logging.info('x %s', x)\n"
    )

    (call,) = nodes(code, LogCall)

    assert (10, 5) == (call.at.region.start.line, call.at.region.start.column)


def test_the_sieve():
    """
    Files without a word of telemetry are not parsed.
    """
    assert relevant(b"from prometheus_client import Counter")
    assert relevant(b"from app.metrics import HITS\nHITS.labels('a').inc()")
    assert not relevant(b"def add(a, b):\n    return a + b\n")


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="abl=.()[]{}'\"#\\\n :,@f%+-defiflogtry\t", max_size=120))
def test_no_text_raises(text):
    """
    Whatever stands in a file, there is an answer.
    """
    code = "import logging\n" + text
    found = list(extract(Text.of_file(code, "a.py"), SourceSettings()))

    assert all(node.at.source == "a.py" for node in found)


@pytest.mark.parametrize(
    ("body", "line"),
    [('"""Never ends', 7), ("'never ends", 7), ("x = (1,", 7), ("x = 1)", 7), ("return ']' + \"[\"", None)],
)
def test_a_function_that_is_left_out_is_missed_where_it_does_not_end(body, line):
    """
    Its body does not matter and is not parsed, unless nobody can say where it ends.
    """
    code = f'import logging\n\nlog = logging.getLogger()\nlog.info("a")\n\ndef f():\n    {body}\n'
    nodes = extract(Text.of_file(code, "a.py"), SourceSettings())

    assert [line] * (line is not None) == [
        min(node.at.region.start.line, 7) for node in nodes if isinstance(node, Unparsable)
    ]
