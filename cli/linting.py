"""
What `obsaudit lint` does. Knows nothing of how the command line is written.

Here and in what this imports at once, no parser of arguments is loaded: see `direct`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from ..lint import Confidence, Report, Severity, Skipped
from ..lint.config import Config, ConfigError
from ..lint.deferred import AnyRule
from ..lint.record import Record, replace
from . import common
from .profile import cores, told
from .request import built, known_of, known_rules

if TYPE_CHECKING:
    from ..lint.profile import Profile
    from ..lint.run import Request
    from ..lint.web import Web


_MANY = 100
"""From how many findings on a newcomer is told what to do about so many."""


class Asked(Record, kw_only=True):
    """What the command line says, as `obsaudit lint --help` has it."""

    paths: list[str] | None = None
    select: Sequence[str] | None = None
    ignore: Sequence[str] | None = None
    formats: Sequence[str] | None = None
    output: Path | None = None
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    since: str | None = None
    staged: bool = False
    watch: bool = False
    statistics: bool = False
    stdin_filename: str | None = None
    fail_on: Severity | None = None
    min_confidence: Confidence | None = None
    exit_zero: bool = False
    no_cache: bool = False
    online: bool = False
    jobs: int = 0
    profile: bool = False
    no_baseline: bool = False
    snapshot: Path | None = None
    config: Path | None = None
    verbose: bool = False

    @property
    def fixing(self) -> bool:
        """Whether fixes are applied, or shown."""
        return self.fix or self.unsafe_fixes or self.diff

    @property
    def revision(self) -> str | None:
        """What the change is held against; None where everything is checked."""
        return self.since or ("HEAD" if self.staged else None)


def lint(asked: Asked) -> int:
    """Checks once, or again and again; the exit code. Raises `ConfigError`."""
    if not asked.watch:
        return _once(asked)
    if asked.fixing or "-" in (asked.paths or ()):
        raise ConfigError("`--watch` goes with neither fixes nor standard input")
    from .watch import again

    again(lambda: _once(asked), Path.cwd())
    return common.CLEAN


def _once(asked: Asked) -> int:
    from ..lint.profile import Profile
    from ..reports import FORMATS

    rules = known_rules(cached=not asked.no_cache)
    targets = common.targets(asked.formats, asked.output, FORMATS)
    settings = common.config_for(
        asked.config,
        rules,
        select=asked.select,
        ignore=asked.ignore,
        fail_on=asked.fail_on,
        min_confidence=asked.min_confidence,
    )
    timed = Profile() if asked.profile else None
    request, report = _checked(asked, settings, rules, timed)
    if not asked.diff:
        # Of fixed standard input the text goes to standard output, and the report must not get into it.
        screen = sys.stderr if asked.fixing and request.contents else sys.stdout
        with timed.stage("report") if timed is not None else nullcontext():
            common.emit(
                report,
                FORMATS,
                targets,
                rules=request.rules,
                screen=screen,
                statistics=asked.statistics,
                verbose=asked.verbose,
            )
        _advise(report, request)
    request.cache.tidy(time.time())
    if timed is not None:
        told(timed)
    return common.exit_code(report, settings.fail_on, exit_zero=asked.exit_zero)


def _checked(asked: Asked, settings: Config, rules: Sequence[AnyRule], timed: Profile | None) -> tuple[Request, Report]:
    """What was asked in the engine's words, and its answer."""
    with common.progress("checking") as advance:
        request = built(
            asked.paths,
            settings,
            rules,
            advance,
            stdin_filename=asked.stdin_filename,
            cached=not asked.no_cache,
            baseline=not asked.no_baseline,
            indexed=not asked.fixing and asked.revision is None,
        )
        known = known_of(asked.snapshot) if asked.snapshot is not None else ()
        web = _web() if asked.online else None
        request = replace(request, known=known, jobs=asked.jobs or cores(), profile=timed, web=web)
        if asked.revision and (asked.fixing or request.contents):
            raise ConfigError("`--since` and `--staged` go with neither fixes nor standard input")
        report = _report(request, asked)
    if web is None:
        return request, report
    unknown = (Skipped(url, "it did not answer, or not with the page") for url in sorted(web.unknown))
    return request, replace(report, skipped=(*report.skipped, *unknown))


def _web() -> Web:
    from ..lint.web import Web

    return Web()


def _report(request: Request, asked: Asked) -> Report:
    """What a run finds: in everything, in a change, or after fixing."""
    if asked.revision is not None:
        from .since import changed

        return changed(request, asked.revision, staged=asked.staged)
    if asked.fixing:
        from .fixing import fixed

        return fixed(request, unsafe=asked.unsafe_fixes, show=asked.diff)
    from ..lint.run import run

    return run(request)


def _advise(report: Report, request: Request) -> None:
    """What somebody who begins should know, where a person is looking."""
    if len(report.shown) >= _MANY and sys.stderr.isatty() and not request.baseline_path.is_file():
        common.tell(
            "obsaudit: too much to begin with? `obsaudit baseline write` accepts what is there today, `--statistics`"
            " counts by rule, `--since main` shows what a branch changes, and `obsaudit init` writes a configuration"
        )
