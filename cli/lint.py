"""`obsaudit lint`: its options. What is done about them is in `linting`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import linting, options
from .linting import Asked


def lint(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Files, directories or globs; `-` for standard input.", show_default=".")
    ] = None,
    select: options.SelectOption = None,
    ignore: options.IgnoreOption = None,
    formats: options.FormatOption = None,
    output: options.OutputOption = None,
    fix: Annotated[bool, typer.Option("--fix", help="Apply the safe fixes.")] = False,
    unsafe_fixes: Annotated[
        bool, typer.Option("--unsafe-fixes", help="Apply the unsafe ones too: read what they change.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what the fixes would change, and write nothing.")] = False,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="REV",
            help="Only what the change since REV touches, or breaks elsewhere; from where the branches parted.",
            show_default=False,
        ),
    ] = None,
    staged: Annotated[
        bool, typer.Option("--staged", help="The same for what is about to be committed, as it stands in the index.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Check again whenever a file changes, until interrupted.")
    ] = False,
    statistics: Annotated[bool, typer.Option("--statistics", help="Count the findings by rule.")] = False,
    stdin_filename: Annotated[
        str | None, typer.Option("--stdin-filename", help="The name that standard input goes by.", show_default=False)
    ] = None,
    fail_on: options.FailOnOption = None,
    min_confidence: options.MinConfidenceOption = None,
    exit_zero: options.ExitZeroOption = False,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Parse everything anew.")] = False,
    online: Annotated[
        bool, typer.Option("--online", help="Ask the network whether the addresses in runbooks and alerts exist.")
    ] = False,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=0, help="Processes that read files; 0 for as many as there are cores.")
    ] = 0,
    profile: Annotated[
        bool, typer.Option("--profile", help="Say on standard error where the time went, by stage and by rule.")
    ] = False,
    no_baseline: Annotated[bool, typer.Option("--no-baseline", help="Show what the baseline accepts, too.")] = False,
    snapshot: Annotated[
        Path | None,
        typer.Option("--snapshot", help="A snapshot of the server whose metrics are known, too.", show_default=False),
    ] = None,
    config: options.ConfigOption = None,
    verbose: options.VerboseOption = False,
) -> None:
    """
    Check source, rules and configuration against the rules.

    Examples:

    - `obsaudit lint` checks the current directory
    - `obsaudit lint alerts/ api/app.py --select alerts,metrics` checks two paths against two folders of rules
    - `obsaudit lint --since main` checks what this branch changes, and what it breaks in other files
    - `obsaudit lint --diff` shows what `--fix` would change
    - `obsaudit lint -f text -f sarif=obsaudit.sarif` prints, and writes a file for code scanning
    - `cat rules.yml | obsaudit lint - --stdin-filename alerts/rules.yml` checks standard input
    """
    raise typer.Exit(
        linting.lint(
            Asked(
                paths=paths,
                select=select,
                ignore=ignore,
                formats=formats,
                output=output,
                fix=fix,
                unsafe_fixes=unsafe_fixes,
                diff=diff,
                since=since,
                staged=staged,
                watch=watch,
                statistics=statistics,
                stdin_filename=stdin_filename,
                fail_on=fail_on,
                min_confidence=min_confidence,
                exit_zero=exit_zero,
                no_cache=no_cache,
                online=online,
                jobs=jobs,
                profile=profile,
                no_baseline=no_baseline,
                snapshot=snapshot,
                config=config,
                verbose=verbose,
            )
        )
    )
