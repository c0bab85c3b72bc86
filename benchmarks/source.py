"""
Throughput on Python source: lines a second, beside Fixit with one rule, in the same run and on the same files.

    python benchmarks/source.py FOLDER [FILES]

Fixit is no dependency of obsaudit; without it only our own figures are printed.
Both run in one process, in turns, and the CPU's time is taken, so that a busy machine disturbs the ratio less.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings
from obsaudit.lint.documents.python import extract, relevant

_SEED = 1
_ROUNDS = 3

Contents = list[tuple[Path, bytes]]


def main(folder: str, count: int) -> None:
    """Prints the figures for a random choice of a folder's files."""
    everything = read(Path(folder), count)
    telemetry = [(path, data) for path, data in everything if relevant(data)]
    for title, contents in (("all files", everything), ("files with telemetry", telemetry)):
        lines = sum(data.count(b"\n") for _, data in contents)
        ours = fastest(own, contents)
        print(f"{title}: {len(contents)} files, {lines} lines")
        print(f"  obsaudit {lines / ours:10.0f} lines/s")
        for name, run in fixit_runs().items():
            theirs = fastest(run, contents)
            print(f"  {name} {lines / theirs:10.0f} lines/s, obsaudit is {theirs / ours:.1f} times as fast")


def read(folder: Path, count: int) -> Contents:
    """A random choice of the Python files below a folder."""
    paths = sorted(folder.rglob("*.py"))
    random.Random(_SEED).shuffle(paths)
    return [(path, path.read_bytes()) for path in paths[:count]]


def fastest(run: Callable[[Contents], None], contents: Contents) -> float:
    """The best CPU time of several runs."""
    times = []
    for _ in range(_ROUNDS):
        start = time.process_time()
        run(contents)
        times.append(time.process_time() - start)
    return min(times)


def own(contents: Contents) -> None:
    """The extractor, behind its sieve."""
    for path, data in contents:
        if relevant(data):
            text = Text.of_file(data.decode("utf-8", "replace"), str(path))
            for _ in extract(text, SourceSettings()):
                pass


def fixit_runs() -> dict[str, Callable[[Contents], None]]:
    """Fixit with one rule that resolves names, and with one that does not; nothing where it is not installed."""
    try:
        from fixit.engine import LintRunner
        from fixit.ftypes import Config
        from fixit.rules.no_static_if_condition import NoStaticIfCondition
        from fixit.rules.use_types_from_typing import UseTypesFromTyping
    except ImportError:
        return {}

    def run_with(rule: type) -> Callable[[Contents], None]:
        def run(contents: Contents) -> None:
            for path, data in contents:
                try:
                    list(LintRunner(path, data).collect_violations([rule()], Config()))
                except Exception:  # noqa: BLE001, S112, PERF203, RUF100  # what it cannot parse costs it no time
                    continue

        return run

    return {"fixit, with names   ": run_with(UseTypesFromTyping), "fixit, without names": run_with(NoStaticIfCondition)}


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 200)
