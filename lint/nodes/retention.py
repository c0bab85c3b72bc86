"""How long telemetry is kept: what the policy says, and what the systems are told."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from ..region import Text
from .node import Node


class Store(StrEnum):
    """What keeps telemetry, or says how long it must be kept."""

    POLICY = "policy"
    PROMETHEUS = "Prometheus"
    LOKI = "Loki"
    TEMPO = "Tempo"


class RetentionSetting(Node, kw_only=True):
    """
    One statement about how long telemetry is kept.

    A system that could say so and does not has one too: `value` is None, and `seconds` its default.
    """

    hook: ClassVar[str] = "check_retention"
    store: Store
    name: str
    """The key or flag: `hot`, `--storage.tsdb.retention.time`, `limits_config.retention_period`."""

    value: Text | None
    seconds: float | None
    """Infinite where nothing is ever deleted; None where it cannot be read."""

    levels: frozenset[str] | None = None
    """The log levels of the streams that it is about; None for all."""

    priority: int = 0
    """Of two settings for one stream, the one with the higher number counts."""

    problem: str | None = None
    """Why it has no effect, in words."""

    cure: str | None = None
    also_remote: bool = False
    """Whether the samples also go to another store, which may keep them for longer."""
