"""The report as Markdown: a comment on a pull request, or the page of a live run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple

from ..lint import Confidence, Finding, Location, Report, Severity, Skipped, Table
from .charts import drawn
from .escape import visible
from .view import View
from .wording import count, is_fixable, place, statistics, summary, tally

LIMIT = 65_536
"""The characters that GitHub takes for one comment."""

_NOTICE = 200
"""What is kept free to say what did not fit."""

_MARKUP = re.compile(r"[\\`*_\[\]#~$<>&]")
_REFERENCE = re.compile(r"(?<=[@#])(?=\w)")


class _Section(NamedTuple):
    """A part of the page. When room is short its items are left out one by one, and counted by `noun`."""

    head: str
    items: tuple[str, ...] = ()
    tail: str = ""
    noun: str = "finding"


def render(report: Report, view: View) -> str:
    """The report, cut where a comment ends, with a count of what was left out."""
    page, room = "", LIMIT - _NOTICE
    left_out: Counter[str] = Counter()
    for section in _sections(report, view):
        frame = len(section.head) + len(section.tail)
        items = list(_fitting(section.items, room - len(page) - frame))
        left_out[section.noun] += len(section.items) - len(items)
        if len(page) + frame <= room and (items or not section.items):
            page += section.head + "".join(items) + section.tail
    missing = ", ".join(count(number, noun) for noun, number in left_out.items() if number)
    return page + (f"\n> **Left out: {missing}.** A comment holds at most {LIMIT:,} characters.\n" if missing else "")


def _fitting(items: Iterable[str], room: int) -> Iterator[str]:
    for item in items:
        room -= len(item)
        if room < 0:
            return
        yield item


def _sections(report: Report, view: View) -> Iterator[_Section]:
    yield _Section(f"## obsaudit\n\n{summary(report)}\n")
    if report.skipped:
        skipped = tuple(_skipped(skip) for skip in report.skipped)
        yield _Section(f"\n### Skipped ({len(skipped):,})\n\n", skipped, noun="skipped check")
    if report.head:
        yield _grid(("", ""), report.head, frozenset(), "fact")
    for table in report.tables:
        yield from _table(table)
    found = {finding.rule for finding in report.shown}
    summaries = {rule.id: rule.load().summary for rule in view.rules if rule.id in found}
    for rule, findings in _by_rule(report.shown):
        title = f": {escape(summaries[rule])}" if rule in summaries else ""
        items = tuple(_finding(finding) for finding in findings)
        grave = any(finding.severity is Severity.ERROR for finding in findings)
        yield _details(f"<code>{escape(visible(rule))}</code>{title} ({tally(findings)})", items, is_open=grave)
    for what, aside in (
        ("Suppressed", report.suppressed),
        ("Baselined", report.baselined),
        ("Of low confidence", report.doubtful),
    ):
        if aside and view.verbose:
            yield _details(f"{what} ({len(aside):,})", tuple(_line(finding) for finding in aside))
    if report.vendored:
        items = tuple(_line(finding) for finding in report.vendored)
        yield _details(f"In vendored files ({tally(report.vendored)})", items)
    if view.statistics and report.shown:
        rows = ((f"{found:,}", rule, severity.value, f"{fix:,}") for rule, severity, found, fix in statistics(report))
        yield _grid(("findings", "rule", "severity", "fixable"), rows, frozenset({0, 3}), "row")


def _skipped(skip: Skipped) -> str:
    return f"- {'**error** ' if skip.fatal else ''}{_inline(skip.what)}: {_inline(skip.why)}\n"


def _by_rule(findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """Findings by rule, the rule with the gravest first; the order of the report decides the rest."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.rule, []).append(finding)
    return sorted(groups.items(), key=lambda group: -max(finding.severity.weight for finding in group[1]))


def _details(title: str, items: tuple[str, ...], *, is_open: bool = False) -> _Section:
    head = "<details open>" if is_open else "<details>"
    return _Section(f"\n{head}<summary>{title}</summary>\n\n", items, "\n</details>\n")


def _finding(finding: Finding) -> str:
    lines = [_line(finding)]
    if finding.help:
        lines.append(f"  - help: {_inline(finding.help)}\n")
    if finding.fix and is_fixable(finding):
        lines.append(f"  - {'safe' if finding.fix.safe else 'unsafe'} fix: {_inline(finding.fix.title)}\n")
    lines += (f"  - {_place(related.at)}: {_inline(related.message)}\n" for related in finding.related)
    return "".join(lines)


def _line(finding: Finding) -> str:
    doubt = " (low confidence)" if finding.confidence is Confidence.LOW else ""
    return f"- **{finding.severity.value}** {_place(finding.at)}: {_inline(finding.message)}{doubt}\n"


def _place(at: Location) -> str:
    subject = f" {_inline(at.subject)}" if at.subject and at.region is None else ""
    return _code(visible(place(at))) + subject


def _table(table: Table) -> Iterator[_Section]:
    yield _Section(f"\n### {_plain(visible(table.title))}\n")
    yield _grid(*drawn(table), table.numeric, "row")
    if table.note:
        yield _Section(f"\n{_inline(table.note)}\n")


def _grid(columns: Iterable[str], rows: Iterable[Iterable[str]], numeric: frozenset[int], noun: str) -> _Section:
    names = [_cell(column) for column in columns]
    rule = ["---:" if index in numeric else "---" for index in range(len(names))]
    head = f"\n{_row(names)}{_row(rule)}"
    return _Section(head, tuple(_row([_cell(cell) for cell in row]) for row in rows), noun=noun)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _cell(text: str) -> str:
    # A backslash before a pipe is read differently by different parsers, and even within a code span.
    return _plain(visible(text)).replace("|", "&#124;")


def _inline(text: str) -> str:
    """A message: what it puts between backticks is code, the rest is plain text."""
    parts = visible(text).split("`")
    if len(parts) % 2 == 0:
        return _plain("`".join(parts))
    return "".join(_code(part) if index % 2 else _plain(part) for index, part in enumerate(parts))


def _plain(text: str) -> str:
    """Text that no parser of Markdown sees more in; people and issues with such names are not called up."""
    return _REFERENCE.sub("<!-- -->", _MARKUP.sub(r"\\\g<0>", text))


def _code(text: str) -> str:
    """A code span, fenced by more backticks than it holds; there is no empty one."""
    if not text:
        return _plain("``")
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    pad = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{fence}{pad}{text}{pad}{fence}"
