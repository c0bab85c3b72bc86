"""The guide does what it says: every command of it, in its order, on the product that it names."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from .shell import obsaudit

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "start.md").read_text("utf-8")
COMMAND = re.compile(r"^\$ obsaudit (?P<rest>.*?)(?:\s+# exit code (?P<code>\d))?$", re.M)


@pytest.fixture
def product(tmp_path):
    """A copy of the product under git, without its configuration and with nothing accepted."""
    work = tmp_path / "events"
    shutil.copytree(ROOT / "fixtures" / "projects" / "events", work)
    for name in ("obsaudit.toml", "obsaudit-baseline.txt"):
        (work / name).unlink(missing_ok=True)
    for command in ("init -q -b main", "add -A", "-c user.name=a -c user.email=a@b.c commit -q -m all"):
        subprocess.run(["git", *command.split()], cwd=work, check=True)
    return work


def test_every_command_of_the_guide(product):
    found = [(match["rest"], int(match["code"] or 0)) for match in COMMAND.finditer(GUIDE)]
    assert 15 == len(found) == GUIDE.count("\n$ ")

    for rest, code in found:
        done = obsaudit(product, *shlex.split(rest))
        assert (rest, code) == (rest, done.code), done.err
        assert "Traceback" not in done.out + done.err
    assert all((product / name).stat().st_size for name in ("comment.md", "obsaudit.sarif", "obsaudit.xml"))


def test_the_files_of_the_guide_are_read():
    """
    The comment and the hook of the guide are what obsaudit and pre-commit take.
    """
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    (hook,) = re.findall(r"^ +- id: (\S+)$", GUIDE, re.M)

    assert f"- id: {hook}\n" in hooks
