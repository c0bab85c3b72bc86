"""Keeps a run from asking what would cost a server too much."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

from .answers import Target, Tsdb
from .effort import Kind, Known, kind
from .errors import LiveError, TooDear
from .live import Answer, Live, Question


@dataclass
class Guard(Live):
    """
    Asks another live system, but no query that is expected to read more samples than `limit`.

    What cannot be told beforehand is asked: the server has a limit of its own.
    """

    inner: Live
    limit: int
    _known: Known | None = field(default=None, init=False)
    _statuses: dict[str, Answer] = field(default_factory=dict, init=False)
    """What was answered without a query: the auditors ask for it, too."""

    def __post_init__(self) -> None:
        self.name = self.inner.name
        self.now = self.inner.now

    @property
    def head(self) -> tuple[tuple[str, str], ...]:
        """That of the system that is asked."""
        return self.inner.head

    def ask(self, question: Question) -> Answer:
        """The answer of the system that is asked; raises `TooDear` for what is not."""
        if kind(question) >= Kind.QUERY:
            expected = self._size().samples(question)
            if expected is not None and expected > self.limit:
                limit = f"above the limit of {self.limit:,} for a query"
                raise TooDear(f"`{question.path}`: it may read {expected:,} samples, {limit}")
        if kind(question) is not Kind.STATUS:
            return self.inner.ask(question)
        if question.key not in self._statuses:
            self._statuses[question.key] = self.inner.ask(question)
        return self._statuses[question.key]

    def _size(self) -> Known:
        if self._known is None:
            status: Tsdb | None = None
            targets: tuple[Target, ...] = ()
            with suppress(LiveError):
                status = self.tsdb_status()
                targets = self.targets()
            self._known = Known.of(status, targets)
        return self._known
