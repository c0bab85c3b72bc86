"""
Whole commands on the same files, in one run: obsaudit with all its rules, and its peers with what they have.

    python benchmarks/peers.py FOLDER [--files 600] [--rules 10000] [--routes 2000] [--peers FOLDER-WITH-BINARIES]

Three sets of files: a seeded choice of the Python files below FOLDER, with Fixit (one rule), semgrep (two patterns) and
`ruff check --no-cache`; generated alerting rules, with `promtool check rules`; generated trees of routes, a hundred a
file, with `amlint check` and `amtool check-config`. Prints the processor time (user and system, children too) of each
command, the least of some rounds, and how many times obsaudit's that is: cold without a cache and with one process, and
once more where nothing has changed. A peer that is not installed is said to be.
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
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from rules import write

SEED, ROUNDS = 1, 3
OWN = (sys.executable, "-m", "obsaudit")
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


ROUTE = """\
    - matchers: [team="team{n}", severity=~"critical|page"]
      receiver: receiver{n}
      routes:
        - matchers: [service="service{n}"]
          receiver: mail
          group_by: [alertname, service]
"""
RECEIVER = """\
  - name: receiver{n}
    slack_configs:
      - channel: "#team{n}"
        send_resolved: true
"""
PER_FILE = 100


class Peer(NamedTuple):
    """Another tool, and how it is started on a set of files."""

    name: str
    program: str
    arguments: tuple[str, ...]


def main() -> None:
    """Prints a table for each set of files, and what one changed file takes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=600)
    parser.add_argument("--rules", type=int, default=10_000)
    parser.add_argument("--routes", type=int, default=2_000)
    parser.add_argument("--peers", type=Path, default=None)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        python, rules, routes = (Path(place) / name for name in ("python", "rules", "routes"))
        lines = copied(given.folder, python, given.files)
        compared(f"{given.files} files of Python, {lines:,} lines", python, of_python(python), given.peers)
        (python / "one.py").write_text(ONE)
        told("obsaudit, one file, in pre-commit", (*OWN, "lint", "one.py"), python, before=changed)
        told("  of these, Python and Typer alone", (sys.executable, "-c", "import typer"), python)
        rules.mkdir()
        write(rules, given.rules)
        files = tuple(sorted(path.name for path in rules.iterdir()))
        promtool = Peer("promtool check rules", "promtool", ("check", "rules", *files))
        compared(f"{given.rules:,} alerting rules", rules, [promtool], given.peers)
        files = routed(routes, given.routes)
        compared(
            f"{given.routes:,} routes of Alertmanager in {len(files)} files",
            routes,
            [
                Peer("amlint check", "amlint", ("check", "--exit-zero", *files)),
                Peer("amtool check-config", "amtool", ("check-config", *files)),
            ],
            given.peers,
        )


def compared(title: str, work: Path, peers: Sequence[Peer], where: Path | None) -> None:
    """Prints the cost of obsaudit on a set of files, and of its peers."""
    print(f"\n{title}; seconds of the processor, the least of {ROUNDS}")
    ours = told("obsaudit, cold", (*OWN, "lint", ".", "--no-cache", "--jobs", "1", "--exit-zero"), work)
    again = told("obsaudit, nothing changed", (*OWN, "lint", ".", "--exit-zero"), work)
    for peer in peers:
        path = shutil.which(peer.program, path=f"{where}{os.pathsep}{os.environ['PATH']}" if where else None)
        if path is None:
            print(f"{peer.name:36}  not installed")
            continue
        theirs = told(peer.name, (path, *peer.arguments), work)
        print(f"{'':36}  {theirs / ours:.2f} times obsaudit's, {theirs / again:.2f} times where nothing changed")


def routed(folder: Path, count: int) -> tuple[str, ...]:
    """Writes configurations of Alertmanager with that many routes below the root, and names them."""
    folder.mkdir()
    names = []
    for first in range(0, count, PER_FILE):
        numbers = range(first, min(first + PER_FILE, count), 2)
        routes = "".join(ROUTE.format(n=n) for n in numbers)
        receivers = "".join(RECEIVER.format(n=n) for n in numbers)
        names.append(f"alertmanager{first}.yml")
        (folder / names[-1]).write_text(
            "global: {smtp_smarthost: 'mail:25', smtp_from: a@example.com, slack_api_url: 'https://slack.example/x'}\n"
            f"route:\n  receiver: mail\n  routes:\n{routes}"
            "receivers:\n  - name: mail\n    email_configs: [{to: sre@example.com}]\n" + receivers
        )
    return tuple(names)


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


def of_python(work: Path) -> list[Peer]:
    """The peers that read Python."""
    patterns = work.parent / "patterns.yml"
    patterns.write_text(PATTERNS)
    semgrep = ("--config", str(patterns), "--metrics", "off", "--disable-version-check", "-j", "1", "--no-git-ignore")
    return [
        Peer("fixit, one rule", "fixit", ("--quiet", "--rules", "fixit.rules:NoStaticIfCondition", "lint", ".")),
        Peer("semgrep, two patterns", "semgrep", ("scan", *semgrep, "--quiet", ".")),
        Peer("ruff, no cache", "ruff", ("check", "--no-cache", "--exit-zero", "--quiet", ".")),
    ]


def told(name: str, command: Sequence[str], work: Path, before: Callable[[Path], None] | None = None) -> float:
    """The seconds of the processor that a command takes, printed."""
    costs = []
    for _ in range(ROUNDS):
        if before is not None:
            before(work)
        costs.append(cost(command, work))
    print(f"{name:36}{min(costs):8.2f} s")
    return min(costs)


def cost(command: Sequence[str], work: Path) -> float:
    """What one run of a command takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "XDG_CACHE_HOME": str(work.parent / "cache"), "SEMGREP_SEND_METRICS": "off"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    ran = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # One that could not run has no time: `1` says that something was found.
    if ran.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command[:4])} ended with {ran.returncode}: {ran.stderr[-500:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def changed(work: Path) -> None:
    """Gives the one file a content that no cache has seen."""
    with (work / "one.py").open("a") as file:
        file.write(f"# {random.random()}\n")


if __name__ == "__main__":
    main()
