"""How sure a verdict about a budget is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from obsaudit.auditors import Answer, LiveResult, audit
from obsaudit.auditors.auditor import queried, vector
from obsaudit.auditors.budgets.exceeded import Exceeded
from obsaudit.auditors.snapshot import Snapshot
from obsaudit.lint import Confidence
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.project import Project
from obsaudit.lint.region import Text


def judged(bound: str, buckets: dict[str, float], unit: str = "seconds") -> LiveResult:
    """An audit of one endpoint with one budget, and these buckets."""
    text = f"budgets:\n  - endpoint: 'POST /graphql'\n    p95: < {bound}\n"
    project = Project(parse(Text.of_file(text, "budgets.yml"), "budgets.yml", SourceSettings()).nodes)
    auditor = Exceeded(metric=f"http_duration_{unit}", method_labels=("method",), route_labels=("route",))
    sets = "method, route, operation, operation_name, operationName, graphql_operation, graphql_operation_name"
    bucket = f"http_duration_{unit}_bucket"
    window = f'sum by (le) (increase({bucket}{{method="POST",route="/graphql"}}[1h]))'
    answers = {
        "status/buildinfo": Answer({"version": "3.1.0"}),
        queried(f'group by ({sets}) ({bucket}{{le="+Inf"}})'): Answer(
            vector(({"method": "POST", "route": "/graphql"}, 1))
        ),
        queried(window): Answer(vector(*(({"le": le}, count) for le, count in buckets.items()))),
    }
    return audit([auditor], Snapshot("prod", datetime(2026, 1, 2, 12, tzinfo=UTC), answers), project)


BUCKETS = {"0.1": 900.0, "0.5": 980.0, "1": 1000.0, "+Inf": 1000.0}


@pytest.mark.parametrize(
    ("bound", "verdict", "confidence"),
    [
        ("600ms", "within", None),
        ("500ms", "within", None),
        ("400ms", "probably within", None),
        ("200ms", "probably exceeded", Confidence.LOW),
        ("100ms", "exceeded", Confidence.HIGH),
        ("50ms", "exceeded", Confidence.HIGH),
    ],
)
def test_verdict_is_as_sure_as_the_bucket(bound: str, verdict: str, confidence: Confidence | None) -> None:
    """
    A budget outside the percentile's bucket is decided; one inside it is decided by interpolation, with low confidence.
    """
    result = judged(bound, BUCKETS)

    assert [("POST /graphql", "p95", bound, "350ms", verdict)] == list(result.tables[0].rows)
    assert [confidence] * (confidence is not None) == [finding.confidence for finding in result.findings]
    assert () == result.skipped


def test_budget_above_the_highest_bucket_is_unknown() -> None:
    """
    Above the highest bound the histogram cannot tell, and says so.
    """
    result = judged("2s", {"0.1": 500.0, "1": 900.0, "+Inf": 1000.0})

    assert () == result.findings
    assert [("POST /graphql", "p95", "2s", "≥ 1s", "unknown")] == list(result.tables[0].rows)
    assert ["p95 is above the highest bucket of `http_duration_seconds` (1s), and so is its budget"] == [
        skipped.why for skipped in result.skipped
    ]


def test_milliseconds_and_two_spellings_of_a_bound() -> None:
    """
    A histogram in milliseconds is compared in seconds, and `100` and `100.0` are one bucket.
    """
    result = judged(
        "200ms", {"100": 400.0, "100.0": 500.0, "500": 480.0, "500.0": 500.0, "+Inf": 1000.0}, "milliseconds"
    )

    assert [("POST /graphql", "p95", "200ms", "350ms", "probably exceeded")] == list(result.tables[0].rows)


def test_no_requests_is_unknown() -> None:
    """
    An endpoint without requests has no percentile, and keeps no budget.
    """
    result = judged("200ms", {})

    assert () == result.findings
    assert ["0 requests in the last 1h, fewer than the 100 that count"] == [skipped.why for skipped in result.skipped]


def test_metric_that_does_not_exist_is_unknown() -> None:
    """
    A configured histogram without series measures nothing, and that is said.
    """
    text = "budgets:\n  - endpoint: 'POST /graphql'\n    p95: < 1s\n"
    project = Project(parse(Text.of_file(text, "budgets.yml"), "budgets.yml", SourceSettings()).nodes)
    answers = {
        "status/buildinfo": Answer({"version": "3.1.0"}),
        queried('group by (method, route, operation) (x_seconds_bucket{le="+Inf"})'): Answer(vector()),
        queried("group by (method, route, operation) (histogram_count(x_seconds))"): Answer(vector()),
    }
    auditor = Exceeded(
        metric="x_seconds", method_labels=("method",), route_labels=("route",), operation_labels=("operation",)
    )

    result = audit([auditor], Snapshot("prod", datetime(2026, 1, 2, 12, tzinfo=UTC), answers), project)

    assert ["no latency histogram has a series of it"] == [skipped.why for skipped in result.skipped]
