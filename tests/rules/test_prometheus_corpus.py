"""Verdicts on Prometheus' own good and bad configurations, and promtool's on the same files."""

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from obsaudit.lint.cache import Cache
from obsaudit.lint.config import Config
from obsaudit.lint.finding import Severity
from obsaudit.lint.run import Request, run
from obsaudit.rules import ALL

FOLDER = Path(__file__).parents[2].parent / "shared" / "corpora" / "prometheus"
DATA = FOLDER / "config" / "testdata"
TOOL = FOLDER / "cmd" / "promtool" / "testdata"
# Files that are not bad by themselves, or that nothing tells from another tool's.
NOT_JUDGED = {
    "static_config.bad.yml": "a fragment of a job",
    "unknown_global_attr.bad.yml": "nothing in it is Prometheus'",
    "scrape_config_files_duplicate.bad.yml": "a job stands in two files",
    "scrape_config_files_global.bad.yml": "the fault is in the file that it includes",
    "prometheus-config.bad.yml": "nothing in it is Prometheus'",
    "authorization_credentials_file.bad.yml": "the fault is a file that is not there",
}
ALL_BAD = sorted([*DATA.glob("*.bad.yml"), *TOOL.glob("*.bad.yml")])
BAD = [path for path in ALL_BAD if path.name not in NOT_JUDGED]
GOOD = sorted({*DATA.glob("*.yml"), *DATA.glob("*/*.good.yml"), *TOOL.glob("*.good.yml")} - set(DATA.glob("*.bad.yml")))

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the corpora are not beside this checkout")


def test_every_file_has_the_verdict_that_its_name_says_but_these():
    """
    How many there are, so that neither a file of the corpus nor an exception is lost unseen.
    """
    assert (151, 6, 76) == (len(ALL_BAD), len(NOT_JUDGED), len(GOOD))
    judged = [name for name in NOT_JUDGED if refused(next(path for path in ALL_BAD if path.name == name))]
    assert [] == judged, "found to be bad by now: no exception any more"


def refused(path: Path, *beside: str) -> list[str]:
    """What makes Prometheus refuse the file, with those that it includes."""
    rules = tuple(rule for rule in ALL if rule.id.startswith(("prometheus/", "meta/unparsable")))
    request = Request(
        [path.name, *beside], Config(path.parent), rules, path.parent, date(2026, 11, 27), Cache(None, "")
    )
    own = {  # bad, and not refused
        "prometheus/plaintext-secret",
        "prometheus/interval-over-lookback",
        "prometheus/misplaced-relabel",
        "prometheus/dropped-but-read",
    }
    shown = run(request).shown
    return [one.message for one in shown if one.severity is Severity.ERROR and one.rule not in own]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name)
def test_what_prometheus_refuses_is_an_error(path):
    """
    Every file that is named bad is found to be.
    """
    assert refused(path)


def test_a_job_that_stands_in_an_included_file_too():
    """
    What is wrong only together with another file is found where both are looked at.
    """
    found = refused(DATA / "scrape_config_files_duplicate.bad.yml", "scrape_config_files.good.yml")

    assert ["there is a job `prometheus` already, in `scrape_config_files.good.yml`"] == found


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_what_prometheus_takes_is_none(path):
    """
    No file that is not named bad is called so.
    """
    assert [] == refused(path)


# Checks that are younger than Debian's Prometheus 2.42.
YOUNGER = (
    "azure_bearertoken_basicauth",
    "ec2_token_file",
    "http_token_file",
    "lightsail_token_file",
    "puppetdb_token_file",
    "remote_write_queue",
    "uyuni_token_file",
)


@pytest.mark.live
@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
@pytest.mark.parametrize(
    "path", [path for path in BAD if not path.name.startswith(YOUNGER)], ids=lambda path: path.name
)
def test_promtool_agrees_on_the_bad_files(path):
    """
    What we call an error promtool refuses, too: the names of the files do not lie.
    """
    done = subprocess.run(["promtool", "check", "config", path], capture_output=True, timeout=60)

    assert 0 != done.returncode
