"""Reporters of an impact: what depends on a piece of telemetry, one file a format."""

from __future__ import annotations

from collections.abc import Callable

from ...lint.impact import Impact
from ..view import View
from . import json, markdown, mermaid, text

__all__ = ["FORMATS", "ImpactReporter"]

ImpactReporter = Callable[[Impact, View], str]
"""Renders an impact; the result ends in a newline."""

FORMATS: dict[str, ImpactReporter] = {
    "text": text.render,
    "json": json.render,
    "markdown": markdown.render,
    "mermaid": mermaid.render,
}
