"""How a server is asked: seldom enough, in batches, in pieces where the whole is too much."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from obsaudit import auditors
from obsaudit.auditors import Answer, Credentials, Live, Question
from obsaudit.auditors.answers import BuildInfo, Count
from obsaudit.auditors.errors import Refused, Unsupported
from obsaudit.auditors.limits import Limits
from obsaudit.auditors.prometheus import Server
from obsaudit.lint.project import Project

from .servers import Reply, stub
from .test_faults import failure, success

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def server(address: str, clock: Clock, **limits: float) -> Server:
    """A server with a clock of ours."""
    given = Limits(**{"rate": 1000.0, "backoff": 0.001, **limits})  # type: ignore[arg-type]
    return Server(f"http://{address}", NOW, name="test", limits=given, clock=clock, sleep=clock.sleep)


def test_rate() -> None:
    """
    Requests are sent no faster than the rate, the first one at once.
    """
    clock = Clock()
    with stub(lambda path, headers: success({"version": "3.1.0"})) as address:
        asked = server(address, clock, rate=4)
        for _ in range(3):
            asked.build_info()

    assert [0.25, 0.25] == clock.slept


def test_retry_after() -> None:
    """
    A server that says when it wants to be asked again is not asked before.
    """
    clock = Clock()
    replies = iter([Reply(status=429, headers={"Retry-After": "7"}), success({"version": "3.1.0"})])
    with stub(lambda path, headers: next(replies)) as address:
        assert "3.1.0" == server(address, clock).build_info().version

    assert 7 <= sum(clock.slept) < 7.1


def test_retry_after_the_end_of_the_run() -> None:
    """
    A server that wants more time than the run has is not waited for.
    """
    clock = Clock()
    reply = Reply(status=429, headers={"Retry-After": "3600"})
    with stub(lambda path, headers: reply) as address, pytest.raises(Refused, match="busy"):
        server(address, clock).build_info()

    assert [] == clock.slept


def ranges(limit: int, seen: list[tuple[float, float]]):  # type: ignore[no-untyped-def]
    """A server that gives at most so many points of one series, the value of each being its time."""

    def handle(path: str, headers: Mapping[str, str]) -> Reply:
        given = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        start, end, step = float(given["start"]), float(given["end"]), float(given["step"])
        points = int((end - start) / step) + 1
        if points > limit:
            return failure(422, "execution", "query processing would load too many samples into memory")
        seen.append((start, end))
        values = [[start + step * index, str(start + step * index)] for index in range(points)]
        return success({"resultType": "matrix", "result": [{"metric": {"job": "a"}, "values": values}]})

    return handle


def test_range_is_split() -> None:
    """
    A range that is too much for the server is asked in halves, each point once.
    """
    seen: list[tuple[float, float]] = []
    with stub(ranges(30, seen)) as address:
        [series] = server(address, Clock()).query_range("up", 6000, 60)

    end = NOW.timestamp()
    assert [end - 6000 + 60 * index for index in range(101)] == [at for at, _ in series.points]
    assert 4 == len(seen)


def test_range_that_is_too_much_in_any_piece() -> None:
    """
    Splitting ends: what is too much even in small pieces is unknown, with what the server said.
    """
    seen: list[tuple[float, float]] = []
    with stub(ranges(0, seen)) as address:
        asked = server(address, Clock())
        with pytest.raises(Refused, match="too many samples"):
            asked.query_range("up", 6000, 60)

    assert 5 == asked.budget.spent.requests


def test_other_refusals_are_not_split() -> None:
    """
    A query that is refused for what it says is asked once.
    """
    with stub(lambda path, headers: failure(400, "bad_data", "parse error")) as address:
        asked = server(address, Clock())
        with pytest.raises(Refused, match="parse error"):
            asked.query_range("up", 6000, 60)

    assert 1 == asked.budget.spent.requests


@pytest.mark.parametrize(
    ("data", "headers", "expected"),
    [
        ({"version": "3.1.0"}, {}, BuildInfo("3.1.0", "Prometheus")),
        ({"version": "0.35.0"}, {}, BuildInfo("0.35.0", "Thanos")),
        ({"version": "2.24.0"}, {"X-Server-Hostname": "vm-0"}, BuildInfo("2.24.0", "VictoriaMetrics")),
        ({"version": "2.14.0", "application": "Grafana Mimir"}, {}, BuildInfo("2.14.0", "Grafana Mimir")),
    ],
)
def test_backend(data: dict[str, str], headers: dict[str, str], expected: BuildInfo) -> None:
    """
    Which backend it is is found out from its version, its own word or its headers.
    """
    reply = Reply(json.dumps({"status": "success", "data": data}).encode(), headers=headers)
    with stub(lambda path, seen: reply) as address:
        assert expected == server(address, Clock()).build_info()


def test_cardinality_of_mimir() -> None:
    """
    Mimir has no status of a storage, and an API of its own, without the envelope, for its cardinality.

    The answer is the one that Mimir documents.
    """
    cardinality = {
        "series_count_total": 1000,
        "labels": [
            {
                "label_name": "__name__",
                "label_values_count": 2,
                "series_count": 1000,
                "cardinality": [
                    {"label_value": "up", "series_count": 10},
                    {"label_value": "app_total", "series_count": 990},
                ],
            }
        ],
    }
    replies = {
        "/prometheus/api/v1/status/buildinfo": success({"version": "2.14.0", "application": "Grafana Mimir"}),
        "/prometheus/api/v1/cardinality/label_values": Reply(json.dumps(cardinality).encode()),
    }
    with stub(lambda path, headers: replies.get(urlsplit(path).path, Reply(b"404", 404))) as address:
        status = server(f"{address}/prometheus", Clock()).tsdb_status()

    assert (1000, (Count("app_total", 990), Count("up", 10))) == (status.series, status.by_metric)


@pytest.mark.parametrize(
    ("name", "environment", "bearer", "user"),
    [
        ("prod", {"OBSAUDIT_BEARER_TOKEN": "all"}, "all", None),
        ("prod", {"OBSAUDIT_BEARER_TOKEN": "all", "OBSAUDIT_PROD_BEARER_TOKEN": "own"}, "own", None),
        ("eu-west", {"OBSAUDIT_BEARER_TOKEN": "all", "OBSAUDIT_EU_WEST_USERNAME": "me"}, None, "me"),
        (None, {"OBSAUDIT_BEARER_TOKEN": "all", "OBSAUDIT_PROD_BEARER_TOKEN": "own"}, "all", None),
    ],
)
def test_credentials_of_a_server(
    name: str | None, environment: dict[str, str], bearer: str | None, user: str | None
) -> None:
    """
    A server has its own variables or those of all, and never some of both.
    """
    found = Credentials.for_server(name, environment)

    assert (bearer, user) == (found.bearer, found.basic[0] if found.basic else None)


class Thousand(Live):
    """A server with a thousand alerts, of which every second one reads a metric that does not exist."""

    name = "test"
    now = NOW

    def __init__(self) -> None:
        self.asked: list[Question] = []

    def ask(self, question: Question) -> Answer:
        """The answer of the index."""
        self.asked.append(question)
        selectors = [value for name, value in question.parameters if name == "match[]"]
        if question.path == "status/buildinfo":
            return Answer({"version": "3.1.0"})
        if question.path == "rules":
            rules = [
                {
                    "name": f"Alert{n}",
                    "type": "alerting",
                    "query": f'rate(app_service_requests_of_kind_{n}_total{{code="500",zone="a"}}[5m]) > 0',
                    "health": "ok",
                }
                for n in range(1000)
            ]
            return Answer({"groups": [{"name": "all", "interval": 60, "rules": rules}]})
        if question.path == "label/__name__/values":
            names = [one.partition("{")[0] for one in selectors if "zone" not in one or "_10_" not in one]
            return Answer([name for name in names if name and int(name.split("_")[5]) % 2 == 0])
        raise Unsupported("the server does not have it")


def test_a_thousand_alerts() -> None:
    """
    A thousand alerts of which half read nothing cost at most 200 requests, none too long for a proxy.
    """
    chosen = [auditor for auditor in auditors.ALL if auditor.id == "rules/no-data"]
    live = Thousand()

    result = auditors.audit(chosen, live, Project(()))

    # Those that read nothing, and the one whose metric has no label `zone`.
    assert 501 == len(result.findings)
    assert len(live.asked) <= 200
    longest = max(sum(len(name) + len(value) for name, value in one.parameters) for one in live.asked)
    assert longest < 4000
