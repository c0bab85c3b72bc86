"""Runs a verb again whenever a file changes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from ..lint.config import FILE_NAME, ConfigError
from ..lint.documents import is_read
from .common import tell

_ALSO = frozenset({FILE_NAME, "pyproject.toml", ".gitignore"})


def again(once: Callable[[], int], folder: Path) -> None:
    """
    Calls `once`, and again after each change below the folder, until interrupted.

    A configuration that is broken for the moment is told, and waited for.
    """
    try:
        from watchfiles import DefaultFilter, watch
    except ModuleNotFoundError as error:
        raise ConfigError(f"the package `{error.name}` is missing", help="pip install 'obsaudit[editor]'") from None

    from rich.console import Console

    usual = DefaultFilter()
    changes = watch(
        folder,
        watch_filter=lambda change, path: _is_read(path) and usual(change, path),
        rust_timeout=200,
        yield_on_timeout=True,
        raise_interrupt=True,
    )
    # It watches from the first time-out on: what changes during the first run is not missed.
    next(changes)
    _tell(once)
    for changed in changes:
        if not changed:
            continue
        Console().clear()  # nothing where nobody looks at a terminal
        _tell(once)


def _is_read(path: str) -> bool:
    return is_read(path) or Path(path).name in _ALSO


def _tell(once: Callable[[], int]) -> None:
    try:
        once()
    except ConfigError as error:
        tell(f"obsaudit: {error}")
    sys.stdout.flush()
