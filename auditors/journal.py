"""
The answers of a run that has not ended, so that the next one can go on where it was cut short.

One file for each server and each who asks it, in the user's cache folder and readable by him alone; a
line for each answer, added as it comes. It holds what a snapshot would, and is removed when a run has
come to its end: a run that was not interrupted always asks anew. Failures are not kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from .credentials import Credentials
from .figures import moment
from .live import Answer, Live, Question
from .snapshot import entry_of, record_of

_MAX_AGE = timedelta(hours=1)
_MAX_BYTES = 256 * 1024 * 1024


class Journal(Live):
    """Asks another live system what an interrupted run has not asked before, and writes the answers down."""

    def __init__(self, inner: Live, path: Path) -> None:
        self.inner = inner
        self.name = inner.name
        self._path = path
        self._answers: dict[str, Answer] = {}
        self._writing = threading.Lock()
        self._torn = False
        """Whether the file ends within a line."""

        started = self._recall(inner.now)
        self.resumed = len(self._answers)
        if started is not None and self.resumed:
            # The answers belong together: what is still to be asked is asked of the same moment.
            inner.now = started
        else:
            self._start()
        self.now = inner.now
        self.budget = inner.budget

    @property
    def head(self) -> tuple[tuple[str, str], ...]:
        """That of the system that is asked, and what was known before."""
        if not self.resumed:
            return self.inner.head
        text = f"{self.resumed} answers of the run of {moment(self.now)}, which was cut short"
        return (*self.inner.head, ("resumed", text))

    def ask(self, question: Question) -> Answer:
        """The answer that was written down, else that of the system."""
        if question.key not in self._answers:
            self._answers[question.key] = answer = self.inner.ask(question)
            self._add({"key": question.key, **entry_of(answer)})
        return self._answers[question.key]

    def done(self) -> None:
        """Forgets the answers."""
        with contextlib.suppress(OSError):
            self._path.unlink()

    def _recall(self, now: datetime) -> datetime | None:
        """When the interrupted run began; its answers, unless they are too old."""
        try:
            text = self._path.read_text(encoding="utf-8")
            self._torn = not text.endswith("\n")
            lines = iter(text.splitlines())
            started = datetime.fromisoformat(json.loads(next(lines))["now"])
            if not timedelta(0) <= now - started < _MAX_AGE:
                return None
            self._answers = dict(_answers(lines))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, StopIteration):
            return None
        return started

    def _start(self) -> None:
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._path.unlink(missing_ok=True)
        self._torn = False
        self._add({"now": self.inner.now.isoformat()})

    def _add(self, line: object) -> None:
        # A folder that cannot be written to costs the resumption, and no answer.
        with self._writing, contextlib.suppress(OSError):
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "a", encoding="utf-8") as file:
                if file.tell() < _MAX_BYTES:
                    file.write(("\n" if self._torn else "") + json.dumps(line) + "\n")
                    self._torn = False


def place(folder: Path, url: str, credentials: Credentials) -> Path:
    """
    The file for a server and those credentials: another user or tenant may be given other answers.

    The name is a slow hash, from which a password cannot be guessed in a useful time.
    """
    who = json.dumps([url, credentials.bearer, credentials.basic, sorted(credentials.headers.items())])
    digest = hashlib.scrypt(who.encode(), salt=b"obsaudit live", n=2**14, r=8, p=1, dklen=16)
    return folder / "live" / f"{digest.hex()}.jsonl"


def _answers(lines: Iterator[str]) -> Iterator[tuple[str, Answer]]:
    """The answers in the lines; one that was being written when the run ended is none."""
    for line in lines:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            entry = json.loads(line)
            record = record_of(entry)
            if isinstance(record, Answer):
                yield entry["key"], record
