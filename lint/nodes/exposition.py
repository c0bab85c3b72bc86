"""Metrics as a target exposes them, kept in a repository as a fixture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ..record import field
from ..region import Text
from .node import Node


class ExposedMetric(Node, kw_only=True):
    """A metric whose type an exposition tells, in a line `# TYPE name type`."""

    hook: ClassVar[str] = "check_exposed_metric"
    name: Text
    type: str
    """`counter`, `gauge`, `histogram`, `gaugehistogram`, `summary`, `info`, `stateset`, `unknown` or `untyped`."""

    open_metrics: bool
    """Whether it is OpenMetrics, where the name of a counter is without its `_total`."""

    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """All labels by the name of its series, where a server was asked for them."""
