"""
Whole commands on the same Python files, in one run: obsaudit with all its rules, and its peers with what they have.

    python benchmarks/peers.py FOLDER [--files 600] [--peers FOLDER-WITH-BINARIES]

Copies a seeded choice of the Python files below FOLDER, and takes the processor time (user and system, children too) of
each command, the least of some rounds: cold without a cache and with one process, Fixit with one rule, semgrep with two
patterns, `ruff check --no-cache`; and obsaudit once more where nothing has changed, and where one file has.
A peer that is not installed is left out. Peak memory is that of the largest process.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

SEED, ROUNDS = 1, 3
PATTERNS = """\
rules:
  - id: unbounded-label
    languages: [python]
    severity: WARNING
    message: a label that may be unbounded
    pattern: $X.labels(..., user_id=$Y, ...)
  - id: interpolated-message
    languages: [python]
    severity: WARNING
    message: a message that is made before it is logged
    pattern: logging.$F(f"...")
"""
ONE = """\
from prometheus_client import Counter

LOGINS = Counter("app_logins_total", "Logins.", ["user_id"])


def login(request):
    LOGINS.labels(user_id=request.user_id).inc()
"""


class Cost(NamedTuple):
    """Seconds of the processor, and megabytes of the largest process so far."""

    seconds: float
    megabytes: float


def main() -> None:
    """Prints one line a command, and the ratios that matter."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=600)
    parser.add_argument("--peers", type=Path, default=None)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        work = Path(place) / "work"
        lines = copied(given.folder, work, given.files)
        print(f"{given.files} files, {lines:,} lines; seconds of the processor, the least of {ROUNDS}")
        costs = {name: told(name, command, work) for name, command in commands(work, given.peers).items()}
        (work / "one.py").write_text(ONE)
        costs["one file"] = told("obsaudit, one file, in pre-commit", (*own(), "lint", "one.py"), work, before=changed)
        costs["begin"] = told("  of these, Python and Typer alone", (sys.executable, "-c", "import typer"), work)
    ours = costs["obsaudit, cold"].seconds
    for name in ("fixit, one rule", "semgrep, two patterns"):
        if name in costs:
            print(f"{name}: {costs[name].seconds / ours:.1f} times obsaudit's")
    if "ruff, no cache" in costs:
        ratio = costs["obsaudit, nothing changed"].seconds / costs["ruff, no cache"].seconds
        print(f"obsaudit, nothing changed: {ratio:.1f} times ruff's")


def copied(folder: Path, work: Path, count: int) -> int:
    """Copies a choice of the files, and counts their lines."""
    paths = sorted(folder.rglob("*.py"))
    random.Random(SEED).shuffle(paths)
    lines = 0
    for number, path in enumerate(paths[:count]):
        target = work / f"p{number // 50}" / f"f{number}_{path.name}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        lines += target.read_bytes().count(b"\n")
    return lines


def own() -> tuple[str, ...]:
    """How obsaudit is started."""
    return (sys.executable, "-m", "obsaudit")


def commands(work: Path, peers: Path | None) -> dict[str, tuple[str, ...]]:
    """The commands, with those of the peers that are there."""
    found = {
        "obsaudit, cold": (*own(), "lint", ".", "--no-cache", "--jobs", "1", "--exit-zero"),
        "obsaudit, nothing changed": (*own(), "lint", ".", "--exit-zero"),
    }
    patterns = work.parent / "patterns.yml"
    patterns.write_text(PATTERNS)
    theirs = {
        "fixit, one rule": ("fixit", "--quiet", "--rules", "fixit.rules:NoStaticIfCondition", "lint", "."),
        "semgrep, two patterns": (
            *("semgrep", "scan", "--config", str(patterns), "--metrics", "off", "--disable-version-check"),
            *("-j", "1", "--no-git-ignore", "--quiet", "."),
        ),
        "ruff, no cache": ("ruff", "check", "--no-cache", "--exit-zero", "--quiet", "."),
    }
    where = f"{peers}{os.pathsep}{os.environ['PATH']}" if peers else None
    for name, (program, *rest) in theirs.items():
        path = shutil.which(program, path=where)
        if path is not None:
            found[name] = (path, *rest)
    return found


def told(name: str, command: Sequence[str], work: Path, before: object = None) -> Cost:
    """The cost of a command, printed."""
    costs = []
    for _ in range(ROUNDS):
        if callable(before):
            before(work)
        costs.append(cost(command, work))
    least = Cost(min(one.seconds for one in costs), costs[-1].megabytes)
    print(f"{name:36}{least.seconds:8.2f} s")
    return least


def cost(command: Sequence[str], work: Path) -> Cost:
    """What one run of a command takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "XDG_CACHE_HOME": str(work.parent / "cache"), "SEMGREP_SEND_METRICS": "off"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run(command, cwd=work, env=environment, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(seconds, after.ru_maxrss / 1024)


def changed(work: Path) -> None:
    """Gives the one file a content that no cache has seen."""
    with (work / "one.py").open("a") as file:
        file.write(f"# {random.random()}\n")


if __name__ == "__main__":
    main()
