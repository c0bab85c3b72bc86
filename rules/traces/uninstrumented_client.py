"""`traces/uninstrumented-client`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Project, Related, Rule, Severity
from ...lint.nodes import ClientUse, Instrumentation, Language
from ...lint.trials import is_by_hand, is_trial

_CURES = {
    "@prisma/client": "register `new PrismaInstrumentation()` of `@prisma/instrumentation` before the client is made",
    "fastify": "register `new FastifyOtelInstrumentation({ registerOnInitialization: true })` of `@fastify/otel`",
    "stripe": "register `HttpInstrumentation`, which sees `node:https`, or wrap the calls in a span",
    "bullmq": "pass `telemetry: new BullMQOtel(…)` of `bullmq-otel` to the queue and the worker",
}
_OFFERED = re.compile(r"(?:^|/)(?:integrations?|contrib|plugins?)/|(?:instrumentor|exporter)\.\w+$")
_TELEMETRY = re.compile(
    r"(?:^|/)\w*(?:telemetry|tracing|otel|observability|monitoring|profil(?:er|ing))(?:/|\.\w+$)|(?:^|/)exporters?/"
)
"""What carries telemetry away: spans of its own calls would be carried by it, too."""

_NO_CLIENTS = frozenset(
    {"threading", "asyncio", "logging", "system_metrics", "instrumentor", "utils", "pino", "winston", "runtimenode"}
)
"""What has an instrumentation and calls nobody."""

_SERVERS = frozenset(
    "fastify express koa @hapi/hapi @nestjs/core hono flask fastapi django starlette tornado falcon grpc".split()
)
"""What calls the project's code: a file that starts spans for it, as a middleware does, speaks for all others."""


class UninstrumentedClient(Rule):
    """
    Flags client libraries whose calls leave no span, in a project that traces.

    **Why.**
    A trace that stops before the database or the payment provider cannot say where the time went.
    Some libraries are in no bundle of instrumentations, so that nobody misses them until the incident: Prisma,
    Fastify, BullMQ.

    **Instead.**
    Register the library's instrumentation where tracing is set up, or wrap its calls in a span of your own.

    Each library is reported once, where it is first used.
    Where no client library at all is instrumented, a team may want no spans but its own; where the set-up or the calls
    are offered to others, as in the integrations of an SDK, or run by hand, as in `cli/` and `migrations/`, one may not
    be for the other; and what sends telemetry itself, as a profiler's store, has no spans for good reason: then the
    confidence is low.
    Not flagged: projects in which no place sets up tracing, because it may be set up outside, by an agent or by
    `opentelemetry-instrument`; set-ups that take their instrumentations from elsewhere; libraries whose calls in a
    file all stand in spans (in Python: whose file starts spans, or has a decorator that does), and servers that a
    middleware of the project traces; tests and examples.
    """

    id = "traces/uninstrumented-client"
    summary = "client library is used without its instrumentation"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("5.2",)
    needs_all = True
    about = (ClientUse, Instrumentation)

    exempt: tuple[str, ...] = ()
    """Libraries that need no spans: `redis`."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        setups: dict[Language, list[Instrumentation]] = defaultdict(list)
        for one in project.all(Instrumentation):
            if is_trial(one.at.source):
                continue
            setups[one.language].append(one)
        uses: dict[tuple[Language, str], list[ClientUse]] = defaultdict(list)
        for use in project.all(ClientUse):
            uses[use.language, use.client].append(use)
        for (language, client), places in uses.items():
            setup = next((one for one in setups[language] if not one.clients), None)
            if client in self.exempt or setup is None or _is_covered(client, setups[language]):
                continue
            bare = [use for use in places if not use.in_span and not is_trial(use.at.source)]
            bare.sort(key=lambda use: _is_aside(use.at.source) or _is_of_telemetry(use.at.source))
            own = client in _SERVERS and any(use.in_span for use in places)
            if bare and not own:
                first = bare[0].at.source
                aside = _is_aside(setup.at.source) or _is_aside(first) or _is_of_telemetry(first)
                others = any(set(one.clients) - _NO_CLIENTS for one in setups[language]) and not aside
                yield self._finding(client, bare, setup, Confidence.HIGH if others else Confidence.LOW)

    def _finding(self, client: str, uses: list[ClientUse], setup: Instrumentation, confidence: Confidence) -> Finding:
        return self.finding(
            f"calls of `{client}` leave no span: nothing instruments it",
            uses[0].at,
            help=_CURES.get(
                client, "register its instrumentation where tracing is set up, or wrap its calls in a span"
            ),
            related=[
                Related(setup.at, "tracing is set up here"),
                *(Related(use.at, "used here too") for use in uses[1:3]),
            ],
            confidence=confidence,
        )

    examples = (
        Bad(
            """\
import { PrismaClient } from '@prisma/client';

export const prisma = new PrismaClient();
""",
            at="PrismaClient",
            path="db.ts",
            files={
                "instrumentation.ts": """\
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { NodeSDK } from '@opentelemetry/sdk-node';

new NodeSDK({ instrumentations: [getNodeAutoInstrumentations()] }).start();
"""
            },
            why="the bundle of automatic instrumentations has none for Prisma",
        ),
        Bad(
            """\
import httpx


def rate(currency):
    return httpx.get(f"https://rates.example/{currency}").json()
""",
            at="httpx.get",
            path="rates.py",
            files={
                "telemetry.py": """\
from opentelemetry import trace
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())
FastAPIInstrumentor().instrument()
"""
            },
        ),
        Good(
            """\
import httpx
from starlette.datastructures import Headers


def refused(error: httpx.HTTPError, headers: Headers) -> bool:
    return "retry-after" in headers
""",
            path="errors.py",
            files={
                "telemetry.py": """\
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())
"""
            },
            why="a type and a header call nobody",
        ),
        Good(
            """\
import httpx

from .telemetry import trace_method


class Rates:
    @trace_method("rates.all")
    def all(self):
        return httpx.get("https://rates.example").json()
""",
            path="rates.py",
            files={
                "telemetry.py": """\
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())
"""
            },
            why="a decorator starts the span",
        ),
        Good(
            """\
import grpc
from starlette.applications import Starlette

app = Starlette()
server = grpc.server()
""",
            path="app.py",
            files={
                "telemetry.py": """\
import grpc
from opentelemetry import trace
from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())


class Interceptor(grpc.ServerInterceptor):
    def intercept_service(self, proceed, call):
        with trace.get_tracer(__name__).start_as_current_span(call.method):
            return proceed(call)
"""
            },
            why="a middleware instruments the one, and an interceptor of the project the other",
        ),
        Good(
            """\
import { PrismaClient } from '@prisma/client';
import Stripe from 'stripe';

export const prisma = new PrismaClient();
const stripe = new Stripe('key');

export const checkout = () => withSpan('stripe.checkout.create', () => stripe.checkout.sessions.create({}));
""",
            path="db.ts",
            files={
                "instrumentation.ts": """\
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { PrismaInstrumentation } from '@prisma/instrumentation';

new NodeSDK({ instrumentations: [new HttpInstrumentation(), new PrismaInstrumentation()] }).start();
"""
            },
        ),
        Good(
            """\
import { PrismaClient } from '@prisma/client';

export const prisma = new PrismaClient();
""",
            path="db.ts",
            why="nothing here sets up tracing, so it may be set up elsewhere",
        ),
        Good(
            """\
import Redis from 'ioredis';

export const redis = new Redis();
""",
            path="cache.ts",
            files={
                "telemetry.ts": """\
import { setup } from '@shop/telemetry';
import { SqliteInstrumentation } from 'sqlite-otel';

setup({ instrumentations: [new SqliteInstrumentation()] });
"""
            },
            why="a set-up of another package, which may bring more",
        ),
    )


def _is_aside(source: str) -> bool:
    """Whether a file is offered to others, takes the spans away itself, or is run by hand."""
    return _OFFERED.search(source) is not None or is_by_hand(source)


def _is_of_telemetry(source: str) -> bool:
    """Whether a file is part of what records or sends telemetry."""
    return _TELEMETRY.search(source) is not None


def _is_covered(client: str, setups: list[Instrumentation]) -> bool:
    return any(one.everything or any(client.startswith(covered) for covered in one.clients) for one in setups)
