"""obsaudit on its own repository."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_obsaudit_finds_nothing_in_itself(tmp_path):
    """
    What it asks of others it keeps.
    """
    done = subprocess.run(
        [sys.executable, "-m", "obsaudit", "lint", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
    )

    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout.startswith("no findings in ")
