"""The checklist as data, held against the checklist as it was written."""

import re
from collections import Counter
from pathlib import Path

import pytest

from obsaudit import auditors, rules
from obsaudit.lint import nodes
from obsaudit.readiness import TASKS

SEED = Path(__file__).parents[3] / "shared" / "seed" / "observability-todo.md"
CRITERIA = [criterion for task in TASKS for criterion in task.criteria]


def asked():
    """Task → the acceptance criteria that the checklist has for it, in its words."""
    text = SEED.read_bytes().decode("utf-8", "replace")
    for section in re.split(r"^### Task ", text, flags=re.MULTILINE)[1:]:
        lines = section.partition("**Acceptance Criteria**")[2].partition("\n**")[0].partition("\n#")[0]
        yield section[:3], Counter(re.findall(r"^- \[ \] (.+)$", lines, re.MULTILINE))
    done = text.partition("Definition of Done")[2].partition("\n---")[0]
    yield "done", Counter(line.split(" ", 1)[1].strip() for line in done.splitlines()[3:] if " " in line.strip())


@pytest.mark.skipif(not SEED.is_file(), reason="the checklist is not beside this checkout")
def test_every_line_of_the_checklist_is_a_criterion():
    """
    Nothing that it asks for is left out, and nothing is said to be asked for that is not.
    """
    expected = dict(asked())

    assert 18 == len(expected)
    assert expected == {task.id: Counter(one.asks for one in task.criteria if one.asks) for task in TASKS}


def test_criteria_name_what_there_is():
    """
    Rules, auditors, kinds of node and tasks exist under the names that decide a criterion.
    """
    known = {
        "rules": {rule.id for rule in rules.ALL},
        "auditors": {auditor.id for auditor in auditors.ALL},
        "needs": set(nodes.__all__),
        "tasks": {task.id for task in TASKS},
    }

    for field, names in known.items():
        assert set() == {name for one in CRITERIA for name in getattr(one, field)} - names
    assert [] == [name for name, count in Counter(one.id for one in CRITERIA).items() if count > 1]
    assert [] == [one.id for task in TASKS for one in task.criteria if not one.id.startswith(f"{task.id}/")]


def test_every_auditor_decides_something():
    """
    Each is in a criterion of a task that it says it helps to decide; but for the gate, and for a list of alerts that
    have not fired yet, which is no gap.
    """
    deciding = {(auditor, task.id) for task in TASKS for one in task.criteria for auditor in one.auditors}
    without = {"server/wrong-server", "alerts/never-fired"}

    assert {auditor.id for auditor in auditors.ALL} - without == {auditor for auditor, _ in deciding}
    tasks = {auditor.id: {*auditor.tasks, "done"} for auditor in auditors.ALL}
    assert [] == [(auditor, task) for auditor, task in deciding if task not in tasks[auditor]]
