"""The report as GitLab's code quality JSON."""

from __future__ import annotations

from typing import Any

from ..lint import Finding, Location, Report, Severity, Skipped
from ..lint.fingerprint import digest, fingerprints
from .escape import dumps
from .view import View

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}

Issue = dict[str, Any]


def render(report: Report, view: View) -> str:
    """An array of issues; what was skipped is one too, since the format has no other place for it."""
    prints = fingerprints(report)
    findings = [_issue(finding, prints[finding]) for finding in report.shown]
    return dumps([*findings, *(_skipped(skip) for skip in report.skipped)])


def _issue(finding: Finding, fingerprint: str) -> Issue:
    return {
        "type": "issue",
        "check_name": finding.rule,
        "description": f"{finding.message} ({finding.help})" if finding.help else finding.message,
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": fingerprint,
        "location": _location(finding.at),
    }


def _location(at: Location) -> dict[str, object]:
    """GitLab asks for a line; what has none, like a live server, is put at the first."""
    if at.region is None:
        return {"path": at.source, "lines": {"begin": 1}}
    start, end = at.region.start, at.region.end
    positions = {
        "begin": {"line": start.line, "column": start.column},
        "end": {"line": end.line, "column": end.column},
    }
    return {"path": at.source, "positions": positions}


def _skipped(skip: Skipped) -> Issue:
    return {
        "type": "issue",
        "check_name": "skipped",
        "description": f"skipped {skip.what}: {skip.why}",
        "severity": _SEVERITIES[Severity.ERROR if skip.fatal else Severity.INFO],
        "fingerprint": digest("skipped", skip.what, skip.why),
        "location": {"path": skip.what, "lines": {"begin": 1}},
    }
