"""Several questions at a time: the limits hold for all of them together, and nothing else is different."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from obsaudit import auditors
from obsaudit.auditors import Answer, Budget, LiveError, Question
from obsaudit.auditors.errors import Exhausted, TooDear
from obsaudit.auditors.limits import Limits
from obsaudit.auditors.prometheus import Alertmanager, Loki, Server
from obsaudit.fixtures.live import events
from obsaudit.lint import Finding
from obsaudit.lint.project import Project

from .servers import Handler, Reply, prometheus, stub, until, value
from .test_faults import serve, success

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
FIXTURE = Path(auditors.__file__).parents[1] / "fixtures" / "live" / "events.json"
CONFIG = """\
global: {scrape_interval: 1s, scrape_timeout: 1s}
rule_files: [rules.yml]
scrape_configs: [{job_name: self, static_configs: [{targets: ['SELF', '127.0.0.1:1']}]}]
"""
RULES = "groups: [{name: all, rules: [{alert: Gone, expr: 'sum(nobody_has_this) > 1'}]}]\n"


class Crowd:
    """Counts who is being answered."""

    def __init__(self, inner: Handler, delay: float) -> None:
        self.most = 0
        self.seen: list[tuple[float, str]] = []
        self._inner, self._delay = inner, delay
        self._now = 0
        self._lock = threading.Lock()

    def __call__(self, path: str, headers: Mapping[str, str]) -> Reply:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
            self.seen.append((time.monotonic(), path))
            reply = self._inner(path, headers)
        time.sleep(self._delay)
        with self._lock:
            self._now -= 1
        return reply


def audit(address: str, **limits: float) -> auditors.LiveResult:
    """An audit with all auditors."""
    given = Limits(**{"rate": 10_000.0, "backoff": 0.001, **limits})  # type: ignore[arg-type]
    return auditors.audit(auditors.ALL, Server(f"http://{address}", NOW, name="test", limits=given), Project(()))


@pytest.mark.parametrize("concurrency", [1, 2, 4])
def test_no_more_at_a_time_than_the_limit(concurrency: int) -> None:
    """
    As many requests as the limit says are answered at a time, and never more; with 1 they come one after the other.
    """
    crowd = Crowd(serve({}), delay=0.02)
    with stub(crowd) as address:
        result = audit(address, concurrency=concurrency)

    assert concurrency == crowd.most
    assert len(crowd.seen) == len({path.partition("&time=")[0] for _, path in crowd.seen})
    assert not [skip for skip in result.skipped if skip.fatal]


class Recorded(auditors.Live):
    """The recorded system, whose answers come after a time that differs from question to question."""

    name = "events"

    def __init__(self, concurrency: int, seed: int) -> None:
        self._inner = auditors.load(FIXTURE)
        self._seed = seed
        self.now = self._inner.now
        self.budget = Budget(Limits(concurrency=concurrency, query_samples=10**9, samples=10**12))

    def ask(self, question: Question) -> Answer:
        """The recorded answer, some milliseconds later."""
        time.sleep(hash((question.key, self._seed)) % 8 / 1000)
        return self._inner.ask(question)


def test_report_is_the_same() -> None:
    """
    Whoever is answered first: findings, tables and what is unknown are those of a run that asks one after the other.
    """

    def everything(concurrency: int, seed: int) -> tuple[object, ...]:
        result = auditors.audit(auditors.ALL, Recorded(concurrency, seed), events.project())
        return (result.findings, result.tables, result.skipped, result.snapshot.dump())

    alone = everything(1, 0)

    assert len(alone[0]) > 10  # type: ignore[arg-type]
    assert [True] * 4 == [alone == everything(concurrency, seed) for concurrency in (4, 16) for seed in (1, 2)]


@pytest.mark.parametrize("concurrency", [1, 3, 16])
def test_requests_are_never_exceeded(concurrency: int) -> None:
    """
    A request is paid for before it is sent: the server sees exactly as many as there are, whoever asks.
    """
    crowd = Crowd(serve({}), delay=0.005)
    with stub(crowd) as address:
        result = audit(address, concurrency=concurrency, requests=11)

    assert 11 == len(crowd.seen)
    [cut] = [skip for skip in result.skipped if skip.what == "server test"]
    assert cut.why.startswith("`")
    assert "the limit of 11 requests for a run is used up; cut short: " in cut.why


def test_requests_of_many_threads() -> None:
    """
    Of a hundred who pay at the same moment, as many may ask as the limit says.
    """
    budget = Budget(Limits(requests=37, rate=1e9))

    def pay(number: int) -> bool:
        try:
            budget.request("prometheus")
        except Exhausted:
            return False
        return True

    with ThreadPoolExecutor(32) as pool:
        paid = list(pool.map(pay, range(100)))

    assert 37 == sum(paid) == budget.spent.requests


def test_rate_holds_for_all_together() -> None:
    """
    Sixteen who ask at once send no more than the rate allows.
    """
    crowd = Crowd(serve({}), delay=0)
    with stub(crowd) as address:
        audit(address, concurrency=16, rate=50, requests=20)

    times = [at for at, _ in crowd.seen]
    assert times[-1] - times[0] >= 18 / 50


def test_queries_read_no_more_together_than_one_may() -> None:
    """
    A query waits until those that are being answered leave it room; one of unknown size is answered alone.
    """
    budget = Budget(Limits(query_samples=100, samples=10**6))
    together: list[int] = []
    now: list[int] = []

    def ask(expected: int | None) -> None:
        with budget.reserved(expected, "query"):
            now.append(100 if expected is None else expected)
            together.append(sum(now))
            time.sleep(0.002)
            now.remove(100 if expected is None else expected)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(ask, [40, 30, 60, None, 100, 20, 10, None, 0, 50] * 4))

    assert 40 == len(together)
    assert 100 == max(together)


def test_samples_are_set_aside() -> None:
    """
    What a query may read is not given to another one before it is known what it did read.
    """
    budget = Budget(Limits(query_samples=200, samples=120))
    second = threading.Thread(target=lambda: order.append("second") if reserve(90) else None)
    order: list[str] = []

    def reserve(samples: int) -> bool:
        with budget.reserved(samples, "query"):
            budget.read("prometheus", samples)
        return True

    with budget.reserved(80, "query"):
        budget.read("prometheus", 30)
        second.start()
        second.join(0.1)
        order.append("first")
    second.join(10)

    assert ["first", "second"] == order
    with pytest.raises(Exhausted, match="`query`: the limit of 120 samples for a run is used up"):
        reserve(1)


def test_query_above_what_is_left() -> None:
    """
    A query that may read more than the run has left is unknown, and a cheaper one is asked.
    """
    budget = Budget(Limits(query_samples=100, samples=120))
    budget.read("prometheus", 50)

    why = "`query`: it may read 90 samples, and 70 are left of those of the run"
    with pytest.raises(TooDear, match=why), budget.reserved(90, "query"):
        pass
    with budget.reserved(70, "query"):
        pass


def test_busy_server_is_left_alone_by_all() -> None:
    """
    After a 429 nobody asks before the time is over that the server has named.
    """
    lock = threading.Lock()
    told: list[float] = []
    inner = serve({})

    def handle(path: str, headers: Mapping[str, str]) -> Reply:
        with lock:
            if not told and len(crowd.seen) >= 8:
                told.append(time.monotonic())
                return Reply(status=429, headers={"Retry-After": "1"})
        return inner(path, headers)

    crowd = Crowd(handle, delay=0.01)
    with stub(crowd) as address:
        result = audit(address, concurrency=4)

    # Those that were on their way when the answer came are no breach.
    [at] = told
    assert [] == [moment - at for moment, _ in crowd.seen if at + 0.2 < moment < at + 0.95]
    assert max(moment for moment, _ in crowd.seen) > at + 1
    assert not [skip for skip in result.skipped if skip.fatal]


def test_server_that_wants_more_time_than_the_run_has() -> None:
    """
    The run ends at once, with the server's word, and nobody asks again.
    """
    crowd = Crowd(lambda path, headers: Reply(status=429, headers={"Retry-After": "3600"}), delay=0)
    with stub(crowd) as address:
        [skipped] = audit(address, concurrency=4).skipped

    assert 1 == len(crowd.seen)
    assert "the server is busy or not ready (429 Too Many Requests)" in skipped.why


def test_server_that_wants_it_in_the_middle() -> None:
    """
    The run is cut short with that reason: what was known is reported, and what was not asked is named.
    """
    inner = serve({})

    def handle(path: str, headers: Mapping[str, str]) -> Reply:
        busy = urlsplit(path).path.endswith("/scrape_pools")
        return Reply(status=429, headers={"Retry-After": "3600"}) if busy else inner(path, headers)

    with stub(handle) as address:
        result = audit(address, concurrency=1)

    [cut] = [skip for skip in result.skipped if skip.what == "server test"]
    assert "it asks to be left alone for 3600s, longer than the run lasts; cut short: " in cut.why
    assert "server/wrong-server" not in cut.why
    assert "scrape/target-down" in cut.why


def test_server_that_dies_is_said_once() -> None:
    """
    When the server is gone, those who ask find out together, and the report has one line about it.
    """
    alive = Crowd(serve({}), delay=0.002)
    gone = threading.Event()

    def handle(path: str, headers: Mapping[str, str]) -> Reply:
        if len(alive.seen) > 12:
            gone.set()
        return Reply(claims=-1) if gone.is_set() else alive(path, headers)

    with stub(handle) as address:
        server = Server(f"http://{address}", NOW, name="test", limits=Limits(concurrency=4, rate=1e4, backoff=0.001))
        original = server.ask

        def ask(question: Question) -> Answer:
            if gone.is_set():
                raise auditors.errors.Unreachable("no connection: Connection refused")
            return original(question)

        server.ask = ask  # type: ignore[method-assign]
        result = auditors.audit(auditors.ALL, server, Project(()))

    assert 1 == len([skip for skip in result.skipped if skip.what == "server test"])


def test_one_budget_for_all_systems() -> None:
    """
    Prometheus, Loki and Alertmanager are paid for from one purse, and the head says who took how much.
    """
    seen: list[str] = []

    def handle(path: str, headers: Mapping[str, str]) -> Reply:
        seen.append(path)
        return Reply(b"[]") if "/api/v2/" in path else success({"resultType": "vector", "result": []})

    with stub(handle) as address:
        budget = Budget(Limits(requests=4, rate=1000))
        url, nobody = f"http://{address}", auditors.Credentials()
        beside = {"loki": Loki(url, nobody, budget), "alertmanager": Alertmanager(url, nobody, budget)}
        server = Server(url, NOW, budget=budget, **beside)  # type: ignore[arg-type]
        server.query("up")
        server.log_query("{}")
        server.silences()
        server.query("up")
        told = budget.told
        refused = []
        for ask in (server.firing, lambda: server.log_query("{}"), lambda: server.query("up")):
            with pytest.raises(LiveError) as caught:
                ask()
            refused.append(f"{type(caught.value).__name__} {caught.value}")

    assert 4 == len(seen)
    assert told.startswith("4 of 4 requests (alertmanager 1, loki 1, prometheus 2), 0 of 50,000,000 samples, ")
    used_up = "the limit of 4 requests for a run is used up"
    assert [
        f"Exhausted `alertmanager/alerts`: {used_up}",
        f"Exhausted `loki/query`: {used_up}",
        f"Exhausted `query`: {used_up}",
    ] == refused


def forwarding(url: str, delay: float = 0.0) -> Handler:
    """Answers as another server does, later."""

    def forward(path: str, headers: Mapping[str, str]) -> Reply:
        answer = requests.get(f"{url}{path}", timeout=30)
        return Reply(answer.content, answer.status_code, delay=delay)

    return forward


def start(address: str, folder: Path, *options: str) -> subprocess.Popen[str]:
    """The command line, with a cache and a repository of its own."""
    (folder / "repository").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "obsaudit", "live", "--url", f"http://{address}", "-f", "json", *options]
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    for name in [name for name in environment if name.startswith("OBSAUDIT_") or name.lower().endswith("_proxy")]:
        del environment[name]
    return subprocess.Popen(
        command, cwd=folder / "repository", env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def written(folder: Path) -> Sequence[str]:
    """The questions whose answers are in the cache; every line of it must be whole."""
    files = list((folder / "cache").rglob("*.jsonl"))
    return [json.loads(line).get("key", "") for file in files for line in file.read_text("utf-8").splitlines()[1:]]


@pytest.mark.live
def test_interrupted_run_goes_on(tmp_path: Path) -> None:
    """
    A real Prometheus with latency: who interrupts a run of several threads ends it at once, finds every answer in the
    cache, and the next run asks for the others alone; both together give what an uninterrupted run gives.
    """
    with prometheus(tmp_path / "server", CONFIG, RULES) as url:
        until(lambda: (value(url, "count_over_time(up[1m])") or 0) >= 3, "three scrapes")
        with stub(forwarding(url, 0.15)) as address:
            running = start(address, tmp_path, "--concurrency", "4")
            until(lambda: len(written(tmp_path)) >= 8 or running.poll() is not None, "eight answers")
            before = time.monotonic()
            running.send_signal(signal.SIGINT)
            _, errors = running.communicate(timeout=60)
            took = time.monotonic() - before
            known = len(written(tmp_path))
            output, _ = start(address, tmp_path, "--concurrency", "4").communicate(timeout=120)
            alone, _ = start(address, tmp_path, "--concurrency", "1").communicate(timeout=120)

    assert took < 5
    assert "Traceback" not in errors
    assert known >= 8
    assert f"{known} answers of the run of " in output
    assert [] == written(tmp_path)

    def found(text: str) -> list[tuple[str, str]]:
        return [(one["rule"], one["subject"]) for one in json.loads(text)["findings"]]

    assert found(alone) == found(output)
    assert ("rules/no-data", "alert Gone") in found(output)


def test_auditor_that_waits_for_another() -> None:
    """
    Two who need the same answer at the same time ask for it once.
    """

    class Asking(auditors.Auditor):
        summary = "asks"

        def audit(self, live: auditors.Live, project: Project) -> Iterator[Finding]:
            live.rules()
            return iter(())

    both = [type("One", (Asking,), {"id": "test/one"})(), type("Two", (Asking,), {"id": "test/two"})()]
    crowd = Crowd(serve({}), delay=0.1)
    with stub(crowd) as address:
        auditors.audit(both, Server(f"http://{address}", NOW, limits=Limits(rate=1e4)), Project(()))

    assert 1 == len([path for _, path in crowd.seen if "/rules" in path])
