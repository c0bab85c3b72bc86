"""
What to paste into the configuration of an OpenTelemetry Collector, on one line each.

The forms are those of its `metricstransform` and `filter` processors (opentelemetry-collector-contrib).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

_PLAIN = re.compile(r"[A-Za-z_][\w./-]*")
# Words that YAML takes for something else than text.
_TAKEN = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_NOT_IN_NAMES = re.compile(r"[^\w.-]")


def aggregation(metric: str, kept: Sequence[str], dropped: Sequence[str]) -> str:
    """Sums labels away: the metric keeps its totals, by the labels that stay."""
    operation = f"{{action: aggregate_labels, label_set: [{_listed(kept)}], aggregation_type: sum}}"
    transform = f"{{include: {_scalar(metric)}, action: update, operations: [{operation}]}}"
    name = _NOT_IN_NAMES.sub("_", "-".join(dropped))
    return f"processors: {{metricstransform/without-{name}: {{transforms: [{transform}]}}}}"


def dropping(metric: str) -> str:
    """Drops a metric as a whole."""
    # A string of OTTL in one of YAML: both have the escapes of JSON.
    condition = json.dumps(f"name == {json.dumps(metric)}")
    return f"processors: {{filter/unread: {{error_mode: ignore, metrics: {{metric: [{condition}]}}}}}}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(_scalar, names))


def _scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text.lower() not in _TAKEN else json.dumps(text)
