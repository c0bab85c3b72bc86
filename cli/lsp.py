"""`obsaudit lsp`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from .. import __version__
from ..lint import Report
from ..lint.config import ConfigError
from . import options


def lsp(
    config: options.ConfigOption = None,
    patience: Annotated[
        float,
        typer.Option(
            "--patience",
            help="Seconds that a whole check may take; where it takes longer, typing checks the file alone.",
        ),
    ] = 1.0,
) -> None:
    """
    Serve an editor: findings while typing, fixes, the pages of rules.

    The editor starts it and speaks the Language Server Protocol over standard input and output.
    It needs `pip install 'obsaudit[editor]'`.
    """
    try:
        from ..editor import serve
    except ModuleNotFoundError as error:
        if error.name not in {"pygls", "lsprotocol"}:
            raise
        raise ConfigError(f"the package `{error.name}` is missing", help="pip install 'obsaudit[editor]'") from None

    def lint(root: Path, paths: Sequence[str], contents: Mapping[str, bytes]) -> Report:
        from ..lint.run import run
        from .request import request_for

        return run(request_for(list(paths), config, cwd=root, contents=contents))

    raise typer.Exit(serve(lint, _page, __version__, patience))


def _page(rule: str) -> str | None:
    from ..rules import ALL
    from .page import markdown

    return next((markdown(one) for one in ALL if one.id == rule), None)
