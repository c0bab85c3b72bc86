"""TLS, proxies and slow or endless answers, on local servers; and no credential in anything that is left behind."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from obsaudit import auditors
from obsaudit.auditors import Credentials, LiveResult
from obsaudit.auditors.limits import Limits
from obsaudit.auditors.prometheus import Server
from obsaudit.cli import main
from obsaudit.lint.project import Project
from obsaudit.tests.cli.shell import obsaudit

from .servers import Reply, binary, free_port, stub
from .test_faults import failure, serve

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
SECRETS = {
    "OBSAUDIT_PROD_USERNAME": "auditor",
    "OBSAUDIT_PROD_PASSWORD": "s3cr3t-password",
    "OBSAUDIT_PROD_LOKI_BEARER_TOKEN": "s3cr3t-of-loki",
    "OBSAUDIT_PROD_ALERTMANAGER_BEARER_TOKEN": "s3cr3t-of-alertmanager",
}
BESIDE = ("LOKI", "ALERTMANAGER")
FILES = ("json", "sarif", "github", "gitlab", "junit", "markdown", "html")
TOKEN = "s3cr3t-token"
TENANT = "s3cr3t-tenant"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key with a certificate for the loopback address, which is its own authority, and one that has expired."""
    folder = tmp_path_factory.mktemp("certificates")
    openssl = binary("openssl")
    subject = ("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1")
    new = (openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "good.pem")
    expire = (openssl, "x509", "-in", "good.pem", "-signkey", "key.pem", "-days", "-1", "-out", "expired.pem")
    for command in ((*new, "-days", "2", *subject), expire):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


def tls(folder: Path, certificate: str = "good.pem", *, client: bool = False) -> ssl.SSLContext:
    """The side of the server; with `client` it wants a certificate, too."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / certificate, folder / "key.pem")
    if client:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(folder / "good.pem")
    return context


def audit(url: str, credentials: Credentials, limits: Limits | None = None) -> LiveResult:
    """An audit with all auditors, by somebody who does not wait."""
    patience = limits or Limits(connect=1.0, read=0.5, retries=1, backoff=0.001, rate=1000.0)
    server = Server(url, NOW, name="test", credentials=credentials, limits=patience, sleep=lambda seconds: None)
    return auditors.audit(auditors.ALL, server, Project(()))


def test_own_authority(certificates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A server with a certificate of one's own authority is believed, whatever the environment names for all others.
    """
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ssl/certs/ca-certificates.crt")
    with stub(serve({}), tls(certificates)) as address:
        result = audit(f"https://{address}", Credentials(ca=certificates / "good.pem"))

    assert ["scrape/target-down"] == [finding.rule for finding in result.findings]


def test_unknown_authority(certificates: Path) -> None:
    """
    Without it the server is not believed, and the reason is said once.
    """
    with stub(serve({}), tls(certificates)) as address:
        [skipped] = audit(f"https://{address}", Credentials(bearer=TOKEN)).skipped

    assert "certificate verify failed: self" in skipped.why


def test_expired_certificate(certificates: Path) -> None:
    """
    A certificate that has expired ends the run with that reason.
    """
    with stub(serve({}), tls(certificates, "expired.pem")) as address:
        [skipped] = audit(f"https://{address}", Credentials(ca=certificates / "expired.pem")).skipped

    assert "certificate has expired" in skipped.why
    assert skipped.fatal


def test_client_certificate(certificates: Path) -> None:
    """
    A server that wants a certificate is shown one; without it there is no connection.
    """
    key = certificates / "key.pem"
    with stub(serve({}), tls(certificates, client=True)) as address:
        shown = Credentials(ca=certificates / "good.pem", certificate=certificates / "good.pem", key=key)
        result = audit(f"https://{address}", shown)
        refused = audit(f"https://{address}", Credentials(ca=certificates / "good.pem"))

    assert ["scrape/target-down"] == [finding.rule for finding in result.findings]
    assert ["server test"] == [skipped.what for skipped in refused.skipped]


def test_proxy() -> None:
    """
    Every request goes through the proxy, which is told its password; the server's name is never looked up.
    """
    seen: list[tuple[str, str]] = []
    inner = serve({})

    def handle(path: str, headers: Mapping[str, str]) -> Reply:
        seen.append((urlsplit(path).netloc, headers.get("Proxy-Authorization", "")))
        return inner(urlsplit(path).path, headers)

    with stub(handle) as address:
        result = audit("http://prom.invalid:9090", Credentials(proxy=f"http://me:s3cr3t-proxy@{address}"))

    assert {("prom.invalid:9090", "Basic bWU6czNjcjN0LXByb3h5")} == set(seen)
    assert ["scrape/target-down"] == [finding.rule for finding in result.findings]


def test_proxy_that_is_down_is_said_without_its_password() -> None:
    """
    A proxy that cannot be reached is the reason, and its password is not in it.
    """
    proxy = f"http://me:s3cr3t-proxy@127.0.0.1:{free_port()}"

    [skipped] = audit("http://prom.invalid:9090", Credentials(proxy=proxy)).skipped

    assert "Connection refused" in skipped.why
    assert "s3cr3t" not in f"{skipped}"


def test_tenant_and_prefix() -> None:
    """
    The path prefix of Mimir and of VictoriaMetrics' cluster is kept, and the tenant is told with each request.
    """
    seen: set[tuple[str, str]] = set()
    inner = serve({})

    def handle(path: str, headers: Mapping[str, str]) -> Reply:
        prefix = path.partition("/api/v1/")[0]
        seen.add((prefix, headers.get("X-Scope-OrgID", "")))
        return inner(path.removeprefix(prefix), headers)

    with stub(handle) as address:
        for prefix in ("/prometheus", "/select/0/prometheus/"):
            live = auditors.connect(f"http://{address}{prefix}", NOW, "test", {}, tenant="shop")
            auditors.audit(auditors.ALL, live, Project(()))

    assert {("/prometheus", "shop"), ("/select/0/prometheus", "shop")} == seen


@contextmanager
def raw(answer: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """A server that does with each connection what it is told, until the test is over."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve_all() -> None:
            while not over.is_set():
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=one, args=(connection,), daemon=True).start()

        def one(connection: socket.socket) -> None:
            with connection:
                try:
                    connection.recv(65536)
                    answer(connection, over)
                except OSError:
                    pass

        threading.Thread(target=serve_all, daemon=True).start()
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            listener.shutdown(socket.SHUT_RDWR)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2147483648\r\n\r\n"


def drip(connection: socket.socket, over: threading.Event) -> None:
    """A byte now and then, each well within the time that a client waits for the next."""
    connection.sendall(HEAD)
    while not over.wait(0.1):
        connection.sendall(b" ")


def flood(connection: socket.socket, over: threading.Event) -> None:
    """Two gigabytes, as fast as they are taken."""
    connection.sendall(HEAD)
    for _ in range(2048):
        connection.sendall(b" " * 1024 * 1024)


def reset(connection: socket.socket, over: threading.Event) -> None:
    """A reset in the middle of the answer."""
    connection.sendall(HEAD + b"{")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (drip, "no complete answer within 0.5s"),
        (flood, "the answer is larger than the limit of 4000000 bytes"),
        (reset, "the answer ended before it was complete|no connection: Connection reset"),
    ],
)
def test_answers_that_do_not_end(answer: Callable[[socket.socket, threading.Event], None], why: str) -> None:
    """
    An answer that drips, floods or breaks off is given up in time, with its reason.
    """
    limits = Limits(connect=1.0, read=0.5, retries=0, rate=1000.0, bytes=4_000_000)
    with raw(answer) as address:
        server = Server(f"http://{address}", NOW, limits=limits, sleep=lambda seconds: None)
        with pytest.raises(auditors.LiveError, match=why):
            server.build_info()


LEAKING = {
    "clean": serve({}),
    "echoing": lambda path, headers: failure(400, "bad_data", f"no: {headers.get('Authorization')} {TENANT}"),
    "login": lambda path, headers: Reply(b"<html>", 401),
    "elsewhere": lambda path, headers: Reply(status=302, headers={"Location": "http://s3cr3t-password@127.0.0.1:1/"}),
    "garbage": lambda path, headers: Reply(b"{"),
}


BESIDES = "beside"
FORMATTED = [option for name in FILES for option in ("-f", f"{name}=a.{name}")]
VERBS = (
    ("live", "prod", "-f", "text", *FORMATTED, "--verbose", "--statistics", "--max-requests", "9", BESIDES),
    ("live", "prod", "-f", "text", "--compare", "a.json", "--max-requests", "9"),
    ("live", "prod", "-f", "text", "--no-cache", BESIDES),
    ("snapshot", "prod", "--readable", "-o", "a.snapshot.json", BESIDES),
    ("snapshot", "prod", "-o", "b.snapshot.json"),
)
SPELLINGS = tuple(
    spelling.encode()
    for secret in (*list(SECRETS.values())[1:], TOKEN, TENANT)
    # As it is, as it stands in the header of a password, in one of base64 on its own, and in a URL.
    for spelling in (
        secret,
        b64encode(f"auditor:{secret}".encode()).decode(),
        b64encode(secret.encode()).decode().rstrip("=")[:-1],
        secret.replace("-", "%2D"),
    )
)


def prepared(folder: Path, address: str) -> tuple[Path, dict[str, str], list[list[str]]]:
    """A folder to work in beside the file with the headers, the variables, and the command lines."""
    work = folder / "work"
    work.mkdir()
    (folder / "headers").write_text(f"X-Scope-OrgID: {TENANT}\n", encoding="utf-8")
    # The rate is for servers that others need; this one is ours.
    (work / "obsaudit.toml").write_text(f"[servers.prod]\nurl = 'http://{address}'\nrate = 1000.0\n", encoding="utf-8")
    beside = ["--loki", f"http://{address}", "--alertmanager", f"http://{address}"]
    lines = [[*verb[:-1], *beside] if verb[-1] == BESIDES else [*verb] for verb in VERBS]
    return work, {**SECRETS, "OBSAUDIT_PROD_HEADERS_FILE": str(folder / "headers")}, lines


def nothing_is_left(folder: Path, said: str) -> None:
    """No spelling of a secret is in what was said, nor in the name or the bytes of a file; nor is there a traceback."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "headers"]
    everything = b"\0".join([said.encode(), *(str(path).encode() + b"\0" + path.read_bytes() for path in files)])
    assert not [spelling for spelling in SPELLINGS if spelling in everything]
    assert {f"a.{name}" for name in FILES} <= {path.name for path in files}
    assert "Traceback" not in said


@pytest.mark.parametrize("server", LEAKING)
def test_no_credential_is_left_behind(
    tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """
    Neither outputs nor reports of any format nor snapshots nor the cache hold a password, a token, or a tenant of a
    header file; what stands beside the server is asked, too, and says them as well.
    """
    sent: set[str] = set()

    def handle(path: str, headers: Mapping[str, str]) -> Reply:
        sent.add(headers.get("Authorization", headers.get("X-Scope-OrgID", "")))
        return LEAKING[server](path, headers)

    said = ""
    with stub(handle) as address:
        work, variables, lines = prepared(tmp_path, address)
        monkeypatch.chdir(work)
        for name, value in {**variables, "XDG_CACHE_HOME": str(tmp_path / "cache")}.items():
            monkeypatch.setenv(name, value)
        for line in lines:
            monkeypatch.setattr(sys, "argv", ["obsaudit", *line])
            with pytest.raises(SystemExit):
                main()
            said += "".join(capfd.readouterr())

    nothing_is_left(tmp_path, said)
    assert {"a.snapshot.json", "b.snapshot.json"} <= {path.name for path in work.iterdir()}
    # They were sent, so that there was something to leave behind.
    assert f"Basic {b64encode(b'auditor:s3cr3t-password').decode()}" in sent
    assert server != "clean" or {f"Bearer {SECRETS[f'OBSAUDIT_PROD_{one}_BEARER_TOKEN']}" for one in BESIDE} <= sent


def test_no_credential_is_left_behind_by_a_process(tmp_path: Path) -> None:
    """
    The same of a process of its own, whose streams and exit nobody but the system handles.
    """
    with stub(LEAKING["echoing"]) as address:
        work, variables, lines = prepared(tmp_path, address)
        outcome = obsaudit(work, *lines[0], **variables)

    nothing_is_left(tmp_path, f"{outcome.out}{outcome.err}")
