"""Several processes find what one finds, and outlive each other."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from obsaudit.lint import Finding, Rule, Severity, Skipped, sources
from obsaudit.lint.check import Checker
from obsaudit.lint.nodes import AlertingRule
from obsaudit.lint.profile import Profile
from obsaudit.lint.record import replace
from obsaudit.lint.run import read, run
from obsaudit.rules import ALL

from ..cli.shell import COMMAND, environment
from .samples import request

ALERT = '- alert: Alert{0}\n  expr: up{{job="api"}} == 0\n'
DEAD = "the process that read it ended: it may be out of memory"


class Deadly(Rule):
    """Ends the process that looks at one alert; another one raises."""

    id = "test/deadly"
    summary = "kills"
    severity = Severity.WARNING
    since = "0.1"

    def check_alert(self, alert: AlertingRule) -> Iterator[Finding]:
        if alert.name.value == "Alert7" and os.environ["FIRST_PROCESS"] != str(os.getpid()):
            os.kill(os.getpid(), signal.SIGKILL)
        if alert.name.value == "Alert9":
            raise RuntimeError("no")
        yield self.finding("seen", alert.at)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    """Even a small project is shared out."""
    monkeypatch.setattr(sources, "_WORTH_HELP", 1)
    monkeypatch.setattr("obsaudit.lint.workers._BATCH", 100)
    monkeypatch.setenv("FIRST_PROCESS", str(os.getpid()))


def project(folder: Path, count: int = 12) -> Path:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        (folder / f"a{number:02}.yml").write_text(ALERT.format(number))
    (folder / "broken.yml").write_text("- alert: X\n  expr: 'up")
    (folder / "app.py").write_text("import logging\nlogging.getLogger().error(f'no {1}')\n")
    return folder


@pytest.mark.parametrize("jobs", [2, 5])
def test_the_report_is_the_same(tmp_path, jobs):
    """
    Findings, suppressions, counts and order do not depend on how many processes there are.
    """
    asked = replace(request(project(tmp_path / "work"), "."), rules=ALL)
    alone, together = run(asked), run(replace(asked, jobs=jobs))

    assert alone == together
    assert alone.shown


def test_what_was_found_is_known_the_next_time(tmp_path):
    """
    The other processes keep what they found where the first one looks for it.
    """
    from obsaudit.lint.cache import Cache

    asked = replace(request(project(tmp_path / "work"), "."), rules=ALL, cache=Cache(tmp_path / "cache", "s"), jobs=3)
    first = run(asked)
    profile = Profile()
    second = run(replace(asked, profile=profile))

    assert first == second
    assert "check" not in profile.stages


def test_a_process_that_dies_takes_one_file_with_it(tmp_path):
    """
    The file at fault is said to be skipped, which is fatal; every other one is judged.
    """
    asked = replace(request(project(tmp_path / "work"), "."), rules=(Deadly(),), jobs=3)
    report = run(asked)

    assert (
        Skipped("a07.yml", "the process that read it ended: it may be out of memory", fatal=True),
    ) == report.skipped
    found = {one.at.source for one in report.shown if one.rule == "test/deadly"}
    assert {f"a{number:02}.yml" for number in range(12)} - {"a07.yml", "a09.yml"} == found


def test_time_is_measured_in_all_processes(tmp_path):
    """
    Stages and rules of the other processes count.
    """
    profile = Profile()
    run(replace(request(project(tmp_path / "work"), "."), rules=ALL, jobs=3, profile=profile))

    assert {"discover", "read", "parse .yml", "parse .py", "check", "keep", "project rules"} == set(profile.stages)
    assert profile.rules["alerts/missing-for"] > 0


def test_an_interrupt_ends_all_of_them(tmp_path):
    """
    Exit 130, no traceback, and no process is left.
    """
    folder = project(tmp_path / "work", 400)
    for path in folder.glob("a*.yml"):
        path.write_text("".join(ALERT.format(number) for number in range(60)))
    process = subprocess.Popen(
        [*COMMAND, "lint", "--no-cache", "-j", "2"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment(folder),
        start_new_session=True,
    )
    while not (workers := children(process.pid)) and process.poll() is None:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    out, _ = process.communicate()

    assert (130, True) == (process.returncode, bool(workers))
    assert "Traceback" not in out
    assert [] == [pid for pid in workers if Path(f"/proc/{pid}").exists()]


@pytest.mark.skipif(sys.platform != "linux", reason="needs a fork")
def test_an_interrupt_in_the_middle_of_a_fork_is_not_lost(tmp_path):
    """
    What runs around a fork swallows exceptions, and goes on, in both processes.
    """
    script = """
import os, signal
from obsaudit.lint import sources, workers
from obsaudit.cli import main
sources._WORTH_HELP, workers._BATCH = 1, 100
interrupt = lambda: os.kill(os.getpid(), signal.SIGINT)
os.register_at_fork(after_in_parent=interrupt, after_in_child=interrupt)
# No other process is started on the way, and the first that a run starts is one of the workers.
os.environ["PATH"] = ""
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", script, "lint", "--no-cache", "-j", "3"],
        cwd=project(tmp_path / "work"),
        capture_output=True,
        text=True,
        env=environment(tmp_path),
    )

    assert (130, "", "") == (done.returncode, done.stdout, done.stderr)


def left() -> tuple[list[str], list[object]]:
    """The threads and processes that somebody has to put away."""
    return [thread.name for thread in threading.enumerate()], list(multiprocessing.active_children())


@pytest.mark.parametrize("seen", [None, 1], ids=["all", "the first file"])
def test_nothing_is_left_when_a_run_is_over(tmp_path, seen):
    """
    Not even for a caller that has seen enough: a thread that outlives the interpreter writes to what is closed.
    """
    asked = replace(request(project(tmp_path / "work"), "."), rules=ALL, jobs=3)
    before = left()
    for _ in range(10):
        files = read(asked, Checker(ALL))
        assert list(islice(files, seen))
        files.close()
        assert before == left()


def test_many_short_runs_end_without_a_word(tmp_path):
    """
    Each starts processes and is over at once, by its end or by an exit in its middle.
    """
    folder = project(tmp_path / "work")
    script = """
from obsaudit.lint import sources, workers
sources._WORTH_HELP, workers._BATCH = 1, 100
if {early}:
    def exiting(*args, own=workers._taken):
        yield from own(*args)
        raise SystemExit(1)
    workers._taken = exiting
from obsaudit.cli import main
main()
"""
    for number in range(6):
        done = subprocess.run(
            [sys.executable, "-c", script.format(early=number % 2), "lint", "--no-cache", "-j", "3", "-f", "json"],
            cwd=folder,
            capture_output=True,
            text=True,
            env=environment(folder),
        )

        assert (1, "") == (done.returncode, done.stderr)
        assert bool(done.stdout) == (number % 2 == 0)


def children(pid: int) -> list[str]:
    """The processes that a process has started."""
    if sys.platform != "linux":
        pytest.skip("needs /proc")
    return [path.parent.name for path in Path("/proc").glob("[0-9]*/stat") if _parent(path) == str(pid)]


def _parent(stat: Path) -> str | None:
    try:
        # The name of the command stands in parentheses, and may hold anything.
        return stat.read_text().rpartition(")")[2].split()[1]
    except OSError:  # it ended just now
        return None
