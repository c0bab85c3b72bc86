"""A real Prometheus whose twentieth metric is large: what does not exist, or is small, is not taken to be as large."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from obsaudit import auditors
from obsaudit.auditors import Answer, Budget, Limits, Question
from obsaudit.auditors.auditor import tsdb, vector
from obsaudit.auditors.errors import Refused, TooDear
from obsaudit.auditors.guard import Guard
from obsaudit.lint.project import Project

from .servers import Reply, prometheus, stub, until, value

SERIES = 2_000
LARGE = 22
SCRAPING = """\
global: {{scrape_interval: 5s, scrape_timeout: 5s}}
scrape_configs:
  - {{job_name: app, static_configs: [{{targets: ['{app}']}}]}}
"""
METRICS = [
    *(f'app_{letter}_total{{shard="{n}"}} 1' for letter in "abcdefghijklmnopqrstuv"[:LARGE] for n in range(SERIES)),
    'alertmanager_notifications_total{integration="slack"} 5',
    'alertmanager_notifications_failed_total{integration="slack"} 0',
]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with 22 metrics of 2,000 series, and two of one; its URL."""
    body = Reply("".join(f"{line}\n" for line in METRICS).encode(), headers={"Content-Type": "text/plain"})
    with ExitStack() as stack:
        app = stack.enter_context(stub(lambda path, headers: body))
        url = stack.enter_context(prometheus(tmp_path_factory.mktemp("large"), SCRAPING.format(app=app)))
        until(lambda: (value(url, "scrape_samples_post_metric_relabeling") or 0) >= len(METRICS), "the series")
        until(lambda: (value(url, "count_over_time(alertmanager_notifications_total[1m])") or 0) >= 2, "two scrapes")
        yield url


def audit(url: str, rule: str) -> tuple[auditors.LiveResult, auditors.Live]:
    """An audit by one auditor, within the limits that are the default."""
    chosen = [one for one in auditors.ALL if one.id == rule]
    live = auditors.connect(url, datetime.now(UTC), "test", {})
    return auditors.audit(chosen, live, Project(())), live


@pytest.mark.live
def test_metrics_that_do_not_exist_cost_nothing(large: str) -> None:
    """
    The server has no collector: that is what is said, and not that the question is too dear.
    """
    result, live = audit(large, "sampling/effective-rate")

    assert ["the server has no counters of a collector's tail sampling, or no trace was decided"] == [
        one.why for one in result.skipped
    ]
    # Which server, its statistics and targets, the names, and one query.
    assert live.budget is not None
    assert 5 == live.budget.spent.requests


@pytest.mark.live
def test_metrics_that_are_few_are_counted(large: str) -> None:
    """
    Alertmanager's counters are two series among 44,000: they are read, and what was sent is reported.
    """
    result, _ = audit(large, "routing/undelivered")

    assert () == result.skipped
    assert ("slack", "0", "0") not in result.tables[0].rows
    assert "Notifications" == result.tables[0].title


@pytest.mark.live
def test_metrics_that_are_large_are_refused(large: str) -> None:
    """
    What is as large as it looks is still not asked.
    """
    live = auditors.connect(large, datetime.now(UTC), "test", {}, limits=Limits(query_samples=1_000_000))
    assert live.budget is not None
    guard = Guard(live, live.budget)

    # The last two of the 22 are not in the list of the twenty largest.
    for letter in "abcdefghijklmnopqrstuv"[:LARGE]:
        with pytest.raises(TooDear, match="it may read 34,560,000 samples"):
            guard.query(f"sum(increase(app_{letter}_total[1d]))")
    assert () == guard.query("sum(increase(app_w_total[1d]))")


class Listing(auditors.Live):
    """A server whose statistics end with a large metric; it may know the names, and count."""

    name = "listing"
    now = datetime(2026, 1, 2, 12, tzinfo=UTC)

    def __init__(self, *, names: bool = True, counts: bool = True) -> None:
        self.asked: list[str] = []
        self._names, self._counts = names, counts

    def ask(self, question: Question) -> Answer:
        """The statistics; names, counts and vectors as told."""
        self.asked.append(question.key)
        if question.path == "status/tsdb":
            return Answer(tsdb(900_000, large_total=500_000, last_total=400_000))
        if question.path == "targets":
            return Answer({"activeTargets": []})
        if question.path == "label/__name__/values":
            if not self._names:
                raise Refused("the server refuses")
            return Answer(["ended_total", "large_total", "last_total", "small_total"])
        if not self._counts and "count(" in question.key:
            raise Refused("the server refuses")
        return Answer(vector(({"of": "small_total"}, 3)) if "count(" in question.key else vector())


@pytest.mark.parametrize(
    ("expression", "given", "asked", "answered"),
    [
        # Known to be small enough, or listed: nothing more is to be learnt.
        ("small_total", {}, 3, True),
        ("increase(last_total[1d])", {}, 2, False),
        # Names decide.
        ("increase(nobody_total[1d])", {}, 4, True),
        # Counts decide.
        ("increase(small_total[1d])", {}, 5, True),
        ("increase(ended_total[1d])", {}, 5, True),
        # Nothing decides: as large as the last one that is listed.
        ("increase(small_total[1d])", {"counts": False}, 4, False),
        ("increase(small_total[1d])", {"names": False}, 5, True),
        ("increase(nobody_total[1d])", {"names": False, "counts": False}, 4, False),
        # One that is small does not make another one so.
        ("increase(small_total[1d]) / increase(large_total[1d])", {}, 4, False),
    ],
)
def test_learning(expression: str, given: dict[str, bool], asked: int, answered: bool) -> None:
    """
    What a question may read is found out with as few questions as it takes, the cheapest first.
    """
    live = Listing(**given)
    guard = Guard(live, Budget(Limits()))

    outcome = True
    try:
        guard.query(expression)
    except TooDear:
        outcome = False

    assert (asked, answered) == (len(live.asked), outcome), live.asked


def test_learnt_once() -> None:
    """
    Neither names nor counts are asked for again, and whoever asks for the names is given those.
    """
    live = Listing()
    guard = Guard(live, Budget(Limits()))

    for _ in range(3):
        guard.query("increase(small_total[1d])")
    names = guard.metric_names()

    assert ("ended_total", "large_total", "last_total", "small_total") == names
    assert 1 == live.asked.count("label/__name__/values")
    assert 1 == len([key for key in live.asked if "count(" in key])


def test_refusals_are_not_asked_again() -> None:
    """
    A server that tells neither names nor counts is asked for each once.
    """
    live = Listing(names=False, counts=False)
    guard = Guard(live, Budget(Limits()))

    for _ in range(3):
        with pytest.raises(TooDear):
            guard.query("increase(small_total[1d])")

    assert 1 == live.asked.count("label/__name__/values")
    assert 1 == len([key for key in live.asked if "count(" in key])
