"""The sources of a run: every file of its paths, read now or known from the last run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from . import documents
from .cache import Cache
from .check import Checker
from .discover import File, Missing, discover, reason
from .index import GoneError, Index, Mark, Row
from .nodes import Node
from .profile import in_stage
from .read import searchable
from .record import replace
from .report import Skipped
from .request import Request
from .source import Source, Unread, judge, left_of

T = TypeVar("T")

# Below so many bytes that are not known yet, further processes cost more than they save.
_WORTH_HELP = 250_000


def read(request: Request, checker: Checker | None = None) -> Iterator[Source]:
    """
    Every file of the paths, parsed, and checked where there is a checker, in the order of the files.

    A file without a telemetry word is not even decoded.
    """
    config, index = request.config, request.index if not request.contents else None
    with in_stage(request.profile, "discover"):
        entries = list(discover(request.paths, documents.is_read, config.exclude, request.cwd, config.root))
    found = {entry.source for entry in entries}
    given = [File(request.cwd / name, name, named=True) for name in request.contents if name not in found]
    peeked: list[Source | Unread] = []
    with in_stage(request.profile, "read"):
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
    left = left_of(name, entry.summary)
    known = Source(name, lambda: data, entry.summary, entry.findings, left, key, True, entry.nodes)
    return _noted(known, unread, index)


def _indexed(file: File, row: Row, cache: Cache) -> Source | None:
    """A file whose status is that of the run before."""
    known = row.known()
    if known is None:
        return None
    summary, findings = known
    source = Source(file.source, file.path.read_bytes, summary, findings, left_of(file.source, summary), row.key)
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


def _bytes(file: File, request: Request) -> tuple[bytes, Mark | None]:
    """What a file holds, and how it stood before it was read."""
    given = request.contents.get(file.source)
    if given is not None:
        return given, None
    limit = request.config.max_file_size
    with file.path.open("rb") as stream:
        mark = Mark.of(os.fstat(stream.fileno()))
        return stream.read(limit + 1), mark
