"""The options of the weekly report, through the real command line."""

import json
import shutil
from pathlib import Path

from ..auditors.servers import Reply, free_port, stub
from .shell import obsaudit

FIXTURES = Path(__file__).parents[2] / "fixtures"
SNAPSHOT = FIXTURES / "live" / "events.json"


def project(tmp_path: Path) -> Path:
    """The project of the snapshot, in a folder of the test's own."""
    return Path(shutil.copytree(FIXTURES / "projects" / "events", tmp_path / "events"))


def live(folder: Path, *args: str, **environment: str):
    return obsaudit(folder, "live", "--snapshot", str(SNAPSHOT), *args, **environment)


def test_a_report_is_compared_with_the_one_before(tmp_path):
    """
    The second of two equal runs says that nothing changed.
    """
    folder = project(tmp_path)
    first = live(folder, "-f", "json=last.json", "-f", "html=report.html")
    second = live(folder, "-f", "json", "--compare", "last.json")

    assert (1, 1) == (first.code, second.code)
    assert "<!doctype html>" in (folder / "report.html").read_text("utf-8")
    since = json.loads(second.out)["tables"][0]
    taken = json.loads(SNAPSHOT.read_text("utf-8"))["taken"][:16].replace("T", " ")
    assert (f"Findings since {taken} UTC", []) == (since["title"], since["rows"])
    assert since["note"].startswith("0 new, 0 no longer found")


def test_a_file_that_is_no_report_is_told(tmp_path):
    """
    Before anything is asked: exit 2, and what to write instead.
    """
    folder = project(tmp_path)
    (folder / "last.json").write_text("{}")
    outcome = live(folder, "--compare", "last.json")

    assert 2 == outcome.code
    assert "no JSON report of version 1" in outcome.err


def test_a_summary_is_sent(tmp_path):
    """
    The gravest findings come first; the address, which is a secret, is printed nowhere.
    """
    bodies: list[bytes] = []
    with stub(lambda path, headers: Reply(b"ok"), posted=bodies) as address:
        secret = f"http://{address}/services/T0/B0/s3cr3t"
        outcome = live(project(tmp_path), "--webhook", OBSAUDIT_WEBHOOK=secret)

    assert 1 == outcome.code
    (body,) = bodies
    text = json.loads(body)["text"]
    assert text.startswith("*obsaudit on events*: 9 errors, 23 warnings, 4 infos")
    assert 5 == text.count(":red_circle:")
    assert "s3cr3t" not in outcome.out + outcome.err


def test_a_summary_that_does_not_arrive_is_said(tmp_path):
    """
    The report is printed all the same, and the exit code is 2.
    """
    secret = f"http://127.0.0.1:{free_port()}/services/s3cr3t"
    outcome = live(project(tmp_path), "--webhook", OBSAUDIT_WEBHOOK=secret)

    assert 2 == outcome.code
    assert "webhook: the summary was not sent" in outcome.out
    assert "s3cr3t" not in outcome.out + outcome.err


def test_a_webhook_needs_an_address(tmp_path):
    """
    Exit 2 before anything is asked.
    """
    assert "OBSAUDIT_WEBHOOK" in live(project(tmp_path), "--webhook").err


def test_the_readme_shows_what_is_printed(tmp_path):
    """
    Each part of the README's report stands in the real one, from the gravest to the count at its end.
    """
    readme = (FIXTURES.parent / "README.md").read_text("utf-8")
    block = readme.partition("$ obsaudit live --snapshot ../../live/events.json\n")[2].partition("```")[0]
    printed = live(project(tmp_path)).out

    parts = [part.strip("\n") for part in block.split("\n…\n")]
    assert [] == [one for part in parts for one in part.split("\n\n") if one not in printed]
    assert 7 == len(parts)
    assert printed.rstrip().endswith(parts[-1])
    severities = [
        line.partition("[")[0] for line in printed.splitlines() if line.startswith(("error[", "warn", "info["))
    ]
    assert severities == sorted(severities, key=["error", "warning", "info"].index)
