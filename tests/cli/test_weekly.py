"""The examples of `docs/weekly.md`, run as they stand there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from ..auditors.servers import Reply, free_port, stub
from ..auditors.test_faults import serve
from .shell import environment, obsaudit

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "weekly.md").read_text("utf-8")
SNAPSHOT = ROOT / "fixtures" / "live" / "events.json"
TOKEN = "s3cr3t-token"


def example(kind: str, words: str) -> str:
    """The text of the example that holds these words."""
    [found] = [text for text in re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.M | re.S) if words in text]
    return found


@pytest.fixture
def server() -> Iterator[tuple[str, list[str], list[bytes]]]:
    """A server with one target down that is a chat, too: its address, the tokens that it saw, and what was posted."""
    tokens: list[str] = []
    posted: list[bytes] = []
    inner = serve({})

    def handle(path: str, headers: Mapping[str, str]) -> Reply:
        tokens.append(headers.get("Authorization", ""))
        return Reply(b"ok") if path.startswith("/hook") else inner(path, headers)

    with stub(handle, posted=posted) as address:
        yield address, tokens, posted


def sh(folder: Path, command: str, **more: str) -> int:
    """Runs a line of an example, with the command where a shell finds it."""
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    done = subprocess.run(["sh", "-ec", command], cwd=folder, env={**environment(folder, **more), "PATH": path})
    return done.returncode


def reports(folder: Path, address: str) -> Path:
    """A folder for reports, with a server in its configuration, and a token beside it."""
    work = folder / "reports"
    work.mkdir()
    (work / "obsaudit.toml").write_text(f'[servers.prod]\nurl = "http://{address}"\nrate = 1000.0\n', encoding="utf-8")
    (folder / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    return work


def test_cron(tmp_path: Path, server: tuple[str, list[str], list[bytes]]) -> None:
    """
    The first week has an empty report to compare with, the second that of the first, and nothing has changed.
    """
    address, tokens, _ = server
    work = reports(tmp_path, address)
    line = example("crontab", "obsaudit").strip().split(maxsplit=5)[5]
    line = line.replace("/srv/reports", str(work)).replace("/run/secrets/prometheus", str(tmp_path / "token"))
    [first] = re.findall(r"`(echo '[^`]*last\.json)`", PAGE.replace("\n", " "))

    assert [0, 0, 0] == [sh(work, first), sh(work, line), sh(work, line)]
    report = json.loads((work / "last.json").read_text("utf-8"))
    assert ["scrape/target-down"] == [one["rule"] for one in report["findings"]]
    assert [] == report["tables"][0]["rows"]
    assert "<!doctype html>" in (work / "report.html").read_text("utf-8")
    assert {f"Bearer {TOKEN}"} == set(tokens)


def test_github_actions(tmp_path: Path, server: tuple[str, list[str], list[bytes]]) -> None:
    """
    The steps that are commands run one after the other, and the channel is told.
    """
    address, tokens, posted = server
    work = reports(tmp_path, address)
    steps = yaml.safe_load(example("yaml", "runs-on"))["jobs"]["report"]["steps"]
    secrets = {
        "${{ secrets.PROMETHEUS_TOKEN }}": TOKEN,
        "${{ secrets.TELEMETRY_WEBHOOK }}": f"http://{address}/hook",
    }
    codes = [
        sh(work, step["run"], **{name: secrets[text] for name, text in step.get("env", {}).items()})
        for step in steps
        if "run" in step and not step["run"].startswith("pip ")
    ]

    assert [0, 0, 0] == codes
    assert ["last.json"] == [step["with"]["path"] for step in steps if "actions/cache@" in step.get("uses", "")]
    assert (work / "last.json").is_file()
    assert (work / steps[-1]["with"]["path"]).is_file()
    [body] = posted
    assert "1 error" in json.loads(body)["text"]
    assert f"Bearer {TOKEN}" in tokens


def test_kubernetes(tmp_path: Path, server: tuple[str, list[str], list[bytes]]) -> None:
    """
    The container's arguments do what they say where no file can be written.
    """
    address, _, posted = server
    job = yaml.safe_load(example("yaml", "CronJob"))
    [container] = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    arguments = [one.replace("prometheus.monitoring:9090", address) for one in container["args"]]
    assert arguments != container["args"]

    variables = {"OBSAUDIT_WEBHOOK": f"http://{address}/hook", "XDG_CACHE_HOME": "/dev/null", "HOME": "/dev/null"}
    outcome = obsaudit(tmp_path, *arguments, **variables)

    assert (0, "") == (outcome.code, outcome.err)
    assert "scrape/target-down" in outcome.out
    assert 1 == len(posted)


@pytest.mark.parametrize(("threshold", "code"), [("800ms", 1), ("10s", 0)])
def test_the_gate(tmp_path: Path, threshold: str, code: int) -> None:
    """
    The gate fails where a budget is exceeded and for nothing else, though much else is wrong with the server.
    """
    folder = Path(shutil.copytree(ROOT / "fixtures" / "projects" / "events", tmp_path / "events"))
    text = (folder / "slo" / "budgets.yml").read_text("utf-8")
    (folder / "slo" / "budgets.yml").write_text(
        text.replace("< 800ms", f"< {threshold}").replace("< 2000ms", "< 10s"), encoding="utf-8"
    )
    gate = example("console", "--select budgets").strip().removeprefix("$ obsaudit ").split()
    arguments = [one for one in gate if one != "staging"]

    assert code == obsaudit(folder, *arguments, "--snapshot", str(SNAPSHOT)).code


def test_the_gate_without_a_server(tmp_path: Path) -> None:
    """
    A server that does not answer has not kept its budgets: the exit code is 2.
    """
    (tmp_path / "obsaudit.toml").write_text(f'[servers.staging]\nurl = "http://127.0.0.1:{free_port()}"\n')
    gate = example("console", "--select budgets").strip().removeprefix("$ obsaudit ").split()

    assert 2 == obsaudit(tmp_path, *gate).code
