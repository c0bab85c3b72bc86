"""Snapshots: written, read again, redacted, and honest about what they do not hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from obsaudit import auditors
from obsaudit.auditors import Answer, Live, Question, Recorder, Snapshot, SnapshotError
from obsaudit.auditors.errors import KINDS, NotRecorded, Refused, Unsupported
from obsaudit.fixtures.live import events

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
FIXTURE = Path(__file__).parents[2] / "fixtures" / "live" / "events.json"


class Talkative(Live):
    """Answers one thing, refuses another, and counts how often it is asked."""

    name = "prod"
    now = NOW

    def __init__(self) -> None:
        self.asked: list[str] = []

    def ask(self, question: Question) -> Answer:
        """An answer with secrets in it, or an error."""
        self.asked.append(question.key)
        if question.path == "scrape_pools":
            raise Unsupported("the server does not have it")
        target = {
            "scrapeUrl": "http://admin:hunter2@10.0.0.1/metrics?api_key=hunter2&format=text",
            "discoveredLabels": {"__meta_kubernetes_annotation_token": "hunter2"},
        }
        return Answer({"activeTargets": [target]}, ("see http://admin:hunter2@10.0.0.2/",))


def test_round_trip(tmp_path: Path) -> None:
    """
    What was answered is answered again, what was refused is refused again, and nothing is asked twice.
    """
    talkative = Talkative()
    recorder = Recorder(talkative)
    for _ in range(2):
        recorder.ask(Question("targets", (("state", "active"),)))
        with pytest.raises(Unsupported):
            recorder.ask(Question("scrape_pools"))
    path = tmp_path / "snapshot.json"
    path.write_text(recorder.snapshot().dump(), encoding="utf-8")

    loaded = auditors.load(path)

    assert ["targets?state=active", "scrape_pools"] == talkative.asked
    assert ("prod", NOW) == (loaded.name, loaded.now)
    [target] = loaded.ask(Question("targets", (("state", "active"),))).data["activeTargets"]
    assert {"scrapeUrl": "http://10.0.0.1/metrics?api_key=***&format=text"} == target
    with pytest.raises(Unsupported, match="the server does not have it"):
        loaded.ask(Question("scrape_pools"))
    assert "hunter2" not in path.read_text("utf-8")
    assert loaded.dump() == path.read_text("utf-8")


def test_question_without_answer_is_unknown() -> None:
    """
    A snapshot that was never asked something does not know it, and says what.
    """
    with pytest.raises(NotRecorded, match=r"the snapshot has no answer to `query\?query=up`"):
        Snapshot("prod", NOW, {}).query("up")


ODD = '{"version": 1, "server": "a", "taken": "2026-01-02", "answers": {"a": {"error": {"kind": "Odd", "why": ""}}}}'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is not JSON"),
        ("[]", "is not a snapshot"),
        ('{"version": 2, "answers": {}}', "is a snapshot of version 2; this reads 1"),
        ('{"version": 1, "answers": {}}', "is not a snapshot of version 1"),
        ('{"version": 1, "server": "a", "taken": "yesterday", "answers": {}}', "is not a snapshot of version 1"),
        (ODD, "is not a snapshot of version 1"),
    ],
)
def test_what_is_no_snapshot(tmp_path: Path, text: str, why: str) -> None:
    """
    A file that is no snapshot is refused with the reason.
    """
    path = tmp_path / "snapshot.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(SnapshotError, match=why):
        auditors.load(path)


def test_missing_file(tmp_path: Path) -> None:
    """
    A file that is not there is said to be not there.
    """
    with pytest.raises(SnapshotError, match="cannot be read: No such file"):
        auditors.load(tmp_path / "none.json")


def test_every_error_can_be_recorded() -> None:
    """
    Each kind of error has its name in snapshots.
    """
    document = json.loads(Snapshot("a", NOW, {name: kind("why") for name, kind in KINDS.items()}).dump())

    assert {name: {"error": {"kind": name, "why": "why"}} for name in KINDS} == document["answers"]
    assert Refused in KINDS.values()


def test_fixture_has_something_for_every_auditor() -> None:
    """
    The snapshot in `fixtures/live` shows a finding of each auditor, and holds every answer that is asked for.
    """
    result = auditors.audit(events.chosen(), auditors.load(FIXTURE), events.project())

    assert events.FOUND == {finding.rule for finding in result.findings}
    # One objective is no share of events, and the queries of another are no ratio.
    assert [("slos/missed", False)] * 2 == [(skipped.what, skipped.fatal) for skipped in result.skipped]
    assert ("version", "Prometheus 2.42.0+ds") in result.head
