"""Instruments of Python, however they are declared."""

from obsaudit.lint.nodes import Instrument

from .code import nodes


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
