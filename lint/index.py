"""
What is known of a whole folder, by the status of its files: a file whose status is the same is not read again.

As in git's index (https://git-scm.com/docs/racy-git), size and times say whether a file has changed; and since two
changes may fall into one tick of a clock, a file is only believed to be what it was when it had not changed for some
time before it was read. What is in doubt is read, and its hash decides.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from .cache import Cache, Summary
from .finding import Finding
from .record import Record, field

_SECOND = 1_000_000_000

DOUBT = 2 * _SECOND
"""Nanoseconds for which a file must not have changed: the coarsest clock of a file system (FAT's) ticks so often."""

AGE = 24 * 3600 * _SECOND
"""Nanoseconds after which the entries are looked at again, so that the cache knows them to be in use."""


class GoneError(Exception):
    """What the index promised is not there any more: another run cleared the cache, or the file changed in between."""


class Mark(NamedTuple):
    """What tells that a file is the one that was read."""

    size: int
    modified: int
    """Nanoseconds, as is `changed`, which nobody can set back: it tells what `cp -p` or `touch -d` hides."""

    changed: int
    inode: int
    device: int

    @classmethod
    def of(cls, status: os.stat_result) -> Mark:
        """The mark of a file."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev)


class Row(NamedTuple):
    """A file: its mark, its name in the cache, and packed what a run must know of it."""

    mark: Mark
    key: str | None
    """None for a file without a telemetry word, of which nothing is to be known."""

    packed: bytes = b""

    @classmethod
    def judged(cls, mark: Mark, key: str, summary: Summary, findings: tuple[Finding, ...]) -> Row:
        """The row of a file whose nodes are in the cache."""
        return cls(mark, key, pickle.dumps((summary, findings), pickle.HIGHEST_PROTOCOL))

    def known(self) -> tuple[Summary, tuple[Finding, ...]] | None:
        """What a run must know of it; None where that cannot be read."""
        if self.key is None:
            return Summary(), ()
        try:
            summary, findings = pickle.loads(self.packed)
        except Exception:  # as of an entry: whatever it raises, the file is read
            return None
        return summary, findings


class Kept(Record):
    """The rows of a folder by the names of its files, and when they were written."""

    at: int
    rows: Mapping[str, Row] = field(default_factory=dict)


class Index:
    """
    The rows of one folder, of one set of rules and options: those of the run before, and those of this one.

    `now`, in nanoseconds, must not be later than the first look at a file. Rows are whole or not at all, and each
    stands for itself: of two runs at the same time the later one's rows stay, and are as true as the other's.
    """

    def __init__(self, cache: Cache, key: str, now: int) -> None:
        self.cache = cache
        self._key, self._now = key, now
        kept = cache.get(key)
        usable = isinstance(kept, Kept) and 0 <= now - kept.at < AGE
        self._rows: Mapping[str, Row] = kept.rows if usable and isinstance(kept, Kept) else {}
        self._next: dict[str, Row] = {}
        self._fresh = False

    @classmethod
    def of(cls, cache: Cache, cwd: Path, paths: tuple[str, ...], now: int) -> Index:
        """The index of these paths as seen from that folder."""
        # No path of a file holds a null.
        return cls(cache, cache.key(repr((str(cwd), paths)).encode("utf-8", "surrogatepass"), "\0index"), now)

    def row(self, name: str, path: Path) -> Row | None:
        """What is known of a file; None where it has to be read."""
        row = self._rows.get(name)
        if row is None:
            return None
        try:
            current = Mark.of(os.stat(path))
        except OSError:  # who reads it will say so
            return None
        if row.mark != current:
            return None
        self._next[name] = row
        return row

    def add(self, name: str, row: Row) -> None:
        """Keeps a row for the next run, where its file had been at rest."""
        if max(row.mark.modified, row.mark.changed) < self._now - DOUBT:
            self._next[name] = row
            self._fresh = True

    def write(self) -> None:
        """Keeps the rows, where there is a new one."""
        if self._fresh:
            self.cache.put(self._key, Kept(self._now, self._next))
