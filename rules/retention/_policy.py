"""What the policy asks of each setting, and samples that several rules show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...lint import Project
from ...lint.nodes import RetentionSetting, Store
from ...lint.record import Record
from ...lint.telemetry.duration import spell

METRICS = ("metrics", "hot", "warm", "cold", "archive")
LEVELS = ("debug", "info", "warn", "error")

POLICY = """\
retention:
  hot: 30d
  traces: 7d
  debug: 3d
  info: 7d
  warn: 30d
  error: 90d
"""
LOKI = """\
schema_config:
  configs:
    - schema: v12
limits_config:
  retention_period: 7d
  retention_stream:
    - selector: '{level="debug"}'
      priority: 1
      period: 3d
    - selector: '{level="warning"}'
      priority: 1
      period: 30d
    - selector: '{level="error"}'
      priority: 1
      period: 90d
compactor:
  retention_enabled: true
"""
TEMPO = """\
compactor:
  compaction:
    block_retention: 168h
storage:
  trace:
    backend: s3
"""
COMPOSE = """\
services:
  prometheus:
    image: prom/prometheus:v3.5.0
    command:
      - --config.file=/etc/prometheus/prometheus.yml
      - --storage.tsdb.retention.time=30d
"""


class Asked(Record):
    """A setting, and how long the policy wants what it is about to be kept, by tier."""

    setting: RetentionSetting
    tiers: Mapping[str, RetentionSetting]


def policy_of(project: Project) -> Mapping[str, RetentionSetting]:
    """The tiers of the policy; where several files state one, that in a file of its own counts."""
    found: dict[str, RetentionSetting] = {}
    stated = [setting for setting in project.all(RetentionSetting) if setting.store is Store.POLICY]
    for setting in sorted(stated, key=lambda own: own.at.source.lower().endswith(".md")):
        found.setdefault(setting.name, setting)
    return found


def asked(project: Project) -> Iterator[Asked]:
    """Every setting of a system that the policy speaks of; a stream's level counts where it is decided."""
    policy = policy_of(project)
    settings = [setting for setting in project.all(RetentionSetting) if setting.store is not Store.POLICY]
    for setting in settings:
        names = _NAMES[setting.store]
        if setting.store is Store.LOKI:
            names = tuple(level for level in LEVELS if _decides(setting, level, settings))
        tiers = {name: policy[name] for name in names if name in policy}
        if setting.store is Store.LOKI and not tiers and setting.levels is None and "logs" in policy:
            tiers = {"logs": policy["logs"]}
        if tiers:
            yield Asked(setting, tiers)


_NAMES = {Store.PROMETHEUS: METRICS, Store.TEMPO: ("traces",), Store.LOKI: LEVELS}


def _decides(setting: RetentionSetting, level: str, settings: list[RetentionSetting]) -> bool:
    """Whether this setting says how long a level is kept: the stream with the highest priority, else the period."""
    same = [
        own
        for own in settings
        if own.store is Store.LOKI
        and own.at.source == setting.at.source
        and own.seconds is not None
        and own.levels is not None
        and level in own.levels
    ]
    if same:
        return setting is max(same, key=lambda own: own.priority)
    return setting.levels is None and setting.seconds is not None


def lengths(tiers: Mapping[str, RetentionSetting]) -> str:
    """Tiers and their lengths in words: `30d` (`warn`) and `90d` (`error`)."""
    parts = [f"{spell(own.seconds or 0)} (`{name}`)" for name, own in tiers.items()]
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
