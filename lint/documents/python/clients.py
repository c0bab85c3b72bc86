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

_VERBS = "get post put patch delete head options request"
_OPENS = {
    "requests": f"{_VERBS} Session session",
    "httpx": f"{_VERBS} stream Client AsyncClient",
    "aiohttp": "request ClientSession Application",
    "urllib3": "request PoolManager ProxyManager HTTPConnectionPool HTTPSConnectionPool",
    "sqlalchemy": "create_engine create_async_engine engine_from_config async_engine_from_config",
    "psycopg": "connect Connection AsyncConnection",
    "psycopg2": "connect ThreadedConnectionPool SimpleConnectionPool",
    "asyncpg": "connect create_pool",
    "pymysql": "connect",
    "MySQLdb": "connect",
    "pymongo": "MongoClient AsyncMongoClient",
    "redis": "Redis StrictRedis RedisCluster Sentinel ConnectionPool BlockingConnectionPool from_url",
    "boto3": "client resource Session session",
    "botocore": "get_session Session",
    "grpc": "insecure_channel secure_channel server",
    "kafka": "KafkaConsumer KafkaProducer",
    "confluent_kafka": "Consumer Producer DeserializingConsumer SerializingProducer",
    "aiokafka": "AIOKafkaConsumer AIOKafkaProducer",
    "aio_pika": "connect connect_robust",
    "pika": "BlockingConnection SelectConnection AsyncioConnection",
    "celery": "Celery",
    "openai": "OpenAI AsyncOpenAI AzureOpenAI AsyncAzureOpenAI",
    "flask": "Flask",
    "fastapi": "FastAPI",
    "django": "get_wsgi_application get_asgi_application",
    "starlette": "Starlette",
    "tornado": "Application",
    "falcon": "App API",
}
"""What a call or a connection begins with, or an application: a file that only takes a type or a header has none."""

_INSTRUMENTORS = {
    "aiohttp_client": ("aiohttp",),
    "aiohttp_server": ("aiohttp",),
    "botocore": ("boto3", "botocore"),
    "boto": ("boto3",),
    "kafka": ("kafka",),
    "confluent_kafka": ("confluent_kafka",),
    "urllib3": ("urllib3", "requests"),
    "asgi": ("fastapi", "starlette", "django"),
    "wsgi": ("flask", "django", "falcon"),
    "fastapi": ("fastapi", "starlette"),
    "starlette": ("starlette", "fastapi"),
    "mysqlclient": ("MySQLdb",),
    "openai_v2": ("openai",),
    "dbapi": ("psycopg2", "pymysql", "MySQLdb"),
}
"""What `opentelemetry.instrumentation.X` covers, where that is not X."""

_IMPORT = re.compile(
    rf"^(?:import[ \t]+(?P<plain>{'|'.join(_OPENS)})(?:\.[\w.]+)?(?:[ \t]+as[ \t]+(?P<alias>\w+))?[ \t]*(?:$|#|,)"
    rf"|from[ \t]+(?P<root>{'|'.join(_OPENS)})(?:\.[\w.]*)?[ \t]+import[ \t]*(?P<names>\([^)]*\)|[^\n]*))",
    re.MULTILINE,
)
_NAMED = re.compile(r"(?P<name>\w+)(?:[ \t]+as[ \t]+(?P<alias>\w+))?")
_INSTRUMENTOR = Gate(
    r"^[ \t]*from[ \t]+opentelemetry\.instrumentation\.(?P<name>\w+)[\w.]*[ \t]+import\b",
    "opentelemetry.instrumentation",
    flags=re.MULTILINE,
)
_SETUP = Gate(r"\bTracerProvider\s*\(|\bset_tracer_provider\s*\(", "TracerProvider", "set_tracer_provider")
_AGENT = Gate(
    r"\bddtrace\.(?:patch_all|auto)\b|^[ \t]*(?:from|import)[ \t]+ddtrace\b[^\n]*\bpatch"
    r"|\bnewrelic\.agent\.initialize\s*\(|\belasticapm\.instrument\s*\(|\bconfigure_azure_monitor\s*\(",
    *("ddtrace", "newrelic", "elasticapm", "configure_azure_monitor"),
    flags=re.MULTILINE,
)
"""What patches whatever it finds, loggers too."""

# Without a rate Sentry reports errors only.
_CLIENTS_ONLY = Gate(
    r"\bsentry_sdk\.init\s*\((?=[\s\S]*?\b(?:traces_sample|enable_tracing))|\bTraceloop\.init\s*\(|\bopenlit\.init\s*\(",
    *("sentry_sdk.init", "Traceloop.init", "openlit.init"),
)
"""What patches every client, and no logger."""

_ONE_BY_ONE = Gate(
    r"\blogfire\.instrument_(?P<logfire>\w+)\s*\(|\bfrom[ \t]+langfuse\.(?P<langfuse>openai)[ \t]+import\b"
    r"|\bfrom[ \t]+openinference\.instrumentation\.(?P<openinference>\w+)[ \t]+import\b",
    *("logfire.instrument_", "langfuse.openai", "openinference.instrumentation"),
)
"""What other libraries of telemetry trace, each by its name."""

_SPANS = re.compile(
    r"\bstart_(?:as_current_)?span\b|^[ \t]*@[\w.]*(?:trace|span|instrument)", re.MULTILINE | re.IGNORECASE
)
"""What starts a span, or is a decorator that does: `@trace_method("charge")`."""

_WORDS = re.compile(
    rb"^[ \t]*(?:import|from)[ \t]+(?:sentry_sdk|newrelic|elasticapm|traceloop|openlit|logfire|langfuse)\b"
    rb"|^(?:import|from)[ \t]+(?:" + "|".join(_OPENS).encode() + rb")\b",
    re.MULTILINE,
)


def uses_client(data: bytes) -> bool:
    """Whether a file imports a client library, or one that traces them."""
    return _WORDS.search(data) is not None


def clients_in(text: Text) -> Iterator[AnyNode]:
    """The clients that a file uses, and what it instruments."""
    code = blanked(text.value, "#")
    yield from _instrumentations(text, code)
    spans = _SPANS.search(code) is not None
    names: dict[str, dict[str, str]] = {}
    for match in _IMPORT.finditer(code):
        names.setdefault(match["plain"] or match["root"], {}).update(_imported(match))
    for client, local in names.items():
        opened = _opening(client, local).search(code)
        if opened is None and not spans:
            continue
        first = opened or next(match for match in _IMPORT.finditer(code) if client in (match["plain"], match["root"]))
        region = text.region(*(first.span() if opened else first.span("plain" if first["plain"] else "root")))
        yield ClientUse(
            at=Location(text.source, f"client {client}", region),
            lines=(region.start.line, region.end.line),
            language=Language.PYTHON,
            client=client,
            in_span=spans,
        )


def _imported(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    """The names that an import binds, each with what it stands for."""
    if match["plain"]:
        yield match["alias"] or match["plain"], match["plain"]
    else:
        yield from ((one["alias"] or one["name"], one["name"]) for one in _NAMED.finditer(match["names"]))


def _opening(client: str, local: dict[str, str]) -> re.Pattern[str]:
    opens = _OPENS[client].split()
    bare = [name for name, meant in local.items() if meant in opens]
    # Half of what is imported may be a module: `from redis import asyncio`, and `asyncio.from_url()`.
    way = rf"(?:{'|'.join(local)})\.(?:\w+\.)*(?:{'|'.join(opens)})"
    return re.compile(rf"(?<![\w.])(?:{'|'.join([way, *bare])})(?=[ \t]*\()")


def _instrumentations(text: Text, code: str) -> Iterator[Instrumentation]:
    found = [(match, _covered(match["name"]), False) for match in _INSTRUMENTOR.finditer(code)]
    named = ((match, _covered(match[match.lastgroup or 0])) for match in _ONE_BY_ONE.finditer(code))
    # A framework of agents may trace itself: that says nothing of its clients.
    found += [(match, clients, False) for match, clients in named if not _OPENS.keys().isdisjoint(clients)]
    setup, agent, clients_only = _SETUP.search(code), _AGENT.search(code), _CLIENTS_ONLY.search(code)
    found += [(setup, (), False)] if setup is not None else []
    found += [(agent, (), True)] if agent is not None else []
    found += [(clients_only, tuple(_OPENS), False)] if clients_only is not None else []
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
