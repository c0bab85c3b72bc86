"""
What is known of files that have not changed, kept between runs: their nodes, and the findings about each alone.

Few runs look at the nodes of a file that has not changed: they stay packed until somebody asks.

An entry's name is the hash of the file's content and path, of the rules with their options, and of
obsaudit's own code; its content is a pickle, after a sum of it and of the name: one wrong bit on a disk may make a
pickle of other findings, or call whatever it names. It lies in the user's own cache folder and never in
the repository, since unpickling what others can write would run their code.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from .documents import Parsed
from .finding import Finding
from .nodes import Node, Suppression, Unparsable
from .record import Record, encoded, field
from .suppress import widen

LIMIT = 500_000_000
"""Bytes that the entries may have together."""

_DAY = 86400.0
_MARK = "tidied"
_SUM = 16
_DIGEST = 8


class Summary(Record):
    """What a run must know of a file whose nodes nobody looks at."""

    kinds: tuple[str, ...] = ()
    skipped: str | None = None
    suppressions: tuple[Suppression, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many nodes of each kind it has."""

    digests: Mapping[str, bytes] = field(default_factory=dict)
    """For each kind what changes with its nodes, their places included."""

    readable: bool = True
    """Whether there was more in it than what could not be parsed."""

    words: tuple[str, ...] = ()
    """What it speaks of: see `words`."""

    sent: bytes = b""
    """What routes can tell of its alerts: see `sent`. Packed, since few runs ask for it."""

    @classmethod
    def of(cls, parsed: Parsed) -> Summary:
        """What is kept beside the nodes of a file."""
        from .chain.sent import sent_of
        from .chain.words import words_of

        problems = sum(isinstance(node, Unparsable) for node in parsed.nodes)
        others = any(not isinstance(node, Unparsable | Suppression) for node in parsed.nodes)
        counts = Counter(type(node).__name__ for node in parsed.nodes)
        suppressions, words = tuple(widen(parsed.nodes)), words_of(parsed.nodes)
        sent = sent_of(parsed.nodes)
        packed = pickle.dumps(sent, pickle.HIGHEST_PROTOCOL) if sent else b""
        digests = digests_of(parsed.nodes)
        return cls(parsed.kinds, parsed.skipped, suppressions, counts, digests, not problems or others, words, packed)


def digests_of(nodes: Iterable[Node]) -> dict[str, bytes]:
    """For each kind of node what changes with those of that kind, their places included."""
    by_kind: dict[str, hashlib.blake2b] = {}
    for node in nodes:
        digest = by_kind.setdefault(type(node).__name__, hashlib.blake2b(digest_size=_DIGEST))
        digest.update(encoded(node))
    return {kind: digest.digest() for kind, digest in by_kind.items()}


class Entry(Record):
    """What is known of one file."""

    summary: Summary
    findings: tuple[Finding, ...]
    packed: bytes = b""

    def nodes(self) -> tuple[Node, ...]:
        """The nodes, unpacked."""
        nodes: tuple[Node, ...] = pickle.loads(self.packed) if self.packed else ()
        return nodes


def default_folder(environment: dict[str, str]) -> Path | None:
    """Where entries lie: `$XDG_CACHE_HOME/obsaudit`, or `~/.cache/obsaudit`; None for a user without a home."""
    base = environment.get("XDG_CACHE_HOME", "")
    if os.path.isabs(base):  # the XDG specification: a relative path is to be ignored
        return Path(base) / "obsaudit"
    try:
        return Path.home() / ".cache" / "obsaudit"
    except RuntimeError:
        return None


def code_stamp() -> str:
    """Changes whenever obsaudit's own code does: an entry of other code is never read."""
    root = Path(__file__).parents[1]
    # Times alone do not do: some installers give every file the same one.
    files = sorted(
        (entry.path, (status := entry.stat()).st_size, status.st_mtime_ns)
        for folder in ("lint", "rules")
        for below, _, _ in os.walk(root / folder)
        for entry in os.scandir(below)
        if entry.name.endswith(".py")
    )
    return hashlib.blake2b(repr((sys.version_info, files)).encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


class Kept(Record):
    """A file of the cache: its bytes, and when it was last used (Unix time)."""

    path: Path
    size: int
    used: float


def entries_in(folder: Path) -> Iterator[Kept]:
    """The entries below a cache's folder; what a run that ended in the middle has left is one, too."""
    for below in sorted(folder.glob("[0-9a-f][0-9a-f]")):
        with contextlib.suppress(OSError), os.scandir(below) as entries:  # cleared by another run
            for entry in entries:
                with contextlib.suppress(OSError):
                    status = entry.stat()
                    yield Kept(Path(entry.path), status.st_size, status.st_mtime)


def clear(folder: Path) -> int:
    """Takes out every entry; how many there were. Nothing else in the folder is touched."""
    count = 0
    for entry in list(entries_in(folder)):
        with contextlib.suppress(OSError):
            entry.path.unlink(missing_ok=True)
            count += 1
    for below in folder.glob("[0-9a-f][0-9a-f]"):
        with contextlib.suppress(OSError):
            below.rmdir()
    return count


def _use(path: Path) -> None:
    """Notes that an entry is in use, once a day: a warm run should write nothing."""
    if time.time() - path.stat().st_mtime > _DAY:
        os.utime(path)


def _sum(key: str, data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_SUM, key=key.encode()).digest()


class Cache:
    """A folder of entries. A folder that cannot be written to, or an entry that cannot be read, is no error."""

    def __init__(self, folder: Path | None, salt: str) -> None:
        self._folder = folder
        self._salt = salt.encode()

    def key(self, data: bytes, source: str) -> str:
        """The name of the entry for a file; its source is part of it, since nodes hold it."""
        digest = hashlib.blake2b(self._salt, digest_size=20)
        digest.update(source.encode("utf-8", "surrogatepass") + b"\0")
        digest.update(data)
        return digest.hexdigest()

    def load(self, key: str) -> Entry | None:
        """The entry, or None where there is none that can be read."""
        entry = self.get(key)
        return entry if isinstance(entry, Entry) else None

    def store(self, key: str, summary: Summary, findings: tuple[Finding, ...], nodes: tuple[Node, ...] = ()) -> bool:
        """Keeps an entry, whole or not at all; whether it did."""
        try:
            packed = pickle.dumps(nodes, pickle.HIGHEST_PROTOCOL) if nodes and self._folder is not None else b""
        except RecursionError:  # what nests too deeply for a pickle is read anew each time
            return False
        return self.put(key, Entry(summary, findings, packed))

    def get(self, key: str) -> object:
        """What is kept under a name, whatever it is; None where it cannot be read."""
        if self._folder is None:
            return None
        path = self._path(key)
        try:
            data = path.read_bytes()
            if data[:_SUM] != _sum(key, data[_SUM:]):
                return None
            value: object = pickle.loads(data[_SUM:])
            _use(path)
        except Exception:  # what cannot be read or unpickled, whatever it raises, is written anew
            return None
        return value

    def put(self, key: str, value: object) -> bool:
        """Keeps a value, whole or not at all; whether it did."""
        if self._folder is None:
            return False
        path = self._path(key)
        with contextlib.suppress(OSError, RecursionError):
            data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_sum(key, data) + data)
                os.replace(name, path)
            except BaseException:
                os.unlink(name)
                raise
            return True
        return False

    def tidy(self, now: float, limit: int = LIMIT) -> None:
        """
        Once a day, takes out entries until those left have no more bytes than the limit, the longest unused first.

        `now` is Unix time. Entries of older versions of obsaudit go this way, too: nobody uses them any more.
        """
        if self._folder is None or not self._folder.is_dir():
            return
        mark = self._folder / _MARK
        with contextlib.suppress(OSError):
            if mark.exists() and now - mark.stat().st_mtime < _DAY:
                return
            mark.touch()
            os.utime(mark, (now, now))
            entries = sorted(entries_in(self._folder), key=lambda entry: -entry.used)
            size = 0
            for entry in entries:
                size += entry.size
                if size > limit:
                    entry.path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        assert self._folder is not None
        return self._folder / key[:2] / key[2:]
