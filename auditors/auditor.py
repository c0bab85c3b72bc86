"""What an auditor is: a rule that asks a live system, and the recorded answers that are its tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from ..lint import Example, Finding, Rule, Skipped, Table
from ..lint.project import Project
from ..lint.record import field
from .answers import Json
from .errors import LiveError
from .live import Answer, Live, Question


class Recorded(Example):
    """
    Answers that an auditor is shown, by the key of their questions.

    A value is the `data` of the answer, the answer with its warnings, or the error in its place.
    An answer that nobody asks for fails the test, and so does a question without an answer.
    `text`, where there is one, is a file of the repository.
    """

    text: str = ""
    answers: Mapping[str, Json | Answer | LiveError] = field(default_factory=dict)


class Holds(Recorded):
    """Answers that the auditor has nothing to say about."""


class Violated(Recorded):
    """Answers that the auditor flags; `subjects` are those of its findings, in order."""

    subjects: tuple[str, ...] = ()


class Unknown(Recorded):
    """Answers that decide nothing; `because` is a part of the reason that is reported."""

    because: str = ""


class Auditor(Rule):
    """
    A rule that asks a live system.

    It has the form of a rule (docstring, metadata, options, examples) and one hook, `audit`. What
    it cannot decide it yields as `Skipped`; a `LiveError` that it lets pass skips the rest of it.
    """

    costs_queries: ClassVar[bool] = True
    """Off where only status endpoints are asked: those auditors come first."""

    gate: ClassVar[bool] = False
    """Comes before all others, and keeps them from asking when it finds something."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Asks the live system; the project holds what the repository says about it."""
        raise NotImplementedError


def queried(expression: str) -> str:
    """The key of the question for the value of an expression, for examples."""
    return Question("query", (("query", expression),)).key


def vector(*samples: tuple[Mapping[str, str], float]) -> Json:
    """The `data` of an instant query, for examples."""
    return {
        "resultType": "vector",
        "result": [{"metric": dict(labels), "value": [0, f"{value:.12g}"]} for labels, value in samples],
    }


def tsdb(series: int, **by_metric: int) -> Json:
    """The `data` of `status/tsdb`, for examples."""
    return {
        "headStats": {"numSeries": series, "minTime": 1767362400000},
        "seriesCountByMetricName": [{"name": name, "value": count} for name, count in by_metric.items()],
    }
