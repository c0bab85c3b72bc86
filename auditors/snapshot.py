"""
A snapshot: the answers of a live system in one JSON file, to audit later without a server.

```json
{"version": 1,
 "taken": "2026-01-02T13:36:40+00:00",
 "server": "prod",
 "answers": {
   "status/buildinfo": {"data": {"version": "3.1.0"}},
   "query?query=count(up)": {"data": {"resultType": "vector", "result": []}, "warnings": ["…"]},
   "scrape_pools": {"error": {"kind": "Unsupported", "why": "…"}}}}
```

An answer stands under the question's key (`Question.key`), and holds the `data` and the `warnings`
as the server gave them, or the error in place of an answer. What an auditor never reads and what may
hold a secret (discovered labels, user and password of a URL) is left out. A question that has no
answer is unknown: neither clean nor missing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from .answers import Json
from .errors import KINDS, LiveError, NotRecorded, redact
from .figures import moment
from .live import Answer, Live, Question
from .locks import Locks

VERSION = 1

# Keys of answers that no auditor reads: they are long, change with every scrape, or may hold secrets.
_LEFT_OUT = frozenset({"discoveredLabels", "droppedTargets", "droppedTargetCounts", "stats", "alerts", "globalUrl"})

Reply = Answer | LiveError


class SnapshotError(Exception):
    """A file that is no snapshot, or one of a version that this one cannot read."""


@dataclass(frozen=True)
class Snapshot(Live):
    """Recorded answers, and when they were given."""

    name: str
    now: datetime
    records: Mapping[str, Reply]
    redacted: bool = False
    """Whether the values of labels are hashes."""

    @property
    def head(self) -> tuple[tuple[str, str], ...]:
        """What was recorded, and when."""
        how = f"{moment(self.now)}, redacted" if self.redacted else moment(self.now)
        return (("server", self.name), ("snapshot", how))

    def ask(self, question: Question) -> Answer:
        """The recorded answer, or the recorded error."""
        record = self.records.get(question.key)
        if record is None:
            raise NotRecorded(f"the snapshot has no answer to `{question.key}`")
        if isinstance(record, LiveError):
            raise record
        return record

    def dump(self) -> str:
        """The text of the file: sorted, so that two snapshots can be compared line by line."""
        answers = {key: entry_of(record) for key, record in self.records.items()}
        taken = self.now.isoformat(timespec="seconds")
        document = {"version": VERSION, "taken": taken, "server": self.name, "answers": answers}
        document |= {"redacted": True} if self.redacted else {}
        return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


@dataclass
class Recorder(Live):
    """
    Asks another live system, each question once, and remembers what it said.

    Failures are remembered too: a question that was refused is not asked again in the same run.
    Several threads may ask; who wants the answer to a question that is being asked waits for it.
    """

    inner: Live
    records: dict[str, Reply] = field(default_factory=dict)
    closed: LiveError | None = None
    """Why nothing more is asked; what was answered still is."""

    _asking: Locks = field(default_factory=Locks)

    def __post_init__(self) -> None:
        self.name = self.inner.name
        self.now = self.inner.now
        self.budget = self.inner.budget

    @property
    def head(self) -> tuple[tuple[str, str], ...]:
        """That of the system that is asked."""
        return self.inner.head

    def ask(self, question: Question) -> Answer:
        """The answer of the system that is asked, remembered."""
        with self._asking.of(question.key):
            if question.key not in self.records:
                if self.closed is not None:
                    raise self.closed
                try:
                    self.records[question.key] = self.inner.ask(question)
                except LiveError as error:
                    self.records[question.key] = error
        return self.snapshot().ask(question)

    def snapshot(self) -> Snapshot:
        """Everything that was asked so far."""
        return Snapshot(self.name, self.now, self.records)


def load(path: Path) -> Snapshot:
    """The snapshot in a file."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SnapshotError(f"`{path}` cannot be read: {error.strerror}") from None
    except ValueError:
        raise SnapshotError(f"`{path}` is not JSON") from None
    if not isinstance(document, dict) or "answers" not in document:
        raise SnapshotError(f"`{path}` is not a snapshot")
    if document.get("version") != VERSION:
        raise SnapshotError(f"`{path}` is a snapshot of version {document.get('version')}; this reads {VERSION}")
    try:
        return Snapshot(
            name=document["server"],
            now=datetime.fromisoformat(document["taken"]),
            records={key: record_of(entry) for key, entry in document["answers"].items()},
            redacted=document.get("redacted") is True,
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise SnapshotError(f"`{path}` is not a snapshot of version {VERSION}") from None


def record_of(entry: Json) -> Reply:
    """The answer or the error in an entry of the file."""
    if "error" in entry:
        return KINDS[entry["error"]["kind"]](entry["error"]["why"])
    return Answer(entry["data"], tuple(entry.get("warnings", ())))


def entry_of(record: Reply) -> Json:
    """An answer or an error as it stands in the file."""
    if isinstance(record, LiveError):
        return {"error": {"kind": type(record).__name__, "why": str(record)}}
    warnings = {"warnings": [redact(text) for text in record.warnings]} if record.warnings else {}
    return {"data": _trimmed(record.data), **warnings}


def _trimmed(data: Json) -> Json:
    """The data without what is left out, each string redacted."""
    if isinstance(data, dict):
        return {key: _trimmed(value) for key, value in data.items() if key not in _LEFT_OUT}
    if isinstance(data, list):
        return [_trimmed(value) for value in data]
    return redact(data) if isinstance(data, str) else data
