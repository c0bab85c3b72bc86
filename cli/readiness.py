"""`obsaudit readiness`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from ..lint import Confidence, Finding
from ..lint.config import ConfigError
from ..lint.record import replace
from . import common, options
from .request import request_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..auditors import Auditor
    from ..lint import Rule
    from ..lint.run import Request
    from ..readiness import Evidence

ATTESTATIONS = "readiness.toml"


def readiness(
    paths: Annotated[list[str] | None, typer.Argument(help="The project.", show_default=".")] = None,
    snapshot: Annotated[
        Path | None,
        typer.Option("--snapshot", help="Recorded answers, for criteria that need a server.", show_default=False),
    ] = None,
    url: Annotated[str | None, typer.Option("--url", help="A server, for the same.", show_default=False)] = None,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format", "-f", metavar="FORMAT[=FILE]", help="text, json, markdown, html or badge; repeatable."
        ),
    ] = None,
    output: options.OutputOption = None,
    fail_under: Annotated[
        int | None,
        typer.Option("--fail-under", min=0, max=100, help="Exit with 1 below this percentage.", show_default=False),
    ] = None,
    config: options.ConfigOption = None,
    verbose: options.VerboseOption = False,
) -> None:
    """
    Walk the production-readiness checklist: met, unmet, attested or unknown, with the evidence.

    Rules decide what files can decide; auditors what needs a server; the rest is attested in `readiness.toml`,
    each entry with `criterion`, `owner`, `on`, `until` and `evidence`.

    Examples:

    - `obsaudit readiness` walks the checklist of the current directory
    - `obsaudit readiness -f markdown -f badge=readiness.svg` prints it for a wiki, and writes a badge
    - `obsaudit readiness --fail-under 80` is a gate for CI
    """
    from ..readiness import PRESETS, TASKS, AttestationError, judge, load
    from ..reports.checklist import FORMATS

    targets = common.targets(formats, output, FORMATS)
    request = request_for(paths, config)
    # What a team left out of its gate is still asked for by the checklist.
    settings = replace(
        request.config.with_options(PRESETS["production-readiness"]),
        select=("all",),
        ignore=(),
        min_confidence=Confidence.LOW,
    )
    request = replace(request, config=settings, use_baseline=False)
    known = {criterion.id for task in TASKS for criterion in task.criteria}
    try:
        attestations = load(request.config.root / ATTESTATIONS, known)
    except AttestationError as error:
        raise ConfigError(str(error)) from None
    checklist = judge(TASKS, _evidence(request, url, snapshot), attestations, request.today)
    common.emit(checklist, FORMATS, targets, verbose=verbose)
    if fail_under is not None and checklist.percent < fail_under:
        raise typer.Exit(common.FOUND)


def _evidence(request: Request, url: str | None, snapshot: Path | None) -> Evidence:
    """What rules and, with a system to ask, auditors found; accepted debt included."""
    from ..lint.run import run
    from ..readiness import Evidence

    report = run(request)
    findings = [*report.shown, *report.baselined]
    live, asked, silent = _audited(request, url, snapshot)
    rules = [rule.load() for rule in request.config.configured(request.rules)]
    return Evidence(
        findings=(*findings, *live),
        kinds=frozenset(report.nodes),
        rules=frozenset(rule.id for rule in rules),
        unset=_unset((*rules, *asked)),
        auditors=frozenset(auditor.id for auditor in asked) - silent.keys(),
        silent=silent,
    )


def _unset(rules: Iterable[Rule]) -> dict[str, str]:
    """The rules that wait for a policy, and the option that would tell them."""
    return {rule.id: rule.policy for rule in rules if rule.policy is not None and not getattr(rule, rule.policy)}


def _audited(
    request: Request, url: str | None, snapshot: Path | None
) -> tuple[tuple[Finding, ...], tuple[Auditor, ...], dict[str, str]]:
    """What auditors found, which were asked, and of those that could not decide, why."""
    if url is None and snapshot is None:
        return (), (), {}
    from ..auditors import ALL, audit
    from .live import project_of, system_of

    asked = cast("tuple[Auditor, ...]", request.config.configured(ALL))
    result = audit(asked, system_of(None, url, snapshot, request.config), project_of(request))
    server = next((skip for skip in result.skipped if skip.what.startswith("server ")), None)
    if server is not None:
        return result.findings, asked, {auditor.id: server.why for auditor in asked}
    # Whatever could not be asked, in whole or in part, decides nothing; what it found, it found.
    silent = {
        auditor.id: skip.why
        for auditor in asked
        for skip in reversed(result.skipped)
        if auditor.id in skip.what.split()
    }
    return result.findings, asked, silent
