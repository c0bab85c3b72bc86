"""What only a real Prometheus can tell: its own limits, its own counts, a storage with nothing in it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from obsaudit import auditors
from obsaudit.auditors import LiveResult
from obsaudit.lint.project import Project
from obsaudit.lint.record import replace

from .servers import prometheus, until, value

pytestmark = pytest.mark.live

SELF = """\
global: {scrape_interval: 1s, scrape_timeout: 1s}
rule_files: [rules.yml]
scrape_configs: [{job_name: self, static_configs: [{targets: ['SELF']}]}]
"""
ALERTS = 1000


def rules() -> str:
    """A thousand alerts, of which every second one reads a metric that does not exist."""
    there = ("up", "scrape_duration_seconds", "process_cpu_seconds_total", "go_goroutines")
    lines = [
        f"      - {{alert: Alert{n}, expr: '{there[n % 4] if n % 2 else f'app_requests_of_kind_{n}_total'} > 1e9'}}"
        for n in range(ALERTS)
    ]
    return "groups:\n  - name: all\n    interval: 1h\n    rules:\n" + "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that scrapes itself, has a thousand alerts, and loads few samples at once; its URL."""
    limit = ["--query.max-samples=500"]
    with prometheus(tmp_path_factory.mktemp("real"), SELF, rules(), history(), limit) as url:
        until(lambda: (value(url, "count_over_time(up[1m])") or 0) >= 3, "three scrapes")
        yield url


def history() -> str:
    """A metric of four hours."""
    now = int(datetime.now(UTC).timestamp()) // 60 * 60
    return "# TYPE made unknown\n" + "".join(f"made {at} {at}\n" for at in range(now - 4 * 3600, now + 1, 15))


def audit(url: str, *ids: str, **options: object) -> tuple[LiveResult, auditors.Live]:
    """An audit by some of the auditors, or by all."""
    chosen = [replace(one, **options) if options else one for one in auditors.ALL if not ids or one.id in ids]
    live = auditors.connect(url, datetime.now(UTC), "test", {})
    return auditors.audit(chosen, live, Project(())), live


def served(url: str) -> int:
    """How many requests the server says it has answered on its API."""
    lines = requests.get(f"{url}/metrics", timeout=10).text.splitlines()
    found = [line for line in lines if line.startswith("prometheus_http_requests_total{") and "/api/v1/" in line]
    return sum(int(float(line.rpartition(" ")[2])) for line in found)


def test_a_thousand_alerts(running: str) -> None:
    """
    Half of a thousand alerts read nothing: all of them are found with at most 200 requests, as the server counts them.
    """
    before = served(running)
    result, live = audit(running, "rules/no-data")
    after = served(running)

    assert [f"alert Alert{n}" for n in range(0, ALERTS, 2)] == sorted(
        (str(one.at.subject) for one in result.findings), key=lambda subject: int(subject.removeprefix("alert Alert"))
    )
    assert live.budget is not None
    assert after - before == live.budget.spent.requests <= 200
    assert () == result.skipped


def test_a_range_that_is_too_much(running: str) -> None:
    """
    The server loads 500 samples at once, and the range has more: it is asked in pieces, and no point is missing.
    """
    live = auditors.connect(running, datetime.now(UTC), "test", {})
    end = int(live.now.timestamp())
    whole = {"query": "avg_over_time(made[10m])", "start": str(end - 3 * 3600), "end": str(end), "step": "15"}
    refused = requests.get(f"{running}/api/v1/query_range", whole, timeout=10)
    assert (422, True) == (refused.status_code, "too many samples" in refused.json()["error"])
    assert live.budget is not None
    before = live.budget.spent.requests

    [series] = live.query_range("avg_over_time(made[10m])", 3 * 3600, 15)

    points = [at for at, _ in series.points]
    assert 3 * 240 <= len(points) <= 3 * 240 + 1
    assert {15.0} == {second - first for first, second in itertools.pairwise(points)}
    assert live.budget.spent.requests - before > 2


def test_a_server_with_nothing_in_it(tmp_path: Path) -> None:
    """
    An empty storage is said once, and none of the other auditors asks it anything.
    """
    with prometheus(tmp_path, "scrape_configs: []\n") as url:
        result, live = audit(url)

    assert ["server/wrong-server"] == [one.rule for one in result.findings]
    assert "the server holds no series" == result.findings[0].message
    assert ["server test"] == [one.what for one in result.skipped]
    assert live.budget is not None
    assert 2 == live.budget.spent.requests


def test_a_server_of_somebody_else(running: str) -> None:
    """
    A server that has other people's metrics alone is said once, too.
    """
    result, _ = audit(running, "server/wrong-server", metric_prefixes=("shop_",))

    assert ["no metric of the server begins with `shop_`"] == [one.message for one in result.findings]
    assert () == audit(running, "server/wrong-server", metric_prefixes=("scrape_",))[0].findings


def test_what_this_version_warns_of(tmp_path: Path) -> None:
    """
    Newer servers say that a rate of a gauge is odd: then the rule is flagged. Debian's 2.42 says nothing of any
    expression, and what it does not say is not found.
    """
    odd = "rate(go_goroutines[1m]) > 1"
    text = f"groups: [{{name: all, rules: [{{alert: Odd, expr: '{odd}'}}]}}]\n"
    with prometheus(tmp_path, SELF, text) as url:
        until(lambda: (value(url, "count_over_time(go_goroutines[1m])") or 0) >= 3, "three scrapes")
        answer = requests.get(f"{url}/api/v1/query", {"query": odd}, timeout=10).json()
        result, _ = audit(url, "rules/server-warning")

    said = [*answer.get("warnings", ()), *answer.get("infos", ())]
    assert (["alert Odd"] if said else []) == [one.at.subject for one in result.findings]
    assert () == result.skipped
