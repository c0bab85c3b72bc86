"""The command as a user runs it: a process of its own."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import textwrap
from dataclasses import dataclass
from pathlib import Path

COMMAND = (sys.executable, "-m", "obsaudit")
BAD = "- alert: ApiDown\n  expr: up == 0\n"
ONE = ("--select", "alerts/missing-severity")
"""The one rule that `BAD` is against."""


@dataclass(frozen=True)
class Outcome:
    """What a process left: its exit code and what it wrote."""

    code: int
    out: str
    err: str


_CACHES = tempfile.TemporaryDirectory(prefix="obsaudit-caches-")


def _cache_of(folder: Path) -> str:
    return os.path.join(_CACHES.name, hashlib.sha256(os.fsencode(folder)).hexdigest()[:16])


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The test's own, without colours and with a cache for this folder that goes when the tests are done."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM", "COLUMNS")}
    return {**kept, "XDG_CACHE_HOME": _cache_of(folder), "TERM": "xterm", **more}


def obsaudit(folder: Path, *args: str, stdin: bytes = b"", **more: str) -> Outcome:
    """Runs the command in a folder."""
    done = subprocess.run(
        [*COMMAND, *args], cwd=folder, input=stdin, capture_output=True, timeout=120, env=environment(folder, **more)
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def lint(folder: Path, *args: str, **more: str) -> tuple[int, list[str], dict[str, str]]:
    """A run with a JSON report: its exit code, its findings as `rule source:line`, and what was skipped."""
    done = obsaudit(folder, "lint", "--format", "json", *(() if "--select" in args else ONE), *args, **more)
    assert "Traceback" not in done.err
    report = json.loads(done.out)
    found = [f"{one['rule']} {one['source']}:{one['region']['start']['line']}" for one in report["findings"]]
    return done.code, found, {one["what"]: one["why"] for one in report["skipped"]}


def run_with(folder: Path, patch: str, *args: str) -> subprocess.CompletedProcess[str]:
    """The command with some code run before it, in a process of its own."""
    code = textwrap.dedent(patch) + "\nfrom obsaudit.cli import main\nmain()\n"
    return subprocess.run(
        [sys.executable, "-c", code, "lint", *args],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        env=environment(folder),
    )


def state(folder: Path) -> dict[str, str]:
    """Every file below a folder with the hash of what it holds, its mode and its time."""
    return {
        str(path.relative_to(folder)): f"{_digest(path)} {path.lstat().st_mode:o} {path.lstat().st_mtime_ns}"
        for path in sorted(folder.rglob("*"))
    }


def _digest(path: Path) -> str:
    if path.is_symlink():
        return os.readlink(path)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "-"
