"""A run that was cut short goes on where it stopped."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from obsaudit.auditors import ALL, Answer, Credentials, Live, Question, audit
from obsaudit.auditors.errors import Unreachable, Unsupported
from obsaudit.auditors.journal import Journal, place
from obsaudit.lint.project import Project

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
GOOD = {
    "status/buildinfo": {"version": "3.1.0"},
    "status/tsdb": {"headStats": {"numSeries": 2}, "seriesCountByMetricName": [{"name": "up", "value": 1}]},
    "rules": {"groups": []},
    "targets": {"activeTargets": []},
    "scrape_pools": {"scrapePools": []},
    "status/runtimeinfo": {},
}


class Mortal(Live):
    """A server that answers so many questions, and then no more."""

    name = "test"

    def __init__(self, life: int, now: datetime = NOW) -> None:
        self.life = life
        self.now = now
        self.asked: list[str] = []

    def ask(self, question: Question) -> Answer:
        """An answer, as long as it lives."""
        if len(self.asked) == self.life:
            raise Unreachable("no connection: Connection refused")
        self.asked.append(question.key)
        if question.path.startswith("label"):
            return Answer([])
        kind = "matrix" if question.path == "query_range" else "vector"
        return Answer(GOOD.get(question.path, {"resultType": kind, "result": []}))


def test_run_goes_on(tmp_path: Path) -> None:
    """
    What was answered before the server died is not asked again, and all of it is of the same moment.
    """
    path = tmp_path / "live" / "a.jsonl"
    first, second = Mortal(4), Mortal(1000, NOW + timedelta(minutes=20))

    cut = audit(ALL, Journal(first, path), Project(()))
    journal = Journal(second, path)
    whole = audit(ALL, journal, Project(()))

    assert (False, True) == (cut.complete, whole.complete)
    assert 4 == len(first.asked)
    assert not set(first.asked) & set(second.asked)
    assert NOW == second.now == journal.now
    assert ("resumed", "4 answers of the run of 2026-01-02 12:00 UTC, which was cut short") in whole.head


def test_run_that_ended_is_forgotten(tmp_path: Path) -> None:
    """
    After a run that came to its end the next one asks everything anew.
    """
    path = tmp_path / "a.jsonl"

    audit(ALL, Journal(Mortal(1000), path), Project(()))

    assert not path.exists()


def test_old_answers_are_not_used(tmp_path: Path) -> None:
    """
    The answers of a run that began an hour ago say nothing of now.
    """
    path = tmp_path / "a.jsonl"
    Journal(Mortal(1000), path).build_info()

    later = Journal(Mortal(1000, NOW + timedelta(hours=1)), path)

    assert (0, NOW + timedelta(hours=1)) == (later.resumed, later.now)


def test_line_that_was_being_written(tmp_path: Path) -> None:
    """
    A line that ends in its middle is no answer; those before it are.
    """
    path = tmp_path / "a.jsonl"
    first = Journal(Mortal(1000), path)
    first.build_info()
    first.rules()
    path.write_text(path.read_text("utf-8")[:-5], encoding="utf-8")

    assert 1 == Journal(Mortal(1000), path).resumed


def test_failures_are_asked_again(tmp_path: Path) -> None:
    """
    A question without an answer is not remembered.
    """
    path = tmp_path / "a.jsonl"
    with pytest.raises(Unreachable):
        Journal(Mortal(0), path).build_info()

    assert "3.1.0" == Journal(Mortal(1), path).build_info().version


def test_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    """
    Without a folder there is no resumption, and every answer.
    """
    (tmp_path / "file").write_text("", encoding="utf-8")

    assert "3.1.0" == Journal(Mortal(1), tmp_path / "file" / "a.jsonl").build_info().version


def test_file_is_private_and_named_after_who_asks(tmp_path: Path) -> None:
    """
    The file can be read by its owner alone, and another user or tenant has another one; no name holds a secret.
    """
    given = [Credentials(), Credentials(bearer="s3cr3t"), Credentials(headers={"X-Scope-OrgID": "s3cr3t"})]
    paths = {place(tmp_path, "http://prom:9090", one) for one in (*given, Credentials(basic=("s3cr3t", "")))}
    path = place(tmp_path, "http://prom:9090", given[1])
    Journal(Mortal(1), path).build_info()

    assert 4 == len(paths)
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert not [one for one in paths if "s3cr3t" in str(one)]


def test_no_endpoint_is_not_written_down(tmp_path: Path) -> None:
    """
    That a backend lacks an endpoint is a failure like any other here.
    """

    class Lacking(Mortal):
        def ask(self, question: Question) -> Answer:
            raise Unsupported("the server does not have it")

    with pytest.raises(Unsupported):
        Journal(Lacking(1), tmp_path / "a.jsonl").build_info()

    assert 0 == Journal(Mortal(1), tmp_path / "a.jsonl").resumed
