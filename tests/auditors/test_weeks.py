"""The auditors that need weeks of data, against a real Prometheus that finds them in its storage."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from obsaudit import auditors
from obsaudit.auditors import LiveResult
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.project import Project
from obsaudit.lint.record import replace
from obsaudit.lint.region import Text

from .servers import Reply, prometheus, stub, until, value

pytestmark = pytest.mark.live

HOUR, DAY = 3600, 86400
ORDERS = "sum(rate(orders_total[1h]))"
SLOS = """
slos:
  - name: checkout
    target: 99%
    window: 7d
    measurement:
      query: sum(rate(checkout_total{result="success"}[5m])) / sum(rate(checkout_total[5m]))
"""
DASHBOARD = """
{"title": "Orders", "schemaVersion": 39, "panels": [
  {"type": "timeseries", "title": "Orders", "targets": [{"expr": "sum(rate(orders_total[5m]))"}]}
]}
"""


def history(now: int) -> Iterator[str]:
    """Thirty-six days: orders with a rhythm and an incident, checkouts of which 0.6% fail, series that grow."""
    end = now // HOUR * HOUR
    yield "# TYPE orders counter"
    total = 0.0
    for at in range(end - 36 * DAY, end + 1, HOUR):
        hours = at // HOUR
        quiet = end - 7 * HOUR < at <= end - 3 * HOUR
        made = (1000 + 600 * math.sin(hours / 24 * math.tau) + hours * 7919 % 41) * (0.3 if quiet else 1)
        total += made
        # Two samples an hour, so that a rate over one has both of its ends.
        yield f"orders_total {total - made / 2:.3f} {at - HOUR // 2}"
        yield f"orders_total {total:.3f} {at}"
    yield "# TYPE checkout counter"
    for result, share in (("success", 0.994), ("failed", 0.006)):
        for step, at in enumerate(range(end - 8 * DAY, end + 1, 120)):
            yield f'checkout_total{{result="{result}"}} {1000 * share * step:.3f} {at}'
    yield "# TYPE sessions unknown"
    for user in range(1200):
        for at in (end - 7 * DAY - HOUR, end - 7 * DAY, end - 7 * DAY + HOUR):
            yield from (f'sessions{{user="{user}"}} 1 {at + minute * 60}' for minute in range(0, 60, 4))
    yield "# TYPE prometheus_tsdb_head_series unknown"
    for at in range(now - 30 * DAY, now - 26 * DAY, HOUR):
        yield f"prometheus_tsdb_head_series 1000 {at}"
    yield f"prometheus_tsdb_head_series 3010 {now}"


def sessions() -> str:
    """What the service exposes today."""
    return "".join(f'sessions{{user="{user}"}} 1\n' for user in range(3000))


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the history, which scrapes the service."""
    folder, past = tmp_path_factory.mktemp("weeks"), "\n".join((*history(int(time.time())), ""))
    with stub(lambda path, headers: Reply(sessions().encode(), headers={"Content-Type": "text/plain"})) as address:
        job = f"{{job_name: web, static_configs: [{{targets: ['{address}']}}]}}"
        config = f"global: {{scrape_interval: 1s}}\nscrape_configs: [{job}]\n"
        with prometheus(folder, config, history=past, retention="60d", block="744h") as server:
            until(lambda: value(server, "count(sessions)") == 3000, "a scrape")
            yield server


def ask(url: str, rule: str, text: str = "", path: str = "", **options: object) -> LiveResult:
    """An audit by one auditor."""
    auditor = next(one for one in auditors.ALL if one.id == rule)
    nodes = parse(Text.of_file(text, path), path, SourceSettings()).nodes if text else ()
    live = auditors.connect(url, datetime.now(UTC), "test", {})
    return auditors.audit([replace(auditor, **options)], live, Project(nodes))


def test_growth(url: str) -> None:
    """
    The metric that more than doubled in a week is flagged, with both numbers.
    """
    result = ask(url, "cardinality/growth", top=3)

    assert ["`sessions` has 3,000 series, 150% more than a week ago"] == [one.message for one in result.findings]


def test_over_baseline(url: str) -> None:
    """
    The mean of a day four weeks ago is the baseline.
    """
    [finding] = ask(url, "cost/over-baseline").findings

    assert "the server holds 3,010 series, 201% above the baseline of 1,000" == finding.message


def test_half_spent(url: str) -> None:
    """
    0.6% of the checkouts fail, and 1% may.
    """
    [finding] = ask(url, "slos/half-spent", SLOS, "slos.yml").findings

    assert "60% of the error budget of `checkout` for 7d is gone" == finding.message
    assert ["the objective"] == [related.message for related in finding.related]
    assert () == ask(url, "slos/missed", SLOS, "slos.yml").findings
    assert () == ask(url, "slos/burning", SLOS, "slos.yml").findings


def test_unread(url: str) -> None:
    """
    The large metric is read by no panel; the other one is, and is not large.
    """
    result = ask(url, "cardinality/unread", DASHBOARD, "orders.json")

    assert ["metric sessions"] == [one.at.subject for one in result.findings]


def test_anomaly(url: str) -> None:
    """
    The hours in which two thirds of the orders were missing are found among weeks of rhythm.
    """
    result = ask(url, "anomalies/deviation", queries=(ORDERS,))

    assert () == result.skipped
    [finding] = result.findings
    assert f"query {ORDERS}" == finding.at.subject
    assert 3 <= len(result.tables[0].rows) <= 6
