"""Service level objectives, from whatever dialect they are written in."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from ..record import Record
from ..region import Text
from .node import Node
from .prometheus import Query


class SloDialect(StrEnum):
    """The format that an objective is written in."""

    PLAIN = "plain"
    OPENSLO = "OpenSLO"
    SLOTH = "sloth"
    PYRRA = "pyrra"


class Part(StrEnum):
    """What a query of an objective measures."""

    GOOD = "good"
    BAD = "bad"
    TOTAL = "total"
    VALUE = "value"
    """One query for the whole: the share of good events, or what a latency target is compared with."""

    RAW = "raw"
    """A value that is good or bad by itself, sample by sample."""

    ERROR_SHARE = "error share"
    """One query for the share of bad events."""


class Measure(StrEnum):
    """What a target is a number of."""

    SHARE = "share"
    LATENCY = "latency"


class Target(Record):
    """What is promised."""

    spelling: Text
    measure: Measure | None
    """None where it is neither a share nor a latency."""

    value: float | None
    """A share between 0 and 1, or seconds; None where it cannot be read."""

    percent: bool = False
    """Whether the share is written as a percentage: `99.9`, not `0.999`."""

    remark: Text | None = None
    """The comment behind it, on the same line."""

    @property
    def budget(self) -> float | None:
        """The share that may fail; None where the target is none that leaves one."""
        if self.measure is not Measure.SHARE or self.value is None or not 0 < self.value < 1:
            return None
        # 1 - 0.999 is not 0.001 in binary; ten digits are more than anybody writes.
        return round(1 - self.value, 10)


class Slo(Node, kw_only=True):
    """A service level objective."""

    hook: ClassVar[str] = "check_slo"
    dialect: SloDialect
    name: Text
    service: str | None
    description: Text | None
    target: Target | None
    window: Text | None
    window_seconds: float | None
    """None where it is not given, cannot be read, or is a month of the calendar."""

    window_remark: Text | None = None
    queries: Mapping[Part, Query]
    """Those in PromQL; an objective on another data source has none."""

    makes_alerts: bool
    """Whether the dialect's generator makes burn-rate alerts of it, or it names alert policies of its own."""

    indicator: Text | None = None
    """The name of the indicator that it refers to: then a project has its queries, where it has the indicator."""

    @property
    def identity(self) -> str:
        """What generated rules know it by: service and name."""
        return f"{self.service}-{self.name.value}" if self.service else self.name.value


class Indicator(Node, kw_only=True):
    """What objectives measure, in a document of its own (OpenSLO's `SLI`)."""

    hook: ClassVar[str] = "check_indicator"
    name: Text
    queries: Mapping[Part, Query]


class AlertWindow(Record):
    """One pair of windows of a burn-rate alert: how much of the budget it may cost."""

    share: float
    short: float
    long: float


class AlertWindows(Node, kw_only=True):
    """Windows of burn-rate alerts that a team has chosen for itself (sloth's `AlertWindows`)."""

    hook: ClassVar[str] = "check_alert_windows"
    period: float
    windows: tuple[AlertWindow, ...]
