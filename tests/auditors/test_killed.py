"""A real Prometheus that is killed while it is audited, and comes back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import requests

from .servers import free_port, prometheus, until, value

pytestmark = pytest.mark.live

CONFIG = """\
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs: [{job_name: self, static_configs: [{targets: ['SELF']}]}]
"""
ONCE = ("status/buildinfo", "status/tsdb", "targets", "rules", "scrape_pools", "status/runtimeinfo")
"""Questions that a run asks once each, by a path of their own."""


def audit(url: str, folder: Path, rate: int) -> subprocess.Popen[str]:
    """The command line, with a cache and a repository of its own."""
    (folder / "repository").mkdir(exist_ok=True)
    (folder / "repository" / "README.md").write_text("nothing\n", encoding="utf-8")
    command = [sys.executable, "-m", "obsaudit", "live", "--url", url, "--rate", str(rate), "-f", "json"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    for name in [name for name in environment if name.startswith("OBSAUDIT_") or name.lower().endswith("_proxy")]:
        del environment[name]
    return subprocess.Popen(
        command,
        cwd=folder / "repository",
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def journal(folder: Path) -> list[str]:
    """The questions whose answers were written down."""
    files = list((folder / "cache" / "obsaudit" / "live").glob("*.jsonl"))
    lines = [line for file in files for line in file.read_text("utf-8").splitlines(keepends=True)]
    return [json.loads(line)["key"] for line in lines[1:] if line.endswith("\n")]


def served(url: str) -> Counter[str]:
    """How often each path of the API was asked since the server started, as it counts itself."""
    found: Counter[str] = Counter()
    for line in requests.get(f"{url}/metrics", timeout=10).text.splitlines():
        if line.startswith("prometheus_http_requests_total{") and 'handler="/api/v1/' in line:
            handler = line.partition('handler="/api/v1/')[2].partition('"')[0]
            found[handler] += int(float(line.rpartition(" ")[2]))
    return found


def test_killed_in_the_middle_of_a_run(tmp_path: Path) -> None:
    """
    What was not asked is unknown, by name and with the reason; the next run asks for that alone.
    """
    port = free_port()
    started: list[subprocess.Popen[bytes]] = []
    with prometheus(tmp_path / "server", CONFIG, port=port, started=started) as url:
        until(lambda: (value(url, "count_over_time(up[1m])") or 0) >= 3, "three scrapes")
        running = audit(url, tmp_path, rate=5)
        until(lambda: len(journal(tmp_path)) >= 8 or running.poll() is not None, "eight answers")
        started[0].kill()
        output, errors = running.communicate(timeout=60)
    known = journal(tmp_path)
    cut = json.loads(output)
    with prometheus(tmp_path / "server", CONFIG, port=port) as url:
        resumed, _ = (second := audit(url, tmp_path, rate=50)).communicate(timeout=60)
        asked = served(url)
    whole = json.loads(resumed)

    assert 2 == running.returncode, errors
    assert "Traceback" not in errors + output
    [skipped] = [one for one in cut["skipped"] if one["what"].startswith("server ")]
    assert skipped["why"].startswith("`")
    assert ": no connection: " in skipped["why"]
    assert "; cut short: " in skipped["why"]
    assert "retention/oldest-sample" in skipped["why"]
    assert len(known) >= 8
    assert set(ONCE) & {key.partition("?")[0] for key in known}
    assert second.returncode in (0, 1)
    assert not [one for one in whole["skipped"] if one["what"].startswith("server ")]
    assert f"{len(known)} answers of the run of " in resumed
    paths = {key.partition("?")[0] for key in known}
    assert {path: 0 for path in ONCE if path in paths} == {path: asked[path] for path in ONCE if path in paths}
    assert asked["query"] > 0
    assert [] == journal(tmp_path)
