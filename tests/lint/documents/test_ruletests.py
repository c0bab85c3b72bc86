"""Unit tests of rules become nodes."""

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.nodes import RuleTest, Unparsable

FILE = """\
rule_files: [alerts.yml, "more/*.yml"]
tests:
  - name: queues
    input_series:
      - series: queue_length
        values: 0 200x10
    alert_rule_test:
      - alertname: QueueLong
        eval_time: 5m
        exp_alerts:
          - exp_labels: {severity: critical}
      - alertname: QueueStuck
        exp_alerts: []
      - eval_time: 5m
    promql_expr_test:
      - expr: sum(queue_length)
"""


def test_a_test_file_tells_what_it_expects():
    """
    Each element of `tests:` is a node with the alerts it lets fire or not, its expressions and the files it loads.
    """
    nodes = parse(Text.of_file(FILE, "queue_test.yml"), "queue_test.yml", SourceSettings()).nodes
    (test,) = (node for node in nodes if isinstance(node, RuleTest))

    assert "test queues" == test.at.subject
    assert [("QueueLong", True), ("QueueStuck", False)] == [(case.alert.value, case.fires) for case in test.alerts]
    assert ["sum(queue_length)"] == [text.value for text in test.expressions]
    assert ["alerts.yml", "more/*.yml"] == [text.value for text in test.rule_files]
    assert 8 == test.alerts[0].alert.position(0).line


def test_a_case_without_an_alert_is_a_problem():
    """
    An `alert_rule_test` that names no alert tests nothing, and is told.
    """
    nodes = parse(Text.of_file(FILE, "queue_test.yml"), "queue_test.yml", SourceSettings()).nodes

    assert ["an alert_rule_test has no `alertname`"] == [node.problem for node in nodes if isinstance(node, Unparsable)]


def test_a_configuration_with_rule_files_is_no_test():
    """
    `prometheus.yml` has `rule_files` too, and tests nothing.
    """
    parsed = parse(Text.of_file("rule_files: [alerts.yml]\ntests: [unit]\n", "a.yml"), "a.yml", SourceSettings())

    assert "rule tests" not in parsed.kinds


def test_series_values_and_expressions_must_parse():
    """
    What promtool could not read is a problem where it stands; histograms have a notation of their own.
    """
    text = """\
tests:
  - input_series:
      - series: up{job="a"
        values: 0+0x10
      - series: up
        values: '1 _ stale _x3 stalex2 -1.5e3 +Inf NaN 0x5 1+1x10 -2-.5x4 2 + 3'
      - series: latency
        values: '{{schema:1 sum:5}}x3'
    promql_expr_test:
      - expr: sum(up))
"""
    nodes = parse(Text.of_file(text, "queue_test.yml"), "queue_test.yml", SourceSettings()).nodes

    problems = [node.at.region.start for node in nodes if isinstance(node, Unparsable)]
    lines = text.split("\n")
    assert ["10 )", "3 {", "6 +"] == [f"{at.line} {lines[at.line - 1][at.column - 1]}" for at in problems]
