"""What real servers beside Prometheus expose: Alertmanager that cannot deliver, blackbox_exporter that probes."""

from __future__ import annotations

import ssl
import subprocess
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
MODULES = "modules: {http: {prober: http, timeout: 2s, http: {tls_config: {insecure_skip_verify: true}}}}\n"
SCRAPING = """\
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: alertmanager
    static_configs: [{{targets: ['{alertmanager}']}}]
  - job_name: health
    metrics_path: /probe
    params: {{module: [http]}}
    static_configs: [{{targets: ['http://{up}/', 'http://{down}/', 'https://{ending}/']}}]
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


def soon(folder: Path) -> ssl.SSLContext:
    """The side of a server whose certificate ends in nine days."""
    new = (binary("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem")
    subprocess.run([*new, "-days", "9", "-subj", "/CN=localhost"], cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, str, str]]:
    """A Prometheus that scrapes both; its URL, a target that is up, one that is down, one whose certificate ends."""
    folder = tmp_path_factory.mktemp("beside")
    with ExitStack() as stack:
        up, down = stack.enter_context(stub(lambda path, headers: Reply(b"ok"))), f"127.0.0.1:{free_port()}"
        manager = stack.enter_context(alertmanager(folder / "alertmanager"))
        prober = stack.enter_context(blackbox(folder / "blackbox"))
        ending = stack.enter_context(stub(lambda path, headers: Reply(b"ok"), soon(folder)))
        config = SCRAPING.format(alertmanager=manager, blackbox=prober, up=up, down=down, ending=ending)
        url = stack.enter_context(prometheus(folder / "prometheus", config))
        until(lambda: value(url, "count(probe_success)") == 3, "three probes")
        until(lambda: value(url, 'alertmanager_notifications_failed_total{integration="webhook"}') == 0, "a scrape")
        alert = [{"labels": {"alertname": "ApiDown", "severity": "critical"}}]
        requests.post(f"http://{manager}/api/v2/alerts", json=alert, timeout=10).raise_for_status()
        failed = 'increase(alertmanager_notifications_failed_total{integration="webhook"}[1m])'
        until(lambda: (value(url, failed) or 0) > 0, "a notification that failed", seconds=120)
        until(lambda: value(url, f'probe_success{{instance="https://{ending}/"}}') == 1, "a probe over TLS")
        yield url, f"http://{up}/", f"http://{down}/", f"https://{ending}/"


def ask(url: str, rule: str) -> LiveResult:
    """An audit by one auditor."""
    chosen = [one for one in auditors.ALL if one.id == rule]
    return auditors.audit(chosen, auditors.connect(url, datetime.now(UTC), "test", {}), Project(()))


def test_a_notification_that_nobody_took(system: tuple[str, str, str, str]) -> None:
    """
    The webhook's address refuses the connection: Alertmanager counts it, and so do we.
    """
    result = ask(system[0], "routing/undelivered")

    assert ["integration webhook"] == [one.at.subject for one in result.findings]
    assert () == result.skipped


def test_a_certificate_that_ends(system: tuple[str, str, str, str]) -> None:
    """
    The prober saw the certificate of the one target that has one, and when it ends.
    """
    url, *_, ending = system
    result = ask(url, "synthetics/certificate")

    days = ("8", "9")
    assert [f"certificate {ending}"] == [one.at.subject for one in result.findings]
    assert [(ending, True)] == [(row[0], row[2] in days) for row in result.tables[0].rows]


def test_a_probe_that_fails(system: tuple[str, str, str, str]) -> None:
    """
    The target that nobody listens for fails; the other ones are up.
    """
    url, up, down, _ = system
    result = ask(url, "synthetics/failing")

    assert [f"probe health {down}"] == [one.at.subject for one in result.findings]
    assert (f"health {up}", "up", "100.00%") in result.tables[0].rows
