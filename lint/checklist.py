"""The readiness checklist as values: what is asked, and what a run can say of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from .finding import Finding
from .record import Record


class Verdict(StrEnum):
    """
    What became of a criterion.

    Met: its rules ran, had something to judge, and found nothing. Unmet: they found something.
    Attested: people say so, with a date. Unknown: nothing decides it here.
    """

    MET = "met"
    UNMET = "unmet"
    ATTESTED = "attested"
    UNKNOWN = "unknown"


class Criterion(Record):
    """
    One line of the checklist.

    `rules` and `auditors` decide it by their ids; `needs` names the kinds of node of which there
    must be one for the rules to have anything to judge; without either, only people can say.
    `tasks` are those whose criteria must all be done.
    """

    id: str
    text: str
    rules: tuple[str, ...] = ()
    auditors: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    asks: str | None = None
    """The line of the checklist that it answers, in the checklist's words."""


class Task(Record):
    """A task of the checklist: `1.1 Alert rules`, with its acceptance criteria."""

    id: str
    title: str
    phase: str
    criteria: tuple[Criterion, ...]


class Attestation(Record):
    """What people say of a criterion: who, when, until when, and on what evidence."""

    criterion: str
    owner: str
    on: date
    until: date
    evidence: str


class Judgement(Record):
    """A criterion and what became of it, with the reason in words."""

    criterion: Criterion
    verdict: Verdict
    why: str
    findings: tuple[Finding, ...] = ()

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.verdict in (Verdict.MET, Verdict.ATTESTED)


class TaskState(Record):
    """A task and the judgements of its criteria."""

    task: Task
    judgements: tuple[Judgement, ...]

    @property
    def done(self) -> int:
        """How many of its criteria are met or attested."""
        return sum(judgement.done for judgement in self.judgements)


class Checklist(Record):
    """The whole checklist on one day."""

    on: date
    tasks: tuple[TaskState, ...]

    @property
    def total(self) -> int:
        """How many criteria there are."""
        return sum(len(state.judgements) for state in self.tasks)

    @property
    def done(self) -> int:
        """How many of them are met or attested."""
        return sum(state.done for state in self.tasks)

    @property
    def percent(self) -> int:
        """The share of criteria that are met or attested, rounded down: 100 means all."""
        return 100 * self.done // self.total if self.total else 0

    def count(self, verdict: Verdict) -> int:
        """How many criteria have that verdict."""
        return sum(judgement.verdict is verdict for state in self.tasks for judgement in state.judgements)
