"""The checklist that the policies come from: its own snippets hold mistakes, and each is found in its place."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SEED = Path(__file__).parents[2] / "shared" / "seed" / "observability-todo.md"


@pytest.mark.skipif(not SEED.is_file(), reason="the seed is not beside this checkout")
def test_the_mistakes_of_the_checklist_are_found(tmp_path, snapshot):
    """
    Rule, line, and the text that the finding covers.
    """
    (tmp_path / "todo.md").write_bytes(SEED.read_bytes())
    done = subprocess.run(
        [sys.executable, "-m", "obsaudit", "lint", ".", "-f", "json"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")},
    )
    lines = SEED.read_text("utf-8").split("\n")

    def covered(region):
        start, end = region["start"], region["end"]
        stop = end["column"] - 1 if end["line"] == start["line"] else None
        return lines[start["line"] - 1][start["column"] - 1 : stop]

    findings = json.loads(done.stdout)["findings"]
    assert 1 == done.returncode
    assert snapshot == [
        f"{one['region']['start']['line']}: {one['severity']} {one['rule']}: {covered(one['region'])}"
        for one in findings
    ]
