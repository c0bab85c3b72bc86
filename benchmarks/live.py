"""
What an audit costs a real Prometheus with a million series, as its own query log has it.

    python benchmarks/live.py [--series 1000000]

Starts Debian's Prometheus on this machine, has it scrape so many series, audits it with all auditors
and the limits that are the default, and prints what the server says the queries have read.
Fails when a query read more than the limit for one, or the run more than its budgets.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from obsaudit import auditors
from obsaudit.auditors import Limits
from obsaudit.auditors.prometheus import Server
from obsaudit.lint.project import Project
from obsaudit.tests.auditors.servers import Reply, prometheus, stub, until, value

TARGETS = 5
RULES = """
groups:
  - name: all
    rules:
      - {alert: Errors, expr: 'rate(app_requests_total{code="500"}[5m]) > 1'}
      - {alert: Misspelt, expr: 'rate(app_request_total[5m]) > 1'}
"""


def exposition(target: int, series: int) -> bytes:
    """The metrics of a target: half of them one for each user, the rest in ten metrics with as many each."""
    users = series // 2
    lines = [f'app_requests_total{{user_id="{target}-{n}",code="200"}} {n}' for n in range(users)]
    lines += [f'app_part_{n % 10}_total{{shard="{n // 10}"}} {n}' for n in range(series - users)]
    return ("\n".join(sorted(lines)) + "\n").encode()


def queries(log: Path) -> list[tuple[int, str]]:
    """The samples that each query read, and its text, as the server has logged them; those of its rules left out."""
    entries = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    asked = [entry for entry in entries if "ruleGroup" not in entry]
    return [(entry["stats"]["samples"]["totalQueryableSamples"], entry["params"]["query"]) for entry in asked]


def main() -> None:
    """Loads the server, audits it, and compares."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--series", type=int, default=1_000_000)
    series = parser.parse_args().series
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        bodies = [exposition(target, series // TARGETS) for target in range(TARGETS)]
        headers = {"Content-Type": "text/plain"}
        addresses = [
            stack.enter_context(stub(lambda path, seen, body=body: Reply(body, headers=headers))) for body in bodies
        ]
        log = folder / "queries.log"
        config = (
            f"global: {{scrape_interval: 30s, scrape_timeout: 30s, query_log_file: '{log}'}}\nrule_files: [rules.yml]\n"
            f"scrape_configs: [{{job_name: app, static_configs: [{{targets: {addresses}}}]}}]\n"
        )
        url = stack.enter_context(prometheus(folder / "server", config, RULES))
        until(lambda: (value(url, "sum(scrape_samples_post_metric_relabeling)") or 0) >= series, "the series", 300)
        before = len(queries(log))
        limits = Limits()
        server = Server(url, datetime.now(UTC), name="large", limits=limits)
        started = time.monotonic()
        result = auditors.audit(auditors.ALL, server, Project(()))
        took = time.monotonic() - started
        asked = queries(log)[before:]
    spent = server.budget.spent
    most, dearest = max(asked)
    print(f"series      {series:>12,}")
    print(f"requests    {spent.requests:>12,}  of {limits.requests:,}")
    print(f"seconds     {took:>12.1f}  of {limits.seconds:g}")
    print(f"samples     {sum(read for read, _ in asked):>12,}  of {limits.samples:,}")
    print(f"of a query  {most:>12,}  of {limits.query_samples:,}, for {dearest}")
    print(f"findings    {', '.join(sorted(finding.rule for finding in result.findings))}")
    print(f"unknown     {', '.join(f'{skip.what} ({skip.why})' for skip in result.skipped) or 'nothing'}")
    assert most <= limits.query_samples
    assert sum(read for read, _ in asked) <= limits.samples
    assert spent.requests <= limits.requests
    assert took <= limits.seconds


if __name__ == "__main__":
    main()
