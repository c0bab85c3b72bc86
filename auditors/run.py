"""The engine of the live side: runs the auditors against one system, and goes on when one cannot."""

from __future__ import annotations

import threading
import traceback
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
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
    them. The answers are shared: no question is asked twice. As many auditors ask at a time as the
    budget allows; what they find stands in the order of the auditors, whoever was first.
    """
    recorder = Recorder(live if live.budget is None else Guard(live, live.budget))
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
        head=(*live.head, *_version(recorder), *_cost(live)),
        snapshot=recorder.snapshot(),
        complete=complete,
    )


def _what(live: Live) -> str:
    return f"server {live.name}"


@dataclass
class _Turn:
    """What an auditor yielded, and what kept it from going on."""

    found: list[Yield] = field(default_factory=list)
    error: LiveError | None = None


def _results(auditors: list[Auditor], live: Recorder, project: Project) -> Iterator[Yield]:
    what = _what(live)
    try:
        _greet(live)
    except LiveError as error:
        yield Skipped(what, str(error), fatal=True)
        return
    gates = [auditor for auditor in auditors if auditor.gate]
    waves = [*([gate] for gate in gates), [auditor for auditor in auditors if not auditor.gate]]
    turns: dict[str, _Turn] = {}
    for wave in waves:
        turns |= _together(wave, live, project)
        found = [one for auditor in wave if auditor.id in turns for one in turns[auditor.id].found]
        yield from found
        if live.closed is not None:
            cut = [auditor.id for auditor in auditors if auditor.id not in turns or turns[auditor.id].error]
            yield Skipped(what, f"{live.closed}; cut short: {', '.join(cut)}", fatal=True)
            return
        left = [auditor.id for auditor in auditors if auditor.id not in turns]
        if left and any(isinstance(one, Finding) for one in found):
            yield Skipped(what, f"{wave[0].id} found nothing to audit; not asked: {', '.join(left)}")
            return


def _together(auditors: list[Auditor], live: Recorder, project: Project) -> dict[str, _Turn]:
    """The turns of the auditors, several at a time; those that had none when the system was closed are missing."""
    waiting = deque(auditors)
    turns: dict[str, _Turn] = {}

    def work() -> None:
        while live.closed is None:
            try:
                auditor = waiting.popleft()
            except IndexError:
                return
            turn = _turn(auditor, live, project)
            turns[auditor.id] = turn
            if turn.error is not None:
                live.closed = live.closed or turn.error

    concurrency = live.budget.limits.concurrency if live.budget is not None else 1
    # Daemons: who is interrupted does not wait for answers. This thread works, too.
    others = [threading.Thread(target=work, daemon=True) for _ in range(min(concurrency, len(auditors)) - 1)]
    for thread in others:
        thread.start()
    work()
    for thread in others:
        thread.join()
    return turns


def _turn(auditor: Auditor, live: Live, project: Project) -> _Turn:
    turn = _Turn()
    try:
        for one in _guarded(auditor, live, project):
            turn.found.append(one)
    except (Unreachable, Exhausted) as error:
        turn.error = error
    return turn


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


def _cost(live: Live) -> tuple[tuple[str, str], ...]:
    return (("cost", live.budget.told),) if live.budget is not None else ()


def _version(live: Live) -> tuple[tuple[str, str], ...]:
    try:
        build = live.build_info()
    except LiveError:
        return ()
    return (("version", f"{build.application} {build.version}"),)
