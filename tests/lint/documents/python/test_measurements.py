"""Calls of Python that measure, in every shape that the libraries take."""

import pytest

from obsaudit.lint.nodes import Api, Measurement

from .code import labels, nodes


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
