"""A redacted snapshot tells no values, and an audit of it finds the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from obsaudit import auditors
from obsaudit.auditors import Answer, Snapshot, redacted
from obsaudit.auditors.auditor import vector
from obsaudit.auditors.errors import NotRecorded, Unreachable
from obsaudit.fixtures.live import events

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
FIXTURES = Path(auditors.__file__).parents[1] / "fixtures"
BUDGETED = ("POST", "GET", "/graphql", "createEvent", "createCheckout", "events")


def hidden(**records: object) -> Snapshot:
    """A redacted snapshot of these answers; `__` in a name is `/`."""
    answers = {key: one if isinstance(one, Exception) else Answer(one) for key, one in records.items()}
    return redacted(Snapshot("prod", NOW, answers), b"salt")  # type: ignore[arg-type]


def test_audit_finds_the_same(tmp_path: Path) -> None:
    """
    The findings of all auditors are those of the whole snapshot, up to the names; nothing is unknown.
    """
    project = events.project()
    whole = auditors.load(FIXTURES / "live" / "events.json")
    (tmp_path / "a.json").write_text(redacted(whole, b"salt", BUDGETED).dump(), encoding="utf-8")

    expected = auditors.audit(auditors.ALL, whole, project)
    found = auditors.audit(auditors.ALL, auditors.load(tmp_path / "a.json"), project)

    assert [finding.rule for finding in expected.findings] == [finding.rule for finding in found.findings]
    assert [len(table.rows) for table in expected.tables] == [len(table.rows) for table in found.tables]
    assert [one.what for one in expected.skipped] == [one.what for one in found.skipped]
    assert found.head[1][1].endswith(", redacted")


def test_fixture_has_no_instance_left() -> None:
    """
    No instance, address, user or path of the machine is in the text.
    """
    text = redacted(auditors.load(FIXTURES / "live" / "events.json"), b"salt").dump()

    assert [] == re.findall(r"(?:api|billing|web|worker)-1\b|127\.0\.0\.1|CWD|createCheckout", text)


def test_values_stay_together() -> None:
    """
    One value has one hash, in answers and in the questions that came of them; names of readable labels stay.
    """
    snapshot = hidden(
        **{
            "query?query=count by (user, job) (up)": vector(({"user": "a.b", "job": "api"}, 1)),
            'query?query=up{user=~"a\\\\.b|other",job="api"}': vector(({"user": "a.b"}, 1)),
        }
    )

    first, second = snapshot.records
    [sample] = snapshot.query("count by (user, job) (up)")
    assert re.fullmatch("h[0-9a-f]{12}", sample.labels["user"])
    assert "api" == sample.labels["job"]
    assert f'query?query=up{{user=~"{sample.labels["user"]}|other",job="api"}}' == second
    assert "count by (user, job) (up)" in first


def test_salt() -> None:
    """
    With another salt everything is another hash.
    """
    answers = {"query?query=up": Answer(vector(({"user": "a"}, 1)))}
    one, two = (redacted(Snapshot("a", NOW, answers), salt).query("up")[0] for salt in (b"1", b"2"))

    assert one.labels != two.labels


def test_unknown_answers_are_left_out() -> None:
    """
    Of an answer whose form is not known here nothing is kept.
    """
    assert None is hidden(**{"status/config": {"yaml": "password: s3cr3t"}}).records["status/config"].data  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        'Get "http://10.1.2.3:9090/metrics": refused',
        "dial tcp 10.1.2.3:9090: connect: connection refused",
        "dial tcp: lookup db-7.internal on [::1]:53: no such host",
        "dial tcp worker-1:9464: refused",
        'duplicate series {user="bob@example.com", job="api"}',
    ],
)
def test_prose(text: str) -> None:
    """
    Sentences keep their words and lose hosts, addresses and values.
    """
    said = str(hidden(targets=Unreachable(text)).records["targets"])

    assert not re.search(r"10\.1|db-7|worker-1|bob|::1", said)
    assert "h" in said


def test_snapshot_diff() -> None:
    """
    Growth, new and lost metrics and lost targets, the latter by job where a snapshot is redacted.
    """

    def taken(series: int, metrics: list[str], instances: list[str]) -> Snapshot:
        targets = [
            {"labels": {"job": "api", "instance": one}, "scrapeUrl": f"http://{one}/metrics", "health": "up"}
            for one in instances
        ]
        status = {"headStats": {"numSeries": series}, "seriesCountByMetricName": [{"name": "up", "value": series}]}
        answers = {
            "status/tsdb?limit=20&topN=20": status,
            "label/__name__/values": metrics,
            "targets?state=active": {"activeTargets": targets},
        }
        return Snapshot("a", NOW, {key: Answer(data) for key, data in answers.items()})

    old, new = taken(100, ["a", "b"], ["x:1", "y:1"]), taken(150, ["b", "c"], ["y:1"])

    found = auditors.difference(old, new)
    hashed = auditors.difference(redacted(old, b"1"), redacted(new, b"2"))

    assert (0.5, 1, ()) == (found.growth, found.lost, found.unknown)
    assert ["Series", "New metrics", "Lost metrics", "Targets", "Lost targets"] == [one.title for one in found.tables]
    assert (("all", "100", "150", "+50.0%"), ("up", "100", "150", "+50.0%")) == found.tables[0].rows
    assert (("api/x:1",),) == found.tables[4].rows
    assert (0.5, 1) == (hashed.growth, hashed.lost)
    assert ("targets by name: a snapshot is redacted",) == hashed.unknown


def test_difference_that_cannot_be_told() -> None:
    """
    What a snapshot does not have cannot be compared, and is said not to be.
    """
    found = auditors.difference(Snapshot("a", NOW, {}), Snapshot("a", NOW, {"targets": NotRecorded("no")}))

    assert (None, 0, ()) == (found.growth, found.lost, found.tables)
    assert ["series", "metrics", "targets"] == [why.partition(":")[0] for why in found.unknown]
