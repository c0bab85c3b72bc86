"""Alertmanager's own API: a real one with silences, and one that does not answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
import requests

from obsaudit import auditors
from obsaudit.auditors import Answer, LiveResult, Snapshot, redacted
from obsaudit.auditors.alertmanager import reduced
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.project import Project
from obsaudit.lint.region import Text

from .servers import Reply, binary, free_port, running, stub, until

NOW = datetime.now(UTC)
IDS = ("routing/forgotten-silence", "routing/not-loaded")
SECRET = "xoxb-S3cr3tT0ken"
LOADED = f"""\
route: {{receiver: oncall, group_wait: 0s, routes: [{{matchers: [severity="info"], receiver: quiet}}]}}
receivers:
  - name: oncall
    slack_configs: [{{api_url: "http://127.0.0.1:1/{SECRET}", channel: "#alerts"}}]
    webhook_configs: [{{url: "http://127.0.0.1:1/{SECRET}"}}]
  - name: quiet
inhibit_rules:
  - {{source_matchers: [alertname="ClusterDown"], target_matchers: [alertname="NodeDown"]}}
"""
OWN = """\
route: {receiver: oncall}
receivers:
  - name: oncall
    slack_configs: [{channel: "#alerts"}]
    pagerduty_configs: [{routing_key_file: /etc/key}]
  - name: team
    email_configs: [{to: team@example.org}]
"""


def project(text: str = OWN) -> Project:
    """A repository with this configuration of Alertmanager."""
    return Project(parse(Text.of_file(text, "alertmanager.yml"), "alertmanager.yml", SourceSettings()).nodes)


def ask(
    alertmanager: str | None, environment: Mapping[str, str], now: datetime = NOW, ids: tuple[str, ...] = IDS
) -> LiveResult:
    """An audit of a Prometheus that says no more than its version, and the Alertmanager beside it."""
    version = json.dumps({"status": "success", "data": {"version": "3.1.0"}}).encode()
    chosen = [one for one in auditors.ALL if one.id in ids]
    with stub(lambda path, headers: Reply(version)) as server:
        live = auditors.connect(f"http://{server}", now, "prod", environment, alertmanager=alertmanager)
        return auditors.audit(chosen, live, project())


def silence(url: str, days: float, *matchers: tuple[str, str, bool, bool]) -> str:
    """Adds a silence from now on; its id. A matcher is a label, a value, whether a pattern, whether equal."""
    names = ("name", "value", "isRegex", "isEqual")
    of_it = {"createdBy": "mia@example.org", "comment": f"see {SECRET}", "startsAt": NOW.isoformat()}
    ends = (NOW + timedelta(days=days)).isoformat()
    body = {**of_it, "endsAt": ends, "matchers": [dict(zip(names, one, strict=True)) for one in matchers]}
    answer = requests.post(f"{url}/api/v2/silences", json=body, timeout=10)
    answer.raise_for_status()
    return str(answer.json()["silenceID"])


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """Debian's Alertmanager with three silences and four alerts; its URL below a prefix, and the ids."""
    folder = tmp_path_factory.mktemp("alertmanager")
    (folder / "alertmanager.yml").write_text(LOADED, encoding="utf-8")
    address = f"127.0.0.1:{free_port()}"
    command = [
        binary("prometheus-alertmanager"),
        f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--web.external-url=http://alerts.example/am",
        "--cluster.listen-address=",
    ]
    with ExitStack() as stack:
        stack.enter_context(running(command, folder, f"http://{address}", "/am/-/ready"))
        url = f"http://{address}/am"
        ids = [
            silence(url, 0.5, ("alertname", "ApiDown", False, True)),
            silence(url, 3650, ("severity", "warning|info", True, True), ("team", "core", False, False)),
            silence(url, 20, ("alertname", "Gone", False, True)),
        ]
        names = ("ApiDown", "ClusterDown", "NodeDown", "DiskFull")
        alerts = [{"labels": {"alertname": name, "severity": "critical", "pod": "web-7"}} for name in names]
        requests.post(f"{url}/api/v2/alerts", json=alerts, timeout=10).raise_for_status()

        def settled() -> bool:
            found = requests.get(f"{url}/api/v2/alerts", timeout=10).json()
            return sum(one["status"]["state"] == "suppressed" for one in found) == 2

        until(settled, "two alerts to be suppressed")
        yield url, ids


@pytest.mark.live
def test_silences_of_a_real_one(real: tuple[str, list[str]]) -> None:
    """
    Today the ten years are too long; in two weeks the silence that holds nothing back is old, and so are the
    alerts that are held back by a silence and by an inhibition.
    """
    url, (short, long, idle) = real
    today = ask(url, {}, ids=IDS[:1])
    later = ask(url, {}, NOW + timedelta(days=14), ids=IDS[:1])

    assert [f"silence {long}"] == [one.at.subject for one in today.findings]
    spelling = '{severity=~"warning|info", team!="core"}'
    assert today.findings[0].message.startswith(f"silence `{spelling}` of `mia@example.org` has no end")
    assert {f"silence {long}", f"silence {idle}", "alert ApiDown", "alert NodeDown"} == {
        one.at.subject for one in later.findings
    }
    [by] = [one.message for one in later.findings if one.at.subject == "alert NodeDown"]
    assert "`NodeDown` fires, and an inhibition has held it back for 14 days" == by
    assert () == today.skipped == later.skipped
    rows = {row[0]: row[4] for row in today.tables[0].rows}
    assert {'{alertname="ApiDown"}': "1", spelling: "0", '{alertname="Gone"}': "0"} == rows
    assert short in today.snapshot.dump()


@pytest.mark.live
def test_receivers_of_a_real_one(real: tuple[str, list[str]]) -> None:
    """
    Alertmanager prints its configuration in its own way; what differs is told, and the rest is not.
    """
    result = ask(real[0], {}, ids=IDS[1:])

    assert [
        (
            "receiver oncall",
            "receiver `oncall` notifies by slack, webhook there, and by pagerduty, slack in the repository",
        ),
        ("receiver team", "Alertmanager has no receiver `team`, and the repository has one"),
        ("receiver quiet", "Alertmanager has a receiver `quiet` that is not in the repository"),
    ] == [(one.at.subject, one.message) for one in result.findings]


@pytest.mark.live
def test_a_snapshot_keeps_no_secret(real: tuple[str, list[str]]) -> None:
    """
    Addresses of receivers, comments and annotations are in no snapshot; who and where not in a redacted one.
    """
    result = ask(real[0], {})
    hidden = redacted(result.snapshot, b"salt")
    chosen = [one for one in auditors.ALL if one.id in IDS]
    again = auditors.audit(chosen, hidden, project())

    assert SECRET not in result.snapshot.dump()
    assert not [text for text in ("mia@", "web-7", '"core"') if text in hidden.dump()]
    assert [one.at for one in result.findings] == [one.at for one in again.findings]


def test_it_is_asked_with_credentials_of_its_own() -> None:
    """
    It is another host: the password of the server is none of its business.
    """
    asked: list[tuple[str, str]] = []

    def handle(path: str, headers: Mapping[str, str]) -> Reply:
        asked.append((path, headers.get("Authorization", "")))
        status = {"versionInfo": {"version": "0.27.0"}, "config": {"original": OWN}}
        return Reply(json.dumps(status if path.endswith("status") else []).encode())

    with stub(handle) as address:
        environment = {"OBSAUDIT_PROD_BEARER_TOKEN": "for-prom", "OBSAUDIT_PROD_ALERTMANAGER_BEARER_TOKEN": "for-am"}
        result = ask(f"http://{address}/am/", environment)

    assert () == result.findings == result.skipped
    paths = {"/am/api/v2/silences", "/am/api/v2/alerts", "/am/api/v2/status"}
    assert {(path, "Bearer for-am") for path in paths} == set(asked)


def test_one_that_is_down_does_not_end_the_run() -> None:
    """
    What it would say is unknown, and the auditors after it have their turn.
    """
    result = ask(f"http://127.0.0.1:{free_port()}", {})

    assert [*IDS] == [one.what for one in result.skipped]
    assert all("no connection: Connection refused" in one.why and one.fatal for one in result.skipped)
    assert result.complete


def test_without_one_it_is_unknown() -> None:
    """
    Not clean, and not a failure of the run.
    """
    skipped = ask(None, {}).skipped

    assert [(one, False) for one in IDS] == [(one.what, one.fatal) for one in skipped]
    assert all("give --alertmanager" in one.why for one in skipped)


@pytest.mark.parametrize(
    "body", [b"{}", b"[1]", b'[{"id": "a"}]', b"<html>", b"[", b'{"config": {"original": "a: 1"}}']
)
def test_answers_of_another_form(body: bytes) -> None:
    """
    What is no answer of Alertmanager is unknown with a reason, and raises nothing.
    """
    with stub(lambda path, headers: Reply(body)) as address:
        result = ask(f"http://{address}", {})

    assert () == result.findings
    assert 2 == len(result.skipped)
    assert not [one for one in result.skipped if "raised" in one.why]


def test_old_matchers_have_no_negation() -> None:
    """
    Before 0.22 a matcher did not say whether it is one of equality: it was.
    """
    one = {
        "id": "a",
        "startsAt": "2026-01-01T00:00:00Z",
        "endsAt": "2026-01-02T00:00:00Z",
        "status": {"state": "active"},
    }
    data = reduced("silences", [{**one, "matchers": [{"name": "a", "value": "b", "isRegex": False}], "comment": "x"}])

    [found] = Snapshot("prod", NOW, {"alertmanager/silences": Answer(data)}).silences()

    assert ('{a="b"}', "") == (found.spelling, found.author)
    assert "comment" not in data[0]
