"""Verdicts on blackbox_exporter's own good and bad configurations."""

import shutil
import subprocess
from pathlib import Path

import pytest

from obsaudit.lint import Text
from obsaudit.lint.documents.blackbox import modules_in
from obsaudit.lint.documents.tree import parse_yaml

FOLDER = Path(__file__).parents[2].parent / "shared" / "corpora" / "blackbox-exporter"
BAD = sorted(path for path in FOLDER.rglob("*.yml") if path.name.startswith(("invalid-", "blackbox-bad")))
GOOD = sorted(set(FOLDER.rglob("*.yml")) - set(BAD))
EXPORTER = shutil.which("prometheus-blackbox-exporter") or shutil.which("blackbox_exporter")


pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the corpora are not beside this checkout")


def problems(path):
    return [
        one.problem
        for tree in parse_yaml(Text.of_file(path.read_text("utf-8"), path.name))
        for probe in modules_in(tree, path.name)
        for one in probe.problems
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


# What blackbox_exporter 0.23 says otherwise, and why ours is the better answer.
NEWER = {
    "blackbox-good.yml": "`metadata` came after it",
    "blackbox.yml": "`labels`, `enable_http3` and `expect_bytes` came after it",
    "example.yml": "`websocket`, `unix`, `body_file` and others came after it",
}
LATER = {"invalid-prober.yml": "it looks at the name of the prober when it is asked to probe, and then fails"}


@pytest.mark.skipif(EXPORTER is None, reason="blackbox_exporter is not installed")
@pytest.mark.parametrize("path", [*BAD, *GOOD], ids=lambda path: path.name)
def test_the_exporter_says_the_same(path):
    """
    The real exporter refuses what we refuse, but for the files that are listed with the reason.
    """
    done = subprocess.run(
        [EXPORTER, "--config.check", "--config.file", path], capture_output=True, text=True, timeout=60, check=False
    )
    refused = done.returncode != 0

    if path.name in NEWER and "version=0.23" in done.stderr:
        assert "not found in type" in done.stderr
        assert refused
    elif path.name in LATER:
        assert not refused
    elif path.name not in NEWER:
        assert bool(problems(path)) == refused, done.stderr
