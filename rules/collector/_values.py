"""Settings as values: numbers, durations, and what an environment variable decides."""

from __future__ import annotations

import re

from ...lint import Edit, Position, Region, Text
from ...lint.nodes import Entry

_SUBSTITUTION = re.compile(r"\$\{[^}]*\}|(?<!\$)\$[A-Za-z_]\w*|\{\{")
_NUMBER = re.compile(r"[-+]?\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)")
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


def is_filled_in(text: Text) -> bool:
    """Whether an environment variable or a template decides what the value is."""
    return _SUBSTITUTION.search(text.value) is not None


def literal(text: Text | None) -> str | None:
    """A value as the collector sees it, `$$` being `$`; None where there is none, or it is filled in elsewhere."""
    if text is None or is_filled_in(text):
        return None
    return text.value.replace("$$", "$")


def number(text: Text | None) -> float | None:
    """A number; None where there is none, or it is filled in elsewhere."""
    if text is None or _NUMBER.fullmatch(text.value.strip()) is None:
        return None
    return float(text.value.strip().replace("_", ""))


def seconds(text: Text | None) -> float | None:
    """The length of a Go duration, as in `1m30s` or `0.5s`; None where it is none."""
    if text is None:
        return None
    value = text.value.strip()
    if value == "0":
        return 0.0
    parts = _DURATION.findall(value)
    if not parts or "".join(count + unit for count, unit in parts) != value:
        return None
    return sum(float(count) * _SECONDS[unit] for count, unit in parts)


def before(entry: Entry, line: str, *, flow: bool) -> Edit | None:
    """Puts a further key before another one; None where the file is not plain YAML there."""
    key = entry.key
    if any(style not in ("plain", "single", "double") for style in key.styles) or len(key.styles) > 1:
        return None
    inside = key.position(0)
    # A quoted key begins with its quote, which is no part of its text.
    start = Position(inside.line, inside.column - ("plain" not in key.styles))
    gap = ", " if flow else "\n" + " " * (start.column - 1)
    return Edit(key.source, Region(start, start), line + gap)
