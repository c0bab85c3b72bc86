"""Latency budgets: a `budgets:` list of endpoints with `p50`, `p95`, `p99` and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..finding import Location
from ..nodes import LatencyBudget, Node, Threshold, Unparsable
from ..region import Text
from .tree import Tree

KIND = "latency budgets"

_PERCENTILE = re.compile(r"p\d{1,2}(?:\.?\d+)?")
_THRESHOLD = re.compile(r"\s*(?:<=?)?\s*(\d+(?:\.\d+)?)\s*(us|µs|ms|s|m)\s*")
_SECONDS = {"us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}


def holds_budgets(tree: Tree) -> bool:
    """Whether this document is a list of budgets for endpoints."""
    budgets = tree.get("budgets")
    return budgets is not None and any(entry.get("endpoint") is not None for entry in budgets.elements())


def budgets_in(tree: Tree, source: str) -> Iterator[Node]:
    """The budgets of a document; raises nothing, an entry that is none becomes a problem."""
    budgets = tree.get("budgets")
    for entry in budgets.elements() if budgets is not None else ():
        endpoint = entry.text_at("endpoint")
        if endpoint is None:
            at = Location(source, None, entry.region)
            yield Unparsable(at=at, lines=entry.lines, kind=KIND, problem="a budget has no `endpoint`")
            continue
        metric = entry.text_at("metric")
        matchers = entry.get("labels")
        yield LatencyBudget(
            at=Location(source, f"budget {endpoint.value}", endpoint.region()),
            lines=entry.lines,
            endpoint=endpoint,
            thresholds={
                key.scalar: _threshold(value.text)
                for key, value in entry.entries()
                if key.scalar and _PERCENTILE.fullmatch(key.scalar) and value.text is not None
            },
            metric=metric.value if metric else None,
            matchers=_matchers(matchers) if matchers is not None else None,
        )


def _threshold(text: Text) -> Threshold:
    match = _THRESHOLD.fullmatch(text.value)
    return Threshold(text, float(match[1]) * _SECONDS[match[2]] if match else None)


def _matchers(tree: Tree) -> dict[str, str]:
    return {key.scalar: value.scalar for key, value in tree.entries() if key.scalar and value.scalar is not None}
