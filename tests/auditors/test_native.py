"""Native histograms on a real Prometheus, by remote write: no client library for Python makes them."""

import struct
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from obsaudit import auditors
from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.project import Project

from .servers import prometheus, until, value

pytestmark = pytest.mark.live

LABELS = {"__name__": "http_server_duration_seconds", "method": "POST", "operation": "createEvent", "route": "/graphql"}
BUDGETS = """\
budgets:
  - endpoint: 'POST /graphql [createEvent]'
    p50: < 200ms
    p95: < 500ms
    p99: < 2s
"""
# Of schema 0, in which bucket `i` ends at 2 to the power of `i`: how many of a thousand requests are in it.
BUCKETS = {-3: 940, 0: 55, 1: 5}


def varint(number: int) -> bytes:
    """An unsigned number as protobuf and Snappy write it."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*out, number))


def zigzag(number: int) -> bytes:
    """A signed number as protobuf's `sint` has it."""
    return varint(number << 1 if number >= 0 else (-number << 1) - 1)


def block(field: int, data: bytes) -> bytes:
    """A field with a length: text, a message, packed numbers."""
    return varint(field << 3 | 2) + varint(len(data)) + data


def span(offset: int, length: int) -> bytes:
    """`BucketSpan` of prompb/types.proto: so many buckets, after so many that are empty."""
    return varint(1 << 3) + zigzag(offset) + varint(2 << 3) + varint(length)


def histogram(share: float, at: int) -> bytes:
    """`Histogram` of prompb/types.proto, with that share of the requests counted."""
    counts = [round(count * share) for count in BUCKETS.values()]
    deltas = b"".join(zigzag(now - before) for before, now in zip((0, *counts), counts, strict=False))
    return b"".join(
        (
            varint(1 << 3) + varint(sum(counts)),
            varint(3 << 3 | 1) + struct.pack("<d", 0.2 * sum(counts)),
            varint(4 << 3) + zigzag(0),
            block(11, span(-3, 1)) + block(11, span(2, 2)),
            block(12, deltas),
            varint(15 << 3) + varint(at * 1000),
        )
    )


def snappy(data: bytes) -> bytes:
    """The block format with nothing but literals, as its description allows."""
    out = bytearray(varint(len(data)))
    for start in range(0, len(data), 60_000):
        piece = data[start : start + 60_000]
        out += bytes([61 << 2]) + struct.pack("<H", len(piece) - 1) + piece
    return bytes(out)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server to which a thousand requests of the last fifty minutes were written."""
    flags = ("--enable-feature=native-histograms", "--web.enable-remote-write-receiver")
    now = int(time.time())
    labels = b"".join(block(1, block(1, name.encode()) + block(2, text.encode())) for name, text in LABELS.items())
    samples = b"".join(block(4, histogram(minute / 50, now - (50 - minute) * 60)) for minute in range(51))
    with prometheus(tmp_path_factory.mktemp("native"), "global: {}\n", flags=flags) as server:
        headers = {"Content-Encoding": "snappy", "X-Prometheus-Remote-Write-Version": "0.1.0"}
        body = snappy(block(1, labels + samples))
        with urllib.request.urlopen(urllib.request.Request(f"{server}/api/v1/write", body, headers)) as response:
            assert response.status == 204
        until(lambda: value(server, "count(histogram_count(http_server_duration_seconds))") == 1, "the histogram")
        yield server


@pytest.mark.parametrize("metric", [None, "http_server_duration_seconds"])
def test_a_budget_is_compared_with_a_native_histogram(url: str, metric: str | None) -> None:
    """
    It is found by its labels or named; 60 of 1,000 took more than half a second, and five more than one.
    """
    auditor = next(one for one in auditors.ALL if one.id == "budgets/exceeded")
    exceeded = type(auditor)(metric=metric)  # type: ignore[call-arg]
    nodes = parse(Text.of_file(BUDGETS, "budgets.yml"), "budgets.yml", SourceSettings()).nodes
    result = auditors.audit([exceeded], auditors.connect(url, datetime.now(UTC), "test", {}), Project(nodes))

    (finding,) = result.findings
    (table,) = result.tables
    assert ("high", ()) == (finding.confidence.value, result.skipped)
    assert "`POST /graphql [createEvent]` is slower than its budget: p95 " in finding.message
    assert ["within", "exceeded", "within"] == [row[-1] for row in table.rows]
