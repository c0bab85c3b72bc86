"""Keeps a run from asking what would cost a server too much."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field

from ..lint.record import replace
from .answers import Target, Tsdb
from .budget import Budget
from .effort import Kind, Known, kind, metrics
from .errors import LiveError
from .expressions import selector, sizes
from .live import Answer, Live, Question
from .locks import Locks

_NAMES = "label/__name__/values"


@dataclass
class Guard(Live):
    """
    Asks another live system, but no query that is expected to read more samples than the budget has.

    Before a query is refused, more is learnt: which metrics there are at all, and how many series
    those have that the statistics do not list. What cannot be told beforehand is asked: the server
    has a limit of its own.
    """

    inner: Live
    budget: Budget
    _known: Known | None = field(default=None, init=False)
    _tried: set[str] = field(default_factory=set, init=False)
    """What was asked to learn more, so that what is refused is not asked again."""

    _learning: threading.RLock = field(default_factory=threading.RLock, init=False)
    _shared: dict[str, Answer] = field(default_factory=dict, init=False)
    """What was answered without a query: the auditors ask for it, too."""

    _asking: Locks = field(default_factory=Locks, init=False)

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
            with self.budget.reserved(self._expected(question), question.path):
                return self.inner.ask(question)
        if kind(question) is not Kind.STATUS and question.key != _NAMES:
            return self.inner.ask(question)
        with self._asking.of(question.key):
            if question.key not in self._shared:
                self._shared[question.key] = self.inner.ask(question)
            return self._shared[question.key]

    def _expected(self, question: Question) -> int | None:
        with self._learning:
            expected = self._size().samples(question)
            for learn in (self._learn_names, self._learn_counts):
                guessed = [name for name in metrics(question) if self._size().is_guessed(name)]
                if not guessed or expected is None or expected <= self.budget.limits.query_samples:
                    break
                learn(guessed)
                expected = self._size().samples(question)
            return expected

    def _learn_names(self, guessed: list[str]) -> None:
        if _NAMES not in self._tried:
            self._tried.add(_NAMES)
            with suppress(LiveError):
                self._known = replace(self._size(), names=frozenset(self.metric_names()))

    def _learn_counts(self, guessed: list[str]) -> None:
        known = self._size()
        if self._tried.issuperset(guessed):
            return
        self._tried.update(guessed)
        with suppress(LiveError):
            # Answered within the limit itself, or not at all.
            found = sizes(self, {name: selector(name) for name in guessed})
            self._known = replace(known, counted={**known.counted, **dict.fromkeys(guessed, 0), **found})

    def _size(self) -> Known:
        if self._known is None:
            status: Tsdb | None = None
            targets: tuple[Target, ...] = ()
            with suppress(LiveError):
                status = self.tsdb_status()
                targets = self.targets()
            self._known = Known.of(status, targets)
        return self._known
