"""
Files are parsed and checked by several processes at once.

What a process finds is the same as one would; the files come back in their order.
A process that dies takes only the file at fault with it: that one is said to be skipped.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial

from .cache import Cache, Entry
from .check import Checker
from .deferred import AnyRule
from .documents import SourceSettings
from .profile import Profile
from .record import Record, replace
from .report import Skipped
from .request import Request
from .source import Source, Unread, judge

# A batch is large enough that sending it costs nothing, and small enough that all have work until the end.
_BATCH = 120_000
_DEAD = "the process that read it ended: it may be out of memory"

_Batch = list[Unread]


class _Task(Record):
    """What a process needs to know before its first file."""

    rules: tuple[AnyRule, ...]
    settings: SourceSettings
    cache: Cache
    profiled: bool
    kept: bool
    """Whether nodes that the cache has are looked for there, and need not be sent."""


class _Result(Record):
    """What a process has to say of a batch: each file's source and packed nodes, and what it learnt of rules."""

    sources: tuple[tuple[Source, bytes], ...]
    crashes: Counter[str]
    stages: Counter[str]
    seconds: Counter[str]


def judge_all(unread: Sequence[Unread], request: Request, checker: Checker) -> Iterator[Source]:
    """The sources of the files, in their order."""
    profiled, kept = request.profile is not None, request.index is not None
    task = _Task(tuple(checker.rules), request.config.source, request.cache, profiled, kept)
    batches = list(_batches(unread))
    # Once here, before the others are forked off, and not once in each.
    checker.load()
    pool = _pool(min(request.jobs, len(batches)), task)
    try:
        with _interrupts_later():
            futures = [pool.submit(_work, batch) for batch in batches]
        for batch, future in zip(batches, futures, strict=True):
            try:
                results = [future.result()]
            except BrokenProcessPool:
                results = list(_carefully(batch, task))
            for result in results:
                yield from _taken(result, batch, request, checker)
    except BaseException:  # an interrupt, or a caller that has seen enough: nobody waits for the rest
        for process in multiprocessing.active_children():
            process.terminate()
        # Its thread has to be over before the interpreter is, or it writes to what is closed.
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()


def _batches(unread: Sequence[Unread]) -> Iterator[_Batch]:
    batch: _Batch = []
    size = 0
    for one in unread:
        batch.append(one)
        size += len(one.data)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _pool(jobs: int, task: _Task) -> ProcessPoolExecutor:
    # A fork copies what is loaded and starts at once, but copies locks that a thread may hold, too.
    forks = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if forks else "spawn")
    return ProcessPoolExecutor(jobs, context, _begin, (task,))


@contextmanager
def _interrupts_later() -> Iterator[None]:
    """
    While processes are forked off, an interrupt waits.

    What runs around a fork swallows exceptions: the interrupt would be lost here, or shown by a process
    that has not yet begun to ignore it.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows has no fork either
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _carefully(batch: _Batch, task: _Task) -> Iterator[_Result]:
    """A batch again in a process of its own, and where that dies file by file."""
    whole = _alone(batch, task)
    if whole is not None:
        yield whole
        return
    for one in batch:
        dead = Source(one.name, skipped=Skipped(one.name, _DEAD, fatal=True))
        yield _alone([one], task) or _Result(((dead, b""),), Counter(), Counter(), Counter())


def _alone(batch: _Batch, task: _Task) -> _Result | None:
    with _pool(1, task) as pool:
        try:
            with _interrupts_later():
                future = pool.submit(_work, batch)
            return future.result()
        except BrokenProcessPool:
            return None


def _taken(result: _Result, batch: _Batch, request: Request, checker: Checker) -> Iterator[Source]:
    checker.crashes.update(result.crashes)
    if request.profile is not None:
        request.profile.add(result.stages, result.seconds)
    data = {one.name: one.data for one in batch}
    for source, packed in result.sources:
        whole = replace(source, data=partial(data.__getitem__, source.name)) if source.key is not None else source
        # Few runs look at the nodes of a file again: they stay packed until somebody does.
        yield replace(whole, nodes=Entry(source.summary, source.findings, packed).nodes)


# What follows runs in the other processes.

_task: _Task | None = None
_profile: Profile | None = None


def _begin(task: _Task) -> None:
    global _task, _profile
    # An interrupt is the first process' to handle: it ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _task, _profile = task, Profile() if task.profiled else None


def _work(batch: _Batch) -> _Result:
    assert _task is not None
    checker = Checker(_task.rules, _profile)
    sources = [judge(one, _task.settings, checker, _task.cache, _profile) for one in batch]
    stages, seconds = (_profile.stages, _profile.rules) if _profile is not None else (Counter[str](), Counter[str]())
    result = _Result(
        tuple((replace(one, data=None, nodes=tuple), _packed(one)) for one in sources),
        checker.crashes,
        Counter(stages),
        Counter(seconds),
    )
    stages.clear()
    seconds.clear()
    return result


def _packed(source: Source) -> bytes:
    assert _task is not None
    nodes = source.nodes() if not (source.kept and _task.kept) else ()
    return pickle.dumps(nodes, pickle.HIGHEST_PROTOCOL) if nodes else b""
