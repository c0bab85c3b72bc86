"""Counts and places in words, the same in every format that people read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..lint import Finding, Location, Report, Severity


def count(number: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def tally(findings: Iterable[Finding]) -> str:
    """Findings by severity, the gravest first; `no findings` when there are none."""
    counts = Counter(finding.severity for finding in findings)
    words = [count(counts[severity], severity.value) for severity in Severity if counts[severity]]
    return ", ".join(words) or "no findings"


def place(at: Location) -> str:
    """`alerts/api.yml:4:6`, or the source alone where the place has no text."""
    if at.region is None:
        return at.source
    return f"{at.source}:{at.region.start.line}:{at.region.start.column}"


def line_of(at: Location) -> str:
    """`alerts/api.yml:4`, or the source alone where the place has no text."""
    return f"{at.source}:{at.region.start.line}" if at.region is not None else at.source


def is_fixable(finding: Finding) -> bool:
    """Whether a fix can be applied; a fix without edits is advice."""
    return finding.fix is not None and bool(finding.fix.edits)


def summary(report: Report) -> str:
    """One line on everything a run found, hid and could not check."""
    if not (report.files or report.head or report.shown or report.skipped):
        # Nothing found in nothing is no good news.
        return "nothing to check: no file here holds telemetry that is read"
    files = f" in {count(report.files, 'file')}" if report.files else ""
    aside = ", ".join(
        f"{len(things):,} {word}"
        for word, things in (
            ("suppressed", report.suppressed),
            ("baselined", report.baselined),
            ("vendored", report.vendored),
            ("of low confidence hidden", report.doubtful),
            ("skipped", report.skipped),
        )
        if things
    )
    return tally(report.shown) + files + (f" ({aside})" if aside else "") + _fixable(report)


def _fixable(report: Report) -> str:
    safety = Counter(finding.fix.safe for finding in report.shown if finding.fix and finding.fix.edits)
    words = []
    if safety[True]:
        words.append(f"{safety[True]:,} fixable with --fix")
    if safety[False]:
        words.append(f"{safety[False]:,}{'' if words else ' fixable'} with --fix --unsafe-fixes")
    return "; " + ", ".join(words) if words else ""


def statistics(report: Report) -> list[tuple[str, Severity, int, int]]:
    """For each rule: its id, gravest severity, findings and fixable ones; the most frequent first."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in report.shown:
        by_rule.setdefault(finding.rule, []).append(finding)
    rows = [
        (rule, max((f.severity for f in found), key=lambda s: s.weight), len(found), sum(map(is_fixable, found)))
        for rule, found in by_rule.items()
    ]
    return sorted(rows, key=lambda row: (-row[2], row[0]))
