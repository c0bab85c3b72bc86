"""`obsaudit lint --since REV` and `--staged`: a run over the work tree, held against one over what was there before."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..lint import Report
from ..lint.config import ConfigError
from ..lint.discover import matcher, relative
from ..lint.git import GitError, Repository

if TYPE_CHECKING:
    from ..lint.run import Request


def changed(request: Request, revision: str, *, staged: bool) -> Report:
    """The report of what a change touches, or breaks elsewhere. Raises `ConfigError` where git cannot answer."""
    from ..lint.documents import SUFFIXES
    from ..lint.run import run
    from ..lint.since import since

    excluded = matcher(request.config.exclude)
    folders = [Path(os.path.abspath(request.cwd / path)) for path in request.paths]
    if any(folder.is_file() for folder in folders):
        raise ConfigError(
            "what a change breaks is seen in the whole project only", help="name folders instead of files"
        )

    def wanted(path: str) -> bool:
        full = repository.root / path
        inside = any(full.is_relative_to(folder) for folder in folders)
        return inside and full.suffix.lower() in SUFFIXES and not excluded(path)

    try:
        repository = Repository.around(request.cwd)
        commit = repository.base(revision)
        before = repository.files(commit, wanted)
        changes = repository.changes(commit, staged=staged)
        now = repository.staged(wanted) if staged else None
    except GitError as error:
        raise ConfigError(f"git: {error}") from None

    def contents(files: dict[str, bytes]) -> dict[str, bytes]:
        return {relative(repository.root / path, request.cwd): data for path, data in files.items()}

    # What was there is read from git and never written anywhere; its accepted debt is no matter here.
    old = run(replace(request, paths=(), contents=contents(before), use_baseline=False, progress=None))
    new = run(request if now is None else replace(request, paths=(), contents=contents(now)))
    return since(new, old, changes, lambda source: relative(request.cwd / source, repository.root))
