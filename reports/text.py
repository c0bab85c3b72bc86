"""The report for people, in a terminal or a log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from io import StringIO

from rich import box
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from ..lint import Confidence, Finding, Fix, Location, Related, Report, Severity, Skipped, Table
from ..lint.record import Record
from .charts import drawn
from .escape import visible
from .excerpt import Frame, excerpt
from .view import View
from .wording import count, place, statistics, summary, tally

_COLORS = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "bold cyan"}
_FRAME = "bright_blue"
_QUIET = "dim"
_STRONG = "bold"
_HANGING = 4
"""How far a continued line is set in."""

_MANY = 200
"""Findings from which on they are counted by rule behind the last one, where who begins looks first."""

_VENDORED_SOURCES = 5
"""Vendored files named unless all are asked for: nobody here can mend them."""


class _Page(Record):
    """What every part of a rendering needs to know."""

    view: View
    lines_of: Callable[[str], list[str]]

    @property
    def ellipsis(self) -> str:
        return "…" if self.view.color else "..."


def render(report: Report, view: View) -> str:
    """The report as text; without color it holds no escape codes, and all but the user's own words is ASCII."""
    page = _Page(view, _lines_of(report.texts))
    file = StringIO()
    console = Console(
        file=file,
        width=view.width,
        force_terminal=view.color,
        color_system="standard" if view.color else None,
        legacy_windows=False,
        _environ={},  # color and width were decided at the edge; the environment is not asked again
    )
    for part in _parts(report, page):
        if not isinstance(part, Text):
            console.print(part)
        elif view.color:
            console.print(Text("\n").join(_hang(part, console)), soft_wrap=True)
        else:  # what has no style needs no styling, which is most of the work
            file.write("".join(f"{line.plain}\n" for line in _hang(part, console)))
    # rich fills the last column of a table with blanks.
    return "\n".join(line.rstrip(" ") for line in file.getvalue().split("\n"))


def _lines_of(texts: Mapping[str, str]) -> Callable[[str], list[str]]:
    return cache(lambda source: texts[source].split("\n") if source in texts else [])


def _hang(text: Text, console: Console) -> Iterator[Text]:
    """The lines of a text: one that fits, or is made to, stays whole; others wrap with a hanging indent."""
    if text.no_wrap or cell_len(text.plain) <= console.width:
        yield text
        return
    for number, line in enumerate(text.wrap(console, max(console.width - _HANGING, 20))):
        line.rstrip()
        yield Text(" " * _HANGING if number else "") + line


def _parts(report: Report, page: _Page) -> Iterator[RenderableType]:
    yield from _head(report.head)
    for table in report.tables:
        yield from _table(table, page)
    for finding in report.shown:
        yield from _finding(finding, page)
    if page.view.verbose:
        yield from _listed("suppressed", report.suppressed)
        yield from _listed("baselined", report.baselined)
        yield from _listed("hidden", report.doubtful)
    yield from _vendored(report.vendored, page)
    yield from _skipped(report.skipped)
    if report.shown and (page.view.statistics or len(report.shown) >= _MANY):
        yield _grid(("findings", "rule", "severity", "fixable"), _statistics(report), frozenset({0, 3}), page)
        yield Text()
    yield Text(summary(report), _verdict(report))


def _head(facts: Iterable[tuple[str, str]]) -> Iterator[Text]:
    shown = [(visible(name), visible(value)) for name, value in facts]
    if not shown:
        return
    room = max(len(name) for name, _ in shown)
    for name, value in shown:
        yield Text.assemble((name.ljust(room), _STRONG), "  ", value)
    yield Text()


def _table(table: Table, page: _Page) -> Iterator[RenderableType]:
    yield Text(visible(table.title), _STRONG)
    columns, rows = drawn(table)
    yield _grid(columns, rows, table.numeric, page)
    if table.note:
        yield Text(visible(table.note), _QUIET)
    yield Text()


def _grid(columns: Iterable[str], rows: Iterable[Iterable[str]], numeric: frozenset[int], page: _Page) -> RichTable:
    grid = RichTable(
        box=box.SIMPLE_HEAD if page.view.color else _PLAIN_BOX,
        safe_box=False,
        show_edge=False,
        pad_edge=False,
        header_style=_STRONG,
        border_style=_FRAME,
    )
    for index, column in enumerate(columns):
        grid.add_column(Text(visible(column)), justify="right" if index in numeric else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(Text(visible(cell)) for cell in row))
    return grid


# rich's SIMPLE_HEAD, in ASCII.
_PLAIN_BOX = box.Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)


def _finding(finding: Finding, page: _Page) -> Iterator[Text]:
    color = _COLORS[finding.severity]
    gutter = _gutter(finding)
    doubt = " (low confidence)" if finding.confidence is Confidence.LOW else ""
    yield Text.assemble(
        (f"{finding.severity.value}[{visible(finding.rule)}]", color),
        (f": {visible(finding.message)}", _STRONG),
        (doubt, _QUIET),
    )
    yield from _place("-->", finding.at, gutter, Frame(_room(gutter, page), "^", page.ellipsis), color, page)
    if finding.help:
        yield _remark("help", finding.help, gutter)
    if finding.fix:
        yield _remark("fix", f"{finding.fix.title} ({_how(finding.fix)})", gutter)
    for related in finding.related:
        yield from _related(related, gutter, page)
    yield Text()


def _place(arrow: str, at: Location, gutter: int, frame: Frame, color: str, page: _Page) -> Iterator[Text]:
    subject = f" ({visible(at.subject)})" if at.subject else ""
    yield _fixed((f"{' ' * gutter}{arrow} ", _FRAME), visible(place(at)), (subject, _QUIET))
    if at.region is None:
        return
    rows = excerpt(page.lines_of(at.source), at.region, frame)
    if rows:
        yield _fixed((" " * gutter + " |", _FRAME))
    for row in rows:
        yield _fixed(
            (f"{row.gutter:>{gutter}} | ", _FRAME),
            (row.margin, color),
            (row.text, color if row.mark else ""),
        )


def _related(related: Related, gutter: int, page: _Page) -> Iterator[Text]:
    yield _remark("note", related.message, gutter)
    yield from _place(":::", related.at, gutter, Frame(_room(gutter, page), "-", page.ellipsis), _FRAME, page)


def _remark(label: str, text: str, gutter: int) -> Text:
    return Text.assemble((" " * gutter + " = ", _FRAME), (f"{label}: ", _STRONG), visible(text))


def _fixed(*parts: tuple[str, str] | str) -> Text:
    """A line that is made to fit, or that must stay whole to be copied."""
    return Text.assemble(*parts, no_wrap=True)


def _gutter(finding: Finding) -> int:
    places = (finding.at, *(related.at for related in finding.related))
    return max((len(str(at.region.end.line)) for at in places if at.region), default=1)


def _room(gutter: int, page: _Page) -> int:
    return page.view.width - gutter - len(" | ") - 1  # a mark may stand behind the last character


def _how(fix: Fix) -> str:
    if not fix.edits:
        return "by hand"
    return "safe: --fix" if fix.safe else "unsafe: --fix --unsafe-fixes"


def _listed(what: str, findings: tuple[Finding, ...]) -> Iterator[Text]:
    """Findings that do not count, a line each."""
    for finding in findings:
        yield Text.assemble(
            (f"{what} {finding.severity.value}[{visible(finding.rule)}]", _QUIET),
            f" {visible(place(finding.at))}: {visible(finding.message)}",
        )
    if findings:
        yield Text()


def _vendored(findings: tuple[Finding, ...], page: _Page) -> Iterator[Text]:
    if not findings:
        return
    by_source: dict[str, list[Finding]] = {}
    for finding in findings:
        by_source.setdefault(finding.at.source, []).append(finding)
    files = count(len(by_source), "vendored file")
    yield Text.assemble(("vendored", _STRONG), f": {tally(findings)} in {files}")
    shown = len(by_source) if page.view.verbose else _VENDORED_SOURCES
    for source, found in list(by_source.items())[:shown]:
        yield Text.assemble(f"  {visible(source)}: {tally(found)}")
    if len(by_source) > shown:
        yield Text(f"  and {count(len(by_source) - shown, 'more file')} (--verbose lists all)", _QUIET)
    yield Text()


def _skipped(skipped: tuple[Skipped, ...]) -> Iterator[Text]:
    for skip in skipped:
        style = _COLORS[Severity.ERROR] if skip.fatal else _STRONG
        yield Text.assemble(("skipped", style), f": {visible(skip.what)}: {visible(skip.why)}")
    if skipped:
        yield Text()


def _statistics(report: Report) -> Iterator[tuple[str, ...]]:
    for rule, severity, found, fixable in statistics(report):
        yield f"{found:,}", rule, severity.value, f"{fixable:,}" if fixable else ""


def _verdict(report: Report) -> str:
    """The color of the summary: that of the gravest finding."""
    counts = Counter(finding.severity for finding in report.shown)
    return next((_COLORS[severity] for severity in Severity if counts[severity]), "bold green")
