"""The settled result of a run."""

from __future__ import annotations

from collections.abc import Mapping

from .finding import Finding, Severity
from .nodes import Suppression
from .record import Record, field


class Skipped(Record):
    """What could not be checked, and why. `fatal` when it was asked for by name: then the run exits with 2."""

    what: str
    why: str
    fatal: bool = False


class Coverage(Record):
    """
    What a run judged: only there can a suppression be unused, or a baseline entry stale.

    `rules` ran to their end; `sources` were read and parsed, or are no more. Sources are relative to
    the configuration's folder.
    """

    rules: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()

    def judged(self, rule: str, source: str) -> bool:
        """Whether that rule would have found what there is in that source."""
        return rule in self.rules and source in self.sources


class Table(Record):
    """
    Figures of a live report: what was measured, whatever the findings.

    `numeric` marks, by index, the columns that are numbers (set flush right).
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    note: str | None = None
    """What the figures were measured from and when."""

    bar: int | None = None
    """The index of a column of numbers that are drawn as bars, where a reporter can."""

    trends: tuple[tuple[float, ...], ...] = ()
    """For each row its values over time, oldest first; none at all, or an empty one where there are none."""


class Report(Record):
    """
    Every finding of a run, each in exactly one list.

    `vendored` are findings in files that the team does not own: counted, shown last, never failing.
    """

    shown: tuple[Finding, ...] = ()
    suppressed: tuple[Finding, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    """What hides each of the suppressed findings, in their order."""

    baselined: tuple[Finding, ...] = ()
    vendored: tuple[Finding, ...] = ()
    doubtful: tuple[Finding, ...] = ()
    """Findings of a lower confidence than the run shows."""

    skipped: tuple[Skipped, ...] = ()
    files: int = 0
    coverage: Coverage = Coverage()

    nodes: Mapping[str, int] = field(default_factory=dict)
    """How many nodes of each kind there were to judge."""

    tables: tuple[Table, ...] = ()
    head: tuple[tuple[str, str], ...] = ()
    """Facts about the run for the report's head: the server, its version, the snapshot's date."""

    texts: dict[str, str] = field(default_factory=dict)
    """The text of each source that has findings, for reporters that show it."""

    def count(self, severity: Severity) -> int:
        """How many shown findings have that severity."""
        return sum(finding.severity is severity for finding in self.shown)
