"""Helpers of Python that measure for others."""

import pytest

from obsaudit.lint.documents import SourceSettings
from obsaudit.lint.nodes import Boundedness, Measurement

from .code import labels, nodes


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
