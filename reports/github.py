"""The report as workflow commands, which GitHub Actions shows beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from ..lint import Finding, Report, Severity, Skipped
from .escape import visible
from .view import View
from .wording import summary, tally

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, view: View) -> str:
    """One command a finding, the gravest first as in the report, then what was skipped, then a plain summary."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    for finding in report.shown:
        yield _command(_COMMANDS[finding.severity], _message(finding), _place(finding) | {"title": finding.rule})
    if report.vendored:
        yield _command("notice", tally(report.vendored), {"title": "vendored files"})
    for skip in report.skipped:
        yield _skipped(skip)
    yield summary(report)


def _message(finding: Finding) -> str:
    # Without a file the annotation says nowhere what it is about.
    where = "" if finding.at.region else f"{finding.at.subject or finding.at.source}: "
    return where + finding.message + (f"\nhelp: {finding.help}" if finding.help else "")


def _place(finding: Finding) -> dict[str, str | int]:
    region = finding.at.region
    if region is None:
        return {}
    lines: dict[str, str | int] = {
        "file": finding.at.source,
        "line": region.start.line,
        "endLine": region.end.line,
    }
    # GitHub ignores the columns of annotations that span lines, or refuses the annotation.
    on_one_line = region.start.line == region.end.line
    return lines | ({"col": region.start.column, "endColumn": region.end.column} if on_one_line else {})


def _skipped(skip: Skipped) -> str:
    return _command("error" if skip.fatal else "warning", f"{skip.what}: {skip.why}", {"title": "skipped"})


def _command(name: str, message: str, properties: dict[str, str | int]) -> str:
    spelt = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{name} {spelt}::{_data(message)}"


def _data(text: str) -> str:
    return visible(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
