"""`obsaudit live`."""

from __future__ import annotations

import difflib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from ..lint import Report
from ..lint.config import Config, ConfigError, Server
from ..lint.record import Record, replace
from . import common, options
from .request import request_for

if TYPE_CHECKING:
    from ..auditors import Auditor, Limits, Live, LiveResult
    from ..lint.project import Project
    from ..lint.run import Request
    from ..reports import Previous


def live(
    server: Annotated[
        str | None, typer.Argument(help="A server of the configuration, by its name.", show_default=False)
    ] = None,
    url: Annotated[str | None, typer.Option("--url", help="The server's URL.", show_default=False)] = None,
    loki: options.LokiOption = None,
    alertmanager: options.AlertmanagerOption = None,
    snapshot: Annotated[
        Path | None, typer.Option("--snapshot", help="Recorded answers to audit instead.", show_default=False)
    ] = None,
    project: Annotated[
        list[str] | None,
        typer.Option("--project", help="Where budgets and rules lie; repeatable.", show_default="."),
    ] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Say what would be asked and what it costs, and ask nothing.")
    ] = False,
    compare: Annotated[
        Path | None,
        typer.Option("--compare", help="An earlier JSON report: say what changed since.", show_default=False),
    ] = None,
    webhook: Annotated[
        bool, typer.Option("--webhook", help="Send a summary to the address in OBSAUDIT_WEBHOOK (Slack and alike).")
    ] = False,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Do not go on where a run that was cut short has stopped.")
    ] = False,
    max_requests: options.MaxRequestsOption = None,
    max_seconds: options.MaxSecondsOption = None,
    max_samples: options.MaxSamplesOption = None,
    max_query_samples: options.MaxQuerySamplesOption = None,
    rate: options.RateOption = None,
    timeout: options.TimeoutOption = None,
    concurrency: options.ConcurrencyOption = None,
    select: options.SelectOption = None,
    ignore: options.IgnoreOption = None,
    formats: options.FormatOption = None,
    output: options.OutputOption = None,
    statistics: Annotated[bool, typer.Option("--statistics", help="Count the findings by auditor.")] = False,
    fail_on: options.FailOnOption = None,
    min_confidence: options.MinConfidenceOption = None,
    exit_zero: options.ExitZeroOption = False,
    config: options.ConfigOption = None,
    verbose: options.VerboseOption = False,
) -> None:
    """
    Audit a live Prometheus: top cardinality, scrape failures, budget compliance.

    Examples:

    - `obsaudit live --url http://localhost:9090` audits a server
    - `obsaudit live prod --format markdown --output report.md` audits a server of the configuration
    - `obsaudit live prod --plan` says what would be asked, and asks nothing
    - `obsaudit live --snapshot answers.json` audits recorded answers, without a server
    - `obsaudit live prod -f html=report.html -f json=now.json --compare last.json` writes this week's report

    Credentials come from the environment (`OBSAUDIT_BEARER_TOKEN`, `OBSAUDIT_USERNAME` and `OBSAUDIT_PASSWORD`,
    `OBSAUDIT_CA_FILE`, …), or from the files that `…_FILE` names.
    A server `prod` of the configuration has its own as `OBSAUDIT_PROD_BEARER_TOKEN` and so on.
    """
    from ..auditors import ALL, audit
    from ..reports import FORMATS, changes

    targets = common.targets(formats, output, FORMATS)
    earlier = _earlier(compare)
    address = _webhook() if webhook else None
    settings = common.config_for(
        config, ALL, select=select, ignore=ignore, fail_on=fail_on, min_confidence=min_confidence
    )
    auditors = cast("tuple[Auditor, ...]", settings.configured(ALL))
    request = request_for(project, config)
    if plan:
        common.emit(
            planned(auditors, snapshot, project_of(request)),
            FORMATS,
            targets,
            rules=auditors,
            statistics=False,
            verbose=verbose,
        )
        raise typer.Exit(common.CLEAN)
    budgets = Budgets(max_requests, max_seconds, max_samples, max_query_samples, rate, timeout, concurrency)
    beside = Beside(loki, alertmanager)
    system = system_of(server, url, snapshot, settings, budgets, beside=beside, cached=not no_cache)
    result = audit(auditors, system, project_of(request))
    settled = _settled(result, request, settings)
    # All of them are of one server, and none has a line: what is gravest is read first.
    gravest = tuple(sorted(settled.shown, key=lambda finding: -finding.severity.weight))
    report = replace(settled, shown=gravest, tables=result.tables, head=result.head)
    if earlier is not None:
        report = replace(report, tables=(*changes(earlier, report), *report.tables))
    if address is not None:
        from .webhook import send

        unsent = send(address, report)
        report = replace(report, skipped=(*report.skipped, *filter(None, [unsent])))
    common.emit(report, FORMATS, targets, rules=auditors, statistics=statistics, verbose=verbose)
    raise typer.Exit(common.exit_code(report, settings.fail_on, exit_zero=exit_zero))


def _earlier(path: Path | None) -> Previous | None:
    from ..reports import CompareError, load

    try:
        return load(path) if path is not None else None
    except CompareError as error:
        raise ConfigError(str(error)) from None


def _webhook() -> str:
    """The address is a secret: who has it may write to the channel. So it comes from the environment only."""
    address = os.environ.get("OBSAUDIT_WEBHOOK", "").strip()
    if not address.startswith(("https://", "http://")):
        raise ConfigError("`--webhook` needs an address in OBSAUDIT_WEBHOOK", help="as in https://hooks.example/…")
    return address


class Budgets(Record):
    """The limits that the command line gives, by the names that the configuration has for them."""

    max_requests: int | None = None
    max_seconds: float | None = None
    max_samples: int | None = None
    max_query_samples: int | None = None
    rate: float | None = None
    timeout: float | None = None
    concurrency: int | None = None


NO_BUDGETS = Budgets()


class Beside(Record):
    """The addresses that the command line gives of what stands beside the server."""

    loki: str | None = None
    alertmanager: str | None = None


NOTHING_BESIDE = Beside()


def system_of(
    server: str | None,
    url: str | None,
    snapshot: Path | None,
    config: Config,
    budgets: Budgets = NO_BUDGETS,
    *,
    beside: Beside = NOTHING_BESIDE,
    cached: bool = False,
) -> Live:
    """The system to audit: a snapshot, an address, or a server of the configuration."""
    from ..auditors import CredentialsError, SnapshotError, connect, load
    from ..lint.cache import default_folder

    if sum(given is not None for given in (server, url, snapshot)) > 1:
        raise ConfigError("give one of SERVER, --url and --snapshot")
    try:
        if snapshot is not None:
            return load(snapshot)
        name, given = _server(server, url, config)
        loki, alertmanager = beside.loki or given.loki, beside.alertmanager or given.alertmanager
        for address in filter(None, (given.url, loki, alertmanager)):
            _check_address(address)
        return connect(
            given.url,
            datetime.now(UTC),
            name,
            limits=_limits(given, budgets),
            tenant=given.tenant,
            loki=loki,
            alertmanager=alertmanager,
            cache=default_folder(dict(os.environ)) if cached else None,
        )
    except (CredentialsError, SnapshotError) as error:
        raise ConfigError(str(error)) from None


def _check_address(address: str) -> None:
    """Refuses what no server can be asked by, before anything is asked."""
    scheme, separator, host = address.partition("://")
    if scheme.lower() in ("http", "https") and host.strip("/"):
        return
    # What is not understood may hold a password: it is not repeated.
    where = "" if separator or "@" in address else f"write `http://{address}` or `https://{address}`"
    raise ConfigError("the address of a server begins with http:// or https://", help=where or None)


def _server(server: str | None, url: str | None, config: Config) -> tuple[str | None, Server]:
    if url is not None:
        return None, Server(url)
    if server is None and len(config.servers) != 1:
        known = ", ".join(config.servers) or "none"
        raise ConfigError("no server to ask", help=f"give --url, or a server of the configuration ({known})")
    name = server or next(iter(config.servers))
    if name not in config.servers and "://" in name:  # it may hold a password: it is not repeated
        raise ConfigError("a server is named as in the configuration", help="an address is given with --url")
    if name not in config.servers:
        near = difflib.get_close_matches(name, config.servers, n=1)
        known = f"it has {', '.join(config.servers)}" if config.servers else f"give --url, or set `servers.{name}.url`"
        raise ConfigError(
            f"the configuration has no server `{name}`", help=f"did you mean `{near[0]}`?" if near else known
        )
    return name, config.servers[name]


def _limits(server: Server, budgets: Budgets) -> Limits:
    """The limits of a run: as the command line says, else the configuration, else the defaults."""
    from ..auditors import Limits

    given = {}
    for limit, name in _LIMITS.items():
        value = getattr(budgets, name) if getattr(budgets, name) is not None else getattr(server, name)
        if value is not None and value <= 0:
            raise ConfigError(f"`{name.replace('_', '-')}` must be positive")
        if value is not None:
            given[limit] = value
    return replace(Limits(), **given)


_LIMITS = {
    "requests": "max_requests",
    "seconds": "max_seconds",
    "samples": "max_samples",
    "query_samples": "max_query_samples",
    "rate": "rate",
    "read": "timeout",
    "concurrency": "concurrency",
}


def planned(auditors: tuple[Auditor, ...], snapshot: Path | None, project: Project) -> Report:
    """What an audit would ask; with a snapshot, what it would ask a server like that."""
    from ..auditors import SnapshotError, load, plan

    try:
        known = load(snapshot) if snapshot is not None else None
    except SnapshotError as error:
        raise ConfigError(str(error)) from None
    return Report(tables=plan(auditors, project, known), head=known.head if known else ())


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
