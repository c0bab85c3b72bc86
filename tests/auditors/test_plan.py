"""What a run would ask, what it would cost, and what is too dear to be asked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from obsaudit import auditors
from obsaudit.auditors import Answer, Budget, Limits, Live, Question
from obsaudit.auditors.auditor import tsdb, vector
from obsaudit.auditors.effort import Kind, Known, kind
from obsaudit.auditors.errors import TooDear
from obsaudit.auditors.guard import Guard
from obsaudit.fixtures.live import events
from obsaudit.lint.project import Project

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
FIXTURE = Path(auditors.__file__).parents[1] / "fixtures" / "live" / "events.json"


class Large(Live):
    """A server with a million series of one metric."""

    name = "large"
    now = NOW
    budget = Budget(Limits())

    def __init__(self) -> None:
        self.asked: list[str] = []

    def ask(self, question: Question) -> Answer:
        """The statistics, and nothing of any query."""
        self.asked.append(question.key)
        status = tsdb(1_000_100, requests_total=1_000_000, up=100)
        answers = {"status/tsdb": status, "targets": {"activeTargets": []}}
        return Answer(answers.get(question.path, vector()))


@pytest.mark.parametrize(
    ("expression", "samples"),
    [
        ("requests_total", 1_000_000),
        ("sum(up) / count(up)", 200),
        ("sum(rate(requests_total[5m]))", 20_000_000),
        ("max_over_time(up[1h:1m])", 6_000),
        ("not_listed", 100),
        ("scrape_duration_seconds", 7),
        ("ALERTS", 100),
        ('{job="a"}', 1_000_100),
        ("1", 0),
        ("sum(", None),
    ],
)
def test_samples(expression: str, samples: int | None) -> None:
    """
    A selector reads at most all series of its metric, a range as many samples of each as it has scrapes.
    """
    known = Known(1_000_100, {"requests_total": 1_000_000, "up": 100}, targets=7)

    assert samples == known.samples(Question("query", (("query", expression),)))


def test_samples_of_a_range() -> None:
    """
    A range query reads at each step what the query reads once; what the size of is unknown is unknown.
    """
    question = Question("query_range", (("query", "up"), ("range", "3600"), ("step", "60")))

    assert 6_100 == Known(200, {"up": 100}).samples(question)
    assert None is Known().samples(question)
    assert 0 == Known().samples(Question("rules"))


def test_dear_query_is_not_asked() -> None:
    """
    A query that may read more than the limit is unknown with its figures, and the server never sees it.
    """
    live = Large()
    guard = Guard(live, live.budget)

    assert () == guard.query("sum(requests_total)")
    with pytest.raises(TooDear, match="it may read 20,000,000 samples, above the limit of 10,000,000 for a query"):
        guard.query("sum(rate(requests_total[5m]))")

    assert [
        "status/tsdb?limit=20&topN=20",
        "targets?state=active",
        "query?query=sum(requests_total)",
    ] == live.asked


def test_plan_without_answers() -> None:
    """
    A plan has the first questions, each once and the cheapest first, and says what depends on them.
    """
    questions, open_ = auditors.plan(auditors.ALL, Project(()))

    costs = [row[0] for row in questions.rows]
    assert sorted(costs, key=["status", "index", "query", "range query"].index) == costs
    assert len(questions.rows) == len({row[3] for row in questions.rows})
    assert {"unknown"} == {row[1] for row in questions.rows if "query" in row[0]}
    assert "nothing was asked" in (questions.note or "")
    assert ("rules/no-data",) in open_.rows


def test_plan_with_a_snapshot_is_what_is_asked() -> None:
    """
    A plan that follows the answers of a snapshot has the questions of an audit of it, and leaves nothing open.
    """
    snapshot = auditors.load(FIXTURE)
    asked = auditors.audit(auditors.ALL, snapshot, events.project()).snapshot

    questions, *_ = auditors.plan(auditors.ALL, events.project(), snapshot)

    assert len(asked.records) == len(questions.rows)
    assert all("ALERTS" in row[3] or "prometheus_" in row[3] for row in questions.rows if row[1] == "unknown")


def test_kinds() -> None:
    """
    A question is of the status, the index or the samples.
    """
    paths = ("targets", "label/job/values", "labels", "query", "query_range")

    assert [Kind.STATUS, Kind.INDEX, Kind.INDEX, Kind.QUERY, Kind.RANGE] == [kind(Question(path)) for path in paths]
