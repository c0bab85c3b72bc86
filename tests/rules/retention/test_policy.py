"""Retention against its policy: which setting decides, and what is compared with it."""

import pytest

from obsaudit.lint import Finding, Project, Text
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.rules.retention._policy import COMPOSE, LOKI, POLICY
from obsaudit.rules.retention.above_policy import AbovePolicy
from obsaudit.rules.retention.below_policy import BelowPolicy
from obsaudit.rules.retention.not_set import NotSet
from obsaudit.rules.retention.window_over_retention import WindowOverRetention

STREAM = "    - selector: '{level=\"error\"}'\n      priority: 5\n      period: 14d\n"
PAGE = "```yaml\nretention:\n  traces: 1d\n```\n"


def found(rule, **files: str) -> list[Finding]:
    """What a rule says of some files, given by name with `_` for the dot."""
    nodes = [
        node
        for name, text in files.items()
        for node in parse(Text.of_file(text, name.replace("_", ".")), name.replace("_", "."), SourceSettings()).nodes
    ]
    return list(rule.check_project(Project(nodes)))


def test_the_stream_with_the_highest_priority_decides():
    """
    A second stream for errors wins by its number, and the first one is then not compared.
    """
    text = LOKI.replace("compactor:", f"{STREAM}compactor:")

    [finding] = found(BelowPolicy(), loki_yml=text, policy_yml=POLICY)

    assert 18 == finding.at.region.start.line
    assert "90d (`error`)" in finding.message


def test_one_period_is_below_and_above_at_once():
    """
    Seven days are too long for debug logs and too short for errors.
    """
    text = "limits_config:\n  retention_period: 7d\n"

    [below] = found(BelowPolicy(), loki_yml=text, policy_yml=POLICY)
    [above] = found(AbovePolicy(), loki_yml=text, policy_yml=POLICY)

    assert "Loki keeps this for 7d, and the policy asks for 30d (`warn`) and 90d (`error`)" == below.message
    assert "Loki keeps this for 7d, and the policy says 3d (`debug`)" == above.message


def test_logs_without_levels():
    """
    A policy may speak of logs as such.
    """
    text = "limits_config:\n  retention_period: 7d\n"

    assert 1 == len(found(BelowPolicy(), loki_yml=text, policy_yml="retention: {logs: 30d}\n"))
    assert [] == found(BelowPolicy(), loki_yml=text, policy_yml="retention: {logs: 7d}\n")


def test_a_file_counts_for_more_than_a_page():
    """
    Where a document states an old policy, that of the file is compared.
    """
    tempo = "compactor:\n  compaction:\n    block_retention: 168h\n"

    assert 1 == len(found(AbovePolicy(), a_md=PAGE, tempo_yml=tempo))
    assert [] == found(AbovePolicy(), a_md=PAGE, tempo_yml=tempo, policy_yml=POLICY)


def test_a_setting_without_effect_is_not_said_to_be_missing():
    """
    Whoever tried to set it is told why that does not work, once.
    """
    compose = COMPOSE.replace("      - --storage.tsdb.retention.time=30d\n", "")
    misplaced = "global:\n  storage: {tsdb: {retention.time: 7d}}\nscrape_configs: []\n"

    assert 1 == len(found(NotSet(), compose_yml=compose, policy_yml=POLICY))
    assert [] == found(NotSet(), compose_yml=compose, policy_yml=POLICY, prometheus_yml=misplaced)


@pytest.mark.parametrize(
    ("expr", "back"),
    [
        ("rate(a[8d])", "8d"),
        ("a offset 8d", "8d"),
        ("rate(a[1d] offset 7d)", "8d"),
        ("max_over_time(rate(a[1d])[7d:1h])", "8d"),
        ("rate(a[7d])", None),
        ("a @ 0 offset 8d", None),
        ("rate(a[$__range])", None),
        ("rate(a[7d]) / rate(b[7d])", None),
    ],
)
def test_how_far_a_query_looks_back(expr, back):
    """
    Ranges and offsets add up, also inside a subquery; a variable or a fixed time is not known.
    """
    recording = f"- record: a:b\n  expr: '{expr}'\n"

    messages = [
        one.message for one in found(WindowOverRetention(), r_yml=recording, c_yml=COMPOSE.replace("30d", "7d"))
    ]

    assert ([] if back is None else [f"looks back {back}, and samples are kept for 7d"]) == messages


def test_the_longest_retention_counts():
    """
    Of several servers one may be the short-lived one of a developer.
    """
    recording = "- record: a:b\n  expr: rate(a[8d])\n"

    assert [] == found(WindowOverRetention(), r_yml=recording, c_yml=COMPOSE.replace("30d", "7d"), d_yml=COMPOSE)


def test_each_loki_decides_for_itself():
    """
    A stream of one configuration says nothing about another.
    """
    plain = "limits_config:\n  retention_period: 7d\n"

    [finding] = found(BelowPolicy(), loki_yml=LOKI, other_yml=plain, policy_yml=POLICY)

    assert "other.yml" == finding.at.source


def test_a_prometheus_that_sends_its_samples_on_may_delete_them():
    """
    The policy is kept by the store that gets them.
    """
    spec = "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nspec:\n  retention: 2d\n"

    assert 1 == len(found(BelowPolicy(), p_yml=spec, policy_yml=POLICY))
    assert [] == found(BelowPolicy(), p_yml=f"{spec}  remoteWrite: []\n", policy_yml=POLICY)
