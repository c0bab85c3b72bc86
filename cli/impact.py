"""`obsaudit impact`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..lint.config import ConfigError
from . import common, options
from .request import request_for

if TYPE_CHECKING:
    from ..lint.chain.dependents import Impact
    from ..lint.run import Request


def impact(
    name: Annotated[
        str | None,
        typer.Argument(help="A metric, label, alert, recording, runbook or receiver.", show_default=False),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", help="Which of these it is, where there are several by that name.", show_default=False),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="REV",
            help="What the change since REV took away and is still needed.",
            show_default=False,
        ),
    ] = None,
    paths: Annotated[list[str] | None, typer.Option("--path", "-p", help="The project; repeatable.")] = None,
    formats: Annotated[
        list[str] | None,
        typer.Option("--format", "-f", metavar="FORMAT[=FILE]", help="text, json, markdown or mermaid; repeatable."),
    ] = None,
    output: options.OutputOption = None,
    config: options.ConfigOption = None,
) -> None:
    """
    Show what depends on a piece of telemetry: what breaks, or falls silent, when it goes.

    Examples:

    - `obsaudit impact app_billing_checkout_total` follows a metric to its alerts, panels, SLOs and receivers
    - `obsaudit impact severity --kind label` shows who asks for a label
    - `obsaudit impact --since main` shows what this branch takes away and something still needs; then it exits with 1
    - `obsaudit impact pagerduty-critical -f mermaid` draws what leads to a receiver
    """
    from ..reports.impact import FORMATS

    targets = common.targets(formats, output, FORMATS)
    request = request_for(paths, config, indexed=since is None)
    if (name is None) == (since is None):
        raise ConfigError("give a name, or `--since REV`")
    if since is not None:
        from .since import lost_in, pair_of

        losses = lost_in(pair_of(request, since))
        common.emit(losses, FORMATS, targets)
        raise typer.Exit(common.FOUND if losses else common.CLEAN)
    from ..lint.sources import steady

    found = steady(request, lambda request: _of_name(request, name or "", kind))
    common.emit([found], FORMATS, targets)


def _of_name(request: Request, name: str, wanted: str | None) -> Impact:
    """What depends on a name, from the files that speak of it; an unknown one is an error with the nearest."""
    from ..lint.chain.dependents import Kind
    from ..lint.chain.files import Files
    from ..lint.chain.impact import Chain
    from ..lint.garbage import uncollected
    from ..lint.project import Project
    from ..lint.run import read

    if wanted is not None and wanted not in set(Kind):
        raise ConfigError(f"there is no kind `{wanted}`", help=f"one of {', '.join(Kind)}")
    files = Files([*read(request)])
    # What is a label and something else is taken for that: then nobody has to look for who reads the label.
    for label in (False, True) if wanted is None else (wanted == Kind.LABEL,):
        with uncollected():
            chain = Chain(Project(files.about(name, label=label)), files.sent())
            kinds = [kind for kind in chain.kinds_of(name) if wanted in (None, kind)]
            if kinds and (label or kinds[0] is not Kind.LABEL):
                return chain.impact(kinds[0], name)
    near = common.nearest(name, files.names())
    what = f"{wanted} " if wanted else ""
    raise ConfigError(f"nothing here makes or reads {what}`{name}`", help=near)
