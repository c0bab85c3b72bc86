"""The examples for pipelines are what they say."""

import os
import re
import shlex
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from obsaudit import __version__
from obsaudit.lint import Bad, Text
from obsaudit.lint.check import Checker
from obsaudit.lint.documents import SourceSettings, parse

from .shell import obsaudit

DOCS = Path(__file__).parents[2] / "docs"
README = DOCS.parent / "README.md"


def commands(name):
    """The commands of an example that run obsaudit."""
    lines = re.findall(r"^\s*- (?:run: )?(obsaudit .*)$", (DOCS / name).read_text("utf-8"), re.MULTILINE)
    assert lines
    return [shlex.split(line.replace("$GITHUB_STEP_SUMMARY", "summary.md"))[1:] for line in lines]


def test_the_action_asks_for_little_and_pins_what_it_uses():
    """
    A tag can be moved to other code; a commit cannot.
    """
    workflow = yaml.safe_load((DOCS / "github-action.yml").read_text("utf-8"))
    (job,) = workflow["jobs"].values()
    uses = [step["uses"] for step in job["steps"] if "uses" in step]

    assert {} == workflow["permissions"]
    assert {"contents": "read", "security-events": "write"} == job["permissions"]
    assert 3 == len([one for one in uses if re.fullmatch(r"[\w-]+(/[\w-]+)+@[0-9a-f]{40}", one)]) == len(uses)


def test_what_lands_is_checked_and_published():
    """
    The repository's own workflow runs what anybody runs before a change lands; only the site's job may write, and only
    what has landed is published.
    """
    root = DOCS.parent
    text = (root / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    workflow = yaml.safe_load(text)
    checks, site = workflow["jobs"]["checks"], workflow["jobs"]["site"]
    runs = {name: [step["run"] for step in job["steps"] if "run" in step] for name, job in workflow["jobs"].items()}
    shown = set(re.findall(r"uses: (\S+)", (DOCS / "github-action.yml").read_text("utf-8")))

    assert {} == workflow["permissions"]
    assert ({"contents": "read"}, {"contents": "write"}) == (checks["permissions"], site["permissions"])
    assert ".ci/run" == runs["checks"][-1]
    assert os.access(root / ".ci" / "run", os.X_OK)
    assert ("checks", "make site") == (site["needs"], runs["site"][0])
    assert ["github.event_name == 'push'"] == [
        step["if"] for step in site["steps"] if "gh-deploy" in step.get("run", "")
    ]
    # The same commits as in the example: one place to look at when they are renewed.
    assert set(re.findall(r"uses: (\S+)", text)) <= shown


@pytest.mark.parametrize("name", ["github-action.yml", "gitlab-ci.yml"])
def test_the_commands_of_the_examples_work(tmp_path, name):
    """
    With the version that they install, and the files that the next step takes.
    """
    (tmp_path / "a.yml").write_text("- alert: ApiDown\n  expr: up == 0\n")
    text = (DOCS / name).read_text("utf-8")
    for command in commands(name):
        done = obsaudit(tmp_path, *command)
        assert (1, "") == (done.code, done.err)
        files = [part.partition("=")[2] for part in command if "=" in part]
        assert files
        assert all((tmp_path / file).stat().st_size for file in files)
        assert all(file in text.replace(" ".join(command), "") for file in files if file != "summary.md")

    assert [__version__] == re.findall(r"obsaudit==(\S+)", text)


def test_the_rule_of_the_guide_works():
    """
    Whoever copies it has a rule that keeps the contract and judges its examples as it says.
    """
    (code,) = re.findall(r"^```python\n(.*?)^```$", (DOCS.parent / "CONTRIBUTING.md").read_text("utf-8"), re.S | re.M)
    module = ModuleType("obsaudit.rules.alerts.unfinished_summary")
    module.__package__ = "obsaudit.rules.alerts"
    sys.modules[module.__name__] = module
    try:
        exec(compile(code, "CONTRIBUTING.md", "exec"), vars(module))
    finally:
        del sys.modules[module.__name__]
    rule = module.UnfinishedSummary()
    found = []
    for example in rule.examples:
        nodes = parse(Text.of_file(example.text, example.path), example.path, SourceSettings()).nodes
        for finding in Checker([rule]).nodes(nodes):
            line = example.text.split("\n")[finding.at.region.start.line - 1]
            found.append(line[finding.at.region.start.column - 1 : finding.at.region.end.column - 1])

    assert ["TODO"] == found == [text for one in rule.examples if isinstance(one, Bad) for text in one.expected]
    assert "alerts/unfinished-summary" == rule.id


PAGES = ("impact.md", "readiness.md", "routing.md", "ci.md")
NEEDS = re.compile(r"--since|--url|prod\.json")
"""A repository, a server, or what one has said: no product of ours has these."""


def printed(page):
    """The commands of a page's blocks, without what is said of them."""
    for block in re.findall(r"^```console\n(.*?)^```$", (DOCS / page).read_text("utf-8"), re.S | re.M):
        yield from (shlex.split(line[2:], comments=True) for line in block.split("\n") if line.startswith("$ obsaudit"))


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_run_as_they_are_printed(tmp_path, page):
    """
    On the healthy product: nothing is missing, misspelt or renamed. One that asks for 80 % gets too little.
    """
    product = tmp_path / "healthy"
    shutil.copytree(DOCS.parent / "fixtures" / "projects" / "healthy", product)
    ran = [command for command in printed(page) if not NEEDS.search(" ".join(command))]
    for command in ran:
        done = obsaudit(product, *command[1:])
        assert (command, int("--fail-under" in command), "") == (command, done.code, done.err)
        assert all((product / part.partition("=")[2]).stat().st_size for part in command if "=" in part and "." in part)

    assert ran


def shown():
    """What the README shows of commands: the folder, the words, and the pieces of what is printed."""
    folder = README.parent
    for block in re.findall(r"^```console\n(.*?)^```$", README.read_text("utf-8"), re.S | re.M):
        first, _, output = block.partition("\n")
        *before, command = first.removeprefix("$ ").split(" && ")
        if before:
            folder = README.parent / before[0].removeprefix("cd ")
        if output and not output.startswith("$"):
            # A line with nothing but an ellipsis stands for what is left out.
            yield folder, shlex.split(command)[1:], re.split(r"^…\n", output, flags=re.M)


@pytest.mark.parametrize(("folder", "command", "pieces"), [pytest.param(*one, id=one[1][0]) for one in shown()])
def test_what_the_readme_shows_is_what_is_printed(folder, command, pieces):
    """
    Every piece of it, in its order, to the letter.
    """
    printed, at = obsaudit(folder, *command).out, 0
    for piece in pieces:
        assert piece.strip("\n") in printed[at:]
        at = printed.index(piece.strip("\n"), at) + len(piece.strip("\n"))
