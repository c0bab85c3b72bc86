"""`obsaudit cache`."""

from __future__ import annotations

import os

import typer

from ..lint.cache import clear as empty
from ..lint.cache import default_folder, entries_in
from ..lint.config import ConfigError

app = typer.Typer(help="What is kept between runs: where it lies, and how to be rid of it.", no_args_is_help=False)


@app.callback(invoke_without_command=True)
def show(context: typer.Context) -> None:
    """
    Say where the cache lies and how large it is.

    It holds what was read of files that have not changed; taking it out costs time and nothing else.
    """
    if context.invoked_subcommand is not None:
        return
    folder = default_folder(dict(os.environ))
    if folder is None:
        typer.echo("there is no cache: the user has no home")
        return
    kept = list(entries_in(folder))
    typer.echo(f"{folder}: {len(kept):,} entries, {sum(one.size for one in kept) / 1e6:.1f} MB")


@app.command("clear")
def clear() -> None:
    """Take out every entry."""
    folder = default_folder(dict(os.environ))
    count = empty(folder) if folder is not None else 0
    if folder is not None and not count and any(entries_in(folder)):
        raise ConfigError(f"{folder}: no entry could be taken out")
    typer.echo(f"{count:,} entries taken out")
