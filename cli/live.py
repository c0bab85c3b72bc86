"""`obsaudit live`."""

from __future__ import annotations

import difflib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from ..lint import Report
from ..lint.config import Config, ConfigError
from . import common
from .lint import request_for

if TYPE_CHECKING:
    from ..auditors import Live, LiveResult
    from ..lint.project import Project
    from ..lint.run import Request


def live(
    server: Annotated[
        str | None, typer.Argument(help="A server of the configuration, by its name.", show_default=False)
    ] = None,
    url: Annotated[str | None, typer.Option("--url", help="The server's URL.", show_default=False)] = None,
    snapshot: Annotated[
        Path | None, typer.Option("--snapshot", help="Recorded answers to audit instead.", show_default=False)
    ] = None,
    project: Annotated[
        list[str] | None,
        typer.Option("--project", help="Where budgets and rules lie; repeatable.", show_default="."),
    ] = None,
    select: common.SelectOption = None,
    ignore: common.IgnoreOption = None,
    formats: common.FormatOption = None,
    output: common.OutputOption = None,
    statistics: Annotated[bool, typer.Option("--statistics", help="Count the findings by auditor.")] = False,
    fail_on: common.FailOnOption = None,
    exit_zero: common.ExitZeroOption = False,
    config: common.ConfigOption = None,
    verbose: common.VerboseOption = False,
) -> None:
    """
    Audit a live Prometheus: top cardinality, scrape failures, budget compliance.

    Examples:

    - `obsaudit live --url http://localhost:9090` audits a server
    - `obsaudit live prod --format markdown --output report.md` audits a server of the configuration
    - `obsaudit live --snapshot answers.json` audits recorded answers, without a server

    Credentials come from the environment (`OBSAUDIT_BEARER_TOKEN`, `OBSAUDIT_USERNAME` and `OBSAUDIT_PASSWORD`,
    `OBSAUDIT_CA_FILE`, …), or from the files that `…_FILE` names.
    """
    from ..auditors import ALL, Auditor, audit
    from ..reports import FORMATS

    targets = common.targets(formats, output, FORMATS)
    settings = common.config_for(config, ALL, select=select, ignore=ignore, fail_on=fail_on)
    auditors = cast("tuple[Auditor, ...]", settings.configured(ALL))
    request = request_for(project, config)
    result = audit(auditors, system_of(server, url, snapshot, settings), project_of(request))
    report = replace(_settled(result, request, settings), tables=result.tables, head=result.head)
    common.emit(report, FORMATS, targets, rules=auditors, statistics=statistics, verbose=verbose)
    raise typer.Exit(common.exit_code(report, settings.fail_on, exit_zero=exit_zero))


def system_of(server: str | None, url: str | None, snapshot: Path | None, config: Config) -> Live:
    """The system to audit: a snapshot, an address, or a server of the configuration."""
    from ..auditors import CredentialsError, SnapshotError, connect, load

    if sum(given is not None for given in (server, url, snapshot)) > 1:
        raise ConfigError("give one of SERVER, --url and --snapshot")
    try:
        if snapshot is not None:
            return load(snapshot)
        return connect(*_address(server, url, config))
    except (CredentialsError, SnapshotError) as error:
        raise ConfigError(str(error)) from None


def _address(server: str | None, url: str | None, config: Config) -> tuple[str, datetime, str | None]:
    now = datetime.now(UTC)
    if url is not None:
        return url, now, None
    if server is None and len(config.servers) != 1:
        known = ", ".join(config.servers) or "none"
        raise ConfigError(
            "no server to audit", help=f"give --url or --snapshot, or a server of the configuration ({known})"
        )
    name = server or next(iter(config.servers))
    if name not in config.servers:
        near = difflib.get_close_matches(name, config.servers, n=1)
        raise ConfigError(
            f"the configuration has no server `{name}`", help=f"did you mean `{near[0]}`?" if near else None
        )
    return config.servers[name].url, now, name


def project_of(request: Request) -> Project:
    """What the repository says: its budgets, rules and source."""
    from ..lint.project import Project
    from ..lint.run import read

    return Project(node for source in read(request) for node in source.parsed.nodes)


def _settled(result: LiveResult, request: Request, config: Config) -> Report:
    """The findings of the auditors, settled like those of the rules."""
    from ..lint import baseline
    from ..lint.config import Scopes
    from ..lint.report import Coverage
    from ..lint.settle import settle
    from ..lint.suppress import Suppressions

    return settle(
        result.findings,
        config,
        Scopes(config, request.cwd),
        suppressions=Suppressions((), request.today),
        baseline=baseline.load(request.baseline_path),
        judge=lambda facts: iter(()),
        coverage=Coverage(),
        known=(),
        skipped=result.skipped,
    )
