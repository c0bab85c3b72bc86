"""The report as one page: for a weekly mail, a wiki, or an artifact of a pipeline."""

from __future__ import annotations

from collections.abc import Iterator

from ..lint import Confidence, Finding, Location, Related, Report, Severity, Skipped, Table
from .charts import shares, sparkline_svg
from .page import document, safe
from .view import View
from .wording import count, place, summary

_STYLE = """
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 1rem 0 }
.facts dt { color: var(--soft) }
.facts dd { margin: 0; overflow-wrap: anywhere }
.cards { display: flex; flex-wrap: wrap; gap: .75rem; padding: 0; list-style: none }
.cards li { flex: 1 1 7rem; border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem }
.cards b { display: block; font-size: 1.75rem; line-height: 1.2 }
.error > b, .error > .mark { color: var(--bad) }
.warning > b, .warning > .mark { color: var(--warn) }
.info > b, .info > .mark { color: var(--note) }
.finding { border-left: 3px solid var(--line); padding: .1rem 0 .1rem .75rem; margin: 1rem 0; break-inside: avoid }
.finding.error { border-color: var(--bad) } .finding.warning { border-color: var(--warn) }
.finding.info { border-color: var(--note) }
.finding p { margin: .15rem 0 }
.quiet, .note { color: var(--soft) }
pre { background: var(--wash); border-radius: .35rem; padding: .4rem .6rem; margin: .4rem 0; white-space: pre-wrap }
mark { background: color-mix(in srgb, var(--bad) 30%, transparent); color: inherit }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
caption { text-align: left; font-weight: 600; padding: 1rem 0 .25rem }
th, td { text-align: left; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
th { color: var(--soft); font-weight: 500 }
td { overflow-wrap: break-word; min-width: 2.5rem }
.number { text-align: right; white-space: nowrap }
.bar { min-width: 6rem; width: 20% }
.bar span { display: block; height: .7rem; margin-top: .4rem; background: var(--note); border-radius: .2rem }
.spark { width: 6.5rem; height: 1.5rem; stroke: var(--note); fill: none; stroke-width: 1.5 }
.spark circle { fill: var(--note); stroke: none }
nav a { margin-right: 1rem }
@media (max-width: 40rem) {
  th, td { padding-right: .5rem } th.number { white-space: normal }
  td:not(.number) { overflow-wrap: anywhere; min-width: 4rem } .bar { min-width: 2rem }
}
@media print { nav { display: none } .scroll { overflow: visible; break-inside: avoid } .note { break-before: avoid } }
"""


def render(report: Report, view: View) -> str:
    """The whole page; nothing in it asks a network."""
    return document("obsaudit report", _STYLE, _body(report, view))


def _body(report: Report, view: View) -> Iterator[str]:
    yield f"<header><h1>obsaudit</h1><p>{safe(summary(report))}</p>"
    yield from _facts(report)
    yield "</header><main>"
    yield from _cards(report)
    yield from _contents(report)
    if report.tables:
        yield '<h2 id="figures">Figures</h2>'
        for table in report.tables:
            yield from _table(table)
    if report.shown:
        yield '<h2 id="findings">Findings</h2>'
        for finding in _gravest_first(report):
            yield from _finding(finding, report)
    yield from _aside(report, view)
    yield f'</main><footer class="quiet"><p>obsaudit {safe(view.version)}</p></footer>'


def _facts(report: Report) -> Iterator[str]:
    if report.head:
        yield '<dl class="facts">'
        yield from (f"<dt>{safe(name)}</dt><dd>{safe(value)}</dd>" for name, value in report.head)
        yield "</dl>"


def _cards(report: Report) -> Iterator[str]:
    yield '<ul class="cards">'
    for severity in Severity:
        number = report.count(severity)
        noun = count(number, severity.value).partition(" ")[2]
        yield f'<li class="{severity.value}"><b>{number:,}</b>{noun}</li>'
    yield f"<li><b>{len(report.skipped):,}</b>not checked</li></ul>"


def _contents(report: Report) -> Iterator[str]:
    parts = (("figures", report.tables), ("findings", report.shown), ("unchecked", report.skipped))
    names = {"figures": "Figures", "findings": "Findings", "unchecked": "Not checked"}
    links = [f'<a href="#{name}">{names[name]}</a>' for name, things in parts if things]
    if len(links) > 1:
        yield f"<nav>{''.join(links)}</nav>"


def _gravest_first(report: Report) -> list[Finding]:
    return sorted(report.shown, key=lambda finding: -finding.severity.weight)


def _finding(finding: Finding, report: Report) -> Iterator[str]:
    doubt = ' <span class="quiet">(low confidence)</span>' if finding.confidence is Confidence.LOW else ""
    severity = finding.severity.value
    yield f'<article class="finding {severity}"><p class="{severity}"><b class="mark">{severity}</b> '
    yield f"{_code(finding.message)}{doubt} <code>{safe(finding.rule)}</code></p>"
    yield f'<p class="quiet">{_where(finding.at)}</p>'
    yield from _excerpt(finding.at, report)
    if finding.help:
        yield f"<p>{_code(finding.help)}</p>"
    if finding.fix:
        yield f'<p class="quiet">fix: {safe(finding.fix.title)}{"" if finding.fix.safe else " (unsafe)"}</p>'
    for related in finding.related:
        yield from _related(related, report)
    yield "</article>"


def _related(related: Related, report: Report) -> Iterator[str]:
    yield f'<p class="quiet">{_code(related.message)}: {_where(related.at)}</p>'
    yield from _excerpt(related.at, report)


def _where(at: Location) -> str:
    subject = f" ({safe(at.subject)})" if at.subject else ""
    return f"<code>{safe(place(at))}</code>{subject}"


def _excerpt(at: Location, report: Report) -> Iterator[str]:
    """The first line that a place covers, with the place marked."""
    text = report.texts.get(at.source)
    if at.region is None or text is None:
        return
    lines = text.split("\n")
    start, end = at.region.start, at.region.end
    if not 1 <= start.line <= len(lines):
        return
    line = lines[start.line - 1].rstrip("\r")
    stop = end.column - 1 if end.line == start.line else len(line)
    begin, marked, rest = line[: start.column - 1], line[start.column - 1 : stop], line[stop:]
    yield f"<pre>{safe(begin.lstrip())}<mark>{safe(marked)}</mark>{safe(rest)}</pre>"


def _table(table: Table) -> Iterator[str]:
    bars = shares(table)
    yield f'<div class="scroll"><table><caption>{safe(table.title)}</caption><thead><tr>'
    for index, column in enumerate(table.columns):
        yield f"<th{_align(index, table)}>{safe(column)}</th>"
    yield f"{'<th></th>' if bars else ''}{'<th>trend</th>' if any(table.trends) else ''}</tr></thead><tbody>"
    for number, row in enumerate(table.rows):
        yield "<tr>"
        for index, cell in enumerate(row):
            yield f"<td{_align(index, table)}>{_code(cell)}</td>"
        if bars:
            yield f'<td class="bar"><span style="width:{bars[number]:.1%}"></span></td>'
        if any(table.trends):
            label = f"{safe(row[0])} over time"
            yield f"<td>{sparkline_svg(table.trends[number], label)}</td>"
        yield "</tr>"
    yield "</tbody></table></div>"
    if table.note:
        yield f'<p class="note">{safe(table.note)}</p>'


def _align(index: int, table: Table) -> str:
    return ' class="number"' if index in table.numeric else ""


def _aside(report: Report, view: View) -> Iterator[str]:
    if report.skipped:
        yield '<h2 id="unchecked">Not checked</h2><p>What follows is unknown: neither clean nor broken.</p><ul>'
        yield from map(_skipped, report.skipped)
        yield "</ul>"
    for what, findings in (
        ("Suppressed", report.suppressed if view.verbose else ()),
        ("Baselined", report.baselined if view.verbose else ()),
        ("Of low confidence", report.doubtful if view.verbose else ()),
        ("In vendored files", report.vendored),
    ):
        if findings:
            yield f"<h2>{what}</h2><ul>"
            yield from (f"<li>{_code(one.message)} {_where(one.at)}</li>" for one in findings)
            yield "</ul>"


def _skipped(skip: Skipped) -> str:
    grave = '<b class="mark">error</b> ' if skip.fatal else ""
    return f'<li class="error">{grave}<code>{safe(skip.what)}</code>: {_code(skip.why)}</li>'


def _code(text: str) -> str:
    """Prose whose code stands in backticks."""
    parts = safe(text).split("`")
    if len(parts) % 2 == 0:
        return "`".join(parts)
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
