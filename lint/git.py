"""What git knows of a project: its files at a revision, those of its submodules, and what has changed since."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from .discover import relative
from .patch import FLAGS, Change, changes
from .record import Record, replace

_FILE = b"100"
_MODULE = b"160000"
_NAMES = ("--format=", "--name-only", "-z")


class GitError(Exception):
    """Git could not answer: not a repository, no such revision, no git at all."""


class _Entry(NamedTuple):
    """A line of a tree or of the index: the blob of a file, or the commit of a submodule."""

    path: str
    mode: bytes
    blob: str
    stage: int = 0
    """Which side of a merge it is from, while that is not done."""


class Repository(Record):
    """A work tree. Paths are relative to its root, with `/` between their parts."""

    root: Path

    @classmethod
    def around(cls, folder: Path) -> Repository:
        """The repository that a folder is in."""
        return cls(Path(os.fsdecode(_git(folder, "rev-parse", "--show-toplevel").removesuffix(b"\n"))))

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
        """The contents of the wanted files at a commit, those of submodules included."""
        return self._with_modules(tuple(self._tree(commit)), wanted)

    def staged(self, wanted: Callable[[str], bool]) -> dict[str, bytes]:
        """The contents of the wanted files as they stand in the index, those of submodules included."""
        entries = tuple(self._index())
        for entry in entries:
            if entry.stage:
                raise GitError(f"`{entry.path}` is not merged: `git add` it first")
        return self._with_modules(entries, wanted)

    def left_out(self, wanted: Callable[[str], bool]) -> dict[str, bytes]:
        """The contents of the wanted files that a sparse checkout leaves out of the work tree."""
        listed = _git(self.root, "ls-files", "-t", "-z", "--full-name", ":/").split(b"\0")
        absent = {os.fsdecode(entry[2:]) for entry in listed if entry.startswith(b"S ")}
        return self._contents((entry for entry in self._index() if entry.path in absent), wanted) if absent else {}

    def changes(self, commit: str, *, staged: bool = False) -> Mapping[str, Change]:
        """What differs from a commit in the work tree, or in the index; files git does not know yet included."""
        found = self._differing(*(("--cached",) if staged else ()), commit)
        if not staged:
            others = _git(self.root, "ls-files", "--others", "--exclude-standard", "-z", "--full-name", ":/")
            found |= {os.fsdecode(path): Change(None, ((1, 1 << 30),)) for path in others.split(b"\0") if path}
        now = {path: there for path, _, there in self._modules(self._index())} if staged else {}
        for path, module, then in self._modules(self._tree(commit)):
            below = module._differing(then, now.get(path, then)) if staged else module.changes(then)
            found |= {f"{path}/{name}": _moved(change, path) for name, change in below.items()}
        return found

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

    def _differing(self, *between: str) -> dict[str, Change]:
        return dict(changes(_git(self.root, "-c", "core.quotePath=false", "diff", *FLAGS, *between, "--")))

    def _tree(self, commit: str) -> Iterator[_Entry]:
        for meta, path in _listed(_git(self.root, "ls-tree", "-r", "-z", "--full-tree", commit)):
            mode, _, blob = meta.split()
            yield _Entry(path, mode, blob.decode())

    def _index(self) -> Iterator[_Entry]:
        for meta, path in _listed(_git(self.root, "ls-files", "--stage", "-z", "--full-name", ":/")):
            mode, blob, stage = meta.split()
            yield _Entry(path, mode, blob.decode(), int(stage))

    def _modules(self, entries: Iterable[_Entry]) -> Iterator[tuple[str, Repository, str]]:
        """The submodules that are checked out: where they lie, and the commit that this repository asks for."""
        for entry in entries:
            if entry.mode == _MODULE and (self.root / entry.path / ".git").exists():
                yield entry.path, Repository(self.root / entry.path), entry.blob

    def _with_modules(self, entries: Collection[_Entry], wanted: Callable[[str], bool]) -> dict[str, bytes]:
        found = self._contents(entries, wanted)
        for path, module, commit in self._modules(entries):
            below = module.files(commit, _below(path, wanted))
            found |= {f"{path}/{name}": data for name, data in below.items()}
        return found

    def _contents(self, entries: Iterable[_Entry], wanted: Callable[[str], bool]) -> dict[str, bytes]:
        blobs = {entry.path: entry.blob for entry in entries if entry.mode.startswith(_FILE) and wanted(entry.path)}
        return dict(zip(blobs, self._read(list(blobs.values())), strict=True))

    def _read(self, blobs: list[str]) -> Iterator[bytes]:
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

    def head(self) -> str:
        """The commit that it ends with; none where git cannot tell."""
        try:
            return _git(self.folder, "rev-parse", "--verify", "--quiet", "HEAD").decode().strip()
        except GitError:
            return ""

    def untouched(self, sources: Collection[str], since: date) -> dict[str, date]:
        """Those that no commit has touched since a day, and when one last did; nothing where git cannot tell."""
        try:
            repository = Repository.around(self.folder)
            paths = {relative(self.folder / source, repository.root): source for source in sources}
            return {paths[path]: day for path, day in repository.untouched(paths, since).items()}
        except GitError:
            return {}


def _listed(out: bytes) -> Iterator[tuple[bytes, str]]:
    for line in out.split(b"\0"):
        if line:
            meta, _, path = line.partition(b"\t")
            yield meta, os.fsdecode(path)


def _below(folder: str, wanted: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda name: wanted(f"{folder}/{name}")


def _moved(change: Change, folder: str) -> Change:
    return replace(change, before=f"{folder}/{change.before}") if change.before is not None else change


def _git(folder: Path, *arguments: str, stdin: bytes | None = None) -> bytes:
    try:
        import subprocess  # which most runs never need

        done = subprocess.run(["git", *arguments], cwd=folder, input=stdin, capture_output=True, check=False)
    except FileNotFoundError:
        raise GitError("git is not installed") from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitError(said[0] if said else f"`git {arguments[0]}` failed")
    return done.stdout
