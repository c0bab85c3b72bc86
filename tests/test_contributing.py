"""CONTRIBUTING's «a rule in fifteen minutes», followed to the letter in a copy of the repository."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
STEPS = PAGE.partition("## A rule in fifteen minutes")[2].partition("\n## ")[0]
KEPT = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "*.egg-info", "fixtures", "benchmarks")


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A copy of the repository with the page's rule where the page says, and a way to run a command in it."""
    folder = tmp_path_factory.mktemp("clone") / "obsaudit"
    shutil.copytree(ROOT, folder, ignore=KEPT)
    (place,) = re.findall(r"^A rule is one file: `([^`]+)`", STEPS, re.M)
    (code,) = re.findall(r"^```python\n(.*?)^```$", STEPS, re.S | re.M)
    assert not (folder / place).exists()
    (folder / place).write_text(code)
    # The copy is the package: it stands before the one that is installed.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    settings = {
        **os.environ,
        "PYTHONPATH": str(folder.parent),
        "PATH": path,
        "XDG_CACHE_HOME": str(folder.parent / "c"),
    }
    settings.pop("PYTEST_ADDOPTS", None)

    def run(command):
        return subprocess.run(
            shlex.split(command), cwd=folder, env=settings, capture_output=True, text=True, timeout=300, check=False
        )

    return folder, run


def command(start):
    """The one command of the steps that begins like this, as it is written."""
    (found,) = re.findall(rf"^\d\. `({re.escape(start)}[^`]*)`", STEPS, re.M)
    return found


def test_the_examples_run(clone):
    """
    Step 3: the examples of the page's rule, and what holds for every rule.
    """
    _, run = clone
    done = run(command("pytest"))

    assert 0 == done.returncode, done.stdout
    # Its two examples, the fix that they do not have, and the contract of a rule.
    assert " 4 passed" in done.stdout.splitlines()[-1], done.stdout


def test_an_example_that_is_wrong_fails(clone):
    """
    Step 3 looks at the examples: one that is not flagged is told.
    """
    folder, run = clone
    (rule,) = (folder / "rules").rglob("unfinished_summary.py")
    good = rule.read_text()
    rule.write_text(good.replace("    summary: TODO", "    summary: done").replace('at="TODO"', 'at="done"'))
    done = run(command("pytest"))
    rule.write_text(good)

    assert 1 == done.returncode, done.stdout
    assert "unfinished-summary" in done.stdout


def test_the_rule_runs_on_a_repository(clone):
    """
    Step 4: the folder that it names is there, and holds one alert that is flagged.
    """
    folder, run = clone
    line = command("obsaudit lint")
    (repository,) = (part for part in shlex.split(line) if part.startswith("../"))
    (folder / repository).mkdir(parents=True)
    rules = "- alert: ApiDown\n  expr: up == 0\n  annotations:\n    summary: {}\n"
    (folder / repository / "a.yml").write_text(rules.format("TBD"))
    (folder / repository / "b.yml").write_text(rules.format("the API is down"))
    done = run(line)

    assert 1 == done.returncode, done.stderr
    assert ["a.yml:4:14"] == re.findall(r"--> \S*?(\w\.yml:\d+:\d+)", done.stdout)
    assert "the summary of `ApiDown` is still `TBD`" in done.stdout


def test_the_rule_is_in_the_reference(clone):
    """
    What `make docs` runs lists the rule, its options and its page.
    """
    _, run = clone
    makefile = (ROOT / "Makefile").read_text("utf-8").partition("\ndocs:")[2].partition("\n\n")[0]
    rules, schema = (line.strip().removeprefix("$(BIN)/").partition(" > ")[0] for line in makefile.splitlines()[1:])

    assert "alerts/unfinished-summary" in run(rules).stdout
    assert "alerts/unfinished-summary" in run(schema).stdout
    assert (
        "It is the first line that somebody reads at night" in run("obsaudit explain alerts/unfinished-summary").stdout
    )
