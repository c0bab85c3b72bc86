"""Reporters of an impact: what depends on a piece of telemetry, one file a format."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...lint.chain.dependents import Impact
from ..view import View
from . import json, markdown, mermaid, text

__all__ = ["FORMATS", "ImpactReporter"]

ImpactReporter = Callable[[Sequence[Impact], View], str]
"""Renders impacts; the result ends in a newline."""

FORMATS: dict[str, ImpactReporter] = {
    "text": text.render,
    "json": json.render,
    "markdown": markdown.render,
    "mermaid": mermaid.render,
}
