"""Files become sources: read, parsed, checked one by one, or known from the last run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TypeVar

from . import documents
from .cache import Cache, Summary
from .check import Checker, describe
from .discover import File, Missing, discover, reason
from .documents import Parsed, SourceSettings
from .finding import Finding, Location
from .index import GoneError, Index, Mark, Row
from .nodes import Node, Unparsable
from .profile import Profile
from .read import Decoded, Undecodable, decode, searchable
from .record import Record, field, replace
from .region import Position, Region, Text
from .report import Skipped
from .request import Request

T = TypeVar("T")

# Below so many bytes that are not known yet, further processes cost more than they save.
_WORTH_HELP = 250_000


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


def read(request: Request, checker: Checker | None = None) -> Iterator[Source]:
    """
    Every file of the paths, parsed, and checked where there is a checker, in the order of the files.

    A file without a telemetry word is not even decoded.
    """
    config, index = request.config, request.index if not request.contents else None
    with _stage(request.profile, "discover"):
        entries = list(discover(request.paths, documents.is_read, config.exclude, request.cwd, config.root))
    found = {entry.source for entry in entries}
    given = [File(request.cwd / name, name, named=True) for name in request.contents if name not in found]
    peeked: list[Source | Unread] = []
    with _stage(request.profile, "read"):
        for entry in [*entries, *given]:
            if isinstance(entry, Missing):
                peeked.append(Source(entry.source, skipped=Skipped(entry.source, entry.why, fatal=True)))
            else:
                peeked.append(_peek(entry, request, index))
    unread = [one for one in peeked if isinstance(one, Unread)]
    if request.jobs > 1 and checker is not None and sum(len(one.data) for one in unread) >= _WORTH_HELP:
        from .workers import judge_all  # most runs have nothing to share out

        fresh = judge_all(unread, request, checker)
    else:
        fresh = (judge(one, config.source, checker, request.cache, request.profile) for one in unread)
    for number, one in enumerate(peeked, 1):
        yield _noted(next(fresh), one, index) if isinstance(one, Unread) else one
        if request.progress is not None:
            request.progress(number, len(peeked))
    # Nothing is left in it, but what it has to put away.
    next(fresh, None)
    if index is not None:
        index.write()


def steady(request: Request, work: Callable[[Request], T]) -> T:
    """What the work makes of the request; of the files themselves, where what the index promised is not there."""
    try:
        return work(request)
    except GoneError:
        return work(replace(request, index=None))


def judge(
    unread: Unread, settings: SourceSettings, checker: Checker | None, cache: Cache, profile: Profile | None
) -> Source:
    """A file parsed and checked; what was found is kept for the next run."""
    name = unread.name
    with _stage(profile, f"parse {documents.ending_of(name)}"):
        parsed = _parse(unread, settings)
    if isinstance(parsed, Skipped):
        return Source(name, skipped=parsed)
    summary = Summary.of(parsed)
    findings: tuple[Finding, ...] = ()
    kept = False
    if checker is not None:
        crashes = checker.crashes.total()
        with _stage(profile, "check"):
            findings = tuple(checker.nodes(parsed.nodes))
        # A rule that raised may not raise the next time; and the run has to know that it did.
        if checker.crashes.total() == crashes:
            with _stage(profile, "keep"):
                kept = cache.store(unread.key, summary, findings, parsed.nodes)
    left = _left(name, summary)
    return Source(name, lambda: unread.data, summary, findings, left, unread.key, kept, lambda: parsed.nodes)


def parse(text: str, source: str, settings: SourceSettings) -> Parsed | Skipped:
    """The nodes of a text; a parser's own mistake is told, since the other files are still to be checked."""
    try:
        return documents.parse(Text.of_file(text, source), source, settings)
    except Exception as error:  # whatever it is: it must not end the run
        return Skipped(source, f"a mistake of obsaudit, please report it: {describe(error)}", fatal=True)


def _peek(file: File, request: Request, index: Index | None) -> Source | Unread:
    """A file as far as it is known without parsing it."""
    name, limit = file.source, request.config.max_file_size
    if not documents.is_read(name):
        return Source(name, skipped=Skipped(name, "files with this ending are not read"))
    row = index.row(name, file.path) if index is not None else None
    indexed = _indexed(file, row, request.cache) if row is not None and row.mark.size <= limit else None
    if indexed is not None:
        return indexed
    try:
        data, mark = _bytes(file, request)
    except OSError as error:
        # A file that went away after it was listed leaves nothing to check; one that was named is missed.
        fatal = file.named or not isinstance(error, FileNotFoundError)
        return Source(name, skipped=Skipped(name, reason(error), fatal))
    if len(data) > limit:
        return Source(name, skipped=Skipped(name, f"larger than {limit / 1e6:g} MB (`max-file-size`)"))
    if not documents.relevant(searchable(data), name, request.config.source):
        if index is not None and mark is not None:
            index.add(name, Row(mark, None))
        return Source(name, lambda: data)
    key = request.cache.key(data, name)
    entry = request.cache.load(key)
    unread = Unread(name, data, key, file.path, mark)
    if entry is None:
        return unread
    left = _left(name, entry.summary)
    known = Source(name, lambda: data, entry.summary, entry.findings, left, key, True, entry.nodes)
    return _noted(known, unread, index)


def _indexed(file: File, row: Row, cache: Cache) -> Source | None:
    """A file whose status is that of the run before."""
    known = row.known()
    if known is None:
        return None
    summary, findings = known
    source = Source(file.source, file.path.read_bytes, summary, findings, _left(file.source, summary), row.key)
    return _later(source, file.path, cache) if row.key is not None else source


def _noted(source: Source, unread: Unread, index: Index | None) -> Source:
    """A file that the index knows from now on; what the cache has, too, need not be in memory."""
    if index is None or not source.kept or source.key is None:
        return source
    if unread.mark is not None:
        index.add(source.name, Row.judged(unread.mark, source.key, source.summary, source.findings))
    return _later(source, unread.path, index.cache)


def _later(source: Source, path: Path, cache: Cache) -> Source:
    """A file that is in the cache, and read when somebody asks. Then it may be `GoneError`."""
    return replace(source, data=partial(_same_bytes, source, path, cache), nodes=partial(_kept_nodes, source, cache))


def _same_bytes(source: Source, path: Path, cache: Cache) -> bytes:
    try:
        data = path.read_bytes()
    except OSError:
        raise GoneError(source.name) from None
    if cache.key(data, source.name) != source.key:
        raise GoneError(source.name)
    return data


def _kept_nodes(source: Source, cache: Cache) -> tuple[Node, ...]:
    entry = cache.load(source.key) if source.key is not None else None
    if entry is None:
        raise GoneError(source.name)
    return entry.nodes()


def _left(name: str, summary: Summary) -> Skipped | None:
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


def _bytes(file: File, request: Request) -> tuple[bytes, Mark | None]:
    """What a file holds, and how it stood before it was read."""
    given = request.contents.get(file.source)
    if given is not None:
        return given, None
    limit = request.config.max_file_size
    with file.path.open("rb") as stream:
        mark = Mark.of(os.fstat(stream.fileno()))
        return stream.read(limit + 1), mark


def _undecodable(name: str, why: str, at: Position) -> Parsed:
    region = Region(at, Position(at.line, at.column + 1))
    node = Unparsable(at=Location(name, None, region), lines=(at.line, at.line), kind="text", problem=why)
    return Parsed(("text",), (node,))


def _stage(profile: Profile | None, name: str) -> AbstractContextManager[None]:
    return profile.stage(name) if profile is not None else nullcontext()
