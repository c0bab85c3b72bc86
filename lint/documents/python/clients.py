"""
Client libraries of Python source, and what instruments them.

Read from the text: a file that only calls a client has no telemetry in it, and is not worth a parse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...finding import Location
from ...nodes import ClientUse, Instrumentation, Language
from ...nodes import Node as AnyNode
from ...region import Text
from ..strings import blanked
from .gate import Gate

_CLIENTS = (
    "requests httpx aiohttp urllib3 sqlalchemy psycopg psycopg2 asyncpg pymysql MySQLdb pymongo redis boto3 botocore "
    "grpc kafka confluent_kafka aiokafka aio_pika pika celery openai flask fastapi django starlette tornado falcon"
).split()
_INSTRUMENTORS = {
    "aiohttp_client": ("aiohttp",),
    "aiohttp_server": ("aiohttp",),
    "botocore": ("boto3", "botocore"),
    "boto": ("boto3",),
    "kafka": ("kafka",),
    "confluent_kafka": ("confluent_kafka",),
    "fastapi": ("fastapi", "starlette"),
    "mysqlclient": ("MySQLdb",),
    "openai_v2": ("openai",),
    "dbapi": ("psycopg2", "pymysql", "MySQLdb"),
}
"""What `opentelemetry.instrumentation.X` covers, where that is not X."""

_IMPORT = re.compile(
    rf"^(?:import[ \t]+(?P<plain>{'|'.join(_CLIENTS)})(?:[ \t]*(?:$|#|,))"
    rf"|from[ \t]+(?P<root>{'|'.join(_CLIENTS)})(?:\.[\w.]*)?[ \t]+import\b)",
    re.MULTILINE,
)
_INSTRUMENTOR = Gate(
    r"^[ \t]*from[ \t]+opentelemetry\.instrumentation\.(?P<name>\w+)[\w.]*[ \t]+import\b",
    "opentelemetry.instrumentation",
    flags=re.MULTILINE,
)
_SETUP = Gate(r"\bTracerProvider\s*\(|\bset_tracer_provider\s*\(", "TracerProvider", "set_tracer_provider")
_AGENT = Gate(
    r"\bddtrace\.(?:patch_all|auto)\b|^[ \t]*(?:from|import)[ \t]+ddtrace\b[^\n]*\bpatch",
    "ddtrace",
    flags=re.MULTILINE,
)
_SPANS = ("start_span", "start_as_current_span")
_WORDS = re.compile(rb"^(?:import|from)[ \t]+(?:" + "|".join(_CLIENTS).encode() + rb")\b", re.MULTILINE)


def uses_client(data: bytes) -> bool:
    """Whether a file imports a client library."""
    return _WORDS.search(data) is not None


def clients_in(text: Text) -> Iterator[AnyNode]:
    """The clients that a file uses, and what it instruments."""
    code = blanked(text.value, "#")
    yield from _instrumentations(text, code)
    spans = any(start in code for start in _SPANS)
    seen: set[str] = set()
    for match in _IMPORT.finditer(code):
        client = match["plain"] or match["root"]
        if client in seen:
            continue
        seen.add(client)
        group = "plain" if match["plain"] else "root"
        call = re.compile(rf"\b{client}\.\w+(?=\()").search(code, match.end())
        start, end = call.span() if call is not None else match.span(group)
        region = text.region(start, end)
        yield ClientUse(
            at=Location(text.source, f"client {client}", region),
            lines=(region.start.line, region.end.line),
            language=Language.PYTHON,
            client=client,
            in_span=spans,
        )


def _instrumentations(text: Text, code: str) -> Iterator[Instrumentation]:
    found = [(match, _covered(match["name"]), False) for match in _INSTRUMENTOR.finditer(code)]
    setup, agent = _SETUP.search(code), _AGENT.search(code)
    found += [(setup, (), False)] if setup is not None else []
    found += [(agent, (), True)] if agent is not None else []
    for match, clients, everything in found:
        region = text.region(match.start(), match.end())
        yield Instrumentation(
            at=Location(text.source, None, region),
            lines=(region.start.line, region.end.line),
            language=Language.PYTHON,
            clients=clients,
            everything=everything,
        )


def _covered(name: str) -> tuple[str, ...]:
    return _INSTRUMENTORS.get(name, (name,))
