"""The examples of every auditor, run through the real engine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from obsaudit.auditors import ALL, Answer, Auditor, Holds, Live, LiveError, Question, Recorded, Unknown, Violated, audit
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.project import Project
from obsaudit.lint.record import fields, replace
from obsaudit.lint.region import Text

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
GREETING = {"status/buildinfo": {"version": "3.1.0"}}


class Script(Live):
    """Answers what it was told to, and remembers what was asked."""

    name = "example"
    now = NOW

    def __init__(self, answers: Mapping[str, object]) -> None:
        self.answers = {**GREETING, **answers}
        self.asked: list[str] = []

    def ask(self, question: Question) -> Answer:
        """The scripted answer; a question without one fails the test."""
        self.asked.append(question.key)
        assert question.key in self.answers, f"nobody recorded an answer to {question.key}"
        answer = self.answers[question.key]
        if isinstance(answer, LiveError):
            raise answer
        return answer if isinstance(answer, Answer) else Answer(answer)


def project_of(example: Recorded) -> Project:
    """The nodes of the files of an example."""
    files = {example.path: example.text, **example.files}
    return Project(
        node
        for path, text in files.items()
        if text
        for node in parse(Text.of_file(text, path), path, SourceSettings()).nodes
    )


EXAMPLES = [
    pytest.param(auditor, example, id=f"{auditor.id}-{number}")
    for auditor in ALL
    for number, example in enumerate(auditor.examples)
]


@pytest.mark.parametrize(("auditor", "example"), EXAMPLES)
def test_example(auditor: Auditor, example: Recorded) -> None:
    """
    An example is flagged, left alone or unknown as it says, with exactly the answers that it has.
    """
    script = Script(example.answers)

    result = audit([replace(auditor, **example.options)], script, project_of(example))

    assert not {key for key in example.answers if key not in script.asked}, "an answer that nobody asked for"
    subjects = example.subjects if isinstance(example, Violated) else ()
    assert list(subjects) == [finding.at.subject for finding in result.findings]
    if isinstance(example, Unknown):
        assert example.because in " ".join(skipped.why for skipped in result.skipped)
        assert result.skipped
    else:
        assert result.skipped == ()
    assert {auditor.id} >= {finding.rule for finding in result.findings}


@pytest.mark.parametrize("auditor", ALL, ids=lambda auditor: auditor.id)
def test_contract(auditor: Auditor) -> None:
    """
    An auditor is named after its file, documented, and shown both where it holds and where it is violated.
    """
    folder, module = type(auditor).__module__.split(".")[-2:]

    assert f"{folder.replace('_', '-')}/{module.replace('_', '-')}" == auditor.id
    assert re.match(r"\s*Flags .+?\.\n\n    \*\*Why\.\*\*\n    ", auditor.__doc__ or "", re.S)
    assert {Holds, Violated} <= {type(example) for example in auditor.examples}
    assert not any(field.required for field in fields(type(auditor)))
