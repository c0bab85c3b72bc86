"""Findings become diagnostics, code actions and hovers of the Language Server Protocol; asks and keeps nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from lsprotocol import types
from pygls.workspace import PositionCodec

from ..lint import Finding, Region, Related, Severity
from ..lint.config import ConfigError
from ..lint.fix import apply, fixable
from ..lint.record import Record
from ..lint.region import Position
from .desk import Checked, Page

SOURCE = "obsaudit"
FIX_ALL = "source.fixAll.obsaudit"

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
_NOWHERE = Region(Position(1, 1), Position(1, 1))
_MARKER = re.compile(r"obsaudit:[ \t]*ignore\[(?P<rules>[^\]]*)\]")
_RULE = re.compile(r"[a-z][a-z0-9-]*/[a-z0-9-]+")


class Sheet(Record):
    """The lines of a text, as an editor counts them: from 0, columns in the units that it asked for."""

    lines: tuple[str, ...]
    codec: PositionCodec

    @classmethod
    def of(cls, text: str, codec: PositionCodec) -> Sheet:
        """The lines of a text; only a line feed ends one."""
        return cls(tuple(line.removesuffix("\r") for line in text.split("\n")), codec)

    def range(self, region: Region | None) -> types.Range:
        """A region in the editor's units; the start of the file for what has none."""
        place = region or _NOWHERE
        return types.Range(self._position(place.start), self._position(place.end))

    @property
    def whole(self) -> types.Range:
        """From the first character to behind the last."""
        end = Position(len(self.lines), len(self.lines[-1]) + 1)
        return self.range(Region(Position(1, 1), end))

    def _position(self, place: Position) -> types.Position:
        inside = types.Position(place.line - 1, place.column - 1)
        return self.codec.position_to_client_units(self.lines, inside)


class Translator(Record):
    """Translates what was found in one folder."""

    root: Path
    codec: PositionCodec
    text_of: Callable[[str], str]
    """The text of a source of that folder, as far as it is at hand."""

    def uri(self, source: str) -> str:
        """The address of a source."""
        return (self.root / source).as_uri()

    def diagnostics(self, checked: Checked) -> list[types.Diagnostic]:
        """What an editor shows in one document."""
        sheet = Sheet.of(checked.text, self.codec)
        return [self._diagnostic(finding, sheet) for finding in checked.findings]

    def actions(self, source: str, checked: Checked, at: types.Range) -> Iterator[types.CodeAction]:
        """The fixes of the findings that the cursor or the selection touches; a safe one is preferred."""
        sheet = Sheet.of(checked.text, self.codec)
        for finding in checked.findings:
            fix, place = finding.fix, sheet.range(finding.at.region)
            if fix is None or not _touch(place, at):
                continue
            edits: dict[str, list[types.TextEdit]] = {}
            for edit in fix.edits:
                of = sheet if edit.source == source else Sheet.of(self.text_of(edit.source), self.codec)
                edits.setdefault(self.uri(edit.source), []).append(types.TextEdit(of.range(edit.region), edit.text))
            yield types.CodeAction(
                title=fix.title if fix.safe else f"{fix.title} (unsafe)",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[self._diagnostic(finding, sheet)],
                edit=types.WorkspaceEdit(changes=edits),
                is_preferred=fix.safe,
            )

    def fix_all(self, source: str, checked: Checked) -> types.CodeAction | None:
        """All safe fixes of a document at once; None where there is none."""
        own = [one for one in fixable(checked.findings, unsafe=False) if _edits_only(one, source)]
        fixed = apply(checked.text, own)
        if fixed.text == checked.text:
            return None
        whole = Sheet.of(checked.text, self.codec).whole
        return types.CodeAction(
            title="apply all safe fixes of obsaudit",
            kind=FIX_ALL,
            edit=types.WorkspaceEdit(changes={self.uri(source): [types.TextEdit(whole, fixed.text)]}),
        )

    def hover(self, checked: Checked, at: types.Position, page: Page) -> types.Hover | None:
        """The page of the rule whose finding, or whose name in a suppression, stands at a place."""
        sheet = Sheet.of(checked.text, self.codec)
        for finding in checked.findings:
            place = sheet.range(finding.at.region)
            if place.start <= at <= place.end and (shown := page(finding.rule)) is not None:
                return _hover(shown, place)
        return _hover_of_suppression(sheet, at, page)

    def _diagnostic(self, finding: Finding, sheet: Sheet) -> types.Diagnostic:
        cure = f"\nhelp: {finding.help}" if finding.help else ""
        return types.Diagnostic(
            range=sheet.range(finding.at.region),
            message=f"{finding.message}{cure}",
            severity=_SEVERITIES[finding.severity],
            code=finding.rule,
            source=SOURCE,
            related_information=[self._related(one) for one in finding.related if one.at.region is not None],
        )

    def _related(self, related: Related) -> types.DiagnosticRelatedInformation:
        sheet = Sheet.of(self.text_of(related.at.source), self.codec)
        place = types.Location(self.uri(related.at.source), sheet.range(related.at.region))
        return types.DiagnosticRelatedInformation(place, related.message)


def of_config(error: ConfigError) -> types.Diagnostic:
    """A configuration that cannot be used, at its place in the file."""
    line = (error.line or 1) - 1
    return types.Diagnostic(
        range=types.Range(types.Position(line, 0), types.Position(line + 1, 0)),
        message=f"{error.message}\nhelp: {error.help}" if error.help else error.message,
        severity=types.DiagnosticSeverity.Error,
        source=SOURCE,
    )


def by_uri(root: Path, codec: PositionCodec, checked: Mapping[str, Checked]) -> dict[str, list[types.Diagnostic]]:
    """The diagnostics of a folder's files; what stands in no file, as in `project`, has no place in an editor."""
    translator = Translator(
        root, codec, lambda source: checked[source].text if source in checked else read(root, source)
    )
    return {
        translator.uri(source): translator.diagnostics(one)
        for source, one in checked.items()
        if one.text or not one.findings
    }


def read(root: Path, source: str) -> str:
    """The text of a file that is not open; empty where it cannot be read: then places in it are shown at its start."""
    try:
        return (root / source).read_text("utf-8", "replace")
    except OSError:
        return ""


def _hover(page: str, place: types.Range) -> types.Hover:
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, page), place)


def _hover_of_suppression(sheet: Sheet, at: types.Position, page: Page) -> types.Hover | None:
    marker = _MARKER.search(sheet.lines[at.line]) if at.line < len(sheet.lines) else None
    if marker is None:
        return None
    for name in _RULE.finditer(sheet.lines[at.line], marker.start("rules"), marker.end("rules")):
        line = at.line + 1
        place = sheet.range(Region(Position(line, name.start() + 1), Position(line, name.end() + 1)))
        if place.start <= at <= place.end and (shown := page(name[0])) is not None:
            return _hover(shown, place)
    return None


def _edits_only(finding: Finding, source: str) -> bool:
    return finding.fix is not None and all(edit.source == source for edit in finding.fix.edits)


def _touch(one: types.Range, other: types.Range) -> bool:
    return one.start <= other.end and other.start <= one.end


def wanted(kinds: Sequence[str] | None, kind: str) -> bool:
    """Whether an editor that asks for these kinds of actions, or for any, wants that one (`CodeActionContext.only`)."""
    return kinds is None or any(kind == one or kind.startswith(f"{one}.") for one in kinds)
