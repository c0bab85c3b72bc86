"""Client libraries, and what instruments them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...finding import Location
from ...nodes import ClientUse, Instrumentation, Language
from .names import Names
from .scopes import Scope, Site
from .tree import Node, arguments_of, literal_text, member_name, pairs_of, unwrap

_HTTP = ("http", "https", "axios", "got", "node-fetch", "superagent", "request", "stripe", "twilio", "@sendgrid/mail")
_AWS = ("aws-sdk", "@aws-sdk/")

INSTRUMENTATIONS = {
    "HttpInstrumentation": _HTTP,
    "UndiciInstrumentation": ("undici",),
    "FetchInstrumentation": ("undici",),
    "PgInstrumentation": ("pg",),
    "MySQLInstrumentation": ("mysql",),
    "MySQL2Instrumentation": ("mysql2",),
    "MongoDBInstrumentation": ("mongodb", "mongoose"),
    "MongooseInstrumentation": ("mongoose",),
    "RedisInstrumentation": ("redis",),
    "IORedisInstrumentation": ("ioredis",),
    "KnexInstrumentation": ("knex",),
    "TediousInstrumentation": ("tedious",),
    "OracleInstrumentation": ("oracledb",),
    "CassandraDriverInstrumentation": ("cassandra-driver",),
    "MemcachedInstrumentation": ("memcached",),
    "AmqplibInstrumentation": ("amqplib",),
    "KafkaJsInstrumentation": ("kafkajs",),
    "AwsInstrumentation": _AWS,
    "GrpcInstrumentation": ("@grpc/grpc-js",),
    "ExpressInstrumentation": ("express",),
    "KoaInstrumentation": ("koa",),
    "HapiInstrumentation": ("@hapi/hapi",),
    "NestInstrumentation": ("@nestjs/core",),
    "RestifyInstrumentation": ("restify",),
    "GraphQLInstrumentation": ("graphql",),
    "SocketIoInstrumentation": ("socket.io",),
    "OpenAIInstrumentation": ("openai",),
    "FastifyOtelInstrumentation": ("fastify",),
    "FastifyInstrumentation": ("fastify",),
    "PrismaInstrumentation": ("@prisma/client",),
    "TypeormInstrumentation": ("typeorm",),
    "SequelizeInstrumentation": ("sequelize",),
    "PinoInstrumentation": ("pino",),
    "WinstonInstrumentation": ("winston",),
    "BunyanInstrumentation": ("bunyan",),
    "BullMQInstrumentation": ("bullmq",),
    "BullMQOtel": ("bullmq",),
}
"""What each class of an instrumentation covers."""

AUTOMATIC = tuple(
    dict.fromkeys(
        client
        for name, clients in INSTRUMENTATIONS.items()
        if not name.startswith(("Fastify", "Prisma", "Typeorm", "Sequelize", "Bull"))
        for client in clients
    )
)
"""What `@opentelemetry/auto-instrumentations-node` covers: neither Fastify nor Prisma."""

_CLIENTS = frozenset(
    {
        "@prisma/client",
        "stripe",
        "axios",
        "got",
        "node-fetch",
        "undici",
        "pg",
        "mysql",
        "mysql2",
        "mongodb",
        "mongoose",
        "redis",
        "ioredis",
        "knex",
        "tedious",
        "oracledb",
        "cassandra-driver",
        "memcached",
        "amqplib",
        "kafkajs",
        "@grpc/grpc-js",
        "openai",
        "fastify",
        "express",
        "koa",
        "@hapi/hapi",
        "typeorm",
        "sequelize",
        "bullmq",
    }
)
_SETUPS = frozenset(
    {
        "@opentelemetry/sdk-node.NodeSDK",
        "@opentelemetry/sdk-trace-node.NodeTracerProvider",
        "@opentelemetry/instrumentation.registerInstrumentations",
        "@vercel/otel.registerOTel",
    }
)
# Agents that patch whatever they find.
_AGENTS = frozenset({"dd-trace.init", "dd-trace.tracer.init", "@sentry/node.init", "elastic-apm-node.start"})
_SIDE_EFFECTS = re.compile(
    r"""^\s*(?:import|require\()\s*['"](?:@opentelemetry/auto-instrumentations-node/register|dd-trace/init|newrelic)['"]""",
    re.MULTILINE,
)
_SPANS = re.compile(r"span|trace|tracing|instrument", re.IGNORECASE)


class Clients:
    """The clients of a file, and what it instruments."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._source = names.source

    def uses(self) -> Iterator[ClientUse]:
        """For each client library, the place at which the file first calls it or makes one."""
        seen: dict[str, tuple[Node, list[Site]]] = {}
        for call, site in self._names.outline.calls:
            client = self._client(call, site)
            if client is None:
                continue
            callee = call.child_by_field_name("function") or call.child_by_field_name("constructor") or call
            seen.setdefault(client, (callee, []))
            if call.type != "new_expression":
                seen[client][1].append(site)
        for client, (callee, sites) in seen.items():
            yield ClientUse(
                at=self._source.location(callee, f"client {client}"),
                lines=self._source.lines(callee),
                language=Language.TYPESCRIPT,
                client=client,
                in_span=bool(sites) and all(self._is_in_span(site.scope) for site in sites),
            )

    def _client(self, call: Node, site: Site) -> str | None:
        """The client library that a call calls, directly or by an object that it made."""
        path = self._names.called(call, site)
        node = call
        for _ in range(6):
            if path is not None:
                break
            function = unwrap(node).child_by_field_name("function")
            while function is not None and function.type == "member_expression":
                function = function.child_by_field_name("object")
            made = self._names.origin(function, site)
            if made is None or made[0].type not in ("new_expression", "call_expression"):
                return None
            node, site = made
            path = self._names.called(node, site)
        if path is None:
            return None
        return next((one for one in _CLIENTS if path == one or path.startswith((f"{one}.", f"{one}/"))), None)

    def _is_in_span(self, scope: Scope) -> bool:
        for one in scope.chain():
            callee = one.callee.child_by_field_name("function") if one.callee is not None else None
            if callee is not None and _SPANS.search(self._source.code(callee)):
                return True
        return False

    def instrumentations(self) -> Iterator[Instrumentation]:
        """Every place that instruments something."""
        for match in _SIDE_EFFECTS.finditer(self._source.text.value):
            region = self._source.text.region(match.start(), match.end())
            yield Instrumentation(
                at=Location(self._source.text.source, None, region),
                lines=(region.start.line, region.end.line),
                language=Language.TYPESCRIPT,
                clients=AUTOMATIC,
                everything="opentelemetry" not in match[0],
            )
        for call, site in self._names.outline.calls:
            found = self._covered(call, site)
            if found is not None:
                clients, everything = found
                yield Instrumentation(
                    at=self._source.location(call),
                    lines=self._source.lines(call),
                    language=Language.TYPESCRIPT,
                    clients=clients,
                    everything=everything,
                )

    def _covered(self, call: Node, site: Site) -> tuple[tuple[str, ...], bool] | None:
        callee = call.child_by_field_name("function") or call.child_by_field_name("constructor")
        if callee is None:
            return None
        path = self._names.path(callee, site) or ""
        # Compilers write `(0, auto_1.getNodeAutoInstrumentations)()`, whose callee has a path only.
        name = member_name(callee, self._source) or path.rpartition(".")[2] or self._source.code(callee)
        if call.type == "new_expression" and name in INSTRUMENTATIONS:
            return INSTRUMENTATIONS[name], False
        if name == "getNodeAutoInstrumentations":
            return self._automatic(arguments_of(call), site), False
        if path in _AGENTS:
            return (), True
        if path in _SETUPS or (call.type == "new_expression" and name == "NodeSDK"):
            return (), self._takes_others(arguments_of(call), site)
        if call.type == "new_expression" and name.endswith("Instrumentation"):
            # Whatever it is for: a list with it in it may be handed to a set-up that brings more.
            return (name.removesuffix("Instrumentation").lower(),), False
        return None

    def _automatic(self, args: list[Node], site: Site) -> tuple[str, ...]:
        """All but what is switched off: `{'@opentelemetry/instrumentation-pg': {enabled: false}}`."""
        made = self._names.origin(args[0], site) if args else None
        off: set[str] = set()
        for package, options in (pairs_of(made[0], self._source) if made is not None else {}).items():
            enabled = pairs_of(unwrap(options), self._source).get("enabled")
            if enabled is not None and unwrap(enabled).type == "false":
                off.add(package.rpartition("instrumentation-")[2])
        return tuple(client for client in AUTOMATIC if client not in off)

    def _takes_others(self, args: list[Node], site: Site) -> bool:
        """Whether instrumentations come from somewhere that cannot be read here."""
        made = self._names.origin(args[0], site) if args else None
        if made is None:
            return False
        listed = pairs_of(made[0], self._source).get("instrumentations")
        if made[0].type != "object":
            return literal_text(made[0], self._source) is None
        inner = self._names.origin(listed, made[1]) if listed is not None else None
        if inner is None:
            return any(child.type == "spread_element" for child in made[0].named_children)
        if listed is not None and f"{self._source.code(listed)}.push(" in self._source.text.value:
            return True
        if inner[0].type != "array":
            return inner[0].type not in ("call_expression", "new_expression")
        for element in inner[0].named_children:
            one = self._names.origin(element, inner[1])
            if one is None or one[0].type not in ("new_expression", "call_expression", "comment"):
                return True
        return False
