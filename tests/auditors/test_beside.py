"""What real servers beside Prometheus expose: Alertmanager that cannot deliver, blackbox_exporter that probes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from obsaudit import auditors
from obsaudit.auditors import LiveResult
from obsaudit.lint.project import Project

from .servers import Reply, binary, free_port, prometheus, running, stub, until, value

pytestmark = pytest.mark.live

ROUTING = """\
route: {{receiver: hook, group_wait: 0s, group_interval: 1s, repeat_interval: 1m}}
receivers:
  - name: hook
    webhook_configs: [{{url: "http://127.0.0.1:{port}/", send_resolved: false}}]
"""
MODULES = "modules: {http: {prober: http, timeout: 2s}}\n"
SCRAPING = """\
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: alertmanager
    static_configs: [{{targets: ['{alertmanager}']}}]
  - job_name: health
    metrics_path: /probe
    params: {{module: [http]}}
    static_configs: [{{targets: ['http://{up}/', 'http://{down}/']}}]
    relabel_configs:
      - {{source_labels: [__address__], target_label: __param_target}}
      - {{source_labels: [__param_target], target_label: instance}}
      - {{target_label: __address__, replacement: '{blackbox}'}}
"""


@contextmanager
def alertmanager(folder: Path) -> Iterator[str]:
    """Debian's Alertmanager, whose only receiver nobody listens for; yields its address."""
    folder.mkdir()
    (folder / "alertmanager.yml").write_text(ROUTING.format(port=free_port()), encoding="utf-8")
    address = f"127.0.0.1:{free_port()}"
    command = [
        binary("prometheus-alertmanager"),
        f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--cluster.listen-address=",
    ]
    with running(command, folder, f"http://{address}", "/-/ready"):
        yield address


@contextmanager
def blackbox(folder: Path) -> Iterator[str]:
    """Debian's blackbox_exporter; yields its address."""
    folder.mkdir()
    (folder / "blackbox.yml").write_text(MODULES, encoding="utf-8")
    address = f"127.0.0.1:{free_port()}"
    command = [
        binary("prometheus-blackbox-exporter"),
        f"--config.file={folder / 'blackbox.yml'}",
        f"--web.listen-address={address}",
    ]
    with running(command, folder, f"http://{address}", "/-/healthy"):
        yield address


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, str]]:
    """A Prometheus that scrapes both; its URL, and the target that is up and the one that is down."""
    folder = tmp_path_factory.mktemp("beside")
    with ExitStack() as stack:
        up, down = stack.enter_context(stub(lambda path, headers: Reply(b"ok"))), f"127.0.0.1:{free_port()}"
        manager = stack.enter_context(alertmanager(folder / "alertmanager"))
        prober = stack.enter_context(blackbox(folder / "blackbox"))
        config = SCRAPING.format(alertmanager=manager, blackbox=prober, up=up, down=down)
        url = stack.enter_context(prometheus(folder / "prometheus", config))
        until(lambda: value(url, "count(probe_success)") == 2, "two probes")
        until(lambda: value(url, 'alertmanager_notifications_failed_total{integration="webhook"}') == 0, "a scrape")
        alert = [{"labels": {"alertname": "ApiDown", "severity": "critical"}}]
        requests.post(f"http://{manager}/api/v2/alerts", json=alert, timeout=10).raise_for_status()
        failed = 'increase(alertmanager_notifications_failed_total{integration="webhook"}[1m])'
        until(lambda: (value(url, failed) or 0) > 0, "a notification that failed", seconds=120)
        yield url, f"http://{up}/", f"http://{down}/"


def ask(url: str, rule: str) -> LiveResult:
    """An audit by one auditor."""
    chosen = [one for one in auditors.ALL if one.id == rule]
    return auditors.audit(chosen, auditors.connect(url, datetime.now(UTC), "test", {}), Project(()))


def test_a_notification_that_nobody_took(system: tuple[str, str, str]) -> None:
    """
    The webhook's address refuses the connection: Alertmanager counts it, and so do we.
    """
    result = ask(system[0], "routing/undelivered")

    assert ["integration webhook"] == [one.at.subject for one in result.findings]
    assert () == result.skipped


def test_a_probe_that_fails(system: tuple[str, str, str]) -> None:
    """
    The target that nobody listens for fails; the other one is up.
    """
    url, up, down = system
    result = ask(url, "synthetics/failing")

    assert [f"probe health {down}"] == [one.at.subject for one in result.findings]
    assert (f"health {up}", "up", "100.00%") == result.tables[0].rows[-1]
