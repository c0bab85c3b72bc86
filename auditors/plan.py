"""
What a run would ask, and what it would cost, without asking it.

Auditors ask as they go: what the second question is depends on the answer to the first. So a plan
without answers knows the first question of each auditor only, and says so of the rest. With a
snapshot it follows the answers of that, and is as good as the server is the same.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ..lint import Table
from ..lint.project import Project
from .auditor import Auditor
from .effort import Kind, Known, kind, selectors
from .errors import LiveError, NotAsked, NotRecorded
from .live import Answer, Live, Question
from .snapshot import Snapshot

_GREETING = Question("status/buildinfo")
# Questions hold nothing of the moment, so that any will do.
_SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_COSTS = {Kind.STATUS: "status", Kind.INDEX: "index", Kind.QUERY: "query", Kind.RANGE: "range query"}


@dataclass
class Dry(Live):
    """Writes questions down instead of asking them; answers those that a snapshot has an answer to."""

    name: str
    known: Snapshot | None = None
    asked: list[Question] = field(default_factory=list)
    unanswered: int = 0

    def __post_init__(self) -> None:
        self.now = self.known.now if self.known else _SOME_TIME

    def ask(self, question: Question) -> Answer:
        """The answer of the snapshot; raises `NotAsked` where there is none."""
        self.asked.append(question)
        # A refusal that was recorded is an answer, too.
        with contextlib.suppress(NotRecorded):
            if self.known is not None:
                return self.known.ask(question)
        self.unanswered += 1
        raise NotAsked(f"`{question.path}` is not asked")


def first_wave(auditor: Auditor, project: Project, known: Snapshot | None = None) -> Dry:
    """What an auditor asks before, or with, the answers that are known."""
    dry = Dry("plan", known)
    try:
        for _ in auditor.audit(dry, project):
            pass
    except LiveError:
        pass  # Not asked, and counted as that; or refused, and then nothing follows.
    except Exception:  # The run itself will tell what is wrong with an auditor.
        dry.unanswered += 1
    return dry


def rank(auditor: Auditor, project: Project) -> tuple[bool, bool, Kind, str]:
    """The order of a run: gates, then what costs no query, then by the dearest of the first questions."""
    dearest = max(map(kind, first_wave(auditor, project).asked), default=Kind.STATUS)
    return (not auditor.gate, auditor.costs_queries, dearest, auditor.id)


def plan(auditors: Iterable[Auditor], project: Project, known: Snapshot | None = None) -> tuple[Table, ...]:
    """The questions of a run in the order of their cost, each once, and the auditors that would ask on."""
    askers: dict[Question, list[str]] = defaultdict(list, {_GREETING: ["every run"]})
    open_: list[str] = []
    for auditor in sorted(auditors, key=lambda one: rank(one, project)):
        dry = first_wave(auditor, project, known)
        for question in dict.fromkeys(dry.asked):
            askers[question].append(auditor.id)
        if dry.unanswered:
            open_.append(auditor.id)
    size = _size(known)
    questions = sorted(askers, key=kind)
    estimates = [size.samples(question) for question in questions]
    told = sum(estimate for estimate in estimates if estimate is not None)
    unknown = estimates.count(None)
    note = f"{len(questions)} questions, {told:,} samples expected"
    note += f" and those of {unknown} queries unknown" if unknown else ""
    note += f"; {len(open_)} auditors ask more when these are answered" if open_ else ""
    return (
        Table(
            title="Questions",
            columns=("cost", "samples", "selectors", "question", "asked by"),
            rows=tuple(
                (
                    _COSTS[kind(question)],
                    "unknown" if estimate is None else f"{estimate:,}",
                    str(selectors(question)),
                    _short(question.key),
                    ", ".join(dict.fromkeys(askers[question])),
                )
                for question, estimate in zip(questions, estimates, strict=True)
            ),
            numeric=frozenset({1, 2}),
            note=f"{note}; nothing was asked",
        ),
        Table(
            title="Depends on answers",
            columns=("auditor",),
            rows=tuple((one,) for one in open_),
            note="what they ask next, and how much, is unknown before these questions are answered",
        ),
    )[: 2 if open_ else 1]


def _size(known: Snapshot | None) -> Known:
    if known is None:
        return Known()
    try:
        status = known.tsdb_status()
    except LiveError:
        return Known()
    try:
        return Known.of(status, known.targets())
    except LiveError:
        return Known.of(status, ())


def _short(key: str) -> str:
    return key if len(key) <= 120 else f"{key[:119]}…"
