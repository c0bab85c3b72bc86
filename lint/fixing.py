"""Fixes are applied until none is left; nothing is written here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from .finding import Finding
from .fix import apply, by_source, fixable
from .nodes import Unparsable
from .read import Undecodable, decode
from .record import Record, replace
from .report import Report, Skipped
from .request import Request
from .run import check
from .source import parse

_MOST_PASSES = 10
_MANY = 1 << 30


class Fixes(Record):
    """What fixing comes to: the report afterwards, and the files that change, before and after."""

    report: Report
    before: Mapping[str, bytes]
    after: Mapping[str, bytes]
    counts: Mapping[str, int]
    """How many were applied in each."""


def fix(request: Request, *, unsafe: bool) -> Fixes:
    """
    Applies fixes until none is left. Nothing is written: that is the caller's to do.

    A file that its fixes would make unreadable is left as it was, and said to be.
    """
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    refused: dict[str, Skipped] = {}
    counts: Counter[str] = Counter()
    for _ in range(_MOST_PASSES):
        report, contents = check(request)
        changed: dict[str, bytes] = {}
        for source, findings in by_source(fixable(report.shown, unsafe=unsafe)).items():
            if source in refused or source not in contents:
                continue
            fixed = _fixed(source, contents[source], findings, request)
            if isinstance(fixed, Skipped):
                refused[source] = fixed
            elif fixed is not None:
                changed[source], applied = fixed
                counts[source] += applied
                before.setdefault(source, contents[source])
        if not changed:
            break
        after |= changed
        request = replace(request, contents={**request.contents, **changed})
    else:
        report, _ = check(request)
    report = replace(report, skipped=(*report.skipped, *refused.values()))
    return Fixes(report, before, after, counts)


def _fixed(source: str, data: bytes, findings: list[Finding], request: Request) -> tuple[bytes, int] | Skipped | None:
    """The file after its fixes and how many they are; why it is better left alone; None where nothing changes."""
    decoded = decode(data, source)
    if isinstance(decoded, Undecodable):
        return None
    fixed = apply(decoded.text, findings)
    if fixed.text == decoded.text:
        return None
    after = decoded.encode(fixed.text)
    # An encoding with shifts may have several spellings of one text: then more would change than was fixed.
    if after is None or decoded.encode(decoded.text) != data:
        return Skipped(source, f"its encoding {decoded.codec.upper()} cannot hold the fixes")
    if _problems(fixed.text, source, request) > _problems(decoded.text, source, request):
        return Skipped(source, "its fixes would break it: none was applied")
    return after, len(fixed.applied)


def _problems(text: str, source: str, request: Request) -> int:
    parsed = parse(text, source, request.config.source)
    return _MANY if isinstance(parsed, Skipped) else sum(isinstance(node, Unparsable) for node in parsed.nodes)
