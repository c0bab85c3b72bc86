"""`obsaudit init`, and what somebody meets who begins."""

import shutil
from pathlib import Path

import pytest

from obsaudit.lint.configfile import read
from obsaudit.rules import ALL

from .shell import obsaudit

HEALTHY = Path(__file__).parents[2] / "fixtures" / "projects" / "healthy"


@pytest.fixture
def bare(tmp_path):
    """The project that is right, before anybody configured anything."""
    folder = tmp_path / "project"
    shutil.copytree(HEALTHY, folder, ignore=shutil.ignore_patterns("obsaudit.toml"))
    return folder


@pytest.mark.parametrize("preset", [(), ("--preset", "production-readiness")], ids=["plain", "preset"])
def test_a_project_tells_its_configuration(bare, preset, snapshot):
    """
    Prefixes, severities, fields, pages and paths, each with what it was seen in; and the result can be used.
    """
    outcome = obsaudit(bare, "init", *preset)

    written = (bare / "obsaudit.toml").read_text()
    assert (0, "") == (outcome.code, outcome.out)
    assert snapshot == written
    assert ("app_",) == read(bare / "obsaudit.toml", ALL).metric_prefixes
    assert "" == obsaudit(bare, "lint").err


HOSTILE = {
    "alerts.yml": "".join(
        f'- alert: A{n}\n  expr: up == 0\n  labels: {{severity: "a\\"b\\\\c\\u007f]", squad: x}}\n'
        "  annotations: {runbook_link: https://wiki.example/a}\n"
        for n in range(2)
    ),
    "vendor/rules.yml": "- alert: B\n  expr: up == 0\n",
    "config/testdata/bad.yml": "global: {scrape_interval: 15s}\nscrape_configs: [{}]\n",
    "datasources.yml": "apiVersion: 1\ndatasources:\n"
    '  - {name: "Prod \\n[x]", type: prometheus, url: \'https://prometheus.example/"\'}\n'
    "  - {name: Other, type: prometheus, url: 'https://$HOST'}\n",
}


def test_whatever_things_are_called_the_file_can_be_read(tmp_path):
    """
    Quotes, backslashes and control characters end no value and no comment.
    """
    folder = tmp_path / "project"
    for name, text in HOSTILE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    assert 0 == obsaudit(folder, "init").code

    config = read(folder / "obsaudit.toml", ALL)
    assert ('a"b\\c\x7f]',) == config.rules["alerts/unknown-severity"].options["severities"]
    assert ("squad",) == config.rules["alerts/missing-owner"].options["labels"]
    assert ("runbook_link",) == config.rules["alerts/missing-runbook"].options["annotation"]
    assert ("vendor/**",) == config.vendored
    assert ("testdata/",) == config.exclude
    assert "testdata" not in obsaudit(folder, "lint").out
    assert {"prod-x": 'https://prometheus.example/"'} == {name: one.url for name, one in config.servers.items()}


def test_nothing_is_written_over(bare):
    """
    A configuration that is there is shown a difference to, and written over when that is asked for.
    """
    path = bare / "obsaudit.toml"
    path.write_text('fail-on = "error"\n')

    refused = obsaudit(bare, "init")
    assert (2, 'fail-on = "error"\n') == (refused.code, path.read_text())
    assert "is there already" in refused.err
    shown = obsaudit(bare, "init", "--diff")
    assert '-fail-on = "error"\n' in shown.out
    assert (0, 'fail-on = "error"\n') == (shown.code, path.read_text())
    assert "metric-prefixes" in obsaudit(bare, "init", "--stdout").out
    assert 'fail-on = "error"\n' == path.read_text()
    assert 0 == obsaudit(bare, "init", "--force").code
    assert "metric-prefixes" in path.read_text()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [(("--preset", "production"), "production-readiness"), (("nowhere",), "no such folder")],
    ids=["preset", "folder"],
)
def test_what_does_not_exist_is_told(tmp_path, arguments, problem):
    """
    One message, exit code 2, nothing written.
    """
    outcome = obsaudit(tmp_path, "init", *arguments)

    assert 2 == outcome.code
    assert problem in outcome.err
    assert [] == list(tmp_path.iterdir())


def test_an_empty_folder_is_no_clean_bill(tmp_path):
    """
    Silence about nothing must not look like silence about everything.
    """
    outcome = obsaudit(tmp_path, "lint")

    assert (0, "nothing to check: no file here holds telemetry that is read\n") == (outcome.code, outcome.out)
    assert 0 == obsaudit(tmp_path, "init").code
    assert (tmp_path / "obsaudit.toml").is_file()
