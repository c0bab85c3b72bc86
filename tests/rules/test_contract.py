"""What holds of every rule and auditor: the one test that lists them all."""

import inspect
import re
from pathlib import Path

import pytest

from obsaudit.lint import Bad, Good
from obsaudit.rules import ALL

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_a_rule_keeps_the_contract(rule):
    """
    One name in three spellings, a page that says why, examples of both kinds, a version, known tasks.
    """
    kind = type(rule)
    folder, name = rule.id.split("/")
    snake = name.replace("-", "_")
    page = inspect.cleandoc(kind.__doc__ or "")

    assert re.fullmatch(r"[a-z]+/[a-z]+(-[a-z0-9]+)*", rule.id)
    assert f"obsaudit.rules.{folder}.{snake}" == kind.__module__
    assert "".join(word.capitalize() for word in name.split("-")) == kind.__name__
    assert "**Why.**" in page or "Why" in page
    assert rule.summary
    assert rule.summary[0].islower() or rule.summary.startswith("`") or rule.summary.split()[0].isupper()
    assert not rule.summary.endswith(".")
    assert re.fullmatch(r"\d+\.\d+", rule.since)
    assert all(re.fullmatch(r"[1-5]\.[1-5]|done|all", task) for task in rule.tasks)
    assert any(isinstance(example, Good) for example in rule.examples)
    assert any(isinstance(example, Bad) for example in rule.examples) or folder == "meta"


def test_ids_are_unique():
    """
    Two rules with one id would hide each other in configuration and suppressions.
    """
    ids = [rule.id for rule in ALL]

    assert sorted(set(ids)) == ids
