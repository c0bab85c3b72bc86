"""The hooks as another repository uses them, through the real pre-commit."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from obsaudit.lint.documents import SUFFIXES, is_read

from .shell import obsaudit

ROOT = Path(__file__).parents[2]
BAD = "- alert: ApiDown\n  expr: up == 0\n"
FIXED = "- alert: ApiDown\n  expr: up\n  labels: {severity: critical}\n"
UNUSED = FIXED.replace("Down", "Down # obsaudit: ignore[alerts/missing-severity] -- because")
CONFIG = """\
repos:
  - repo: {}
    rev: {}
    hooks:
      - id: obsaudit
      - id: obsaudit-fix
        stages: [manual]
      - id: obsaudit-readiness
        args: [--fail-under, "100"]
"""
UNREACHABLE = re.compile(
    r"Could not find a version|No matching distribution|NewConnectionError|Connection(Reset)?Error|ProxyError"
)


def test_the_hooks_take_the_files_that_are_read():
    """
    No more, or a commit waits for nothing; no less, or it passes unseen.
    """
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))

    assert ["obsaudit", "obsaudit-fix", "obsaudit-readiness"] == [hook["id"] for hook in hooks]
    for hook in hooks[:2]:
        endings = hook["files"].split(r"\.(")[1].partition(")")[0]
        assert {f".{ending}" for ending in endings.split("|")} == SUFFIXES
        for name in ("alerts/API.YML", "alerts/api.yml.bak", "crontab", "etc/crontab", "my-crontab", "crontab/LICENSE",
                     "cron.d/probes", "etc/cron.d/probes", "cron.d/a/probes", "cron.d/.placeholder", "cron.d/a.bak",
                     "not-cron.d/probes", "LICENSE", "Makefile"):  # fmt: skip
            assert (name, is_read(name)) == (name, re.search(hook["files"], name) is not None)


def git(folder, *args):
    """Git without the user's configuration, and without asking who owns the files."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    more = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "safe.directory=*")
    command = ["git", *identity, "-C", str(folder), *args]
    return subprocess.run(command, check=True, capture_output=True, text=True, env={**kept, **more}).stdout.strip()


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """This checkout as it stands, committed to a repository of its own."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("needs git and a checkout")
    folder = tmp_path_factory.mktemp("ours")
    for name in git(ROOT, "ls-files", "-zco", "--exclude-standard", "--", ".", ":!tests", ":!fixtures").split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    git(folder, "init", "-q")
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "-q", "-m", "all")
    return folder, git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def theirs(ours, tmp_path_factory):
    """Another repository that uses the hooks, and a way to run them on all that it has staged."""
    folder, home = tmp_path_factory.mktemp("theirs"), tmp_path_factory.mktemp("home")
    (folder / ".pre-commit-config.yaml").write_text(CONFIG.format(*ours))
    (folder / "obsaudit.toml").write_text('select = ["alerts/missing-severity"]\n')
    git(folder, "init", "-q")
    settings = {
        "PRE_COMMIT_HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
    }

    def run(*args):
        command = [sys.executable, "-m", "pre_commit", "run", "--color", "never", *args]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=600, env={**kept, **settings}
        )
        said = done.stdout + done.stderr
        if done.returncode == 3 and UNREACHABLE.search(said):
            pytest.skip(f"pip cannot reach a registry: {said.splitlines()[-1]}")
        return done.returncode, said

    return folder, run


@pytest.mark.registry
def test_a_commit_with_a_finding_is_stopped(theirs):
    """
    The hook is handed the files that are staged, and says what is wrong with them.
    """
    folder, run = theirs
    (folder / "good.yml").write_text(FIXED)
    git(folder, "add", "--all")
    clean = run("obsaudit")
    (folder / "bad.rules").write_text(BAD)
    (folder / "unstaged.yml").write_text(BAD)
    git(folder, "add", "bad.rules")
    code, said = run("obsaudit")

    assert (0, True) == (clean[0], "Passed" in clean[1]), clean[1]
    assert (1, True, False) == (code, "--> bad.rules:1:10 (alert ApiDown)" in said, "unstaged.yml" in said)


@pytest.mark.registry
def test_a_commit_is_fixed(theirs):
    """
    The second hook writes the safe fixes, and has nothing left to do the next time.
    """
    folder, run = theirs
    for name in ("bad.rules", "unstaged.yml"):
        (folder / name).unlink(missing_ok=True)
    (folder / "fix.yml").write_text(UNUSED)
    git(folder, "add", "--all")
    first = run("obsaudit-fix", "--hook-stage", "manual")
    git(folder, "add", "--all")
    second = run("obsaudit-fix", "--hook-stage", "manual")

    assert (1, True, 0) == (first[0], "files were modified by this hook" in first[1], second[0])
    assert FIXED == (folder / "fix.yml").read_text()


@pytest.mark.registry
def test_a_push_waits_for_the_checklist(theirs):
    """
    The third hook walks the whole repository, whatever is staged, when something is pushed and not at a commit.
    """
    folder, run = theirs
    at_commit = run("obsaudit-readiness")
    code, said = run("obsaudit-readiness", "--hook-stage", "pre-push", "--all-files")
    alone = obsaudit(folder, "readiness", "--fail-under", "100")

    assert 1 == alone.code
    assert (1, True) == (at_commit[0], "No hook with id" in at_commit[1]), at_commit[1]
    assert 1 == code, said
    assert alone.out.splitlines()[-1].strip() in said
