"""Documentation that is made from the code is made from today's."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest

from obsaudit.auditors import ALL as AUDITORS
from obsaudit.rules import ALL as RULES

from .test_house import MAY_IMPORT

ROOT = Path(__file__).parents[1]


def test_the_list_of_rules_is_current():
    """
    `make docs` writes it; a rule that is missing there is found by nobody.
    """
    done = subprocess.run(
        [sys.executable, "-m", "obsaudit", "rules", "--format", "markdown"], capture_output=True, text=True, check=True
    )

    assert done.stdout == (ROOT / "docs" / "rules.md").read_text("utf-8")


SCHEMA = ROOT / "docs" / "obsaudit.schema.json"


def test_the_schema_of_the_configuration_is_current():
    """
    `make docs` writes it: an editor completes what this version reads.
    """
    done = subprocess.run([sys.executable, "-m", "obsaudit", "schema"], capture_output=True, text=True, check=True)

    assert done.stdout == SCHEMA.read_text("utf-8")


def test_what_the_auditors_ask_is_current():
    """
    The page has each auditor once, with the endpoints that its examples answer.
    """
    text = (ROOT / "docs" / "auditors.md").read_text("utf-8")
    said = re.findall(r"^\| `([a-z]+/[a-z-]+)` \| ([^|]+) \|", text, re.M)
    asked = {
        auditor.id: {
            re.sub(r"^label/.*", "label", key.partition("?")[0]) for one in auditor.examples for key in one.answers
        }
        for auditor in AUDITORS
    }

    assert len(AUDITORS) == len(said)
    assert asked == {auditor: set(re.findall("`([^`]+)`", endpoints)) for auditor, endpoints in said}


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("fixtures/projects/*/obsaudit.toml")), ids=lambda path: path.parent.name
)
def test_what_is_read_is_valid(path):
    """
    The schema takes the configurations that obsaudit takes.
    """
    jsonschema.validate(tomllib.loads(path.read_text("utf-8")), json.loads(SCHEMA.read_text("utf-8")))


@pytest.mark.parametrize(
    "text",
    [
        'selekt = ["alerts"]',
        'select = ["alert"]',
        'fail-on = "fatal"',
        "max-file-size = 'big'",
        '[rules."alerts/missing-fro"]',
        '[rules."alerts/missing-for"]\nexempts = ["A"]',
        '[rules."alerts/missing-for"]\nexempt = "A"',
        "[servers.prod]\nuri = 'http://x'",
        "[[per-path]]\npaths = ['a']",
    ],
)
def test_what_is_refused_is_invalid(text, tmp_path):
    """
    A misspelt key, rule or option is as wrong in the editor as on the command line.
    """
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(text), json.loads(SCHEMA.read_text("utf-8")))
    (tmp_path / "obsaudit.toml").write_text(text)
    done = subprocess.run([sys.executable, "-m", "obsaudit", "lint"], cwd=tmp_path, capture_output=True, check=False)

    assert 2 == done.returncode


PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    """
    A relative link names a file of the repository.
    """
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text("utf-8"))

    assert [] == [target for target in targets if not (page.parent / target).exists()]


def test_every_page_is_in_the_readme():
    """
    A page that nothing links to is found by nobody.
    """
    readme = (ROOT / "README.md").read_text("utf-8")

    assert [] == [page.name for page in (ROOT / "docs").glob("*.md") if f"docs/{page.name}" not in readme]


IDS = {rule.id for rule in (*RULES, *AUDITORS)}
FOLDERS = {name.partition("/")[0] for name in IDS}


@pytest.mark.parametrize("page", [*PAGES], ids=lambda page: page.name)
def test_ids_in_the_pages_exist(page):
    """
    A rule that was renamed is renamed where people read of it.
    """
    text = page.read_text("utf-8")
    # The first column of the page about other tools has their ids.
    cells = re.findall(r"^\| ((?:`[^`]+`(?:, )?)+)", text, re.M) if page.name == "migrating.md" else []
    theirs = {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}
    named = set(re.findall(r"`([a-z]+/[a-z0-9-]+)`", text))

    assert set() == {name for name in named - theirs if name.partition("/")[0] in FOLDERS} - IDS - EXAMPLES


# What a page makes up.
EXAMPLES = {"alerts/unfinished-summary"}


def test_the_architecture_is_that_of_the_folders():
    """
    Each folder has its line, each line a folder, and what a line says of imports is what the house allows.
    """
    rows = re.findall(r"^\| `(\w+)/` \| .* \| (.*) \|$", (ROOT / "docs" / "architecture.md").read_text("utf-8"), re.M)
    said = {name: set(re.findall(r"`(\w+)`", imports)) for name, imports in rows}
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    folders = {line.partition("/")[0] for line in tracked.splitlines() if "/" in line}

    assert {name for name in folders if not name.startswith(".")} == set(said)
    assert {name: allowed for name, allowed in MAY_IMPORT.items() if name != "cli"} == {
        name: said[name] for name in MAY_IMPORT if name != "cli"
    }


def test_what_the_architecture_names_is_there():
    named = re.findall(r"`((?:\w+/)+(?:\w+\.py)?)`", (ROOT / "docs" / "architecture.md").read_text("utf-8"))

    assert [] == [path for path in named if not (ROOT / path).exists()]
