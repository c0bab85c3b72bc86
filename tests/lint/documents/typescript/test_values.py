"""How many values an expression can take, by what stands around it."""

import pytest

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings
from obsaudit.lint.documents.typescript import extract
from obsaudit.lint.nodes import Boundedness, Measurement

HEAD = """\
import { randomUUID } from 'crypto';
import express, { Request } from 'express';
import { Counter } from 'prom-client';
import { Region, REGIONS } from './regions';

const seen = new Counter({ name: 'seen_total', help: 'Seen.', labelNames: ['value'] });
const KNOWN = new Set(['a', 'b']);
const TABLE: Record<string, string> = { a: 'one', b: 'two' };
const PLANS = ['free', 'premium'] as const;
type Plan = (typeof PLANS)[number];
type Kind = 'x' | 'y';
enum Color { Red = 'red', Green = 'green' }
interface Order { id: string; kind: Kind; note: string }
const last = (text: string) => text.split('/').pop();
const classOf = (status: number) => `${Math.floor(status / 100)}xx`;
const isKind = (value: unknown): value is Kind => value === 'x' || value === 'y';
"""


def measured(code):
    """The measurements of some code."""
    found = extract(Text.of_file(code, "a.ts"), SourceSettings(), "a.ts")
    return [node for node in found if isinstance(node, Measurement)]


def value(expression, body="", parameters="req: Request, x: string, order: Order, err: Error", settings=None):
    """What is known of the value that a label gets."""
    code = f"{HEAD}\nfunction track({parameters}) {{\n{body}\nseen.inc({{ value: {expression} }});\n}}\n"
    found = extract(Text.of_file(code, "a.ts"), settings or SourceSettings(), "a.ts")
    (measurement,) = [node for node in found if isinstance(node, Measurement)]
    return measurement.labels[0]


@pytest.mark.parametrize(
    "expression",
    [
        "req.path",
        "req.originalUrl.split('?')[0]",
        "req.params.id",
        "req.query.search",
        "req.body.user.name",
        "req.headers['x-tenant']",
        "req.get('host')",
        "req.ip",
        "new URL(req.url).pathname",
        "`/users/${req.params.id}`",
        "'user ' + req.params.id",
        "last(req.url)",
        "randomUUID()",
        "crypto.randomUUID()",
        "Date.now()",
        "new Date().toISOString()",
        "String(Math.random())",
        "err.message",
        "err.stack",
        "`${req.route ? req.route.path : req.path}`",
        "req.query.search ?? 'other'",
        "req.query.search as Kind",
        "encodeURIComponent(req.path)",
    ],
)
def test_a_source_without_end_is_found(expression):
    """
    What a request brings, what is new each time, and the text of an error have no end of values.
    """
    assert Boundedness.UNBOUNDED is value(expression).boundedness


@pytest.mark.parametrize(
    "expression",
    [
        "'free'",
        "`free`",
        "42",
        "true",
        "undefined",
        "x === 'a'",
        "!x",
        "Color.Red",
        "PLANS[0]",
        "TABLE[req.query.plan as string] ?? 'other'",
        "KNOWN.has(req.query.plan as string) ? req.query.plan : 'other'",
        "x === 'a' || x === 'b' ? x : 'other'",
        "PLANS.includes(req.query.plan as Plan) ? req.query.plan : 'other'",
        "isKind(req.query.kind) ? req.query.kind : 'other'",
        "order.kind",
        "req.method",
        "Boolean(req.query.plan)",
        "req.statusCode",
    ],
)
def test_a_value_of_a_few_is_bounded(expression):
    """
    Literals, comparisons, enumerations, unions of literals, and what a test or a table lets through.
    """
    assert value(expression).boundedness <= Boundedness.ENUM


@pytest.mark.parametrize("expression", ["req.route.path", "req.route?.path ?? 'none'", "req.baseUrl + req.route.path"])
def test_the_template_of_a_route_is_as_bounded_as_the_routes(expression):
    """
    The path that was asked for has no end; the path as it is declared has.
    """
    assert Boundedness.TEMPLATED is value(expression).boundedness


@pytest.mark.parametrize("expression", ["process.env.REGION", "config.region", "REGIONS", "Region.West"])
def test_what_is_configured_is_fixed_for_a_process(expression):
    """
    Settings and constants of other files do not change while a service runs.
    """
    assert Boundedness.CONFIG is value(expression).boundedness


@pytest.mark.parametrize(
    "expression", ["x", "order.note", "err.name", "order.note.length", "unknown()", "req.user.plan"]
)
def test_what_cannot_be_followed_is_unknown(expression):
    """
    Unknown is not bad.
    """
    assert Boundedness.UNKNOWN is value(expression).boundedness


@pytest.mark.parametrize(("expression", "source"), [("order.id", "an order"), ("userId", "a user")])
def test_a_name_alone_makes_a_suspect(expression, source):
    """
    What only its name makes look unbounded is a suspect, and says whose identifier it looks like.
    """
    found = value(expression, parameters="order: Order, userId: string")

    assert (Boundedness.SUSPECT, f"named like {source}'s identifier") == (found.boundedness, found.source)


@pytest.mark.parametrize(
    ("body", "bound"),
    [
        ("if (!KNOWN.has(x)) return;", Boundedness.ENUM),
        ("let plan = req.query.plan; if (!KNOWN.has(plan)) plan = 'other'; x = plan;", Boundedness.ENUM),
        ("x = req.path; x = 'home';", Boundedness.CONSTANT),
        ("x = req.path;", Boundedness.UNBOUNDED),
        ("x = req.path; if (req.secure) { x = 'home'; }", Boundedness.UNBOUNDED),
        ("if (req.secure) { x = req.path; return; }", Boundedness.UNKNOWN),
    ],
)
def test_the_way_to_the_call_decides(body, bound):
    """
    Guards that leave, later assignments and branches are taken into account.
    """
    assert bound is value("x", body).boundedness


def test_a_switch_over_constants_bounds_what_it_is_on():
    """
    In a `case` of a literal the value is that literal.
    """
    code = HEAD + "function f(x: string) { switch (x) { case 'a': case 'b': seen.inc({ value: x }); } }\n"
    (measurement,) = measured(code)

    assert Boundedness.ENUM is measurement.labels[0].boundedness


def test_all_values_of_a_union_are_listed():
    """
    A union of literals and an array that is constant say what there is.
    """
    assert ("x", "y") == value("order.kind").values
    assert ("free", "premium") == value("plan", parameters="plan: Plan").values


def test_the_chain_leads_from_the_label_to_its_source():
    """
    A finding can show each step on the way.
    """
    found = value("name", "const { name } = req.params;")

    assert ["name", "req.params"] == [step.code for step in found.chain]
    assert "the request's path parameters" == found.source


def test_settings_bound_names_and_functions():
    """
    What a team knows of its own code base wins over a name that looks unbounded.
    """
    known = SourceSettings(bounded=("userId",), sanitizers=("last",))

    assert Boundedness.CONFIG is value("userId", parameters="userId: string", settings=known).boundedness
    assert Boundedness.ENUM is value("last(req.url)", settings=known).boundedness


@pytest.mark.parametrize(
    ("imports", "handler", "expression"),
    [
        ("import Fastify from 'fastify';", "async (request, reply) =>", "request.url"),
        ("import Koa from 'koa';", "async (ctx, next) =>", "ctx.path"),
        ("import Koa from 'koa';", "async (ctx, next) =>", "ctx.request.query.search"),
        ("import { Hono } from 'hono';", "(c) =>", "c.req.param('id')"),
        ("import { NextRequest } from 'next/server';", "(request: NextRequest) =>", "request.nextUrl.pathname"),
        ("import { Hono } from 'hono';", "async (whole, next) =>", "whole.req.path"),
        ("import { headers } from 'next/headers';", "() =>", "headers().get('x-tenant')"),
        ("import { cookies } from 'next/headers';", "async () =>", "(await cookies()).get('sid')?.value"),
        ("import { Get } from '@nestjs/common';", "(host) =>", "host.switchToHttp().getRequest().originalUrl"),
        ("import http from 'node:http';", "(req, res) =>", "req.url"),
    ],
)
def test_every_framework_has_its_request(imports, handler, expression):
    """
    The same label from the same client, whatever the framework calls it.
    """
    code = f"{imports}\n{HEAD}\napp.get('/x', {handler} {{ seen.inc({{ value: {expression} }}); }});\n"
    (measurement,) = measured(code)

    assert Boundedness.UNBOUNDED is measurement.labels[0].boundedness


def test_decorated_parameters_resolver_arguments_and_events_come_from_the_client():
    """
    NestJS by its decorators, GraphQL by the shape of a resolver, Lambda by its handler.
    """
    code = f"""{HEAD}
class Users {{
  @Get() one(@Param('id') id: string, @Query('kind') kind: Kind) {{
    seen.inc({{ value: id }});
    seen.inc({{ value: kind }});
  }}
}}
const user = (parent, args, context, info) => {{
  seen.inc({{ value: args.slug }});
  seen.inc({{ value: info.fieldName }});
}};
export const handler = async (event, context) => {{
  seen.inc({{ value: event.body }});
  seen.inc({{ value: event.routeKey }});
}};
"""
    found = measured(code)

    assert [
        Boundedness.UNBOUNDED,
        Boundedness.ENUM,
        Boundedness.UNBOUNDED,
        Boundedness.TEMPLATED,
        Boundedness.UNBOUNDED,
        Boundedness.ENUM,
    ] == [one.labels[0].boundedness for one in found]


@pytest.mark.parametrize(
    ("bound", "code"),
    [
        (Boundedness.UNBOUNDED, "const r = { Query: { user: (_: unknown, { id }: { id: string }) => { $id } } };"),
        (Boundedness.UNBOUNDED, "const r = { Mutation: { user(_, args) { $args.slug } } };"),
        (Boundedness.UNBOUNDED, "const field = { resolve: (parent, args) => { $args.slug } };"),
        (Boundedness.UNKNOWN, "const r = { options: { user(_, given) { $given.slug } } };"),
        (Boundedness.UNBOUNDED, "export async function GET(request: Request, { params }: Slug) { $params.slug }"),
        (
            Boundedness.UNBOUNDED,
            "export async function GET(request: Request, c: Slug) { const { slug } = await c.params; $slug }",
        ),
        (Boundedness.UNKNOWN, "async function GET(given: Given, { params }: Slug) { $params.slug }"),
        (Boundedness.UNBOUNDED, "class C { @Get() one(@Param() given: { slug: string }) { $given.slug } }"),
        (Boundedness.UNBOUNDED, "class C { @Get() one(@Query() given) { $given.slug } }"),
        (Boundedness.UNKNOWN, "class C { @Get() one(@Query() given: Slugs) { $given.slug } }"),
        (Boundedness.ENUM, "class C { @Get() one(@Param() given: { slug: Kind }) { $given.slug } }"),
        (Boundedness.SUSPECT, "app.get('/x', (req, res) => { $req.auth.userId });"),
    ],
)
def test_what_a_framework_hands_over_is_told_by_its_place(bound, code):
    """
    Resolvers, handlers of routes and decorated parameters, by what their types say first.
    """
    before, _, rest = code.partition("$")
    expression, _, after = rest.partition(" }")
    (found,) = measured(f"{HEAD}{before}seen.inc({{ value: {expression} }}); }}{after}\n")

    assert bound is found.labels[0].boundedness


def test_what_is_made_of_itself_takes_no_longer_than_other_source():
    """
    Each of many states is made of the one before: there are two ways to each, and no end of ways in all.
    """
    steps = "".join(
        f"this.state = {{ ...this.state, a{n}: this.state.a{n}, b{n}: this.next(this.state) }};" for n in range(40)
    )
    methods = f"next(x) {{ return this.state; }} run() {{ {steps} seen.inc({{ value: this.state.a1 }}); }}"
    code = f"{HEAD}class A {{ {methods} }}\n"

    assert 1 == len(measured(code))
