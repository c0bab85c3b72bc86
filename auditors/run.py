"""The engine of the live side: runs the auditors against one system, and goes on when one cannot."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..lint import Finding, Skipped, Table
from ..lint.project import Project
from ..lint.record import Record
from .auditor import Auditor
from .errors import Exhausted, LiveError, Unreachable, Unsupported
from .guard import Guard
from .live import Live
from .plan import rank
from .snapshot import Recorder, Snapshot

Yield = Finding | Table | Skipped


class LiveResult(Record):
    """What an audit found out, and what it could not."""

    findings: tuple[Finding, ...]
    tables: tuple[Table, ...]
    skipped: tuple[Skipped, ...]
    head: tuple[tuple[str, str], ...]
    snapshot: Snapshot
    """Every answer of the run."""

    complete: bool = True
    """Whether every auditor had its turn."""


def audit(auditors: Iterable[Auditor], live: Live, project: Project) -> LiveResult:
    """
    Runs the auditors, gates first and those that cost no query next.

    A system that does not answer, or that holds nothing to audit, is said once and not by each of
    them. The answers are shared: no question is asked twice.
    """
    recorder = Recorder(live if live.query_limit is None else Guard(live, live.query_limit))
    ordered = sorted(auditors, key=lambda auditor: rank(auditor, project))
    results = tuple(_results(ordered, recorder, project))
    complete = not any(isinstance(one, Skipped) and one.fatal and one.what == _what(live) for one in results)
    if complete:
        live.done()
    return LiveResult(
        findings=tuple(one for one in results if isinstance(one, Finding)),
        tables=tuple(one for one in results if isinstance(one, Table)),
        skipped=tuple(one for one in results if isinstance(one, Skipped)),
        # Once the auditors are through, so that the head can tell what they cost.
        head=(*live.head, *_version(recorder)),
        snapshot=recorder.snapshot(),
        complete=complete,
    )


def _what(live: Live) -> str:
    return f"server {live.name}"


def _results(auditors: list[Auditor], live: Live, project: Project) -> Iterator[Yield]:
    what = _what(live)
    try:
        _greet(live)
    except LiveError as error:
        yield Skipped(what, str(error), fatal=True)
        return
    for done, auditor in enumerate(auditors):
        left = ", ".join(other.id for other in auditors[done + 1 :])
        closed = False
        try:
            for one in _guarded(auditor, live, project):
                closed |= auditor.gate and isinstance(one, Finding)
                yield one
        except (Unreachable, Exhausted) as error:
            yield Skipped(what, f"{error}; cut short: {', '.join(filter(None, (auditor.id, left)))}", fatal=True)
            return
        if closed and left:
            yield Skipped(what, f"{auditor.id} found nothing to audit; not asked: {left}")
            return


def _greet(live: Live) -> None:
    """Raises what keeps this from being a server that answers. A proxy may let only queries through."""
    try:
        live.build_info()
    except LiveError as error:
        try:
            live.query("vector(1)")
        except LiveError as second:
            raise (second if isinstance(error, Unsupported) else error) from None


def _guarded(auditor: Auditor, live: Live, project: Project) -> Iterator[Yield]:
    """What an auditor yields; a failure of its own is what it could not check."""
    try:
        yield from auditor.audit(live, project)
    except (Unreachable, Exhausted):
        raise
    except LiveError as error:
        yield Skipped(auditor.id, str(error), error.fatal)
    except Exception as error:  # An auditor that is broken must not take the others with it.
        frame = traceback.extract_tb(error.__traceback__)[-1]
        yield Skipped(
            auditor.id, f"it raised {type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}", fatal=True
        )


def _version(live: Live) -> tuple[tuple[str, str], ...]:
    try:
        build = live.build_info()
    except LiveError:
        return ()
    return (("version", f"{build.application} {build.version}"),)
