"""The JSON report, version 1: a stable interface with types of its own, described in docs/json.md."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NotRequired, TypedDict

from ..lint import Edit, Finding, Fix, Position, Region, Related, Report, Severity, Skipped, Table
from ..lint.fingerprint import fingerprints
from .escape import dumps
from .view import View

VERSION = 1


class PositionV1(TypedDict):
    """1-based; columns count Unicode code points."""

    line: int
    column: int


class RegionV1(TypedDict):
    """`end` is exclusive."""

    start: PositionV1
    end: PositionV1


class RelatedV1(TypedDict):
    """Another place that the finding depends on, and why."""

    source: str
    subject: str | None
    region: RegionV1 | None
    message: str


class EditV1(TypedDict):
    """Replaces a region of a source by a text."""

    source: str
    region: RegionV1
    text: str


class FixV1(TypedDict):
    """Edits to apply together."""

    title: str
    safe: bool
    edits: list[EditV1]


class FindingV1(TypedDict):
    """One rule, one message, one place."""

    rule: str
    severity: str
    confidence: str
    message: str
    help: str | None
    source: str
    subject: str | None
    region: RegionV1 | None
    related: list[RelatedV1]
    fix: FixV1 | None
    fingerprint: str


class SkippedV1(TypedDict):
    """What could not be checked."""

    what: str
    why: str


class TableV1(TypedDict):
    """Figures of a live report."""

    title: str
    columns: list[str]
    numeric: list[int]
    rows: list[list[str]]
    note: str | None
    trends: NotRequired[list[list[float | None]]]


class FactV1(TypedDict):
    """A fact about a live run: the server, its version, the snapshot's date."""

    name: str
    value: str


class ToolV1(TypedDict):
    """Who wrote the report."""

    name: str
    version: str


class CountsV1(TypedDict):
    """Shown findings by severity, and the files that were checked."""

    error: int
    warning: int
    info: int
    files: int


class ReportV1(TypedDict):
    """The whole document."""

    version: int
    tool: ToolV1
    head: NotRequired[list[FactV1]]
    tables: NotRequired[list[TableV1]]
    findings: list[FindingV1]
    suppressed: list[FindingV1]
    baselined: list[FindingV1]
    vendored: NotRequired[list[FindingV1]]
    doubtful: NotRequired[list[FindingV1]]
    skipped: list[SkippedV1]
    counts: CountsV1


def render(report: Report, view: View) -> str:
    """The report as JSON."""
    return dumps(document(report, view))


def document(report: Report, view: View) -> ReportV1:
    """The report as the values that are written."""
    prints = fingerprints(report)
    result: ReportV1 = {
        "version": VERSION,
        "tool": {"name": "obsaudit", "version": view.version},
        "findings": _findings(report.shown, prints),
        "suppressed": _findings(report.suppressed, prints),
        "baselined": _findings(report.baselined, prints),
        "skipped": [_skipped(skipped) for skipped in report.skipped],
        "counts": {
            "error": report.count(Severity.ERROR),
            "warning": report.count(Severity.WARNING),
            "info": report.count(Severity.INFO),
            "files": report.files,
        },
    }
    if report.vendored:
        result["vendored"] = _findings(report.vendored, prints)
    if report.doubtful:
        result["doubtful"] = _findings(report.doubtful, prints)
    if report.head:
        result["head"] = [{"name": name, "value": value} for name, value in report.head]
    if report.tables:
        result["tables"] = [_table(table) for table in report.tables]
    return result


def _findings(findings: Iterable[Finding], prints: Mapping[Finding, str]) -> list[FindingV1]:
    return [_finding(finding, prints[finding]) for finding in findings]


def _finding(finding: Finding, fingerprint: str) -> FindingV1:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "message": finding.message,
        "help": finding.help,
        "source": finding.at.source,
        "subject": finding.at.subject,
        "region": _region(finding.at.region) if finding.at.region else None,
        "related": [_related(related) for related in finding.related],
        "fix": _fix(finding.fix) if finding.fix else None,
        "fingerprint": fingerprint,
    }


def _related(related: Related) -> RelatedV1:
    at = related.at
    return {
        "source": at.source,
        "subject": at.subject,
        "region": _region(at.region) if at.region else None,
        "message": related.message,
    }


def _fix(fix: Fix) -> FixV1:
    return {"title": fix.title, "safe": fix.safe, "edits": [_edit(edit) for edit in fix.edits]}


def _edit(edit: Edit) -> EditV1:
    return {"source": edit.source, "region": _region(edit.region), "text": edit.text}


def _region(region: Region) -> RegionV1:
    return {"start": _position(region.start), "end": _position(region.end)}


def _position(position: Position) -> PositionV1:
    return {"line": position.line, "column": position.column}


def _skipped(skipped: Skipped) -> SkippedV1:
    return {"what": skipped.what, "why": skipped.why}


def _table(table: Table) -> TableV1:
    result: TableV1 = {
        "title": table.title,
        "columns": list(table.columns),
        "numeric": sorted(table.numeric),
        "rows": [list(row) for row in table.rows],
        "note": table.note,
    }
    if any(table.trends):
        # JSON has no word for «not a number».
        result["trends"] = [[value if math.isfinite(value) else None for value in row] for row in table.trends]
    return result
