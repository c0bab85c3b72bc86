"""The composite action: its steps, run as a runner would."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from .shell import environment

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
INSTALL, LINT = ACTION["runs"]["steps"]
ALERT = "- alert: ApiDown\n  expr: up == 0\n"


def run(step, folder: Path, inputs: dict[str, str], **more: str) -> subprocess.CompletedProcess[str]:
    """A step with its inputs filled in where the action takes them: in the environment."""
    given = {name: one["default"] for name, one in ACTION["inputs"].items()} | inputs

    def filled(text: str) -> str:
        text = re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: given[match[1]], text)
        return text.replace("${{ github.action_path }}", str(ROOT))

    variables = {name: filled(value) for name, value in step["env"].items()}
    summary = {"GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder,
        env=environment(folder, **variables, **summary, **more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with one alert, and our command on its path."""
    work = tmp_path / "work"
    work.mkdir()
    (work / "a.yml").write_text(ALERT)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "obsaudit").write_text(f'#!/bin/sh\nexec {sys.executable} -m obsaudit "$@"\n')
    (tmp_path / "bin" / "obsaudit").chmod(0o755)
    return work


def path(folder: Path) -> dict[str, str]:
    return {"PATH": f"{folder.parent / 'bin'}:{os.environ['PATH']}"}


def test_no_input_is_put_into_a_script():
    """
    What stands in a script becomes part of it: a branch may be called `$(rm -rf .)`.
    """
    assert [] == [step["run"] for step in (INSTALL, LINT) if "${{" in step["run"]]


def test_the_lint_step_annotates_and_writes_its_files(folder):
    """
    Annotations on standard output, a summary, SARIF; the findings end the step with 1.
    """
    done = run(LINT, folder, {}, **path(folder))

    assert (1, "") == (done.returncode, done.stderr)
    assert "::warning file=a.yml,line=1" in done.stdout
    assert "alerts/missing-for" in (folder / "summary.md").read_text("utf-8")
    assert (folder / "obsaudit.sarif").stat().st_size


def test_inputs_reach_the_command_as_they_are(folder):
    """
    Several paths, a severity, no SARIF; a path with a blank or a dash in front is still a path.
    """
    (folder / "-odd name").mkdir()
    (folder / "-odd name" / "b.yml").write_text(ALERT)
    inputs = {"paths": "-odd name\n\n", "fail-on": "error", "sarif": ""}
    done = run(LINT, folder, inputs, **path(folder))

    assert 1 == done.returncode
    assert "file=-odd name/b.yml" in done.stdout
    assert "file=a.yml" not in done.stdout
    assert not (folder / "obsaudit.sarif").exists()


@pytest.mark.parametrize(("version", "wanted"), [("", str(ROOT)), ("0.1.0", "obsaudit==0.1.0")])
def test_the_install_step_takes_this_action_or_a_version(folder, version, wanted):
    """
    One requirement, whatever is in it.
    """
    fake = folder.parent / "bin" / "python"
    fake.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    fake.chmod(0o755)
    done = run(INSTALL, folder, {"version": version}, **path(folder))

    assert [wanted] == done.stdout.splitlines()[5:]
