"""What goes wrong between an auditor and its server: a clear message, the rest goes on, no secret leaks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from obsaudit import auditors
from obsaudit.auditors import Credentials, LiveResult
from obsaudit.auditors.limits import Limits
from obsaudit.auditors.prometheus import Server
from obsaudit.lint import Skipped
from obsaudit.lint.project import Project

from .servers import Handler, Reply, free_port, stub

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
TOKEN = "s3cr3t-token"
PASSWORD = "s3cr3t-password"
HEADER = "s3cr3t-tenant"
CREDENTIALS = Credentials(bearer=TOKEN, headers={"X-Scope-OrgID": HEADER})
IMPATIENT = Limits(connect=0.5, read=0.3, retries=2, backoff=0.001)

GOOD: Mapping[str, object] = {
    "status/buildinfo": {"version": "3.1.0"},
    "status/tsdb": {"headStats": {"numSeries": 20}, "seriesCountByMetricName": [{"name": "up", "value": 1}]},
    "scrape_pools": {"scrapePools": [""]},
    "rules": {"groups": []},
    "targets": {
        "activeTargets": [
            {
                "labels": {"job": "api", "instance": "api-1"},
                "scrapeUrl": "http://user:pw@api-1/metrics",
                "health": "down",
                "lastError": "connection refused",
            }
        ]
    },
}


def success(data: object, **more: object) -> Reply:
    """An answer as Prometheus wraps it."""
    body = json.dumps({"status": "success", "data": data, **more}).encode()
    return Reply(body, headers={"Content-Type": "application/json"})


def failure(status: int, kind: str, text: str) -> Reply:
    """An error as Prometheus wraps it."""
    return Reply(json.dumps({"status": "error", "errorType": kind, "error": text}).encode(), status)


def serve(replies: Mapping[str, Reply | list[Reply]]) -> Handler:
    """Answers a path with its reply, or with one of the list after the other; the others as a healthy server does."""
    left = {path: iter(reply) if isinstance(reply, list) else None for path, reply in replies.items()}

    def handle(path: str, headers: Mapping[str, str]) -> Reply:
        question = urlsplit(path).path.removeprefix("/api/v1/")
        kind = "matrix" if question == "query_range" else "vector"
        reply = replies.get(question, replies.get("*"))
        if isinstance(reply, list):
            return next(left[question])  # type: ignore[arg-type]
        if reply is not None:
            return reply
        return success(GOOD.get(question, {"resultType": kind, "result": []}))

    return handle


def run(url: str, limits: Limits = IMPATIENT, credentials: Credentials = CREDENTIALS) -> LiveResult:
    """An audit with all auditors, by somebody who does not wait."""
    server = Server(url, NOW, name="test", credentials=credentials, limits=limits, sleep=lambda seconds: None)
    return auditors.audit(auditors.ALL, server, Project(()))


def said(result: LiveResult) -> str:
    """Everything that an audit says, the snapshot included."""
    return f"{result.findings}{result.tables}{result.skipped}{result.head}{result.snapshot.dump()}"


HTML = b"<!DOCTYPE html><title>Log in</title>"
DEAD = {
    "401": (Reply(b"who are you", 401), "the server refuses the credentials, or wants some (401 Unauthorized)"),
    "403": (Reply(b"no", 403), "the server refuses the credentials, or wants some (403 Forbidden)"),
    "500": (
        failure(500, "internal", "TSDB not ready"),
        "the server refuses (500 Internal Server Error): TSDB not ready",
    ),
    "503": (Reply(b"later", 503), "the server is busy or not ready (503 Service Unavailable)"),
    "HTML": (Reply(HTML), "the answer is HTML, as of a login page or a proxy, where JSON was expected"),
    "invalid JSON": (Reply(b'{"status": "succ'), "the answer is not the JSON of Prometheus, or ended early"),
    "other JSON": (Reply(b'["not", "ours"]'), "the answer is not the JSON of Prometheus, or ended early"),
    "cut off": (Reply(b'{"status":', claims=5000), "the answer ended before it was complete"),
    "huge": (Reply(b" " * 3_000_000), "the answer is larger than the limit of 1000000 bytes"),
    "slow": (Reply(b"{}", delay=1.0), "no answer within 0.3s"),
    "echo": (failure(400, "bad_data", f"bad header {TOKEN}"), "the server refuses (400 Bad Request): bad header ***"),
    "query gave up": (failure(503, "timeout", "query timed out"), "the server gave up: query timed out"),
    "malformed": (success({"unexpected": 1}), "has not the form that Prometheus documents"),
    "absent": (Reply(b"404 page not found", 404), "the server does not have it (404 Not Found)"),
}


@pytest.mark.parametrize("fault", DEAD)
def test_server_that_never_answers_is_said_once(fault: str) -> None:
    """
    A server that answers nothing properly is one fatal line, not one for each auditor.
    """
    reply, why = DEAD[fault]
    with stub(serve({"*": reply})) as address:
        result = run(f"http://{address}", Limits(connect=0.5, read=0.3, backoff=0.001, bytes=1_000_000))

    [skipped] = result.skipped
    assert ("server test", True) == (skipped.what, skipped.fatal)
    assert why in skipped.why
    assert "s3cr3t" not in said(result)
    assert () == result.findings


@pytest.mark.parametrize("fault", DEAD)
def test_one_endpoint_that_fails_does_not_stop_the_others(fault: str) -> None:
    """
    What one endpoint does not tell is unknown; the other auditors go on and find what there is to find.
    """
    reply, why = DEAD[fault]
    with stub(serve({"status/tsdb": reply})) as address:
        result = run(f"http://{address}", Limits(connect=0.5, read=0.3, backoff=0.001, bytes=1_000_000))

    assert ["target api/api-1"] == [finding.at.subject for finding in result.findings]
    of_storage = ("cardinality/growth", "cardinality/label-values", "cardinality/top-metrics", "cost/attribution")
    failed = {skipped.what: skipped for skipped in result.skipped if skipped.what in of_storage}
    assert set(of_storage) == set(failed)
    assert all(why in skipped.why and skipped.fatal is (fault != "absent") for skipped in failed.values())
    assert "s3cr3t" not in said(result)
    assert "user:pw" not in said(result)


def test_unreachable_server_is_said_once() -> None:
    """
    A port that nobody listens on is one line with the reason, without the password of the URL.
    """
    address = f"127.0.0.1:{free_port()}"

    result = run(f"http://admin:{PASSWORD}@{address}", credentials=Credentials())

    assert (Skipped("server test", "`status/buildinfo`: no connection: Connection refused", True),) == result.skipped
    assert ("server", f"test (http://{address})") == result.head[0]
    assert "s3cr3t" not in said(result)


def test_server_that_dies_in_the_middle_is_said_once() -> None:
    """
    A connection that fails during the run ends it, and the line names what was not asked.
    """
    with stub(serve({"targets": Reply(claims=10)})) as address:
        server = Server(f"http://{address}", NOW, name="test", limits=IMPATIENT, sleep=lambda seconds: None)
        server.build_info()
    result = auditors.audit(auditors.ALL, server, Project(()))

    [skipped] = result.skipped
    assert "no connection" in skipped.why


def test_busy_server_is_asked_again() -> None:
    """
    A 429 and a 503 are tried again, as often as the limits say.
    """
    good = success(GOOD["status/tsdb"])
    with stub(serve({"status/tsdb": [Reply(b"", 429), Reply(b"", 503), good]})) as address:
        result = run(f"http://{address}")

    assert not [skipped for skipped in result.skipped if skipped.fatal]
    assert ["Metrics with the most series", "Targets"] == [table.title for table in result.tables[:2]]


def test_partial_answer_is_unknown() -> None:
    """
    An answer that says itself that it was cut is neither clean nor missing.
    """
    partial = success(GOOD["targets"], warnings=["results truncated due to limit"])
    with stub(serve({"targets": partial})) as address:
        result = run(f"http://{address}")

    assert () == result.findings
    why = {skipped.what: skipped.why for skipped in result.skipped}["scrape/target-down"]
    assert "the answer to `targets` is partial: results truncated due to limit" == why


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_credentials_do_not_follow_to_another_host(status: int) -> None:
    """
    A redirection to another host is not followed: that host sees no request at all.
    """
    seen: list[Mapping[str, str]] = []

    def thief(path: str, headers: Mapping[str, str]) -> Reply:
        seen.append(headers)
        return success(GOOD["status/buildinfo"])

    with stub(thief) as elsewhere:
        away = Reply(status=status, headers={"Location": f"http://{elsewhere}/api/v1/status/buildinfo?token={TOKEN}"})
        with stub(serve({"*": away})) as address:
            result = run(f"http://{address}")

    assert [] == seen
    assert f"redirects to `http://{elsewhere}`, another server, which is not followed" in result.skipped[0].why
    assert "s3cr3t" not in said(result)


def test_redirection_on_the_same_host_is_followed() -> None:
    """
    A redirection that stays on the host, as of a path prefix, is followed with the credentials.
    """
    seen: list[str] = []
    inner = serve({})

    def handle(path: str, headers: Mapping[str, str]) -> Reply:
        if not path.startswith("/prometheus"):
            return Reply(status=302, headers={"Location": f"/prometheus{path}"})
        seen.append(headers.get("Authorization", ""))
        return inner(path.removeprefix("/prometheus"), headers)

    with stub(handle) as address:
        result = run(f"http://{address}")

    assert {f"Bearer {TOKEN}"} == set(seen)
    assert ["target api/api-1"] == [finding.at.subject for finding in result.findings]


def test_limits_end_the_run() -> None:
    """
    The budget of requests ends the run with one line, and the server has seen no more than that.
    """
    seen: list[str] = []
    inner = serve({})

    def handle(path: str, headers: Mapping[str, str]) -> Reply:
        seen.append(path)
        return inner(path, headers)

    with stub(handle) as address:
        result = run(f"http://{address}", Limits(requests=2))

    assert 2 == len(seen)
    # One that needs dashboards has nothing to ask, and there is no Alertmanager.
    assert ["cardinality/unread", "routing/forgotten-silence", "server test"] == [
        skipped.what for skipped in result.skipped
    ]
    assert "the limit of 2 requests for a run is used up" in result.skipped[2].why


def test_seconds_and_samples_end_the_run() -> None:
    """
    Time and samples are limits like requests; the samples are those that the server counts.
    """
    now = [0.0]
    counted = success({"resultType": "vector", "result": [], "stats": {"samples": {"totalQueryableSamples": 600}}})
    with stub(serve({"query": counted})) as address:
        limits = Limits(seconds=100, samples=500)
        server = Server(f"http://{address}", NOW, limits=limits, clock=lambda: now[0], sleep=lambda seconds: None)
        server.query("a")

        with pytest.raises(auditors.LiveError, match="the limit of 500 samples for a run is used up"):
            server.query("b")
        server = Server(f"http://{address}", NOW, limits=limits, clock=lambda: now[0], sleep=lambda seconds: None)
        now[0] = 101.0
        with pytest.raises(auditors.LiveError, match="the limit of 100 seconds for a run is used up"):
            server.query("c")


def test_broken_auditor_does_not_stop_the_others() -> None:
    """
    An auditor that raises is what could not be checked; its message does not leak what it held.
    """

    class Broken(auditors.Auditor):
        id = "test/broken"

        def audit(self, live: auditors.Live, project: Project) -> Iterator[Skipped]:
            raise RuntimeError(TOKEN)
            yield

    with stub(serve({})) as address:
        server = Server(f"http://{address}", NOW, name="test", credentials=CREDENTIALS)
        result = auditors.audit([Broken(), *auditors.ALL], server, Project(()))

    assert ["target api/api-1"] == [finding.at.subject for finding in result.findings]
    broken = next(skipped for skipped in result.skipped if skipped.what == "test/broken")
    assert broken.why.startswith("it raised RuntimeError at test_faults.py:")
    assert broken.fatal
    assert "s3cr3t" not in said(result)


def test_secrets_are_not_in_representations() -> None:
    """
    What a debugger or a traceback prints of credentials and servers holds no secret.
    """
    server = Server(f"http://admin:{PASSWORD}@127.0.0.1:9", NOW, credentials=CREDENTIALS)

    assert "s3cr3t" not in f"{CREDENTIALS!r} {server!r} {server.session!r} {server.session.auth!r} {server.url}"


def test_header_that_cannot_be_sent_is_not_printed() -> None:
    """
    A token with a line break in it is refused before it is sent, without being printed.
    """
    result = run("http://127.0.0.1:9", credentials=Credentials(bearer=f"{TOKEN}\n"))

    assert (Skipped("server test", "`status/buildinfo`: the request could not be sent (ValueError)", True),) == (
        result.skipped
    )
    assert "s3cr3t" not in said(result)
