"""Findings' fixes become edits of files. Overlapping edits are refused, not guessed at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from .finding import Finding, Fix
from .record import Record
from .region import Edit, Position

_Span = tuple[int, int, str]
"""Start and end offset, and what replaces the text between."""


class Fixed(Record):
    """A text after its fixes, and the findings whose fixes it holds."""

    text: str
    applied: tuple[Finding, ...]


def fixable(findings: Iterable[Finding], *, unsafe: bool) -> list[Finding]:
    """The findings whose fix may be applied."""
    return [finding for finding in findings if finding.fix is not None and (finding.fix.safe or unsafe)]


def by_source(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """The findings whose fix edits one source, by that source; a fix that edits several is left to people."""
    grouped: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        sources = {edit.source for edit in finding.fix.edits} if finding.fix else set()
        if len(sources) == 1:
            grouped[sources.pop()].append(finding)
    return dict(grouped)


def apply(text: str, findings: Iterable[Finding]) -> Fixed:
    """
    The text with as many of the fixes as fit together.

    A fix is applied whole or not at all. Of two that overlap the first in the file wins; the other
    is found again, and fixed, in the next pass.
    """
    starts, newline = _line_starts(text), _newline(text)
    taken: set[_Span] = set()
    applied: list[Finding] = []
    for finding, fix in _in_order(findings):
        spans = [_span(edit, starts, len(text)) for edit in fix.edits]
        placed = {span for span in spans if span is not None}
        others = taken | placed
        if None in spans or any(_clashes(span, other) for span in placed for other in others):
            continue
        taken |= placed
        applied.append(finding)
    for start, end, replacement in sorted(taken, reverse=True):
        text = text[:start] + replacement.replace("\r\n", "\n").replace("\n", newline) + text[end:]
    return Fixed(text, tuple(applied))


def _in_order(findings: Iterable[Finding]) -> list[tuple[Finding, Fix]]:
    pairs = [(finding, finding.fix) for finding in findings if finding.fix is not None and finding.fix.edits]
    return sorted(pairs, key=lambda pair: pair[1].edits[0].region)


def _clashes(span: _Span, other: _Span) -> bool:
    """Whether two edits touch the same text; the very same edit, wished for twice, is no rival of itself."""
    if span == other:
        return False
    return span[:2] == other[:2] or (span[0] < other[1] and other[0] < span[1])


def _span(edit: Edit, starts: list[int], length: int) -> _Span | None:
    start, end = _offset(edit.region.start, starts), _offset(edit.region.end, starts)
    if start is None or end is None or not start <= end <= length:
        return None
    return start, end, edit.text


def _offset(position: Position, starts: list[int]) -> int | None:
    if not 1 <= position.line <= len(starts):
        return None
    return starts[position.line - 1] + position.column - 1


def _newline(text: str) -> str:
    """How most lines of a text end: what is put in ends likewise."""
    return "\r\n" if 2 * text.count("\r\n") > text.count("\n") else "\n"


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for line in text.split("\n")[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    return starts
