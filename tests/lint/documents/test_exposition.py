"""Types of metrics from the text that a target exposes."""

from collections import Counter
from pathlib import Path

import pytest

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.nodes import ExposedMetric

CORPUS = Path(__file__).parents[4] / "shared" / "corpora" / "exposition"


def metrics(text, name="metrics.txt"):
    return [
        node
        for node in parse(Text.of_file(text, name), name, SourceSettings()).nodes
        if isinstance(node, ExposedMetric)
    ]


def test_each_type_line_is_a_metric_with_its_place():
    """
    Names in quotes are names without them; a comment that is no type line is a comment.
    """
    text = '# HELP a About # TYPE\n# TYPE a counter\na 1\n# TYPE "http.requests" gauge\n# TYPE b nonsense\n'

    assert [("a", "counter", 2, 8), ("http.requests", "gauge", 4, 9)] == [
        (metric.name.value, metric.type, metric.at.region.start.line, metric.at.region.start.column)
        for metric in metrics(text)
    ]


def test_open_metrics_is_told_by_its_end():
    """
    In OpenMetrics the name of a counter is without `_total`.
    """
    assert [True] == [metric.open_metrics for metric in metrics("# TYPE a counter\na_total 1\n# EOF\n")]
    assert [False] == [metric.open_metrics for metric in metrics("# TYPE a counter\na 1\n")]


def test_other_text_is_left_alone():
    """
    A text file without types is no exposition.
    """
    assert (
        ()
        == parse(
            Text.of_file("requests==2.0\n# a comment\n", "requirements.txt"), "requirements.txt", SourceSettings()
        ).kinds
    )


def test_an_exporters_whole_output_is_read():
    """
    As many metrics as the output of node_exporter has type lines.
    """
    path = CORPUS / "node_exporter" / "e2e-output.txt"
    if not path.exists():
        pytest.skip("no corpus exposition beside the checkout")
    text = path.read_text("utf-8")
    lines = Counter(line.split()[3] for line in text.splitlines() if line.startswith("# TYPE "))

    assert lines == Counter(metric.type for metric in metrics(text))
    assert lines["counter"] > 100
