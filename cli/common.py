"""What the verbs share: configuration, reports to where they go, messages, exit codes."""

from __future__ import annotations

import difflib
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeVar

from .. import __version__
from ..lint import Confidence, Report, Severity
from ..lint.atomic import write
from ..lint.config import Config, ConfigError, find, load
from ..lint.deferred import AnyRule
from ..lint.discover import reason
from ..lint.record import Record, replace

if TYPE_CHECKING:
    from ..reports import View

R = TypeVar("R")

CLEAN, FOUND, FAILED = 0, 1, 2


def config_for(
    path: Path | None,
    rules: Sequence[AnyRule],
    *,
    select: Sequence[str] | None = None,
    ignore: Sequence[str] | None = None,
    fail_on: Severity | None = None,
    min_confidence: Confidence | None = None,
    cwd: Path | None = None,
) -> Config:
    """The configuration in that file or the nearest one, with what the command line says instead or on top."""
    cwd = cwd or Path.cwd()
    if path is not None and not path.is_file():
        raise ConfigError("no such file", str(path))
    config = _extended(_load(path or find(cwd), rules, cwd))
    return replace(
        config,
        select=_selectors(select, rules, "--select") or config.select,
        ignore=(*config.ignore, *_selectors(ignore, rules, "--ignore")),
        fail_on=fail_on or config.fail_on,
        min_confidence=min_confidence or config.min_confidence,
    )


def _load(path: Path | None, rules: Sequence[AnyRule], cwd: Path) -> Config:
    try:
        return load(path, rules, cwd)
    except ConfigError:
        # One file configures rules and auditors: what this verb does not know, the other one may.
        from ..auditors import ALL as AUDITORS
        from ..rules import ALL as RULES

        return load(path, (*RULES, *AUDITORS), cwd)


def _extended(config: Config) -> Config:
    """The configuration on top of the preset that it extends."""
    if config.extends is None:
        return config
    from ..readiness import PRESETS

    if config.extends not in PRESETS:
        near = nearest(config.extends, PRESETS) or f"one of {', '.join(PRESETS)}"
        raise ConfigError(f"there is no preset `{config.extends}`", str(config.file), help=near)
    return config.with_options(PRESETS[config.extends])


def _selectors(names: Sequence[str] | None, rules: Sequence[AnyRule], flag: str) -> tuple[str, ...]:
    """Names of rules and folders as the user gave them, commas allowed; an unknown one is an error."""
    wanted = tuple(name.strip() for given in names or () for name in given.split(",") if name.strip())
    known = {rule.id for rule in rules} | {rule.id.partition("/")[0] for rule in rules} | {"all"}
    for name in wanted:
        if name not in known:
            message = f"{flag}: there is no rule or folder `{name}`"
            raise ConfigError(message, help=nearest(name, sorted(known)) or "see `obsaudit rules`")
    return wanted


class Target(Record):
    """A report to make: its format, and the file that it goes to; None for the screen."""

    format: str
    file: Path | None


def targets(formats: Sequence[str] | None, output: Path | None, known: Collection[str]) -> list[Target]:
    """
    The reports that the user asked for.

    Raises before any work is done where a format is unknown, or two reports would go to one place.
    """
    wanted: list[Target] = []
    for given in formats or ["text"]:
        name, equals, file = given.partition("=")
        if name not in known:
            raise ConfigError(f"there is no format `{name}`", help=nearest(name, known) or f"one of {', '.join(known)}")
        if equals and not file:
            raise ConfigError(f"`--format {given}` names no file", help=f"write `{name}=FILE`")
        wanted.append(Target(name, Path(file) if file else output))
    for place, count in Counter(target.file for target in wanted).items():
        if count > 1:
            message = f"{count} reports would go to {f'`{place}`' if place else 'the screen'}"
            raise ConfigError(message, help="give all but one a file of its own: `--format sarif=FILE`")
    if output is not None and all(target.file != output for target in wanted):
        raise ConfigError("no report is left for `--output`", help="every format has a file of its own")
    return wanted


def emit(
    report: R,
    renderers: Mapping[str, Callable[[R, View], str]],
    wanted: Sequence[Target],
    *,
    rules: Sequence[AnyRule] = (),
    screen: TextIO | None = None,
    statistics: bool = False,
    verbose: bool = False,
) -> None:
    """Renders the report in each format, to its file or to the screen, which is standard output."""
    from ..reports import View

    stream = screen or sys.stdout
    for target in wanted:
        seen = target.file is None and stream.isatty()
        view = View(
            version=__version__,
            rules=rules,
            # no-color.org: any value but an empty one
            color=seen and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb",
            width=shutil.get_terminal_size((100, 24)).columns if seen else 100,
            statistics=statistics,
            verbose=verbose,
        )
        data = renderers[target.format](report, view).encode("utf-8", "replace")
        if target.file is None:
            put(data, stream)
            continue
        save(target.file, data)


def tell(message: str) -> None:
    """A message for the person who runs this, on standard error."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def save(path: Path, data: bytes, what: str = "report") -> None:
    """Writes a report, or what else there is, to its file, whole or not at all."""
    with writing(path, what):
        write(path, data)


@contextmanager
def writing(path: Path, what: str) -> Iterator[None]:
    """Says of what cannot be written that it cannot, by its own name and not by that of a file on the way."""
    try:
        yield
    except OSError as error:
        raise ConfigError(f"the {what} cannot be written: {reason(error)}", str(path)) from None


def put(data: bytes, stream: TextIO) -> None:
    """Bytes as they are, behind what was printed before."""
    stream.flush()
    stream.buffer.write(data)
    stream.buffer.flush()


def exit_code(report: Report, fail_on: Severity, *, exit_zero: bool = False) -> int:
    """2 where something that was asked for could not be checked, 1 where a finding is grave enough, else 0."""
    if any(skip.fatal for skip in report.skipped):
        return FAILED
    grave = any(finding.severity.weight >= fail_on.weight for finding in report.shown)
    return FOUND if grave and not exit_zero else CLEAN


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, once a run has taken a second, when a person is looking."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    started, bar = time.monotonic(), None

    def advance(done: int, total: int) -> None:
        nonlocal bar
        if bar is None and time.monotonic() - started > 1:
            from rich.console import Console
            from rich.progress import Progress

            bar = Progress(console=Console(stderr=True), transient=True)
            bar.start()
            bar.add_task(label, total=total)
        if bar is not None:
            bar.update(bar.task_ids[0], completed=done)

    try:
        yield advance
    finally:
        if bar is not None:
            bar.stop()


def nearest(name: str, known: Iterable[str]) -> str | None:
    """
    The question that helps somebody who has mistyped a name; None where nothing is like it.

    It is `difflib.get_close_matches` for one match: of a hundred thousand names, few are compared to the end, since
    only a better one than the best so far is of use.
    """
    matcher = difflib.SequenceMatcher(b=name)
    best = (0.6, "")
    for one in known:
        matcher.set_seq1(one)
        if matcher.real_quick_ratio() >= best[0] and matcher.quick_ratio() >= best[0]:
            best = max(best, (matcher.ratio(), one))
    return f"did you mean `{best[1]}`?" if best[1] else None
