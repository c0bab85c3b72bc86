"""The label that multiplies a metric is found again where the source sets it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from obsaudit.auditors import Answer, audit
from obsaudit.auditors.auditor import tsdb, vector
from obsaudit.auditors.cardinality.label_values import LabelValues
from obsaudit.auditors.snapshot import Snapshot
from obsaudit.lint import Location
from obsaudit.lint.nodes import Api, Boundedness, LabelValue, Language, Measurement
from obsaudit.lint.project import Project

ALL = 'label_replace(count(app_events_created_total), "of", "*", "", "")'
WITHOUT = 'label_replace(count(count without (user_id) (app_events_created_total)), "of", "user_id", "", "")'
BY = 'label_replace(count(count by (user_id) (app_events_created_total)), "of", "user_id", "", "")'
SNAPSHOT = Snapshot(
    "prod",
    datetime(2026, 1, 2, 12, tzinfo=UTC),
    {
        "status/buildinfo": Answer({"version": "3.1.0"}),
        "status/tsdb?limit=20&topN=20": Answer(tsdb(4200, app_events_created_total=3000)),
        "labels?match[]=app_events_created_total": Answer(["user_id"]),
        f"query?query={BY}": Answer(vector(({"of": "user_id"}, 3000))),
        f"query?query={ALL} or {WITHOUT}": Answer(vector(({"of": "*"}, 3000), ({"of": "user_id"}, 1))),
    },
)


def measurement(metric: str, label: str) -> Measurement:
    """A place in source that gives a metric a label."""
    at = Location("app.ts", f"metric {metric}", None)
    value = LabelValue(name=label, boundedness=Boundedness.UNBOUNDED, chain=(), source="a user", at=at)
    return Measurement(
        at=at,
        lines=(1, 1),
        language=Language.TYPESCRIPT,
        api=Api.OPENTELEMETRY,
        instrument=None,
        metric=metric,
        labels=(value,),
        complete=True,
    )


@pytest.mark.parametrize(
    ("metric", "label", "expected"),
    [
        ("app_events_created_total", "user_id", ["`user_id` is set here"]),
        ("app.events.created", "user.id", ["`user.id` is set here"]),
        ("app_events_created_total", "visibility", []),
        ("app_events_deleted_total", "user_id", []),
    ],
)
def test_where_the_label_is_set(metric: str, label: str, expected: list[str]) -> None:
    """
    The place is found under the name of the source or that of the exporter, and only for that label and metric.
    """
    result = audit([LabelValues()], SNAPSHOT, Project([measurement(metric, label)]))

    [finding] = result.findings
    assert expected == [related.message for related in finding.related]
