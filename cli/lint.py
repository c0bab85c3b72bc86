"""`obsaudit lint`."""

from __future__ import annotations

import difflib
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .. import __version__
from ..lint import Report, Skipped
from ..lint.config import Config, ConfigError
from ..lint.discover import reason, relative
from ..lint.record import replace
from . import common
from .profile import cores, told

if TYPE_CHECKING:
    from ..lint.nodes import Node
    from ..lint.run import Request


_MANY = 100
"""From how many findings on a newcomer is told what to do about so many."""


def lint(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Files, directories or globs; `-` for standard input.", show_default=".")
    ] = None,
    select: common.SelectOption = None,
    ignore: common.IgnoreOption = None,
    formats: common.FormatOption = None,
    output: common.OutputOption = None,
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
    fail_on: common.FailOnOption = None,
    exit_zero: common.ExitZeroOption = False,
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
    config: common.ConfigOption = None,
    verbose: common.VerboseOption = False,
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
    if watch and (fix or unsafe_fixes or diff or "-" in (paths or ())):
        raise ConfigError("`--watch` goes with neither fixes nor standard input")

    def once() -> int:
        from ..lint.profile import Profile
        from ..lint.web import Web
        from ..reports import FORMATS
        from ..rules import ALL

        targets = common.targets(formats, output, FORMATS)
        settings = common.config_for(config, ALL, select=select, ignore=ignore, fail_on=fail_on)
        fixing = fix or unsafe_fixes or diff
        with common.progress("checking") as advance:
            request = _request(paths, stdin_filename, settings, advance, cached=not no_cache, baseline=not no_baseline)
            known = _known(snapshot) if snapshot is not None else ()
            timed = Profile() if profile else None
            web = Web() if online else None
            request = replace(request, known=known, jobs=jobs or cores(), profile=timed, web=web)
            if (since or staged) and (fixing or request.contents):
                raise ConfigError("`--since` and `--staged` go with neither fixes nor standard input")
            report = _report(request, since or ("HEAD" if staged else None), staged, fixing, unsafe_fixes, diff)
        if web is not None:
            unknown = (Skipped(url, "it did not answer, or not with the page") for url in sorted(web.unknown))
            report = replace(report, skipped=(*report.skipped, *unknown))
        if not diff:
            # Of fixed standard input the text goes to standard output, and the report must not get into it.
            screen = sys.stderr if fixing and request.contents else sys.stdout
            rules = settings.configured(ALL)
            with timed.stage("report") if timed is not None else nullcontext():
                common.emit(
                    report, FORMATS, targets, rules=rules, screen=screen, statistics=statistics, verbose=verbose
                )
            _advise(report, request)
        request.cache.tidy(time.time())
        if timed is not None:
            told(timed)
        return common.exit_code(report, settings.fail_on, exit_zero=exit_zero)

    if watch:
        from .watch import again

        again(once, Path.cwd())
    raise typer.Exit(once())


def _report(request: Request, since: str | None, staged: bool, fixing: bool, unsafe_fixes: bool, diff: bool) -> Report:
    """What a run finds: in everything, in a change, or after fixing."""
    from ..lint.run import run

    if since is not None:
        from .since import changed

        return changed(request, since, staged=staged)
    return _fix(request, unsafe=unsafe_fixes, show=diff) if fixing else run(request)


def _advise(report: Report, request: Request) -> None:
    """What somebody who begins should know, where a person is looking."""
    if len(report.shown) >= _MANY and sys.stderr.isatty() and not request.baseline_path.is_file():
        typer.echo(
            "obsaudit: too much to begin with? `obsaudit baseline write` accepts what is there today, `--statistics`"
            " counts by rule, `--since main` shows what a branch changes, and `obsaudit init` writes a configuration",
            err=True,
        )


def request_for(
    paths: list[str] | None,
    config: Path | None,
    *,
    cwd: Path | None = None,
    contents: Mapping[str, bytes] | None = None,
) -> Request:
    """
    The request of a verb that checks like `lint` does, with no more than paths and a configuration.

    `cwd` is the folder that paths are relative to, where it is not the current one; `contents` are texts that are not
    saved yet.
    """
    from ..rules import ALL

    settings = common.config_for(config, ALL, cwd=cwd)
    request = _request(paths, None, settings, lambda done, total: None, cached=True, baseline=True)
    return replace(request, cwd=cwd or request.cwd, contents=contents or {})


def _request(
    paths: list[str] | None,
    stdin_filename: str | None,
    config: Config,
    advance: Callable[[int, int], None],
    *,
    cached: bool,
    baseline: bool,
) -> Request:
    from ..lint.cache import Cache, code_stamp, default_folder
    from ..lint.git import History
    from ..lint.run import Request
    from ..rules import ALL

    cwd, contents = Path.cwd(), {}
    if paths and "-" in paths:
        if len(paths) > 1:
            raise ConfigError("`-` stands alone: standard input is one file")
        # Relative like every other path, so that per-path settings and suppressions meet it.
        contents[relative(cwd / (stdin_filename or "stdin.yml"), cwd)] = sys.stdin.buffer.read()
        paths = []
    elif stdin_filename:
        raise ConfigError("`--stdin-filename` goes with `-`")
    # Everything besides a file itself that decides what is found in it alone.
    salt = f"{__version__} {code_stamp()} {config.source!r} {config.configured(ALL)!r}"
    return Request(
        paths=["."] if paths is None else paths,
        config=config,
        rules=ALL,
        cwd=cwd,
        today=date.today(),
        cache=Cache(default_folder(dict(os.environ)) if cached else None, salt),
        contents=contents,
        progress=advance,
        use_baseline=baseline,
        history=History(cwd),
    )


def _known(path: Path) -> tuple[Node, ...]:
    """The metrics of a snapshot."""
    from ..auditors import SnapshotError, load, nodes

    try:
        return nodes(load(path), str(path))
    except SnapshotError as error:
        raise ConfigError(str(error)) from None


def _fix(request: Request, *, unsafe: bool, show: bool) -> Report:
    """Applies fixes; writes them, or shows what would be written. Standard input goes to standard output."""
    from ..lint.fixing import fix
    from ..lint.run import run

    fixes = fix(request, unsafe=unsafe)
    unwritten: list[Skipped] = []
    for source, after in sorted(fixes.after.items()):
        if show:
            common.put(_difference(source, fixes.before[source], after), sys.stdout)
        elif not request.contents:
            unwritten.extend(_save(request.cwd, source, fixes.before[source], after))
    if request.contents and not show:
        common.put(next(iter({**request.contents, **fixes.after}.values())), sys.stdout)
    files = fixes.counts.keys() - {skip.what for skip in unwritten}
    count = sum(fixes.counts[source] for source in files)
    verb = "would be applied" if show else "applied"
    typer.echo(f"{_counted(count, 'fix', 'fixes')} {verb} in {_counted(len(files), 'file', 'files')}", err=True)
    return run(request) if show else replace(fixes.report, skipped=(*fixes.report.skipped, *unwritten))


def _save(cwd: Path, source: str, before: bytes, after: bytes) -> Iterator[Skipped]:
    """Writes a file; why it was left alone, where it was."""
    from ..lint.atomic import write

    try:
        if (cwd / source).read_bytes() != before:
            yield Skipped(source, "changed while it was checked: its fixes were not written", fatal=True)
            return
        write(cwd / source, after)
    except OSError as error:
        yield Skipped(source, f"its fixes cannot be written: {reason(error)}", fatal=True)


def _difference(source: str, before: bytes, after: bytes) -> bytes:
    lines = difflib.unified_diff(_lines(before, source), _lines(after, source), f"a/{source}", f"b/{source}")
    text = "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
    return os.fsencode(text)


def _lines(data: bytes, source: str) -> list[str]:
    """The lines of a text, each with its line feed; other separators of Unicode end none."""
    from ..lint.read import Decoded, decode

    decoded = decode(data, source)
    text = decoded.text if isinstance(decoded, Decoded) else data.decode("utf-8", "replace")
    return [line for line in re.split(r"(?<=\n)", text) if line]


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
