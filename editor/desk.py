"""What is open in an editor, and what was last found in it. Knows nothing of the protocol."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ..lint import Finding, Report
from ..lint.record import Record

Page = Callable[[str], str | None]
"""The documentation of a rule by its id, in Markdown; None where there is no such rule."""


class Lint(Protocol):
    """Checks paths below a folder; `contents` stand for files with changes that are not saved."""

    def __call__(self, root: Path, paths: Sequence[str], contents: Mapping[str, bytes]) -> Report:
        """The report; raises `ConfigError`."""


class Draft(Record):
    """An open document: its text, and the editor's number for that state of it."""

    text: str
    version: int | None = None


class Checked(Record):
    """What is known of one file: its findings, and the text that their regions mean."""

    findings: tuple[Finding, ...]
    text: str
    version: int | None = None
    """That of the document, where the text was an open one."""


@dataclass
class Desk:
    """
    A folder that is worked on.

    A whole check takes in every file, since what is typed here breaks something there.
    Where that takes longer than `patience` seconds, typing checks the changed files alone, and what the rules about the
    whole project said of them stays until the next save.
    """

    root: Path
    lint: Lint
    patience: float = 1.0
    clock: Callable[[], float] = time.monotonic
    checked: dict[str, Checked] = field(default_factory=dict)
    """By source, relative to the root: each file that has findings, or had some."""

    _whole: Report | None = None
    _lasted: float = 0.0

    def source_of(self, path: Path) -> str | None:
        """What a file of this folder is called in reports; None for one from elsewhere."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else None

    def check(self, drafts: Mapping[str, Draft], changed: frozenset[str], *, saved: bool) -> None:
        """Brings `checked` up to date with the documents that are open; `changed` are those that were typed in."""
        contents = {source: draft.text.encode("utf-8", "surrogatepass") for source, draft in drafts.items()}
        if self._whole is None or saved or self._lasted <= self.patience or not changed:
            started = self.clock()
            self._whole = self.lint(self.root, ["."], contents)
            self._lasted = self.clock() - started
            self._keep(self._whole, {*self.checked, *drafts}, drafts)
        else:
            alone = self.lint(self.root, sorted(changed), contents)
            self._keep(alone, changed, drafts, self._left_by(alone, changed))

    def _left_by(self, alone: Report, changed: frozenset[str]) -> tuple[Finding, ...]:
        """What the last whole check found in these files by rules that do not judge a file alone."""
        found = self._whole.shown if self._whole else ()
        return tuple(one for one in found if one.at.source in changed and one.rule not in alone.coverage.rules)

    def _keep(
        self,
        report: Report,
        known: Set[str],
        drafts: Mapping[str, Draft],
        more: Sequence[Finding] = (),
    ) -> None:
        by_source: dict[str, list[Finding]] = {source: [] for source in known}
        for finding in (*report.shown, *more):
            by_source.setdefault(finding.at.source, []).append(finding)
        for source, findings in by_source.items():
            draft = drafts.get(source)
            text = draft.text if draft is not None else report.texts.get(source, "")
            self.checked[source] = Checked(tuple(dict.fromkeys(findings)), text, draft.version if draft else None)
