"""What the dialects of objectives have in common: how targets, windows and queries are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ..finding import Location
from ..nodes import Dialect, Measure, Part, Query, Role, Target
from ..record import replace
from ..region import Run, Text
from ..telemetry.duration import seconds
from .tree import Tree

_TARGET = re.compile(r"\s*(?P<op>[<>≤≥]=?)?\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>%|us|µs|ms|s|m|min)?\s*")
_LATENCY = re.compile(r"\s*[<≤]")
_SECONDS = {"us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "min": 60.0}
_WORDS = re.compile(r"(?:rolling\s+)?(\d+)[\s-]*(hour|day|week)s?(?:\s+rolling)?", re.I)
_WORD_SECONDS = {"hour": 3600.0, "day": 86400.0, "week": 7 * 86400.0}
# The shortest window that sloth asks for: what is too short at five minutes is too short.
_WINDOW = re.compile(r"\{\{-?\s*\.window\s*-?\}\}")
_SHORTEST = "5m"


def target(tree: Tree | None) -> Target | None:
    """A target in any spelling: `99.9%`, `99.9`, `0.999`, `< 500ms`, `< 0.1%` (of errors)."""
    if tree is None or tree.text is None or tree.is_null:
        return None
    text = tree.text
    measure, value, percent = _read(text.value)
    return Target(text, measure, value, percent, tree.comment)


def percentage(tree: Tree | None) -> Target | None:
    """A target that its format defines as a percentage."""
    return _scaled(tree, 100.0)


def share(tree: Tree | None) -> Target | None:
    """A target that its format defines as a share of one."""
    return _scaled(tree, 1.0)


def _scaled(tree: Tree | None, whole: float) -> Target | None:
    if tree is None or tree.text is None or tree.is_null:
        return None
    try:
        value: float | None = round(float(tree.text.value) / whole, 12)
    except ValueError:
        value = None
    return Target(tree.text, Measure.SHARE, value, whole > 1, tree.comment)


def _read(spelling: str) -> tuple[Measure | None, float | None, bool]:
    match = _TARGET.fullmatch(spelling)
    if match is None:
        return (Measure.LATENCY if _LATENCY.match(spelling) else None), None, False
    below = (match["op"] or "")[:1] in ("<", "≤") and bool(match["op"])
    number, unit = float(match["number"]), match["unit"]
    if unit in _SECONDS:
        # A latency that must be exceeded is none that anybody promises.
        return Measure.LATENCY, (number * _SECONDS[unit] if below or not match["op"] else None), False
    if unit is None and below:
        return Measure.LATENCY, None, False
    percent = unit == "%" or number > 1
    value = number / 100 if percent else number
    return Measure.SHARE, round(1 - value if below else value, 12), percent


def length(text: Text | None) -> float | None:
    """The seconds of a window such as `30d`, `4 weeks` or `rolling 30 days`; a month has no length of its own."""
    if text is None:
        return None
    words = _WORDS.fullmatch(text.value.strip())
    if words is not None:
        return int(words[1]) * _WORD_SECONDS[words[2].lower()]
    return seconds(text.value)


def queries(
    texts: Iterable[tuple[Part, Text | None]],
    subject: str,
    lines: tuple[int, int],
    dialect: Dialect = Dialect.PROMQL,
) -> Mapping[Part, Query]:
    """The queries of an objective, without those that are not given."""
    return {
        part: Query(
            at=Location(text.source, subject, text.region()),
            lines=lines,
            text=windowed(text),
            role=Role.SLO,
            dialect=dialect,
        )
        for part, text in texts
        if text is not None and text.value.strip()
    }


def windowed(text: Text) -> Text:
    """The query with sloth's shortest window for `{{.window}}`, padded so that every character keeps its place."""
    filled = _WINDOW.sub(lambda match: _SHORTEST.ljust(len(match[0])), text.value)
    return replace(text, value=filled)


def wrapped(before: str, text: Text, after: str) -> Text:
    """
    A text with words around it that stand in no file.

    They have a place of no width, and nothing of it can be edited.
    """
    begin, end = text.position(0), text.region().end
    shift = len(before)
    runs = (
        Run(0, begin.line, begin.column, 0),
        *(run._replace(offset=run.offset + shift) for run in text.runs),
        Run(shift + len(text.value), end.line, end.column, 0),
    )
    return Text.of(f"{before}{text.value}{after}", text.source, runs, ("base64", *text.styles))
