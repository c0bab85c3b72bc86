"""Latency budgets: the seed format's `budgets:` list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ..record import Record
from ..region import Text
from .node import Node


class Threshold(Record):
    """An upper bound of a latency percentile."""

    spelling: Text
    seconds: float | None
    """None where it cannot be read as a duration."""


class LatencyBudget(Node, kw_only=True):
    """What an endpoint may take: percentile (`p50`, `p95`, `p99`) → threshold."""

    hook: ClassVar[str] = "check_budget"
    endpoint: Text
    thresholds: Mapping[str, Threshold]
    metric: str | None = None
    """The histogram that measures it, where the file says so."""

    matchers: Mapping[str, str] | None = None
    """The labels that tell the endpoint apart, where the file says so."""
