"""Tables: which calls and members of which libraries have no end of values, and which have few."""

from __future__ import annotations

import re

from .. import configured

UNBOUNDED_CALLS = {
    **dict.fromkeys(
        (
            "crypto.randomUUID",
            "node:crypto.randomUUID",
            "uuid.v1",
            "uuid.v3",
            "uuid.v4",
            "uuid.v5",
            "uuid.v6",
            "uuid.v7",
            "uuid/v4",
            "globalThis.crypto.randomUUID",
        ),
        "a new UUID",
    ),
    **dict.fromkeys(
        (
            "nanoid.nanoid",
            "nanoid",
            "ulid.ulid",
            "ulid",
            "cuid",
            "@paralleldrive/cuid2.createId",
            "shortid.generate",
            "crypto.randomBytes",
            "node:crypto.randomBytes",
            "ksuid.randomSync",
        ),
        "a new identifier",
    ),
    **dict.fromkeys(("Date.now", "performance.now", "process.hrtime", "process.hrtime.bigint", "Date"), "the time"),
    **dict.fromkeys(
        ("Math.random", "crypto.randomInt", "node:crypto.randomInt", "crypto.getRandomValues"), "a random value"
    ),
}
"""Functions whose result has no end of values, and what it is; global ones by the name they are spelt."""

BOUNDED_CALLS = frozenset({"Boolean", "Number.isInteger", "Number.isFinite", "Number.isNaN", "Array.isArray", "isNaN"})
"""Functions whose result is a truth value."""

CONFIG_CALLS = frozenset({"os.hostname", "node:os.hostname", "os.platform", "node:os.platform", "process.cwd"})
CONFIG_ROOTS = (
    "process.env",
    "process.argv",
    "process.version",
    "process.platform",
    "process.arch",
    "process.pid",
    "import.meta",
)
CONFIG_NAMES = configured.CONFIG_NAMES | {"env"}
"""Names of objects that hold configuration, whatever module they come from."""

CONFIG_HOLDER = re.compile(r"(?:[cC]onfig(?:uration)?|[sS]ettings|[oO]ptions|[oO]pts)\??\.")
"""A way that leads through such an object."""

PREFIX_NAMES = frozenset({"prefix", "namespace", "subsystem", "metricPrefix", "metricsPrefix"})
"""Names of what is put before the name of a metric, once for a service."""

TRANSPARENT_CALLS = frozenset(
    {
        "String",
        "Number",
        "parseInt",
        "parseFloat",
        "BigInt",
        "encodeURIComponent",
        "encodeURI",
        "decodeURIComponent",
        "decodeURI",
        "escape",
        "JSON.stringify",
        "JSON.parse",
        "Math.round",
        "Math.floor",
        "Math.ceil",
        "url.parse",
        "node:url.parse",
        "querystring.escape",
        "util.inspect",
        "node:util.inspect",
        "Object.assign",
        "Buffer.from",
    }
)
"""Functions that give as many values as they are given. A hash or a prefix of an identifier is still one."""

TRANSPARENT_METHODS = frozenset(
    "toLowerCase toUpperCase toLocaleLowerCase toLocaleUpperCase trim trimStart trimEnd slice substring substr split "
    "replace replaceAll padStart padEnd concat normalize toString toJSON toISOString getTime valueOf join pop shift at "
    "digest update toFixed get getAll text json entries".split()
)
"""Methods of a value without end whose result has none either."""

TRANSPARENT_CLASSES = frozenset({"URL", "URLSearchParams", "String", "Date"})
URL_PARTS = frozenset({"pathname", "search", "searchParams", "href", "hash", "hostname", "host", "path", "query"})

REQUEST_MEMBERS = {
    "url": "URL",
    "originalUrl": "URL",
    "href": "URL",
    "nextUrl": "URL",
    "path": "path",
    "pathname": "path",
    "params": "path parameters",
    "param": "path parameters",
    "query": "query",
    "queries": "query",
    "querystring": "query",
    "search": "query",
    "searchParams": "query",
    "body": "body",
    "rawBody": "body",
    "json": "body",
    "parseBody": "body",
    "text": "body",
    "formData": "body",
    "headers": "headers",
    "header": "headers",
    "rawHeaders": "headers",
    "get": "headers",
    "cookies": "cookies",
    "cookie": "cookies",
    "signedCookies": "cookies",
    "ip": "client address",
    "ips": "client address",
    "user": "user",
    "session": "session",
    "sessionID": "session",
    "id": "id",
    "payload": "body",
}
"""Members and methods of a web request that the client decides, in any framework, and what they are."""

INNER_REQUESTS = frozenset({"raw", "request", "req"})
"""Members of a request or of a context that are requests themselves."""

TEMPLATED_MEMBERS = frozenset(
    {
        "route",
        "routeOptions",
        "routerPath",
        "routePath",
        "matchedRoutes",
        "_matchedRoute",
        "_matchedRouteName",
        "matchedRoute",
        "routerName",
        "baseUrl",
        "context",
        "routeConfig",
    }
)
"""Members of a request that take as many values as the application has routes."""

FEW_MEMBERS = frozenset(
    "method protocol scheme secure httpVersion httpVersionMajor httpVersionMinor statusCode status type xhr fresh "
    "stale aborted complete version plan tier role kind locale language".split()
)
"""Members that take few values, even of an object that the client sent."""

EVENT_FEW = frozenset(
    {"routeKey", "resource", "httpMethod", "isBase64Encoded", "version", "eventSource", "resourcePath", "stage"}
)
"""Members of a Lambda event that the client does not decide."""

ERROR_TEXTS = {"message": "the text of an error", "stack": "a stack trace", "reason": "the text of an error"}

FRAMEWORKS = (
    "express",
    "fastify",
    "koa",
    "@koa/router",
    "koa-router",
    "next",
    "next/server",
    "hono",
    "restify",
    "connect",
    "polka",
    "http",
    "node:http",
    "https",
    "node:https",
    "@nestjs/common",
    "@hapi/hapi",
    "express-prom-bundle",
    "on-finished",
    "fastify-plugin",
    "aws-lambda",
)
REQUEST_TYPES = frozenset(
    {
        "Request",
        "IncomingMessage",
        "FastifyRequest",
        "NextApiRequest",
        "NextRequest",
        "Http2ServerRequest",
        "RequestHandler",
        "ExpressRequest",
        "HonoRequest",
        "KoaRequest",
    }
)
CONTEXT_TYPES = frozenset({"Context", "KoaContext", "ParameterizedContext", "RouterContext", "ExtendableContext"})
EVENT_TYPES = frozenset({"APIGatewayProxyEvent", "APIGatewayProxyEventV2", "APIGatewayEvent", "ALBEvent", "SQSEvent"})
INFO_TYPES = frozenset({"GraphQLResolveInfo"})
REQUEST_NAMES = frozenset({"req", "request", "_req", "_request"})
RESPONSE_NAMES = frozenset(
    {"res", "response", "reply", "rep", "_res", "_response", "_reply", "resp", "h", "next", "done", "_next"}
)
CONTEXT_NAMES = frozenset({"ctx", "context", "c", "_ctx"})
CONTEXT_FRAMEWORKS = ("koa", "@koa/router", "koa-router", "hono")
"""Frameworks whose handlers are given one context, and no request."""

VERBS = frozenset("get post put patch delete del all use options head route addHook on once".split())
"""Methods of an application or a router that take a handler."""

NEST_DECORATORS = {
    "Param": "a path parameter of the request",
    "Query": "a query parameter of the request",
    "Body": "a part of the request's body",
    "Headers": "a header of the request",
    "Ip": "the request's client address",
    "Session": "the request's session",
    "Args": "an argument of the query",
    "HostParam": "the request's host",
}
"""NestJS's parameter decorators."""

NEST_PARTS = {"Param": "params", "Query": "query", "Body": "body", "Headers": "headers"}
"""Those of them that hand over a whole part of the request, where they are given no name."""

NEXT_HANDLERS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
"""Functions that Next.js calls with a request and a context that has the path's parameters."""

NEXT_FUNCTIONS = {"next/headers.headers": "headers", "next/headers.cookies": "cookies"}
"""Functions of Next.js that return a part of the request."""

RESOLVERS = frozenset({"Query", "Mutation", "Subscription"})
"""Types whose fields are resolved for a client, with the arguments that it gave."""

PARENTS = frozenset({"_", "__", "parent", "_parent", "root", "_root", "obj", "_obj", "source", "_source"})
"""What the first parameter of a resolver is called."""
