"""Verdicts on blackbox_exporter's own good and bad configurations."""

from pathlib import Path

import pytest

from obsaudit.lint import Text
from obsaudit.lint.documents.blackbox import modules_in
from obsaudit.lint.documents.tree import parse_yaml

FOLDER = Path(__file__).parents[2].parent / "shared" / "corpora" / "blackbox-exporter"
BAD = sorted(path for path in FOLDER.rglob("*.yml") if path.name.startswith(("invalid-", "blackbox-bad")))
GOOD = sorted(set(FOLDER.rglob("*.yml")) - set(BAD))


pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the corpora are not beside this checkout")


def problems(path):
    return [
        problem
        for tree in parse_yaml(Text.of_file(path.read_text("utf-8"), path.name))
        for probe in modules_in(tree, path.name)
        for _, problem in probe.problems
    ]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name)
def test_what_the_exporter_refuses_has_a_problem(path):
    """
    Every file that is named invalid is found to be.
    """
    assert problems(path)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_what_the_exporter_takes_has_none(path):
    """
    Every other file is left alone.
    """
    assert [] == problems(path)
