"""`obsaudit lint --watch`, on a real folder."""

import re
import signal
import subprocess
from pathlib import Path

import pytest

from .shell import COMMAND, environment, obsaudit

ALERT = "- alert: ApiDown\n  expr: up == 0\n"


def told(process: subprocess.Popen[str], wanted: str) -> None:
    """Reads what the command prints up to a line like this."""
    assert process.stdout is not None
    for line in process.stdout:
        if re.search(wanted, line):
            return
    pytest.fail(f"the command ended before it said {wanted}")


def test_a_change_is_checked_again(tmp_path: Path):
    """
    Each change brings a new report, a broken configuration is waited for, an interrupt ends it without a trace.
    """
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "obsaudit.toml").write_text('select = ["alerts/missing-for", "alerts/missing-severity"]\n')
    (folder / "alerts.yml").write_text(ALERT)
    process = subprocess.Popen(
        [*COMMAND, "lint", "--watch"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment(folder),
    )
    try:
        told(process, "^1 error, 1 warning")
        (folder / "alerts.yml").write_text(f"{ALERT}  for: 5m\n")
        told(process, "^1 error in 1 file")
        (folder / "obsaudit.toml").write_text('selekt = ["alerts"]\n')
        told(process, "no key `selekt`")
        (folder / "obsaudit.toml").write_text('select = ["alerts/missing-for"]\n')
        told(process, "^no findings")
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=60)[0]
    finally:
        process.kill()

    assert (130, False) == (process.returncode, "Traceback" in rest)


def test_watching_goes_with_no_fixes(tmp_path: Path):
    """
    A fix changes the file that is watched: that would never end.
    """
    assert 2 == obsaudit(tmp_path, "lint", "--watch", "--fix").code
