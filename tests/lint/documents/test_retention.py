"""How long telemetry is kept: policies, and the configurations of Prometheus, Loki and Tempo."""

import math

import pytest

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.nodes import RetentionSetting, Store

DAY = 86400.0
WORKLOAD = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: prometheus}}
spec:
  template:
    spec:
      containers:
        - name: prometheus
          image: {image}
          args: {args}
"""
LOKI = """\
schema_config:
  configs: [{schema: v12}]
limits_config:
  retention_period: 7d
compactor:
  retention_enabled: true
"""


def settings(text: str, path: str = "file.yml"):
    """Every statement about retention in a file."""
    nodes = parse(Text.of_file(text, path), path, SourceSettings()).nodes
    return [node for node in nodes if isinstance(node, RetentionSetting)]


def workload(args: str, image: str = "prom/prometheus:v3.5.0"):
    """The settings of a Prometheus with these arguments."""
    return settings(WORKLOAD.format(image=image, args=args))


def test_a_policy_of_tiers():
    """
    Metrics, traces and levels of logs; `warning` is `warn`.
    """
    found = settings("retention:\n  hot: 7d\n  traces: 1w\n  warning: 30d # compliance\n  owner: platform\n")

    assert [("hot", 7), ("traces", 7), ("warn", 30)] == [(one.name, one.seconds / DAY) for one in found]
    assert {Store.POLICY} == {one.store for one in found}


def test_a_policy_with_a_mapping_for_each_system():
    """
    The key may come three times, as people write it down in a document.
    """
    text = "```yaml\nretention:\n  hot: 7d\n\nretention:\n  traces: 7d\n\nretention:\n  debug: 3d\n```\n"

    assert ["hot", "traces", "debug"] == [one.name for one in settings(text, "page.md")]


@pytest.mark.parametrize("text", ["retention: 7d\n", "retention:\n  days: 7\n", "retention:\n  hot: soon\n"])
def test_other_retentions_are_no_policy(text):
    """
    A policy has tiers, and lengths.
    """
    assert [] == settings(text)


@pytest.mark.parametrize(
    ("args", "value", "days"),
    [
        ("[--config.file=p.yml, --storage.tsdb.retention.time=30d]", "30d", 30),
        ("[--config.file=p.yml, --storage.tsdb.retention.time, 30d]", "30d", 30),
        ("prometheus --config.file=p.yml --storage.tsdb.retention.time=2w --web.enable-lifecycle", "2w", 14),
        ("[--config.file=p.yml]", None, 15),
        ("[]", None, 15),
    ],
)
def test_flags_of_a_container(args, value, days):
    """
    A flag in any spelling; without one, fifteen days.
    """
    [one] = workload(args)

    assert (value, days * DAY) == (one.value and one.value.value, one.seconds)
    assert one.problem is None


@pytest.mark.parametrize(
    "args",
    [
        "[--config.file=p.yml, --storage.tsdb.retention.size=50GB]",
        "[--config.file=p.yml, --agent]",
        "[check, config, p.yml]",
    ],
)
def test_what_a_container_does_not_say(args):
    """
    A limit by size is no length of time, an agent keeps nothing, and promtool is no server.
    """
    assert [] == workload(args)


def test_the_old_flag():
    """
    `--storage.tsdb.retention` ended with Prometheus 2.
    """
    args = "[--config.file=p.yml, --storage.tsdb.retention=30d]"

    assert [True] == [one.problem is not None for one in workload(args)]
    assert [False] == [one.problem is not None for one in workload(args, "prom/prometheus:v2.55.0")]


@pytest.mark.parametrize("value", ["30days", "a month"])
def test_a_value_that_prometheus_refuses(value):
    """
    What is no duration keeps Prometheus from starting; what is filled in later is not known.
    """
    [one] = workload(f"['--config.file=p.yml', '--storage.tsdb.retention.time={value}']")
    [later] = workload("['--config.file=p.yml', '--storage.tsdb.retention.time=${DAYS}']")

    assert (None, True) == (one.seconds, one.problem is not None)
    assert (None, False) == (later.seconds, later.problem is not None)


def test_thanos_beside_prometheus_keeps_more():
    """
    What a sidecar uploads is not deleted with the server's blocks.
    """
    sidecar = "        - {name: sidecar, image: 'quay.io/thanos/thanos:v0.36.0'}\n"
    [one] = settings(WORKLOAD.format(image="prom/prometheus", args="[]") + sidecar)

    assert one.also_remote


def test_the_configuration_of_prometheus():
    """
    Recent versions read `storage.tsdb.retention.time`; elsewhere in the file it is refused.
    """
    right = settings("global: {}\nstorage: {tsdb: {retention: {time: 30d}}}\n")
    dotted = settings("global: {}\nstorage: {tsdb: {retention.time: 30d}}\n")
    inside = settings("global:\n  storage: {tsdb: {retention.time: 30d}}\nscrape_configs: []\n")

    assert [None] == [one.problem for one in right]
    assert [True, True] == [one.problem is not None for one in (*dotted, *inside)]


def test_the_operator():
    """
    A `Prometheus` resource keeps one day unless it is told more; its image is no container.
    """
    resource = "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nspec:\n  image: prom/prometheus:v3\n"

    assert [(None, DAY)] == [(one.value, one.seconds) for one in settings(resource)]
    assert [10 * DAY] == [one.seconds for one in settings(resource + "  retention: 10d\n")]
    assert [True] == [one.also_remote for one in settings(resource + "  remoteWrite: []\n")]


def test_loki_deletes_only_when_the_compactor_is_told_to():
    """
    Without `retention_enabled` logs live for ever; a fragment does not tell.
    """
    [right] = settings(LOKI)
    [wrong] = settings(LOKI.replace("true", "false"))
    [fragment] = settings("limits_config:\n  retention_period: 7d\n")

    assert (7 * DAY, None) == (right.seconds, right.problem)
    assert wrong.problem is not None
    assert fragment.problem is None


def test_loki_3_wants_a_store_for_delete_requests():
    """
    Schema v13 belongs to Loki 3, which does not start without it.
    """
    found = settings(LOKI.replace("v12", "v13"))

    assert [None, "compactor.retention_enabled"] == [found[0].problem, found[1].name]
    assert [None] == [one.problem for one in settings(LOKI.replace("v12", "v13") + "  delete_request_store: s3\n")]


@pytest.mark.parametrize(
    ("selector", "levels"),
    [
        ('{level="error"}', {"error"}),
        ('{level="warning"}', {"warn"}),
        ('{detected_level=~"warn|error"}', {"warn", "error"}),
        ('{level=~".*"}', {"debug", "info", "warn", "error"}),
        ('{namespace="dev"}', set()),
        ('{level="error", namespace="dev"}', set()),
        ('{level!="debug"}', set()),
    ],
)
def test_the_levels_of_a_stream(selector, levels):
    """
    A stream stands for a level only if nothing else selects it.
    """
    stream = f"  retention_stream:\n    - selector: '{selector}'\n      period: 30d\n      priority: 2\n"
    [_, one] = settings(LOKI.replace("compactor:", f"{stream}compactor:"))

    assert (levels, 2, 30 * DAY) == (one.levels, one.priority, one.seconds)


def test_loki_for_ever():
    """
    A period of zero deletes nothing, and so does none at all.
    """
    [zero] = settings(LOKI.replace("7d", "0s"))
    [unset] = settings("schema_config: {configs: []}\nlimits_config: {}\n")

    assert (math.inf, math.inf, None) == (zero.seconds, unset.seconds, unset.value)


@pytest.mark.parametrize(
    ("compactor", "enabled", "wrong"), [("true", "true", True), ("false", "false", True), ("false", "true", False)]
)
def test_the_table_manager(compactor, enabled, wrong):
    """
    It deletes only when it is told to, and not beside a compactor that does.
    """
    text = LOKI.replace("  retention_period: 7d", "  reject_old_samples: true").replace("true\n", f"{compactor}\n", 2)
    manager = f"table_manager:\n  retention_period: 336h\n  retention_deletes_enabled: {enabled}\n"
    found = [one for one in settings(text + manager) if one.name == "table_manager.retention_period"]

    assert [wrong] == [one.problem is not None for one in found]


@pytest.mark.parametrize(
    ("value", "hours", "fits"), [("168h", 168, True), ("1h30m", 1.5, True), ("7d", 168, False), ("1w", 168, False)]
)
def test_tempo_counts_in_hours(value, hours, fits):
    """
    Tempo reads durations as Go does: `7d` keeps it from starting.
    """
    [one] = settings(f"compactor:\n  compaction:\n    block_retention: {value}\n")

    assert (hours * 3600, fits) == (one.seconds, one.problem is None)


def test_tempo_without_a_word():
    """
    Two weeks are Tempo's default.
    """
    [one] = settings("storage:\n  trace:\n    backend: s3\n")

    assert (None, 14 * DAY) == (one.value, one.seconds)


def test_keys_that_tempo_3_does_not_use():
    """
    They are accepted where the compactor's work is done now, and have no effect there.
    """
    found = settings("backend_worker:\n  compaction:\n    block_retention: 168h\n    max_time_per_tenant: 5m\n")

    assert [None, True] == [found[0].problem, found[1].problem is not None]
