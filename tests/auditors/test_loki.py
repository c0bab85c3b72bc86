"""
Questions to a Loki: no such server can be had here, so a stub gives the answers of its documentation
(grafana.com/docs/loki/latest/reference/loki-http-api/#query-logs-at-a-single-point-in-time).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from obsaudit import auditors
from obsaudit.auditors import LiveResult
from obsaudit.lint import logql
from obsaudit.lint.project import Project

from .servers import Reply, stub

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def answer(*samples: tuple[str, int]) -> Reply:
    """Loki's answer to an instant query."""
    result = [{"metric": {"service": name}, "value": [1588889221, str(count)]} for name, count in samples]
    stats = {"summary": {"bytesProcessedPerSecond": 0, "totalLinesProcessed": 7, "execTime": 0.002}}
    data = {"resultType": "vector", "result": result, "stats": stats}
    return Reply(json.dumps({"status": "success", "data": data}).encode(), headers={"Content-Type": "application/json"})


def audit(loki: str | None, environment: dict[str, str]) -> LiveResult:
    """An audit of a Prometheus that says no more than its version, and the Loki beside it."""
    version = json.dumps({"status": "success", "data": {"version": "3.1.0"}}).encode()
    chosen = [one for one in auditors.ALL if one.id == "logs/without-trace-id"]
    with stub(lambda path, headers: Reply(version)) as server:
        live = auditors.connect(f"http://{server}", NOW, "prod", environment, loki=loki)
        return auditors.audit(chosen, live, Project(()))


def test_loki_is_asked_with_credentials_of_its_own():
    """
    It is another host: the password of the server is none of its business.
    """
    asked: list[tuple[str, dict[str, list[str]], str]] = []

    def handle(path: str, headers: dict[str, str]) -> Reply:
        parts = urlsplit(path)
        query = parse_qs(parts.query)
        asked.append((parts.path, query, headers.get("Authorization", "")))
        return answer(("worker", 10)) if "trace_id" in query["query"][0] else answer(("api", 40), ("worker", 10))

    with stub(handle) as address:
        environment = {"OBSAUDIT_PROD_BEARER_TOKEN": "for-prometheus", "OBSAUDIT_PROD_LOKI_BEARER_TOKEN": "for-loki"}
        result = audit(f"http://{address}", environment)

    assert ["100% of the error lines of `worker` have no trace id"] == [one.message for one in result.findings]
    assert {"/loki/api/v1/query"} == {path for path, _, _ in asked}
    assert {"Bearer for-loki"} == {authorization for _, _, authorization in asked}
    assert {str(int(NOW.timestamp()) * 10**9)} == {query["time"][0] for _, query, _ in asked}


def test_the_queries_are_good_logql():
    """
    Our own parser of LogQL has nothing to say about them.
    """
    for auditor in auditors.ALL:
        for example in auditor.examples if auditor.id.startswith("logs/") else ():
            for key in getattr(example, "answers", {}):
                assert logql.parse(key.partition("query=")[2]).problem is None


def test_without_a_loki_it_is_unknown():
    """
    Not clean, and not a failure of the run.
    """
    (skipped,) = audit(None, {}).skipped

    assert ("logs/without-trace-id", False) == (skipped.what, skipped.fatal)
    assert "no Loki is known" in skipped.why
