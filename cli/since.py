"""`obsaudit lint --since REV` and `--staged`: a run over the work tree, held against one over what was there before."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..lint import Report
from ..lint.config import ConfigError
from ..lint.discover import matcher, relative
from ..lint.git import GitError, Repository
from ..lint.patch import Change
from ..lint.record import Record, replace

if TYPE_CHECKING:
    from ..lint.chain.dependents import Impact
    from ..lint.chain.impact import Chain
    from ..lint.chain.values import Changed
    from ..lint.nodes import Node
    from ..lint.run import Request


def changed(request: Request, revision: str, *, staged: bool) -> Report:
    """The report of what a change touches, or breaks elsewhere. Raises `ConfigError` where git cannot answer."""
    from ..lint.chain.breaks import breaks
    from ..lint.nodes import Loss
    from ..lint.run import run
    from ..lint.since import since

    pair = pair_of(request, revision, staged=staged)
    # Accepted debt of what was there is no matter here.
    old = run(replace(pair.before, use_baseline=False, progress=None))
    telling = {rule.id for rule in request.config.configured(request.rules) if Loss.__name__ in rule.subjects}
    losses = breaks(lost_in(pair)) if telling else ()
    new = run(replace(pair.after, known=(*pair.after.known, *losses)))
    return since(new, old, pair.changes, pair.named, telling)


def lost_in(pair: Pair) -> list[Impact]:
    """What the change took away and something still depends on."""
    from ..lint.chain.losses import lost
    from ..lint.run import read

    root, cwd = pair.repository.root, pair.cwd
    moved = {
        relative(root / change.before, cwd): relative(root / path, cwd)
        for path, change in pair.changes.items()
        if change.before not in (None, path)
    }
    after = {source.key or source.name: source.nodes() for source in read(pair.after)}
    # What is the same in both is unpacked once.
    before = [after.get(source.key or "") or source.nodes() for source in read(pair.before)]
    return lost(_chain(before), _chain(after.values()), moved, _constants(pair))


def _constants(pair: Pair) -> Changed:
    """The constants of the source files that the change touched."""
    from ..lint.chain.constants import constants_in
    from ..lint.chain.values import Changed
    from ..lint.documents import SOURCE_ENDINGS, ending_of

    def name(path: str) -> str:
        return relative(pair.repository.root / path, pair.cwd)

    def text(data: bytes) -> str:
        return data.decode("utf-8", "replace")

    paths = [path for path in pair.changes if ending_of(path) in SOURCE_ENDINGS]
    olds = [change.before for path in paths if (change := pair.changes[path]).before is not None]
    before, after = pair.before.contents, pair.after.contents
    now = (after[name(path)] if name(path) in after else pair.present(path) for path in paths)
    return Changed(
        constants_in(text(before[name(path)]) for path in olds if name(path) in before),
        constants_in(text(data) for data in now if data is not None),
    )


def _chain(files: Iterable[Sequence[Node]]) -> Chain:
    from ..lint.chain.impact import Chain
    from ..lint.project import Project

    return Chain(Project(node for nodes in files for node in nodes))


class Pair(Record):
    """The project as it was and as it is. What was there is read from git and never written anywhere."""

    before: Request
    after: Request
    changes: Mapping[str, Change]
    repository: Repository
    cwd: Path

    def named(self, source: str) -> str:
        """A file of the run as git names it."""
        folder, name = os.path.split(self.cwd / source)
        return relative(Path(os.path.realpath(folder), name), self.repository.root)

    def present(self, path: str) -> bytes | None:
        """What a file of the work tree holds; None where the change took it away, or nobody may read it."""
        try:
            return (self.repository.root / path).read_bytes()
        except OSError:
            return None


def pair_of(request: Request, revision: str, *, staged: bool = False) -> Pair:
    """The project at a revision, and now. Raises `ConfigError` where git cannot answer."""
    from ..lint.documents import is_read

    excluded = matcher(request.config.exclude)
    # Git names files below the real root of the work tree.
    folders = [Path(os.path.realpath(request.cwd / path)) for path in request.paths]
    if any(folder.is_file() for folder in folders):
        raise ConfigError(
            "what a change breaks is seen in the whole project only", help="name folders instead of files"
        )

    def wanted(path: str) -> bool:
        full = repository.root / path
        inside = any(full.is_relative_to(folder) for folder in folders)
        return inside and is_read(path) and not excluded(path)

    def at(files: dict[str, bytes], paths: Sequence[str] = ()) -> Request:
        contents = {relative(repository.root / path, request.cwd): data for path, data in files.items()}
        return replace(request, paths=paths, contents=contents)

    try:
        repository = Repository.around(request.cwd)
        commit = repository.base(revision)
        changes = repository.changes(commit, staged=staged)
        before = at(repository.files(commit, wanted))
        # What a sparse checkout leaves out is there as before, and nothing that leads to it is broken.
        after = at(repository.staged(wanted)) if staged else at(repository.left_out(wanted), request.paths)
    except GitError as error:
        raise ConfigError(f"git: {error}") from None
    return Pair(before, after, changes, repository, request.cwd)
