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
