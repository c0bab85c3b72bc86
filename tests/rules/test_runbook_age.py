"""Runbooks whose age git tells, and addresses that the web denies, through whole runs."""

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from obsaudit.lint.cache import Cache
from obsaudit.lint.config import Config
from obsaudit.lint.git import History
from obsaudit.lint.record import replace
from obsaudit.lint.run import Request, run
from obsaudit.lint.web import Web
from obsaudit.rules import ALL

PAGE = "# ApiDown\n\n## Impact\n\nSee [the wiki](https://wiki.corp.io/gone) or [this](https://wiki.corp.io/fine).\n"
ALERT = """\
- alert: ApiDown
  expr: up == 0
  annotations:
    runbook_url: https://wiki.corp.io/gone#down
"""


def git(folder: Path, *arguments: str, day: str = "2026-01-05") -> None:
    when = f"{day}T12:00:00Z"
    names = {**os.environ, "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    identity = ("-c", "user.name=t", "-c", "user.email=t@t.io")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, env=names)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two runbooks: one committed long ago, one changed lately."""
    work = tmp_path / "work"
    (work / "docs" / "runbooks").mkdir(parents=True)
    for name in ("api-down", "api-slow"):
        (work / "docs" / "runbooks" / f"{name}.md").write_text(PAGE.replace("ApiDown", name))
    git(work, "init", "-q")
    git(work, "add", ".")
    git(work, "commit", "-qm", "pages")
    (work / "docs" / "runbooks" / "api-slow.md").write_text(PAGE.replace("ApiDown", "api-slow") + "\nMore.\n")
    git(work, "commit", "-qam", "more", day="2026-11-01")
    return work


def request(folder: Path, rule: str) -> Request:
    rules = tuple(one for one in ALL if one.id == rule)
    today = date(2026, 11, 27)
    return Request(["."], Config(folder), rules, folder, today, Cache(None, ""), history=History(folder))


def test_a_page_that_nobody_has_touched_is_stale(folder):
    """
    The one that was changed this month is not; from a folder below the root the names are the same files.
    """
    (finding,) = run(request(folder, "runbooks/stale")).shown
    (below,) = run(request(folder / "docs", "runbooks/stale")).shown

    assert ("docs/runbooks/api-down.md", "runbooks/api-down.md") == (finding.at.source, below.at.source)
    assert "the runbook has not changed since 2026-01-05, 326 days ago" == finding.message


def test_what_git_cannot_tell_is_unknown(folder, tmp_path):
    """
    Outside a repository, in a shallow clone, and before the first commit of a page nothing is said.
    """
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{folder}", "shallow")
    (folder / "docs" / "runbooks" / "new.md").write_text(PAGE)
    outside = tmp_path / "outside"
    (outside / "runbooks").mkdir(parents=True)
    (outside / "runbooks" / "a.md").write_text(PAGE)

    assert () == run(request(tmp_path / "shallow", "runbooks/stale")).shown
    assert () == run(request(outside, "runbooks/stale")).shown
    assert ["docs/runbooks/api-down.md"] == [one.at.source for one in run(request(folder, "runbooks/stale")).shown]


def test_addresses_are_asked_only_when_told_to(folder):
    """
    Of a page and of an alert's annotation; without `--online` nothing is asked.
    """
    (folder / "alerts.yml").write_text(ALERT)
    asked = request(folder, "runbooks/broken-link")
    web = Web(lambda method, url: 404 if url.endswith("/gone") else 200)
    shown = run(replace(asked, web=web)).shown

    assert () == run(asked).shown
    assert [("alerts.yml", 4), ("docs/runbooks/api-down.md", 5), ("docs/runbooks/api-slow.md", 5)] == [
        (one.at.source, one.at.region.start.line) for one in shown
    ]
    assert {"`https://wiki.corp.io/gone` does not exist: its server says so"} <= {one.message for one in shown}
