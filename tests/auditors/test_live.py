"""The auditors against real servers, which the tests start and stop themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from obsaudit import auditors
from obsaudit.auditors import LiveResult
from obsaudit.auditors.cardinality.label_values import relabelling
from obsaudit.fixtures.live import events
from obsaudit.lint import Confidence
from obsaudit.lint.project import Project

from .servers import Reply, prometheus, stub, until, value, victoria_metrics

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[events.System]:
    """The system of the fixture, scraped by a real Prometheus."""
    with events.system(tmp_path_factory.mktemp("prometheus")) as system:
        yield system


def ask(url: str, *ids: str, project: Project | None = None) -> LiveResult:
    """An audit of a server with some of the auditors."""
    chosen = [auditor for auditor in auditors.ALL if auditor.id in ids]
    assert len(ids) == len(chosen)
    return auditors.audit(chosen, auditors.connect(url, datetime.now(UTC), "test", {}), project or Project(()))


def messages(result: LiveResult) -> list[tuple[str | None, str]]:
    """The subject and the message of each finding."""
    return [(finding.at.subject, finding.message) for finding in result.findings]


def test_top_metrics(running: events.System) -> None:
    """
    The metric with a series for each user is flagged, with its share of the server.
    """
    result = ask(running.url, "cardinality/top-metrics")

    [(subject, message)] = messages(result)
    assert "metric app_events_created_total" == subject
    assert message.startswith("`app_events_created_total` has 6,000 series, 8")
    assert ("app_events_created_total", "6,000") == result.tables[0].rows[0][:2]
    assert ("version", "Prometheus 2.42.0+ds") in result.head


def test_label_values(running: events.System) -> None:
    """
    The label that multiplies the metric is named, with what is left without it and the rule to paste.
    """
    result = ask(running.url, "cardinality/label-values")

    assert [
        (
            "metric app_events_created_total",
            (
                "label `user_id` with 3,000 values multiplies `app_events_created_total`: "
                "4 of 6,000 series are left without it (99.9% saved)"
            ),
        )
    ] == messages(result)
    assert (
        "`metric_relabel_configs: [{source_labels: [__name__, user_id], "
        "regex: 'app_events_created_total;.+', action: drop}]`"
    ) in (result.findings[0].help or "")


def test_relabelling_is_accepted_and_works(tmp_path: Path) -> None:
    """
    The relabel rule of the finding, pasted into the job, keeps the series with the label out.
    """
    exposition = b'a_total{user_id="1"} 1\na_total{user_id="2"} 1\na_total 5\nb_total{user_id="1"} 1\n'
    rule = relabelling("a_total", ["user_id"])
    with stub(lambda path, headers: Reply(exposition, headers={"Content-Type": "text/plain"})) as address:
        config = (
            "global: {scrape_interval: 1s}\n"
            f"scrape_configs:\n  - job_name: api\n    static_configs: [{{targets: ['{address}']}}]\n    {rule}\n"
        )
        with prometheus(tmp_path, config) as url:
            until(lambda: value(url, "up") == 1, "a scrape")

            assert (1, 1) == (value(url, "count(a_total)"), value(url, "count(b_total)"))


def test_target_down(running: events.System) -> None:
    """
    The target that nobody listens for is down; the others are counted as up.
    """
    result = ask(running.url, "scrape/target-down")

    [(subject, message)] = messages(result)
    assert "target worker/worker-1:9464" == subject
    assert message.endswith("connect: connection refused")
    assert (
        ("alertmanager", "1", "0", "0"),
        ("api", "2", "0", "0"),
        ("billing", "1", "0", "0"),
        ("collector", "1", "0", "0"),
        ("health", "2", "0", "0"),
        ("prometheus", "1", "0", "0"),
        ("web", "1", "0", "0"),
        ("worker", "0", "1", "0"),
    ) == result.tables[0].rows


def test_slow(running: events.System) -> None:
    """
    The target that takes more than half of its timeout is flagged, and only that.
    """
    result = ask(running.url, "scrape/slow")

    assert ["target billing/billing-1:9464"] == [subject for subject, _ in messages(result)]


def test_budgets(running: events.System) -> None:
    """
    The endpoint over its budget is flagged by the percentiles that exceed it; the others keep theirs.
    """
    result = ask(running.url, "budgets/exceeded", project=events.project())

    assert [
        (
            "endpoint POST /graphql [createCheckout]",
            "`POST /graphql [createCheckout]` is slower than its budget: p95 1.5s > 800ms, p99 4.07s > 2s",
        )
    ] == messages(result)
    assert [Confidence.HIGH] == [finding.confidence for finding in result.findings]
    assert [9, 10] == [related.at.region.start.line for related in result.findings[0].related if related.at.region]
    assert ("POST /graphql [createEvent]", "p95", "500ms", "283ms", "within") in result.tables[0].rows
    assert () == result.skipped


def test_every_auditor_finds_something(running: events.System) -> None:
    """
    The system of the fixture has something for each auditor, and a run stays far below the limits.
    """
    live = events.connect(running, "test")

    result = auditors.audit(events.chosen(), live, events.project())

    assert events.FOUND == {finding.rule for finding in result.findings}
    # One objective is no share of events, and the queries of another are no ratio.
    assert [("slos/missed", False)] * 2 == [(skipped.what, skipped.fatal) for skipped in result.skipped]
    assert live.budget is not None
    assert live.budget.spent.requests < 90
    assert "(alertmanager 3, loki 2, prometheus " in dict(result.head)["cost"]


def test_snapshot_says_the_same(running: events.System, tmp_path: Path) -> None:
    """
    A snapshot that was written and read again gives the findings and tables of the server.
    """
    result = auditors.audit(auditors.ALL, events.connect(running, "test"), events.project())
    path = tmp_path / "snapshot.json"
    path.write_text(result.snapshot.dump(), encoding="utf-8")

    again = auditors.audit(auditors.ALL, auditors.load(path), events.project())

    assert result.findings == again.findings
    assert [table.rows for table in result.tables] == [table.rows for table in again.tables]


def test_victoria_metrics(tmp_path: Path) -> None:
    """
    On VictoriaMetrics the same auditors find the same; what it does not tell is unknown.
    """
    with events.targets() as instances, victoria_metrics(tmp_path, events.scraping(instances)) as url:
        until(lambda: (value(url, "count(app_events_created_total)") or 0) == 6000, "the metrics")
        until(lambda: (value(url, "min(count_over_time(up[1m]))") or 0) >= 5, "five scrapes")
        # Its count of the day's series comes later than the series.
        status = f"{url}/api/v1/status/tsdb"
        until(lambda: requests.get(status, timeout=10).json()["data"]["totalSeries"] > 6000, "the index")
        result = auditors.audit(auditors.ALL, auditors.connect(url, datetime.now(UTC), "vm", {}), events.project())
    assert [
        "metric app_events_created_total",
        "target worker/worker-1:9464",
        "metric app_events_created_total",
        "storage",
        "endpoint POST /graphql [createCheckout]",
        "integration slack",
        "tail sampling",
        "slo api_availability",
        "slo billing_checkout_success",
        "slo api_availability",
        "slo billing_checkout_success",
        "certificate https://api.events.example/health",
        "certificate https://pay.events.example/health",
        "probe health https://pay.events.example/health",
    ] == [finding.at.subject for finding in result.findings]
    assert [
        "routing/forgotten-silence",
        "routing/not-loaded",
        "rules/not-loaded",
        "scrape/missing-job",
        "cardinality/growth",
        "logs/without-trace-id",
        "retention/oldest-sample",
        "scrape/slow",
        "alerts/history",
        "cost/over-baseline",
        "rules/missed",
        "scrape/near-limit",
        "slos/missed",
        "slos/missed",
        "alerts/false-positives",
    ] == [skipped.what for skipped in result.skipped]
    assert not any(skipped.fatal for skipped in result.skipped)


def test_retention(running: events.System) -> None:
    """
    The oldest sample is four weeks old, of the thirty days that the server may keep: it is young, not full.
    """
    result = ask(running.url, "retention/oldest-sample")

    assert () == result.findings
    [(configured, _, kept)] = result.tables[0].rows
    assert ("30d", "29d") == (configured, kept)


def test_retention_by_size(tmp_path: Path) -> None:
    """
    A server that had to remove blocks for their size keeps less than it is told to, and is flagged.
    """
    now = datetime.now(UTC).timestamp()
    past = "".join(f'a{{n="{n}"}} {at % 7} {at:.0f}\n' for n in range(40) for at in _every(600, now - 5 * 86400, now))
    config = "scrape_configs: [{job_name: self, scrape_interval: 1s, static_configs: [{targets: ['SELF']}]}]"
    with prometheus(
        tmp_path, config, history=f"# TYPE a unknown\n{past}", flags=["--storage.tsdb.retention.size=100KB"]
    ) as url:
        until(lambda: (value(url, "max(prometheus_tsdb_size_retentions_total)") or 0) > 0, "a removed block")
        result = ask(url, "retention/oldest-sample")

    assert ["storage"] == [subject for subject, _ in messages(result)]


def _every(step: int, start: float, end: float) -> Iterator[float]:
    while start < end:
        yield start
        start += step
