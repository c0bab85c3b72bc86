"""The report as JUnit XML, for CI systems that show test results."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from ..lint import Finding, Report, Severity, Skipped
from .escape import visible, visible_lines
from .view import View
from .wording import place, summary


def render(report: Report, view: View) -> str:
    """A suite a file and a case a finding: errors and warnings fail, infos pass with a note."""
    root = Element("testsuites", name="obsaudit")
    by_source: dict[str, list[Finding]] = {}
    for finding in report.shown:
        by_source.setdefault(finding.at.source, []).append(finding)
    for source, findings in by_source.items():
        _suite(root, source, [_finding(finding) for finding in findings])
    # A run always leaves a case: many readers take a file without one for a broken run.
    _suite(root, "obsaudit", [_case("obsaudit", "run", summary(report)), *map(_skipped, report.skipped)])
    # The schema that Jenkins holds a report against, and refuses it by, counts what was skipped in suites only.
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, 0)) for suite in root)))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, name: str, cases: Iterable[Element]) -> None:
    suite = SubElement(root, "testsuite", name=visible(name))
    suite.extend(cases)
    counts = {
        "tests": len(suite),
        "failures": len(suite.findall("*/failure")),
        "errors": len(suite.findall("*/error")),
        "skipped": len(suite.findall("*/skipped")),
    }
    for key, value in counts.items():
        suite.set(key, str(value))


def _case(group: str, name: str, output: str | None = None) -> Element:
    case = Element("testcase", classname=visible(group), name=visible(name))
    if output is not None:
        SubElement(case, "system-out").text = visible_lines(output)
    return case


def _finding(finding: Finding) -> Element:
    name = f"{finding.rule} at {place(finding.at)}"
    text = "\n".join(filter(None, (finding.message, finding.at.subject, finding.help and f"help: {finding.help}")))
    if finding.severity is Severity.INFO:
        return _case(finding.at.source, name, text)
    case = _case(finding.at.source, name)
    failure = SubElement(case, "failure", type=finding.severity.value, message=visible(finding.message))
    failure.text = visible_lines(text)
    return case


def _skipped(skip: Skipped) -> Element:
    case = _case("skipped", skip.what)
    SubElement(case, "error" if skip.fatal else "skipped", message=visible(skip.why))
    return case
