"""`obsaudit baseline write` and `obsaudit baseline prune`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..lint.config import ConfigError
from ..lint.record import replace
from . import common, options
from .request import request_for

if TYPE_CHECKING:
    from ..lint.baseline import Baseline

app = typer.Typer(
    help="Accept today's findings as debt, and shrink it.", no_args_is_help=True, rich_markup_mode="markdown"
)

_Paths = Annotated[list[str] | None, typer.Argument(help="What to check.", show_default=".")]


@app.command()
def write(paths: _Paths = None, config: options.ConfigOption = None) -> None:
    """
    Accept every finding of today: `lint` shows only what is new from now on.

    Example: `obsaudit baseline write`
    """
    before, after = _rewrite(paths, config, accept_new=True)
    accepted = after.total()
    typer.echo(f"{accepted} finding{'' if accepted == 1 else 's'} accepted, {before.total()} before", err=True)


@app.command()
def prune(paths: _Paths = None, config: options.ConfigOption = None) -> None:
    """
    Take out what is no longer found. Accepts nothing new.

    Example: `obsaudit baseline prune`
    """
    before, after = _rewrite(paths, config, accept_new=False)
    typer.echo(f"{before.total() - after.total()} of {before.total()} accepted findings are gone", err=True)


def _rewrite(paths: list[str] | None, config: Path | None, *, accept_new: bool) -> tuple[Baseline, Baseline]:
    """The baseline before and after; nothing is written when a file could not be checked."""
    from ..lint import baseline
    from ..lint.config import Scopes
    from ..lint.run import run

    request = replace(request_for(paths, config), use_baseline=False)
    before = baseline.load(request.baseline_path)
    report = run(request)
    unchecked = [skip for skip in report.skipped if skip.fatal]
    if unchecked:
        raise ConfigError(f"{unchecked[0].what}: {unchecked[0].why}", help="the baseline is left as it was")
    coverage = replace(report.coverage, sources=report.coverage.sources | baseline.gone(before, request.config.root))
    key = Scopes(request.config, request.cwd).key
    # What is not shown need not be accepted; where it is, it stays so.
    hidden = baseline.accept((*report.shown, *report.doubtful), key) & before
    found = baseline.accept(report.shown, key) | hidden
    after = baseline.rewrite(before, found, coverage=coverage, accept_new=accept_new)
    if after != before or not request.baseline_path.is_file():
        with common.writing(request.baseline_path, "baseline"):
            baseline.save(after, request.baseline_path)
    return before, after
