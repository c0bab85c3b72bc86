"""What the command line says becomes what the engine is asked."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from .. import __version__
from ..lint.config import Config, ConfigError
from ..lint.deferred import AnyRule
from ..lint.discover import relative
from ..lint.record import replace
from . import common

if TYPE_CHECKING:
    from ..lint.nodes import Node
    from ..lint.run import Request


def request_for(
    paths: list[str] | None,
    config: Path | None,
    *,
    cwd: Path | None = None,
    contents: Mapping[str, bytes] | None = None,
    indexed: bool = False,
) -> Request:
    """
    The request of a verb that checks like `lint` does, with no more than paths and a configuration.

    `cwd` is the folder that paths are relative to, where it is not the current one; `contents` are texts that are not
    saved yet; `indexed` for who is `steady`.
    """
    for path in paths or ():
        # `lint` goes on with the rest; what is drawn from everything is wrong where a part is missing.
        if path != "-" and not (cwd or Path.cwd()).joinpath(path).exists():
            raise ConfigError("no such file or folder", path)
    rules = known_rules()
    settings = common.config_for(config, rules, cwd=cwd)
    request = built(paths, settings, rules, lambda done, total: None, indexed=indexed)
    return replace(request, cwd=cwd or request.cwd, contents=contents or {})


def known_rules(*, cached: bool = True) -> tuple[AnyRule, ...]:
    """Every rule; one that is not needed stays unloaded where the cache knows what it is."""
    from ..rules import deferred

    return deferred(_folder(cached), _stamp())


def built(
    paths: list[str] | None,
    config: Config,
    rules: Sequence[AnyRule],
    advance: Callable[[int, int], None],
    *,
    stdin_filename: str | None = None,
    cached: bool = True,
    baseline: bool = True,
    indexed: bool = False,
) -> Request:
    """The request for these paths; standard input is read where one of them is `-`."""
    from ..lint.cache import Cache
    from ..lint.git import History
    from ..lint.index import Index
    from ..lint.run import Request

    cwd, contents = Path.cwd(), {}
    if paths and "-" in paths:
        if len(paths) > 1:
            raise ConfigError("`-` stands alone: standard input is one file")
        # Relative like every other path, so that per-path settings and suppressions meet it.
        contents[relative(cwd / (stdin_filename or "stdin.yml"), cwd)] = sys.stdin.buffer.read()
        paths = []
    elif stdin_filename:
        raise ConfigError("`--stdin-filename` goes with `-`")
    # Everything besides a file itself that decides what is found in it alone.
    options = [(rule.id, config.options_of(rule)) for rule in rules if config.selects(rule)]
    salt = f"{__version__} {_stamp()} {config.source!r} {options!r}"
    entries = Cache(_folder(cached), salt)
    paths = ["."] if paths is None else paths
    # Single files are read sooner than an index of them is.
    folders = indexed and cached and not contents and not any(os.path.isfile(cwd / path) for path in paths)
    return Request(
        paths=paths,
        config=config,
        rules=rules,
        cwd=cwd,
        today=date.today(),
        cache=entries,
        index=Index.of(entries, cwd, tuple(paths), time.time_ns()) if folders else None,
        contents=contents,
        progress=advance,
        use_baseline=baseline,
        history=History(cwd),
    )


@cache
def _stamp() -> str:
    """The stamp of the code that this process runs; it asks for the status of every file of it."""
    from ..lint.cache import code_stamp

    return code_stamp()


def _folder(cached: bool) -> Path | None:
    from ..lint.cache import default_folder

    return default_folder(dict(os.environ)) if cached else None


def known_of(path: Path) -> tuple[Node, ...]:
    """The metrics of a snapshot."""
    from ..auditors import SnapshotError, load, nodes

    try:
        return nodes(load(path), str(path))
    except SnapshotError as error:
        raise ConfigError(str(error)) from None
