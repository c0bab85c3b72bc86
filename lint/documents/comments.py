"""
Suppressions: comments that accept a finding at their place.

`# obsaudit: ignore[alerts/missing-for] until 2027-03-31 -- burn-rate alert lands with SRE-412`,
in the comment syntax of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import PurePath

from ..finding import Location
from ..nodes import Suppression
from ..region import Position, Region, Text
from .strings import Opener, comment_starts

_OPENERS = {
    ".py": ("#",),
    ".pyi": ("#",),
    ".ts": ("//", "/*"),
    ".tsx": ("//", "/*"),
    ".js": ("//", "/*"),
    ".jsx": ("//", "/*"),
    ".mjs": ("//", "/*"),
    ".cjs": ("//", "/*"),
    ".mts": ("//", "/*"),
    ".cts": ("//", "/*"),
    ".tf": ("#", "//", "/*"),
    ".md": ("<!--",),
    ".json": (),
}
_MARKER = re.compile(r"(?P<opener>#|//|/\*|<!--)[ \t]*obsaudit:[ \t]*(?P<body>.*?)[ \t]*(?:-->|\*/)?[ \t]*\r?$", re.M)
_BODY = re.compile(
    r"ignore(?:\[(?P<rules>[^\]]*)\])?(?P<between>.*?)(?:[ \t]+--[ \t]*(?P<reason>.*))?$",
)
_UNTIL = re.compile(r"until[ \t]+(?P<date>\S+)")
_SOURCE: dict[str, Opener] = {
    ".py": "#",
    ".pyi": "#",
    ".ts": "//",
    ".tsx": "//",
    ".js": "//",
    ".jsx": "//",
    ".mjs": "//",
    ".cjs": "//",
}


def suppressions_in(text: Text, path: str) -> Iterator[Suppression]:
    """The suppressions of a file, well formed or not."""
    if "obsaudit:" not in text.value:
        return
    suffix = PurePath(path).suffix.lower()
    openers = _OPENERS.get(suffix, ("#",))
    # In languages whose strings can hold what looks like a comment.
    source = _SOURCE.get(suffix)
    comments = comment_starts(text.value, source) if source is not None else None
    for match in _MARKER.finditer(text.value):
        if match["opener"] not in openers:
            continue
        if comments is not None and match.start() not in comments:
            continue
        before = text.value[text.value.rfind("\n", 0, match.start()) + 1 : match.start()]
        if before and not before[-1].isspace():
            continue
        yield _suppression(text, match, alone=not before.strip())


def _suppression(text: Text, match: re.Match[str], *, alone: bool) -> Suppression:
    line = text.position(match.start()).line
    covered = _next_line(text.value, match.end(), line) if alone else line
    rules, until, reason, problem = _read(match["body"])
    return Suppression(
        at=Location(text.source, None, text.region(match.start(), match.end("body"))),
        lines=(line, line),
        rules=rules,
        reason=reason,
        until=until,
        problem=problem,
        covers=(covered, covered),
        extent=_extent(text, match, line, alone),
        alone=alone,
    )


def _extent(text: Text, match: re.Match[str], line: int, alone: bool) -> Region:
    line_start = text.value.rfind("\n", 0, match.start()) + 1
    end = match.end() - text.value.endswith("\r", 0, match.end())
    if not alone:
        return text.region(line_start + len(text.value[line_start : match.start()].rstrip()), end)
    if match.end() < len(text.value):
        return Region(Position(line, 1), Position(line + 1, 1))
    return text.region(line_start, end)


def _read(body: str) -> tuple[tuple[str, ...], date | None, str | None, str | None]:
    """Rules, expiry, reason, and what is wrong, of the text behind `obsaudit:`."""
    match = _BODY.match(body)
    if match is None:
        word = body.split("[")[0].split()[0] if body.strip() else ""
        return (), None, None, f"`{word}` is no instruction" if word else "the instruction is missing"
    if match["rules"] is None:
        return (), None, None, "it names no rule"
    rules = tuple(rule for part in match["rules"].split(",") if (rule := part.strip()))
    reason = (match["reason"] or "").strip() or None
    between = match["between"].strip()
    until = None
    if between:
        dated = _UNTIL.fullmatch(between)
        if dated is None:
            return rules, None, reason, f"`{between}` is neither `until DATE` nor a reason after `--`"
        try:
            until = date.fromisoformat(dated["date"])
        except ValueError:
            return rules, None, reason, f"`{dated['date']}` is no date of the form 2027-03-31"
    if not rules:
        return rules, until, reason, "it names no rule"
    return rules, until, reason, None if reason else "it gives no reason"


def _next_line(text: str, offset: int, line: int) -> int:
    """The line of the first thing below a comment that is neither blank nor a comment; its own where there is none."""
    for number, below in enumerate(text[offset:].split("\n")[1:], line + 1):
        stripped = below.strip()
        if stripped and not stripped.startswith(("#", "//", "<!--", "/*", "*")):
            return number
    return line
