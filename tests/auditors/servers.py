"""Servers for the tests of the live side, each on a loopback port of its own and stopped by its own process id."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests


@dataclass(frozen=True)
class Reply:
    """What a stub answers: `body` may be shorter than the `Content-Length` that it claims."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] | None = None
    claims: int | None = None
    delay: float = 0.0


Handler = Callable[[str, Mapping[str, str]], Reply]
"""A path with its parameters, and the headers of the request, to what is answered."""


class _Quiet(ThreadingHTTPServer):
    """A server that says nothing when a client hangs up, and does not wait for it."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is what some tests are about."""


@contextmanager
def stub(handler: Handler, tls: ssl.SSLContext | None = None, posted: list[bytes] | None = None) -> Iterator[str]:
    """
    An HTTP server that answers by a function, behind TLS or not; yields its address, as in `127.0.0.1:12345`.

    The bodies of what is posted are kept in `posted`.
    """

    class Requests(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            (posted if posted is not None else []).append(self.rfile.read(int(self.headers["Content-Length"])))
            self.do_GET()

        def do_GET(self) -> None:
            reply = handler(self.path, dict(self.headers))
            if reply.delay:
                time.sleep(reply.delay)
            self.send_response(reply.status)
            for name, value in (reply.headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) if reply.claims is None else reply.claims))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(reply.body)
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the output is the tests'."""

    server = _Quiet(("127.0.0.1", 0), Requests)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def binary(name: str) -> str:
    """The path of a server's binary; without it the test skips, or fails where a live test is required."""
    path = shutil.which(name)
    if path is None and os.environ.get("OBSAUDIT_REQUIRE_LIVE") == "1":
        pytest.fail(f"OBSAUDIT_REQUIRE_LIVE=1, and there is no `{name}`")
    if path is None:
        pytest.skip(f"there is no `{name}` on this machine")
    return path


def until(condition: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """Waits for something to become true."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"waited {seconds:g}s in vain for {what}")
        time.sleep(0.1)


def value(url: str, expression: str) -> float | None:
    """The value of an expression that gives one sample; None without one."""
    result = requests.get(f"{url}/api/v1/query", {"query": expression}, timeout=10).json()["data"]["result"]
    return float(result[0]["value"][1]) if result else None


@contextmanager
def prometheus(
    folder: Path,
    config: str,
    rules: str = "",
    history: str = "",
    flags: Sequence[str] = (),
    retention: str = "30d",
    *,
    block: str = "2h",
    port: int | None = None,
    started: list[subprocess.Popen[bytes]] | None = None,
) -> Iterator[str]:
    """
    Debian's Prometheus with this configuration; yields its URL once it is ready.

    `SELF` in the configuration is its own address; `history` is OpenMetrics text with timestamps,
    which it finds in its storage when it starts, in blocks of `block`: promtool reads all of it for each of them, so
    that weeks want long ones. Its process is added to `started`, for a test to kill.
    """
    port = port or free_port()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "prometheus.yml").write_text(config.replace("SELF", f"127.0.0.1:{port}"), encoding="utf-8")
    (folder / "rules.yml").write_text(rules or "groups: []\n", encoding="utf-8")
    if history:
        (folder / "history").write_text(f"{history}# EOF\n", encoding="utf-8")
        backfill = [binary("promtool"), "tsdb", "create-blocks-from", "openmetrics", "--quiet"]
        backfill += [f"--max-block-duration={block}", "history", "data"]
        subprocess.run(backfill, cwd=folder, check=True, capture_output=True)
    command = [
        binary("prometheus"),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        f"--storage.tsdb.retention.time={retention}",
        "--enable-feature=extra-scrape-metrics",
        "--log.level=error",
        *flags,
    ]
    with running(command, folder, f"http://127.0.0.1:{port}", "/-/ready", started) as url:
        yield url


@contextmanager
def victoria_metrics(folder: Path, config: str) -> Iterator[str]:
    """Debian's VictoriaMetrics, scraping with this configuration; yields its URL once it is ready."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    (folder / "scrape.yml").write_text(config.replace("SELF", f"127.0.0.1:{port}"), encoding="utf-8")
    command = [
        binary("victoria-metrics"),
        f"-promscrape.config={folder / 'scrape.yml'}",
        f"-storageDataPath={folder / 'data'}",
        f"-httpListenAddr=127.0.0.1:{port}",
        "-loggerLevel=ERROR",
        # Fresh samples are held back by default; the test has no time to wait.
        "-search.latencyOffset=0s",
        "-search.disableCache",
    ]
    with running(command, folder, f"http://127.0.0.1:{port}", "/health") as url:
        yield url


@contextmanager
def running(
    command: list[str], folder: Path, url: str, ready: str, started: list[subprocess.Popen[bytes]] | None = None
) -> Iterator[str]:
    """A server, until the caller is done; yields its URL once it answers at `ready`."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        if started is not None:
            started.append(process)
        try:
            until(lambda: _ready(process, folder, url + ready), f"{command[0]} to be ready")
            yield url
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _ready(process: subprocess.Popen[bytes], folder: Path, url: str) -> bool:
    if process.poll() is not None:
        pytest.fail(f"the server ended with {process.returncode}: {(folder / 'log').read_text()[-2000:]}")
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.ConnectionError:
        return False
