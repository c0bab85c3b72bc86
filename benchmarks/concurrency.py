"""
What asking several questions at a time gains with a real Prometheus that is far away.

    python benchmarks/concurrency.py [--latency 0.1]

Starts Debian's Prometheus on this machine, puts the time of a long way before each of its answers,
and audits it with all auditors, with more and more at a time. Fails when two runs report differently.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from obsaudit import auditors
from obsaudit.auditors import Limits
from obsaudit.auditors.prometheus import Server
from obsaudit.lint.project import Project
from obsaudit.tests.auditors.servers import prometheus, stub, until, value
from obsaudit.tests.auditors.test_concurrency import CONFIG, RULES, Crowd, forwarding


def main() -> None:
    """Audits the same server with each concurrency."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--latency", type=float, default=0.1)
    latency = parser.parse_args().latency
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(prometheus(folder, CONFIG, RULES))
        until(lambda: (value(url, "count_over_time(up[1m])") or 0) >= 10, "ten scrapes")
        reports = set()
        print(f"{'at a time':>10}{'requests':>10}{'seconds':>10}")
        for concurrency in (1, 2, 4, 8):
            crowd = Crowd(forwarding(url), latency)
            with stub(crowd) as address:
                server = Server(f"http://{address}", datetime.now(UTC), limits=Limits(concurrency=concurrency))
                started = time.monotonic()
                result = auditors.audit(auditors.ALL, server, Project(()))
                took = time.monotonic() - started
            print(f"{concurrency:>10}{server.budget.spent.requests:>10}{took:>10.1f}", flush=True)
            assert crowd.most <= concurrency
            reports.add(tuple((one.rule, one.at.subject) for one in result.findings))
        assert len(reports) == 1, reports


if __name__ == "__main__":
    main()
