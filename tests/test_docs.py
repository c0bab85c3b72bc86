"""Documentation that is made from the code is made from today's."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_list_of_rules_is_current():
    """
    `make docs` writes it; a rule that is missing there is found by nobody.
    """
    done = subprocess.run(
        [sys.executable, "-m", "obsaudit", "rules", "--format", "markdown"], capture_output=True, text=True, check=True
    )

    assert done.stdout == (ROOT / "docs" / "rules.md").read_text("utf-8")
