"""A rule about the project is asked again where what it asks for changed, and nowhere else."""

import random
import shutil
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from obsaudit.lint import Rule, Severity, answers
from obsaudit.lint.cache import Cache
from obsaudit.lint.git import History
from obsaudit.lint.nodes import AlertingRule, LogCall
from obsaudit.lint.record import replace
from obsaudit.lint.run import run
from obsaudit.rules import ALL

from ..cli.test_since import git
from .samples import ALERT, TODAY, request, write

EVENTS = Path(__file__).parents[2] / "fixtures/projects/events"
LOG = "import logging\nlogging.error('no')\n"


class Asking(Rule):
    """Says how many alerts there are, and counts how often it is asked."""

    id = "test/asking"
    summary = "counts alerts"
    severity = Severity.WARNING
    asked: ClassVar[list[int]] = []

    def check_project(self, project):
        alerts = project.all(AlertingRule)
        self.asked.append(len(alerts))
        yield self.finding(f"{len(alerts)} alerts", alerts[-1].at)


@pytest.fixture
def asked(monkeypatch):
    """How many alerts there were each time the rule was asked."""
    times = []
    monkeypatch.setattr(Asking, "asked", times)
    return times


@pytest.fixture
def project(tmp_path):
    write(tmp_path / "p", a_yml=ALERT.format("One"), b_yml=ALERT.format("Two"), c_py=LOG)
    return tmp_path / "p"


def checked(project, *rules, **more):
    return run(request(project, rules=rules or (Asking(),), cache=Cache(project.parent / "c", "salt"), **more))


def test_another_kind_of_node_may_change(project, asked):
    """
    Log calls are nothing that the rule asks for, nor is a comment below the last alert.
    """
    first = checked(project)
    write(project, c_py=LOG + LOG, d_py=LOG, a_yml=ALERT.format("One") + "# so\n")

    assert first.shown == checked(project).shown
    assert [2] == asked


@pytest.mark.parametrize(
    "files",
    [
        {"a_yml": ALERT.format("Other")},
        {"a_yml": "# so\n" + ALERT.format("One")},
        {"d_yml": ALERT.format("Three")},
        {"a_yml": "groups: []\n"},
    ],
    ids=["changed", "moved", "new", "gone"],
)
def test_it_is_asked_again_where_its_own_changed(project, asked, files):
    """
    A place is part of a finding: what only moved is another answer, too.
    """
    checked(project)
    write(project, **files)

    assert checked(project) == run(request(project, rules=(Asking(),)))
    assert 3 == len(asked)


def test_the_state_before_is_known(project, asked):
    """
    People go to and fro between branches.
    """
    checked(project)
    write(project, a_yml=ALERT.format("Other"))
    checked(project)
    write(project, a_yml=ALERT.format("One"))
    checked(project)

    assert [2, 2] == asked


def test_no_more_states_are_kept_than_are_of_use(project, asked, monkeypatch):
    """
    Of each rule; the oldest goes.
    """
    monkeypatch.setattr(answers, "GENERATIONS", 2)
    for name in ("One", "Two", "Three", "Three", "Two", "One"):
        write(project, a_yml=ALERT.format(name))
        checked(project)

    assert 4 == len(asked)


def test_two_folders_do_not_take_each_others_answer(project, asked):
    """
    One cache is for all projects of a user.
    """
    other = project.parent / "q"
    shutil.copytree(project, other)
    for _ in range(2):
        checked(project)
        checked(other)

    assert [2, 2] == asked


class Dated(Asking):
    """Asks for the day, and what git knows."""

    id = "test/dated"

    def check_project(self, project):
        yield from super().check_project(project)
        assert project.today is not None
        assert project.history is not None


def test_the_day_and_the_last_commit_count_for_those_who_ask(project, asked):
    """
    A commit makes a page young, whose text is the same.
    """
    git(project, "init")
    known = {"history": History(project)}
    checked(project, Dated(), **known)
    git(project, "add", ".")
    git(project, "commit", "-m", "all")
    for _ in range(2):
        checked(project, Dated(), **known)
    assert [2, 2] == asked

    tomorrow = request(project, rules=(Dated(), Asking()), cache=Cache(project.parent / "c", "salt"), **known)
    for _ in range(2):
        run(replace(tomorrow, today=TODAY + timedelta(days=1)))
    assert [2, 2, 2, 2] == asked


class Failing(Asking):
    """Raises, once."""

    id = "test/failing"

    def check_project(self, project):
        yield from super().check_project(project)
        if len(self.asked) == 1:
            raise RuntimeError("once")


def test_what_a_rule_found_before_it_raised_is_no_answer(project, asked):
    """
    It may not raise the next time.
    """
    checked(project, Failing())
    checked(project, Failing())
    checked(project, Failing())

    assert [2, 2] == asked


class Reading(Asking):
    """Asks for log calls only where there are three alerts."""

    id = "test/reading"

    def check_project(self, project):
        alerts = project.all(AlertingRule)
        self.asked.append(len(project.all(LogCall)) if len(alerts) == 3 else 0)
        yield self.finding(f"{self.asked[-1]} calls", alerts[0].at)


def test_what_it_asks_for_may_depend_on_what_it_is_told(project, asked):
    """
    The kinds are those of the answer, not of the rule.
    """
    for files in ({}, {"c_py": LOG + LOG}, {"d_yml": ALERT.format("Three")}, {"c_py": LOG}, {"c_py": LOG}):
        write(project, **files)
        checked(project, Reading())

    assert [0, 2, 1] == asked


def test_a_project_that_changes_again_and_again_is_told_the_same(tmp_path):
    """
    By all rules, whatever line goes: kept answers never show in a report.
    """
    project = tmp_path / "p"
    shutil.copytree(EVENTS, project)
    files = sorted(path for path in project.rglob("*") if path.is_file())
    chance = random.Random(7)
    kept = request(project, rules=ALL, cache=Cache(tmp_path / "c", "salt"))
    for _ in range(15):
        path = chance.choice(files)
        lines = path.read_bytes().splitlines(keepends=True)
        del lines[chance.randrange(len(lines) + 1) :][:1]
        path.write_bytes(b"".join(lines) or b"\n")

        assert run(replace(kept, cache=Cache(None, ""))) == run(kept)
