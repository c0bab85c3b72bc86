"""
The whole project: source, rules, routes, runbooks and dashboards that belong together, at growing sizes.

    python benchmarks/project.py [--keep FOLDER] [SCALE …]

At scale 1 there are 20 dashboards, 1,000 rules and 10,000 lines of source; 100 is what obsaudit is built for.
Prints, for each scale, seconds of the clock and of the processor, and peak memory of a cold and a warm `obsaudit lint`,
of `obsaudit impact METRIC` on the warm cache, and of both after one file has changed; and the ratios against the scale
before (linear is 10 for ten times the input). A row is printed as soon as it is known: at scale 100 the first one takes
minutes.
Memory is that of all processes together, what they share counted once, as it was found every half second (Linux); and
else that of the largest process.
The project is the same for the same scale: its numbers come from a seeded generator. One that was kept is used again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

DASHBOARDS, RULES, LINES = 20, 1_000, 10_000
PANELS, PER_FILE, PER_MODULE = 12, 250, 400
REST = 2.5
"""Seconds after which a file counts as one that has not changed (`lint/index.py`)."""

OFTEN = 0.5

MODULE = """\
from prometheus_client import Counter, Histogram

REQUESTS_{n} = Counter("app_{n}_requests_total", "Requests.", ["result", "plan"])
SECONDS_{n} = Histogram("app_{n}_request_seconds", "Time of requests.", ["route"], buckets=(0.1, 0.5, 1, 5))
"""
FUNCTION = '''

def handle_{n}_{m}(request: dict[str, str], limit: int = {limit}) -> list[str]:
    """Handles requests of kind {m}."""
    found = []
    for key, value in sorted(request.items()):
        if len(found) >= limit:
            break
        if key.startswith("x{m}") and value:
            found.append(value.strip().lower())
        else:
            found.extend(part for part in value.split(",") if part)
    with SECONDS_{n}.labels(route="/{m}").time():
        result = "ok" if found else "empty"
    REQUESTS_{n}.labels(result=result, plan="free").inc()
    return found
'''
PLAIN = FUNCTION.partition("    with ")[0] + "    return found\n"
ALERT = """\
      - alert: Alert{n}
        expr: sum(rate(app_{m}_requests_total{{result="empty"}}[5m])) / sum(rate(app_{m}_requests_total[5m])) > 0.{t}
        for: 10m
        labels: {{severity: {severity}, team: t{team}}}
        annotations:
          summary: 'Requests of {m} are empty'
          runbook_url: https://git.example/shop/blob/main/runbooks/page{page}.md
"""
RECORDING = """\
      - record: app:app_{m}_request_seconds:p{t}_rate5m_{n}
        expr: histogram_quantile(0.{t}, sum by (le, route) (rate(app_{m}_request_seconds_bucket[5m])))
"""
ROUTES = """\
route:
  receiver: chat
  routes:
    - matchers: [severity="critical"]
      receiver: pager
receivers:
  - name: chat
    slack_configs: [{channel: '#a', api_url_file: /slack}]
  - name: pager
    pagerduty_configs: [{routing_key_file: /key}]
"""
PAGE = "# Page{n}\n\n## Impact\n\nUsers wait.\n\n```promql\nsum(rate(app_{n}_requests_total[5m]))\n```\n"


def write(folder: Path, scale: int) -> None:
    """A project of that scale."""
    chance = random.Random(scale)
    modules, rules = max(1, LINES * scale // PER_MODULE), RULES * scale
    for n in range(modules):
        path = folder / "src" / f"p{n // 100}" / f"module_{n}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        # One function in five measures; the others are what source mostly is.
        functions = (FUNCTION if m % 5 == 0 else PLAIN for m in range(PER_MODULE // 16))
        body = "".join(one.format(n=n, m=m, limit=chance.randint(1, 99)) for m, one in enumerate(functions))
        path.write_text(MODULE.format(n=n) + body)
    (folder / "rules").mkdir()
    for first in range(0, rules, PER_FILE):
        lines = ["groups:\n"]
        for n in range(first, min(first + PER_FILE, rules)):
            if n % 25 == 0:
                lines.append(f"  - name: group{n}\n    rules:\n")
            shape = RECORDING if n % 3 == 0 else ALERT
            lines.append(
                shape.format(
                    n=n,
                    m=chance.randrange(modules),
                    t=chance.randint(10, 99),
                    severity=chance.choice(("critical", "high")),
                    team=n % 7,
                    page=n % (10 * scale),
                )
            )
        (folder / "rules" / f"rules{first}.yml").write_text("".join(lines))
    for n in range(DASHBOARDS * scale):
        panels = [_panel(chance.randrange(modules), number) for number in range(PANELS)]
        path = folder / "dashboards" / f"d{n}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"title": f"D{n}", "uid": f"d{n}", "schemaVersion": 39, "panels": panels}, indent=1))
    (folder / "runbooks").mkdir()
    for n in range(10 * scale):
        (folder / "runbooks" / f"page{n}.md").write_text(PAGE.format(n=n % modules))
    (folder / "alertmanager.yml").write_text(ROUTES)
    (folder / "obsaudit.toml").write_text('metric-prefixes = ["app_"]\n')


def _panel(metric: int, number: int) -> dict[str, object]:
    expr = f"sum by (plan) (rate(app_{metric}_requests_total[$__rate_interval]))"
    return {"type": "timeseries", "title": f"Panel {number}", "id": number, "targets": [{"expr": expr, "refId": "A"}]}


class Cost(NamedTuple):
    """Seconds of the clock and of the processor, and megabytes."""

    seconds: float
    processor: float
    peak: float


def timed(arguments: Sequence[str], folder: Path, cache: Path) -> Cost:
    """What a command costs."""
    started, over = time.perf_counter(), threading.Event()
    process = subprocess.Popen(
        [sys.executable, "-m", "obsaudit", *arguments],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
    )
    peaks: list[float] = []
    watcher = threading.Thread(target=_watch, args=(process.pid, over, peaks))
    watcher.start()
    _, status, usage = os.wait4(process.pid, 0)
    over.set()
    watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"obsaudit {' '.join(arguments)} exited with {process.returncode}")
    seconds = time.perf_counter() - started
    return Cost(seconds, usage.ru_utime + usage.ru_stime, max([usage.ru_maxrss / 1024, *peaks]))


def _watch(process: int, over: threading.Event, peaks: list[float]) -> None:
    """Megabytes of a process and of those that it started, again and again."""
    while not over.wait(OFTEN):
        peaks.append(sum(_megabytes(one) for one in _family(process)))


def _family(process: int) -> Iterator[int]:
    yield process
    try:
        for task in os.listdir(f"/proc/{process}/task"):
            for child in Path(f"/proc/{process}/task/{task}/children").read_text().split():
                yield from _family(int(child))
    except OSError:  # it has ended, or this is no Linux
        return


def _megabytes(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))


def measure(folder: Path, cache: Path) -> Iterator[tuple[str, Cost]]:
    """Each command by its name."""
    lint, impact = ("lint", "-f", "json"), ("impact", "app_7_requests_total", "-f", "json")
    yield "lint, cold", timed(lint, folder, cache)
    yield "lint, warm", timed(lint, folder, cache)
    yield "impact, warm", timed(impact, folder, cache)
    changed = folder / "src" / "p0" / "module_1.py"
    before = changed.read_text()
    try:
        changed.write_text(before + "# changed\n")
        yield "impact, one file changed", timed(impact, folder, cache)
        yield "lint, one file changed", timed(lint, folder, cache)
    finally:
        changed.write_text(before)


def main() -> None:
    """Prints a table a scale."""
    parser = argparse.ArgumentParser()
    parser.add_argument("scales", nargs="*", type=int, default=[1, 10])
    parser.add_argument("--keep", type=Path, help="where the projects are made, and stay")
    arguments = parser.parse_args()
    before: dict[str, Cost] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for scale in arguments.scales:
            base = (arguments.keep or Path(temporary)) / str(scale)
            project = base / "project"
            # The configuration is written last: with it, the project is whole.
            if not (project / "obsaudit.toml").exists():
                shutil.rmtree(project, ignore_errors=True)
                project.mkdir(parents=True)
                write(project, scale)
                time.sleep(REST)
            shutil.rmtree(base / "cache", ignore_errors=True)
            dashboards, rules, lines = DASHBOARDS * scale, RULES * scale, LINES * scale
            print(f"\n{dashboards:,} dashboards, {rules:,} rules, about {lines:,} lines of source", flush=True)
            now: dict[str, Cost] = {}
            for name, cost in measure(project, base / "cache"):
                now[name] = cost
                line = f"{name:26} {cost.seconds:8.2f} s {cost.processor:8.2f} s {cost.peak:8.0f} MB"
                if before:
                    old = before[name]
                    line += f"  ×{cost.processor / old.processor:.1f} time, ×{cost.peak / old.peak:.1f} memory"
                print(line, flush=True)
            before = now


if __name__ == "__main__":
    main()
