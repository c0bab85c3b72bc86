"""The report as SARIF 2.1.0, for code scanning and editors."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from ..lint import Edit, Finding, Fix, Location, Region, Related, Report, Rule, Severity, Skipped
from ..lint.fingerprint import fingerprints
from ..lint.nodes import Suppression
from .escape import dumps
from .view import View

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
# What GitHub's code scanning shows for rules that are not about security.
_PROBLEM_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}

Object = dict[str, Any]
"""A JSON object of the standard; the tests hold them against its schema."""


def render(report: Report, view: View) -> str:
    """The report as a SARIF log with one run."""
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report, view)]})


def _run(report: Report, view: View) -> Object:
    placed = (
        *((finding, []) for finding in report.shown),
        *((one, [_suppression(own)]) for one, own in zip(report.suppressed, report.suppressions, strict=True)),
        *((finding, [_external("accepted by the baseline")]) for finding in report.baselined),
        *((finding, [_external("stands in a vendored file")]) for finding in report.vendored),
    )
    found = {finding.rule for finding, _ in placed}
    rules = [rule.load() for rule in view.rules if rule.id in found]
    index = {rule.id: number for number, rule in enumerate(rules)}
    prints = fingerprints(report)
    return {
        "tool": {
            "driver": {"name": "obsaudit", "semanticVersion": view.version, "rules": [_rule(rule) for rule in rules]}
        },
        "invocations": [_invocation(report.skipped)],
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(finding, report.texts, index, prints[finding]) | {"suppressions": suppressions}
            for finding, suppressions in placed
        ],
    }


def _suppression(own: Suppression) -> Object:
    kind = "inSource" if own.elsewhere is None else "external"
    return {"kind": kind} | ({"justification": own.reason} if own.reason else {})


def _external(justification: str) -> Object:
    return {"kind": "external", "justification": justification}


def _rule(rule: Rule) -> Object:
    folder, _, name = rule.id.rpartition("/")
    page = inspect.getdoc(type(rule)) or rule.summary
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in name.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": " ".join(page.split("\n\n")[0].split())},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": [folder, *(f"task-{task}" for task in rule.tasks)],
            "problem.severity": _PROBLEM_SEVERITIES[rule.severity],
        },
    }


def _invocation(skipped: Iterable[Skipped]) -> Object:
    notifications = [
        {"level": "error" if skip.fatal else "warning", "message": {"text": f"skipped {skip.what}: {skip.why}"}}
        for skip in skipped
    ]
    return {
        "executionSuccessful": not any(skip.fatal for skip in skipped),
        "toolExecutionNotifications": notifications,
    }


def _result(finding: Finding, texts: Mapping[str, str], index: Mapping[str, int], fingerprint: str) -> Object:
    text = f"{finding.message}\n\nhelp: {finding.help}" if finding.help else finding.message
    result: Object = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": _message(text),
        "locations": [_location(finding.at, texts)],
        "partialFingerprints": {"obsaudit/v1": fingerprint},
        "properties": {"confidence": finding.confidence.value},
    }
    if finding.rule in index:
        result["ruleIndex"] = index[finding.rule]
    if finding.related:
        result["relatedLocations"] = [_related(n, related, texts) for n, related in enumerate(finding.related, start=1)]
    if finding.fix and finding.fix.edits:
        result["fixes"] = [_fix(finding.fix)]
    return result


def _message(text: str) -> Object:
    # `[text](target)` would be a link (§3.11.6); a range selector in brackets is not.
    return {"text": re.sub(r"\[(?=[^\[\]]*\]\()", r"\\[", text)}


def _related(number: int, related: Related, texts: Mapping[str, str]) -> Object:
    return {"id": number, "message": _message(related.message)} | _location(related.at, texts)


def _location(at: Location, texts: Mapping[str, str]) -> Object:
    """A place in a file is physical; a live one has but its name."""
    location: Object = {}
    if at.region is not None or at.source in texts:
        physical: Object = {"artifactLocation": _artifact(at.source)}
        if at.region is not None:
            physical["region"] = _region(at.region)
        location["physicalLocation"] = physical
    if at.subject is not None:
        location["logicalLocations"] = [{"name": at.subject, "fullyQualifiedName": f"{at.source}/{at.subject}"}]
    elif not location:
        location["logicalLocations"] = [{"name": at.source, "fullyQualifiedName": at.source}]
    return location


def _artifact(source: str) -> Object:
    path = PurePath(source)
    uri = quote(_bytes(path.as_posix()), safe="/")
    return {"uri": f"file://{uri}"} if path.is_absolute() else {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _bytes(text: str) -> bytes:
    """A path as its file system has it: names that are not UTF-8 came in as surrogates (PEP 383)."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _region(region: Region) -> Object:
    return {
        "startLine": region.start.line,
        "startColumn": region.start.column,
        "endLine": region.end.line,
        "endColumn": region.end.column,
    }


def _fix(fix: Fix) -> Object:
    by_source: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        by_source.setdefault(edit.source, []).append(edit)
    changes = [
        {"artifactLocation": _artifact(source), "replacements": [_replacement(edit) for edit in edits]}
        for source, edits in by_source.items()
    ]
    title = fix.title if fix.safe else f"{fix.title} (unsafe)"
    return {"description": {"text": title}, "artifactChanges": changes, "properties": {"safe": fix.safe}}


def _replacement(edit: Edit) -> Object:
    return {"deletedRegion": _region(edit.region), "insertedContent": {"text": edit.text}}
