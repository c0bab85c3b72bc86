"""
`obsaudit lint` against `promtool check rules` on the same rule files in one run.

    python benchmarks/rules.py [RULES …]

Prints, for each number of rules, the seconds of a cold and a warm run, the peak memory, and the
ratios: against promtool, and against the size before (linear is 10 for ten times the rules).
No two expressions are alike, so nothing is gained from remembering parsed ones.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXPRESSIONS = (
    (
        'sum by (job) (rate(http_requests_total{{code=~"5..", shard="{n}"}}[5m]))'
        ' / sum by (job) (rate(http_requests_total{{shard="{n}"}}[5m])) > 0.05'
    ),
    'histogram_quantile(0.99, sum by (le, job) (rate(http_request_duration_seconds_bucket{{shard="{n}"}}[5m]))) > 1',
    (
        '(node_filesystem_avail_bytes{{shard="{n}"}} / node_filesystem_size_bytes{{shard="{n}"}}) * 100 < 5'
        ' and node_filesystem_readonly{{shard="{n}"}} == 0'
    ),
    'predict_linear(node_filesystem_free_bytes{{shard="{n}"}}[6h], 4 * 3600) < 0',
    'absent(up{{job="api", shard="{n}"}} == 1)',
)
RULE = """\
      - alert: Alert{n}
        expr: {expr}
        for: 10m
        labels:
          severity: critical
          team: sre
        annotations:
          summary: 'Something is wrong on {{{{ $labels.job }}}}'
          runbook_url: https://runbooks.example/alert{n}
"""


def write(folder: Path, count: int, per_file: int = 500) -> None:
    """`count` alerting rules in files of `per_file`, ten groups each."""
    for first in range(0, count, per_file):
        lines = ["groups:\n"]
        for n in range(first, min(first + per_file, count)):
            if n % (per_file // 10) == 0:
                lines.append(f"  - name: group{n}\n    rules:\n")
            lines.append(RULE.format(n=n, expr=EXPRESSIONS[n % len(EXPRESSIONS)].format(n=n)))
        (folder / f"rules{first}.yml").write_text("".join(lines))


def timed(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds and peak megabytes of a command."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, _, usage = os.wait4(process.pid, 0)
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def main(sizes: list[int]) -> None:
    """Prints a line for each size."""
    obsaudit = str(Path(sys.executable).with_name("obsaudit"))
    before: float | None = None
    print(_row("rules", "cold s", "warm s", "MB", "promtool s", "cold/promtool", "warm/promtool", "cold/before"))
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write(folder, size)
            environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
            cold, memory = timed([obsaudit, "lint", name], environment)
            warm, _ = timed([obsaudit, "lint", name], environment)
            peer = float("nan")
            if shutil.which("promtool"):
                peer, _ = timed(["promtool", "check", "rules", *map(str, sorted(folder.glob("*.yml")))], environment)
            growth = cold / before if before else float("nan")
            seconds = (f"{cold:.2f}", f"{warm:.2f}", f"{memory:.0f}", f"{peer:.2f}")
            print(_row(str(size), *seconds, f"{cold / peer:.1f}", f"{warm / peer:.1f}", f"{growth:.1f}"))
            before = cold


def _row(*cells: str) -> str:
    return "  ".join(f"{cell:>13}" for cell in cells)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main([int(argument) for argument in sys.argv[1:]] or [1_000, 10_000, 100_000])
