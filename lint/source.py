"""A file becomes a source: parsed, and checked by the rules about its nodes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from . import documents
from .cache import Cache, Summary
from .check import Checker, describe
from .documents import Parsed, SourceSettings
from .finding import Finding, Location
from .index import Mark
from .nodes import Node, Unparsable
from .profile import Profile, in_stage
from .read import Decoded, Undecodable, decode
from .record import Record, field
from .region import Position, Region, Text
from .report import Skipped


class Source(Record):
    """
    A file that was read: its bytes, its nodes and the findings about them alone; or why it was not.

    `key` is its name in the cache, and `kept` whether it is there.
    """

    name: str
    data: Callable[[], bytes] | None = None
    """Its bytes; None where it could not be read. A function, since few runs show those of files without findings."""

    summary: Summary = field(default_factory=Summary)
    findings: tuple[Finding, ...] = ()
    skipped: Skipped | None = None
    key: str | None = None
    kept: bool = False
    nodes: Callable[[], tuple[Node, ...]] = tuple
    """Its nodes; a function, since few runs look at those of files that have not changed."""

    @property
    def parsed(self) -> Parsed:
        """What it holds."""
        return Parsed(self.summary.kinds, self.nodes(), self.summary.skipped)

    @property
    def is_judged(self) -> bool:
        """Whether rules saw all that it holds: not where it is skipped, or cannot be parsed."""
        return self.data is not None and self.skipped is None and self.summary.readable


class Unread(Record):
    """A file whose bytes are there, and of which nothing else is known yet."""

    name: str
    data: bytes
    key: str
    path: Path
    mark: Mark | None = None


def judge(
    unread: Unread, settings: SourceSettings, checker: Checker | None, cache: Cache, profile: Profile | None
) -> Source:
    """A file parsed and checked; what was found is kept for the next run."""
    name = unread.name
    with in_stage(profile, f"parse {documents.ending_of(name)}"):
        parsed = _parse(unread, settings)
    if isinstance(parsed, Skipped):
        return Source(name, skipped=parsed)
    summary = Summary.of(parsed)
    findings: tuple[Finding, ...] = ()
    kept = False
    if checker is not None:
        crashes = checker.crashes.total()
        with in_stage(profile, "check"):
            findings = tuple(checker.nodes(parsed.nodes))
        # A rule that raised may not raise the next time; and the run has to know that it did.
        if checker.crashes.total() == crashes:
            with in_stage(profile, "keep"):
                kept = cache.store(unread.key, summary, findings, parsed.nodes)
    left = left_of(name, summary)
    return Source(name, lambda: unread.data, summary, findings, left, unread.key, kept, lambda: parsed.nodes)


def parse(text: str, source: str, settings: SourceSettings) -> Parsed | Skipped:
    """The nodes of a text; a parser's own mistake is told, since the other files are still to be checked."""
    try:
        return documents.parse(Text.of_file(text, source), source, settings)
    except Exception as error:  # whatever it is: it must not end the run
        return Skipped(source, f"a mistake of obsaudit, please report it: {describe(error)}", fatal=True)


def left_of(name: str, summary: Summary) -> Skipped | None:
    """Why a file is left alone, whose summary says so."""
    return Skipped(name, summary.skipped) if summary.skipped else None


def _parse(unread: Unread, settings: SourceSettings) -> Parsed | Skipped:
    decoded = decode(unread.data, unread.name)
    if isinstance(decoded, Undecodable) and decoded.at is None:
        return Skipped(unread.name, decoded.why)
    text = decoded.text if isinstance(decoded, Decoded) else unread.data.decode("utf-8", "replace")
    parsed = parse(text, unread.name, settings)
    if isinstance(parsed, Skipped):
        return parsed
    if isinstance(decoded, Undecodable) and decoded.at is not None and parsed.kinds:
        return _undecodable(unread.name, decoded.why, decoded.at)
    return parsed


def _undecodable(name: str, why: str, at: Position) -> Parsed:
    region = Region(at, Position(at.line, at.column + 1))
    node = Unparsable(at=Location(name, None, region), lines=(at.line, at.line), kind="text", problem=why)
    return Parsed(("text",), (node,))
