"""What git knows of a project: its files at a revision, and the lines that have changed since."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from pathlib import Path

from .discover import relative
from .record import Record

_NAMES = ("--format=", "--name-only", "-z")
_HUNK = re.compile(rb"@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")


class GitError(Exception):
    """Git could not answer: not a repository, no such revision, no git at all."""


class Change(Record):
    """
    A file that differs from the revision.

    `lines` are the first and last line of each changed stretch; a deletion touches the line above it.
    `before` is its name at the revision: another one when it was renamed, None when it is new.
    """

    before: str | None
    lines: tuple[tuple[int, int], ...]

    def touches(self, first: int, last: int) -> bool:
        """Whether a stretch of lines has changed."""
        return any(start <= last and first <= end for start, end in self.lines)


class Repository(Record):
    """A work tree. Paths are relative to its root, with `/` between their parts."""

    root: Path

    @classmethod
    def around(cls, folder: Path) -> Repository:
        """The repository that a folder is in."""
        return cls(Path(_git(folder, "rev-parse", "--show-toplevel").decode().strip()))

    def base(self, revision: str) -> str:
        """
        The commit where this branch left another one; the revision itself where histories do not meet here.

        Before the first commit `HEAD` is the empty tree: all that is there is new.
        """
        try:
            commit = _git(self.root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        except GitError:
            if revision == "HEAD" and not _git(self.root, "rev-list", "--max-count=1", "--all"):
                return _git(self.root, "hash-object", "-t", "tree", "--stdin", stdin=b"").decode().strip()
            raise GitError(f"there is no revision `{revision}`") from None
        name = commit.decode().strip()
        try:
            return _git(self.root, "merge-base", name, "HEAD").decode().strip()
        except GitError:
            # A shallow clone may not hold the place where they meet.
            return name

    def files(self, commit: str, wanted: Callable[[str], bool]) -> dict[str, bytes]:
        """The contents of the wanted files at a commit."""
        listed = _git(self.root, "ls-tree", "-r", "-z", "--full-tree", commit)
        blobs: dict[str, str] = {}
        for entry in listed.split(b"\0"):
            meta, _, path = entry.partition(b"\t")
            name = path.decode("utf-8", "surrogateescape")
            if meta.startswith(b"100") and wanted(name):
                blobs[name] = meta.split()[2].decode()
        return dict(zip(blobs, self._contents(list(blobs.values())), strict=True))

    def changes(self, commit: str, *, staged: bool = False) -> Mapping[str, Change]:
        """What differs from a commit in the work tree, or in the index; files git does not know yet included."""
        options = ("--cached",) if staged else ()
        flags = ("--unified=0", "--no-color", "--no-ext-diff", "--find-renames", "--src-prefix=a/", "--dst-prefix=b/")
        text = _git(self.root, "-c", "core.quotePath=false", "diff", *flags, *options, commit, "--")
        changes = dict(_changes(text))
        if not staged:
            others = _git(self.root, "ls-files", "--others", "--exclude-standard", "-z", "--full-name", ":/")
            for path in others.split(b"\0"):
                if path:
                    changes[path.decode("utf-8", "surrogateescape")] = Change(None, ((1, 1 << 30),))
        return changes

    def staged(self, wanted: Callable[[str], bool]) -> dict[str, bytes]:
        """The contents of the wanted files as they stand in the index."""
        listed = _git(self.root, "ls-files", "--stage", "-z", "--full-name", ":/")
        blobs: dict[str, str] = {}
        for entry in listed.split(b"\0"):
            meta, _, path = entry.partition(b"\t")
            name = path.decode("utf-8", "surrogateescape")
            if meta.startswith(b"100") and wanted(name):
                blobs[name] = meta.split()[1].decode()
        return dict(zip(blobs, self._contents(list(blobs.values())), strict=True))

    def untouched(self, paths: Collection[str], since: date) -> dict[str, date]:
        """
        Those of the files that no commit has touched since a day, and when one last did.

        Of a file that is not committed, or whose last change a shallow clone does not hold, nothing is known.
        """
        if not paths:
            return {}
        recent = _git(self.root, "log", f"--since={since.isoformat()}T00:00:00Z", *_NAMES, "--", *paths)
        touched = {name.decode("utf-8", "surrogateescape") for name in recent.split(b"\0")}
        edges = set(_git(self.root, "rev-list", "--max-parents=0", "HEAD").split()) if self._is_shallow() else set()
        found = {}
        for path in sorted(set(paths) - touched):
            commit, _, day = _git(self.root, "log", "-1", "--format=%H %cs", "--", path).strip().partition(b" ")
            if day and commit not in edges:
                found[path] = date.fromisoformat(day.decode())
        return found

    def _is_shallow(self) -> bool:
        return _git(self.root, "rev-parse", "--is-shallow-repository").strip() == b"true"

    def _contents(self, blobs: list[str]) -> Iterator[bytes]:
        if not blobs:
            return
        out = _git(self.root, "cat-file", "--batch", stdin="\n".join(blobs).encode() + b"\n")
        offset = 0
        for _ in blobs:
            end = out.index(b"\n", offset)
            size = int(out[offset:end].split()[2])
            yield out[end + 1 : end + 1 + size]
            offset = end + 1 + size + 1


class History(Record):
    """What git knows of the age of files, whose names are relative to a folder. Asks nothing before it is asked."""

    folder: Path

    def untouched(self, sources: Collection[str], since: date) -> dict[str, date]:
        """Those that no commit has touched since a day, and when one last did; nothing where git cannot tell."""
        try:
            repository = Repository.around(self.folder)
            paths = {relative(self.folder / source, repository.root): source for source in sources}
            return {paths[path]: day for path, day in repository.untouched(paths, since).items()}
        except GitError:
            return {}


def _changes(text: bytes) -> Iterator[tuple[str, Change]]:
    before: str | None = None
    after: str | None = None
    lines: list[tuple[int, int]] = []
    for line in (*text.split(b"\n"), b"diff --git"):
        if line.startswith(b"diff --git"):
            if after is not None:
                yield after, Change(before, tuple(lines))
            before, after, lines = None, None, []
        elif line.startswith(b"--- "):
            before = _name(line[4:], b"a/")
        elif line.startswith(b"+++ "):
            after = _name(line[4:], b"b/")
        elif line.startswith(b"rename from "):
            before = line[12:].decode("utf-8", "surrogateescape")
        elif line.startswith(b"rename to "):
            after = line[10:].decode("utf-8", "surrogateescape")
        elif (match := _HUNK.match(line)) is not None:
            first, count = int(match[1]), int(match[2] or 1)
            lines.append((max(1, first), max(1, first + count - 1)) if count else (max(1, first), first + 1))


def _name(path: bytes, prefix: bytes) -> str | None:
    return (
        None
        if path.rstrip() == b"/dev/null"
        else path.removeprefix(prefix).rstrip(b"\t").decode("utf-8", "surrogateescape")
    )


def _git(folder: Path, *arguments: str, stdin: bytes | None = None) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, input=stdin, capture_output=True, check=False)
    except FileNotFoundError:
        raise GitError("git is not installed") from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitError(said[0] if said else f"`git {arguments[0]}` failed")
    return done.stdout
