"""What the command writes: what it was asked to, and nothing else."""

import json

import pytest

from .shell import BAD, obsaudit, run_with, state

UNUSED = (
    "- alert: ApiDown # obsaudit: ignore[alerts/missing-severity] -- because\n  expr: up\n  labels: {severity: page}\n"
)


@pytest.mark.parametrize(
    "args",
    [
        ["lint"],
        ["lint", "--diff"],
        ["lint", "--diff", "--unsafe-fixes"],
        ["lint", "--format", "sarif"],
        ["lint", "--statistics", "--verbose", "--no-baseline"],
        ["lint", "gone.yml"],
        ["rules"],
        ["explain", "alerts/missing-for"],
        ["--version"],
        ["lint", "--nonsense"],
    ],
    ids=" ".join,
)
def test_nothing_is_written_that_nobody_asked_for(tmp_path, args):
    """
    No file, no time, no mode: only `--fix`, `baseline` and `--output` write.
    """
    (tmp_path / "a.yml").write_text(UNUSED)
    (tmp_path / "b.yml").write_text(BAD)
    (tmp_path / "obsaudit-baseline.txt").write_text('["alerts/missing-for", "gone.yml", "", 1]\n')
    (tmp_path / "obsaudit.toml").write_text('fail-on = "error"\n')
    before = state(tmp_path)

    assert "Traceback" not in obsaudit(tmp_path, *args).err
    assert before == state(tmp_path)


def test_a_fix_writes_what_it_fixes_and_nothing_else(tmp_path):
    """
    Files without a fix keep their time.
    """
    (tmp_path / "a.yml").write_text(UNUSED)
    (tmp_path / "b.yml").write_text(BAD)
    before = state(tmp_path)
    obsaudit(tmp_path, "lint", "--fix", "--select", "meta,alerts/missing-severity")
    after = state(tmp_path)

    assert ["a.yml"] == [name for name in before if before[name] != after[name]]
    assert before.keys() == after.keys()


EDITED = """
from obsaudit.lint import fixing
fix = fixing.fix
def late(*args, **more):
    fixes = fix(*args, **more)
    open("a.yml", "a").write("#")
    return fixes
fixing.fix = late
"""
UNWRITABLE = {
    "its fixes cannot be written: permission denied": "import os\nos.access = lambda path, mode: False",
    "changed while it was checked: its fixes were not written": EDITED,
}


@pytest.mark.parametrize(("why", "patch"), UNWRITABLE.items(), ids=["read-only", "edited meanwhile"])
def test_a_fix_that_cannot_be_written(tmp_path, why, patch):
    """
    The file is left alone and named, the others are fixed, and the run says that it failed.
    """
    (tmp_path / "a.yml").write_text(UNUSED)
    done = run_with(tmp_path, patch, "--fix", "--format", "json", "--select", "meta,alerts/missing-severity")

    assert 2 == done.returncode
    assert [("a.yml", why)] == [(one["what"], one["why"]) for one in json.loads(done.stdout)["skipped"]]
    assert "0 fixes applied in 0 files\n" == done.stderr
    assert UNUSED == (tmp_path / "a.yml").read_text().removesuffix("#")
