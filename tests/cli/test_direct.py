"""`obsaudit lint PATHS` takes a short way, past the parser of arguments: it must lead to the same place."""

import subprocess
import sys

import pytest

from obsaudit.cli.direct import paths_of

from .shell import obsaudit

RULES = "- alert: ApiDown\n  expr: up == 0\n"
CONFIG = "[rules.'alerts/missing-fore']\nseverity = 'info'\n"

# What no commit hook should wait for: auditors, clients of servers, parsers of files that there are not.
LATE = (
    "obsaudit.auditors",
    "requests",
    "prometheus_api_client",
    "numpy",
    "libcst",
    "tree_sitter",
    "markdown_it",
    "pygls",
)
PARSERS = ("typer", "pydantic")


@pytest.mark.parametrize(
    ("files", "paths", "code"),
    [
        ({"a.yml": RULES}, ["a.yml"], 1),
        ({"a.yml": RULES}, [], 1),
        ({"a.txt": "nothing"}, [], 0),
        ({}, ["no-such-file.yml"], 2),
        ({"a.yml": RULES, "obsaudit.toml": CONFIG}, ["a.yml"], 2),
    ],
    ids=["finding", "no path", "clean", "missing file", "broken configuration"],
)
def test_both_ways_give_the_same_answer(tmp_path, files, paths, code):
    """
    An option that says what is the case anyway sends the same run the long way.
    """
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    short = obsaudit(tmp_path, "lint", *paths)

    assert code == short.code
    assert obsaudit(tmp_path, "lint", *paths, "--jobs", "0") == short


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--help"],
        ["lint", "--help"],
        ["lint", "a.yml", "-f", "json"],
        ["lint", "-"],
        ["rules"],
        ["lint", "--", "a"],
    ],
    ids=" ".join,
)
def test_everything_else_takes_the_long_way(arguments):
    """
    Only paths can be read without a parser.
    """
    assert paths_of(arguments, {}) is None


def test_a_shell_that_completes_takes_the_long_way():
    """
    It wants words to choose from, and no findings.
    """
    assert paths_of(["lint", "a.yml"], {"_OBSAUDIT_COMPLETE": "complete_bash"}) is None
    assert paths_of(["lint", "a.yml"], {}) == ["a.yml"]


@pytest.mark.parametrize(
    ("arguments", "late"),
    [(["lint", "a.yml"], LATE + PARSERS), (["lint", "a.yml", "--exit-zero"], LATE)],
    ids=["short", "long"],
)
def test_a_run_loads_what_it_needs(tmp_path, arguments, late):
    """
    A commit hook waits for every import.
    """
    (tmp_path / "a.yml").write_text(RULES)
    code = f"import sys; from obsaudit.cli import _asked; sys.argv[1:] = {arguments!r}; _asked()"
    told = f"{code}; print(sorted(name for name in sys.modules if name in {late!r}))"
    done = subprocess.run([sys.executable, "-c", told], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert "[]" == done.stdout.splitlines()[-1]
