"""Paths become files: directories are walked, globs expanded, ignored files left out."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .record import Record

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_NEVER = frozenset(
    ".git .hg .svn .venv venv node_modules __pycache__ .mypy_cache .pytest_cache .ruff_cache .tox .nox .eggs"
    " .terraform site-packages".split()
)


Matcher = Callable[[str], bool]


class File(Record):
    """
    A file to check.

    `source` is its path as reports show it: relative to the current directory, `/` between parts.
    `named` when the user gave this very path: then it is read whatever its ending, and must be there.
    """

    path: Path
    source: str
    named: bool = False


class Missing(Record):
    """A path the user named that leads nowhere."""

    source: str
    why: str


def discover(
    paths: Sequence[str], is_read: Matcher, exclude: Sequence[str], cwd: Path, root: Path
) -> Iterator[File | Missing]:
    """
    The files below the paths, each once, in sorted order within a directory.

    A file named outright is taken whatever its ending and whatever ignores it; below a directory,
    `.gitignore` files, `exclude` globs (relative to `root`) and the usual caches and environments
    are left out. `is_read` is asked about paths as reports show them.
    """
    seen: set[str] = set()
    real = _RealPaths()
    walker = _Walker(is_read, matcher(exclude), cwd, root)
    for given in paths:
        for entry in _entries(given, walker):
            if isinstance(entry, Missing):
                yield entry
            elif (path := real.of(entry.path)) not in seen:
                seen.add(path)
                yield entry


def relative(path: Path, cwd: Path) -> str:
    """A path as reports show it."""
    absolute = Path(os.path.abspath(path))
    try:
        return absolute.relative_to(cwd).as_posix()
    except ValueError:
        return absolute.as_posix()


def _within(folder: str, name: str) -> str:
    """A name below a folder that is spelt as `relative` does."""
    if folder == ".":
        return name
    return f"{folder}{name}" if folder.endswith("/") else f"{folder}/{name}"


class _RealPaths:
    """Where files are, links followed: a folder is asked about once, since of a large project this is half the walk."""

    def __init__(self) -> None:
        self._folders: dict[str, str] = {}

    def of(self, path: Path) -> str:
        """The place of a file."""
        folder, name = os.path.split(path)
        base = self._folders.get(folder)
        if base is None:
            base = self._folders[folder] = os.path.realpath(folder)
        full = os.path.join(base, name)
        return os.path.realpath(full) if os.path.islink(full) else full


def _entries(given: str, walker: _Walker) -> Iterator[File | Missing]:
    path = walker.cwd / given
    try:
        if path.is_dir():
            yield from walker.walk(path)
        elif path.exists():
            yield File(path, walker.shown(relative(path, walker.cwd)), named=True)
        elif glob.has_magic(given):
            yield from _expanded(given, walker)
        elif path.is_symlink():
            yield Missing(given, "a symbolic link that leads nowhere")
        else:
            yield Missing(given, "no such file or directory")
    except OSError as error:  # a name that is too long, a folder that may not be entered
        yield Missing(given, reason(error))


def _expanded(pattern: str, walker: _Walker) -> Iterator[File | Missing]:
    """What a glob matches; of files only those with an ending that is read, since nobody named them one by one."""
    matches = sorted(glob.glob(pattern, root_dir=walker.cwd, recursive=True))
    if not matches:
        yield Missing(pattern, "no file matches")
    for match in matches:
        path = walker.cwd / match
        if path.is_dir():
            yield from walker.walk(path)
        elif path.is_file() and walker.is_wanted(match, is_folder=False):
            yield File(path, relative(path, walker.cwd))


class _Walker(Record):
    """Lists the files below a folder."""

    is_read: Matcher
    is_excluded: Matcher
    cwd: Path
    root: Path

    def walk(self, top: Path) -> Iterator[File | Missing]:
        waiting = [(str(top), _ignores_above(top))]
        while waiting:
            folder, above = waiting.pop()
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                yield Missing(relative(Path(folder), self.cwd), reason(error))
                continue
            own = [_Ignore(Path(folder))] if any(entry.name == ".gitignore" for entry in entries) else []
            ignores = [*above, *own]
            below = []
            here, in_root = relative(Path(folder), self.cwd), relative(Path(folder), self.root)
            for entry in entries:
                # Links to directories are not followed: they lead in circles, or to what is walked anyway.
                is_folder = entry.is_dir(follow_symlinks=False)
                if not self.is_wanted(entry.path, is_folder=is_folder) or _is_ignored(entry.path, is_folder, ignores):
                    continue
                if self.is_excluded(_within(in_root, entry.name) + "/" * is_folder):
                    continue
                if is_folder:
                    below.append((entry.path, ignores))
                elif _is_file(entry):
                    yield File(Path(entry.path), self.shown(_within(here, entry.name)))
            waiting.extend(reversed(below))

    def is_wanted(self, path: str, *, is_folder: bool) -> bool:
        """Whether a file is read, or a folder entered, by its name; only without an ending its place tells, too."""
        name = os.path.basename(path)
        if is_folder:
            return name not in _NEVER
        return self.is_read(name) or ("." not in name and self.is_read(self.shown(relative(self.cwd / path, self.cwd))))

    def shown(self, source: str) -> str:
        """A path for reports, by way of the current folder where that folder alone tells what the file is."""
        if "." in os.path.basename(source) or self.is_read(source):
            return source
        by_folder = f"../{self.cwd.name}/{source}"
        return by_folder if self.is_read(by_folder) else source


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link into a folder that may not be entered
        return False


def reason(error: OSError) -> str:
    """Why the system refused, as a report says it."""
    return (error.strerror or type(error).__name__).lower()


class _Ignore:
    """One `.gitignore`: the last pattern that matches decides, `!` takes back."""

    def __init__(self, folder: Path) -> None:
        self._prefix = str(folder) + os.sep
        self._spec = _spec(_lines(folder / ".gitignore"))

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        """True for ignored, False for taken back, None for not mentioned."""
        if self._spec is None or not path.startswith(self._prefix):
            return None
        inside = path[len(self._prefix) :].replace(os.sep, "/") + "/" * is_folder
        return self._spec.check_file(inside).include


def _is_ignored(path: str, is_folder: bool, ignores: Iterable[_Ignore]) -> bool:
    verdicts = [verdict for ignore in ignores if (verdict := ignore.verdict(path, is_folder)) is not None]
    return bool(verdicts) and verdicts[-1]


def _ignores_above(top: Path) -> list[_Ignore]:
    """The `.gitignore` files above a folder that count; none of them where they ignore the folder that was named."""
    ignores = [_Ignore(parent) for parent in _repository_parents(top)]
    return [] if _is_ignored(os.path.abspath(top), True, ignores) else ignores


def _repository_parents(root: Path) -> list[Path]:
    """The folders above `root` whose `.gitignore` counts: up to the one that holds `.git`."""
    parents: list[Path] = []
    absolute = Path(os.path.abspath(root))
    if (absolute / ".git").exists():
        return []
    for folder in absolute.parents:
        parents.append(folder)
        if (folder / ".git").exists():
            return parents[::-1]
    return []


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []


def _spec(patterns: Sequence[str]) -> GitIgnoreSpec | None:
    """The patterns as one; git passes over those that are none (`!`, a lone backslash), and so is done here."""
    if not patterns:
        return None
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(patterns)
    except ValueError:
        return GitIgnoreSpec.from_lines(filter(is_pattern, patterns))


def is_pattern(text: str) -> bool:
    """Whether this is a pattern as `.gitignore` has them."""
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([text])
    except ValueError:
        return False
    return True


def matcher(patterns: Sequence[str]) -> Matcher:
    """A test whether a path matches any of the gitignore-style patterns."""
    spec = _spec(patterns)
    # Older versions of pathspec say None for «no».
    return (lambda path: False) if spec is None else (lambda path: bool(spec.match_file(path)))
