"""Python source becomes nodes, whatever the source."""

from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings
from obsaudit.lint.documents.python import extract, relevant
from obsaudit.lint.nodes import (
    Api,
    Boundedness,
    Instrument,
    LogCall,
    LoggerSetup,
    Measurement,
    Node,
    Unparsable,
)

N = TypeVar("N", bound=Node)


def nodes(code: str, kind: type[N], wanted: SourceSettings | None = None) -> list[N]:
    """The nodes of one kind."""
    found = extract(Text.of_file(code, "a.py"), wanted or SourceSettings())
    return [node for node in found if isinstance(node, kind)]


def labels(measurement: Measurement) -> dict[str | None, str]:
    """Each label with the code that it gets."""
    return {label.name: label.chain[0].code for label in measurement.labels}


def test_an_instrument_with_all_its_parts():
    """
    Namespace, subsystem and suffix make the name that is exposed; labels keep their places.
    """
    code = (
        "from prometheus_client import Histogram as H, Counter\n"
        "import prometheus_client as pc\n"
        "KEYS = ['a', 'b']\n"
        "X = H('wait', 'Wait', labelnames=KEYS, namespace='app', subsystem='db', unit='seconds', buckets=(1, 2.5))\n"
        "Y = pc.Counter('hits', documentation='Hits')\n"
        "Z = Counter(name='hits_total', documentation='Hits')\n"
    )

    wait, hits, total = nodes(code, Instrument)

    assert ("app_db_wait_seconds", "histogram", (1.0, 2.5)) == (wait.name, wait.kind, wait.buckets)
    assert ["a", "b"] == [label.value for label in wait.labels or ()]
    assert ["hits_total", "hits_total"] == [hits.name, total.name]
    assert ("Hits", ()) == (hits.help, hits.labels)
    assert "'wait'" == wait.spelling.value


@pytest.mark.parametrize(
    ("expected", "declaration", "use"),
    [
        ({"a": "x", "b": "y"}, "C = Counter('c', 'C', ['a', 'b'])", "C.labels(x, y).inc()"),
        ({"a": "x", "b": "y"}, "C = Counter('c', 'C', ('a', 'b'))", "C.labels(b=y, a=x).inc()"),
        ({"a": "x"}, "C = Counter('c', 'C', ['a'])", "C.labels(**{'a': x}).inc()"),
        ({"a": "x"}, "T = {'c': Counter('c', 'C', ['a'])}", "T['c'].labels(x).inc()"),
        ({"a": "x"}, "def make(n):\n    return Counter(n, 'C', ['a'])\nC = make('c')", "C.labels(x).inc()"),
        ({"a": "x"}, "C = Counter('c', 'C', ['a'])", "D = C\nD.labels(x).inc()"),
    ],
)
def test_labels_of_prometheus_client(expected, declaration, use):
    """
    Positional, keyword and unpacked labels; instruments in tables, from factories and under other names.
    """
    (measurement,) = nodes(f"from prometheus_client import Counter\n{declaration}\n{use}\n", Measurement)

    assert expected == labels(measurement)
    assert ("c_total", "inc") == (measurement.metric, measurement.operation)


@pytest.mark.parametrize(
    "attributes",
    ["{'a': x}", "dict(a=x)", "{**{'a': x}}", "{} | {'a': x}", "made", "attributes={'a': x}"],
)
def test_attributes_of_opentelemetry(attributes):
    """
    Literals, `dict()`, unions, and dictionaries that are filled after they were made.
    """
    code = (
        "from opentelemetry import metrics\n"
        "counter = metrics.get_meter('m').create_counter('hits', unit='1')\n"
        f"def hit(x):\n    made = {{}}\n    made['a'] = x\n    counter.add(1, {attributes})\n"
    )

    (measurement,) = nodes(code, Measurement)

    assert {"a": "x"} == labels(measurement)
    assert (Api.OPENTELEMETRY, "hits", True) == (measurement.api, measurement.metric, measurement.complete)


def test_tags_of_statsd():
    """
    A tag's key stands before its first colon, whichever way its text is built.
    """
    code = (
        "from datadog import statsd\n"
        "def hit(x):\n    statsd.increment('hits', tags=['plan:free', f'user:{x}', 'id:%s' % x, 'shop:' + x])\n"
    )

    (measurement,) = nodes(code, Measurement)

    assert ["plan", "user", "id", "shop"] == [label.name for label in measurement.labels]
    assert "hits" == measurement.metric


def test_a_class_keeps_its_instruments():
    """
    An instrument that a constructor assigns to `self` is known in the other methods.
    """
    code = (
        "from prometheus_client import Counter\n"
        "class Shop:\n"
        "    def __init__(self):\n        self.sold = Counter('sold', 'Sold', ['plan'])\n"
        "    def sell(self, plan):\n        self.sold.labels(plan).inc()\n"
    )

    (measurement,) = nodes(code, Measurement)

    assert ("sold_total", {"plan": "plan"}) == (measurement.metric, labels(measurement))


def test_a_wrapper_is_judged_where_it_is_called():
    """
    The caller's argument is the label, two functions away, and the way to the instrument is told.
    """
    code = (
        "import uuid\n"
        "from prometheus_client import Counter\n"
        "C = Counter('c', 'C', ['a'])\n"
        "def inner(value):\n    C.labels(a=value).inc()\n"
        "def outer(value):\n    inner(value.strip())\n"
        "def main():\n    outer(str(uuid.uuid4()))\n"
    )

    last = nodes(code, Measurement)[-1]

    assert [Boundedness.UNBOUNDED] == [label.boundedness for label in last.labels]
    assert "str(uuid.uuid4())" == last.labels[0].chain[0].code
    assert ["inner(value.strip())", "C.labels(a=value)"] == [step.code for step in last.through]


@pytest.mark.parametrize("entry", ["app.telemetry.track:1", "app.telemetry.track:labels"])
def test_a_configured_wrapper(entry):
    """
    A helper of another module is known by the configuration, by position or by name.
    """
    code = "from app.telemetry import track\nimport logging\ndef f(user_id):\n    track('made', {})\n".replace(
        "{}", "{'user': user_id}" if entry.endswith("1") else "labels={'user': user_id}"
    )

    (measurement,) = nodes(code, Measurement, SourceSettings(label_wrappers=(entry,)))

    assert {"user": "user_id"} == labels(measurement)


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
