"""`obsaudit snapshot`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from ..lint import Report, Skipped
from ..lint.config import ConfigError
from . import common, options
from .live import Beside, Budgets, project_of, system_of
from .request import request_for

if TYPE_CHECKING:
    from ..lint.project import Project


class _Group(TyperGroup):
    """Takes a snapshot where no other verb is named: `obsaudit snapshot prod`."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        if not args:
            # What was asked for is not known: no finding, which 1 would say.
            typer.echo(ctx.get_help())
            raise typer.Exit(common.FAILED)
        if args[0] not in (*self.commands, "-h", "--help"):
            args = ["take", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_Group,
    help="Record what a live server answers, to audit it later; `snapshot SERVER` is `snapshot take SERVER`.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@app.command("take")
def take(
    server: Annotated[
        str | None, typer.Argument(help="A server of the configuration, by its name.", show_default=False)
    ] = None,
    url: Annotated[str | None, typer.Option("--url", help="The server's URL.", show_default=False)] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write.", show_default="standard output")
    ] = None,
    readable: Annotated[
        bool, typer.Option("--readable", help="Keep the values of all labels, instances and hosts among them.")
    ] = False,
    project: Annotated[
        list[str] | None,
        typer.Option("--project", help="Where budgets and rules lie; repeatable.", show_default="."),
    ] = None,
    loki: options.LokiOption = None,
    alertmanager: options.AlertmanagerOption = None,
    max_requests: options.MaxRequestsOption = None,
    max_seconds: options.MaxSecondsOption = None,
    max_samples: options.MaxSamplesOption = None,
    max_query_samples: options.MaxQuerySamplesOption = None,
    rate: options.RateOption = None,
    timeout: options.TimeoutOption = None,
    concurrency: options.ConcurrencyOption = None,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Do not go on where a run that was cut short has stopped.")
    ] = False,
    config: options.ConfigOption = None,
) -> None:
    """
    Record what a live server answers to all auditors; the values of labels are hashed.

    Examples:

    - `obsaudit snapshot prod -o prod.json` asks a server of the configuration
    - `obsaudit live --snapshot prod.json` audits the file
    - `obsaudit lint --snapshot prod.json` knows the server's metrics, offline
    """
    from ..auditors import ALL, Catalog, audit, redacted

    settings = common.config_for(config, ALL)
    nodes = project_of(request_for(project, config))
    budgets = Budgets(max_requests, max_seconds, max_samples, max_query_samples, rate, timeout, concurrency)
    beside = Beside(loki, alertmanager)
    live = system_of(server, url, None, settings, budgets, beside=beside, cached=not no_cache)
    result = audit((*ALL, Catalog()), live, nodes)
    snapshot = result.snapshot if readable else redacted(result.snapshot, os.urandom(32), _written(nodes))
    data = snapshot.dump().encode()
    if output is None:
        common.put(data, sys.stdout)
    else:
        common.save(output, data, "snapshot")
    for skip in result.skipped:
        typer.echo(f"{skip.what}: {skip.why}", err=True)
    raise typer.Exit(common.FAILED if any(skip.fatal for skip in result.skipped) else common.CLEAN)


@app.command("diff")
def diff(
    old: Annotated[Path, typer.Argument(help="The earlier snapshot.", show_default=False)],
    new: Annotated[Path, typer.Argument(help="The later one.", show_default=False)],
    max_growth: Annotated[
        float, typer.Option("--max-growth", help="Per cent that the series may grow before the exit code is 1.")
    ] = 20.0,
    formats: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """
    Compare two snapshots: growth of series, new and lost metrics, lost targets.

    Exits with 1 when a target is lost or the series have grown too much, with 2 when that cannot be told.

    Examples:

    - `obsaudit snapshot diff monday.json tuesday.json`
    - `obsaudit snapshot diff monday.json tuesday.json --max-growth 5 --format markdown`
    """
    from ..auditors import SnapshotError, difference, load
    from ..reports import FORMATS

    targets = common.targets(formats, output, FORMATS)
    try:
        before, after = load(old), load(new)
    except SnapshotError as error:
        raise ConfigError(str(error)) from None
    found = difference(before, after)
    skipped = tuple(Skipped("comparison", why) for why in found.unknown)
    head = (("server", after.name), ("before", f"{before.now:%Y-%m-%d %H:%M}"), ("now", f"{after.now:%Y-%m-%d %H:%M}"))
    common.emit(Report(tables=found.tables, skipped=skipped, head=head), FORMATS, targets, verbose=True)
    if found.growth is None:
        raise typer.Exit(common.FAILED)
    raise typer.Exit(common.FOUND if found.lost or found.growth * 100 > max_growth else common.CLEAN)


def _written(project: Project) -> frozenset[str]:
    """What the repository's budgets name: their readers know it anyway, and the audit has to find it."""
    from ..lint.nodes import LatencyBudget
    from ..lint.telemetry.endpoints import endpoint

    budgets = project.all(LatencyBudget)
    wanted = [endpoint(budget.endpoint.value) for budget in budgets]
    parts = {part for one in wanted if one for part in (one.method, one.route, one.operation) if part}
    return frozenset(parts | {value for budget in budgets for value in (budget.matchers or {}).values()})
