"""TypeScript and JavaScript become nodes, whatever the source."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.documents.typescript import extract, relevant
from obsaudit.lint.nodes import (
    Api,
    Boundedness,
    ClientUse,
    Instrument,
    Instrumentation,
    LogCall,
    LoggerSetup,
    Measurement,
    MessageForm,
    OutsideCall,
    Unparsable,
    Wrapper,
)

NEWLINE = "\n"
COUNTER = """\
import { Counter } from 'prom-client';
const orders = new Counter({ name: 'orders_total', help: 'Orders.', labelNames: ['plan', 'id'] });
"""


def nodes(code, kind, path="a.ts", known=None):
    """The nodes of one kind."""
    found = extract(Text.of_file(code, path), known or SourceSettings(), path)
    return [node for node in found if isinstance(node, kind)]


def labels(measurement):
    """Each label with the code that it gets."""
    return {label.name: label.chain[0].code for label in measurement.labels}


# Instruments.


def test_an_instrument_with_all_its_parts():
    """
    Names are put together where they are constant, label names are followed through spreads.
    """
    code = """\
import client from 'prom-client';
const BASE = ['route', 'method'] as const;
const PREFIX = 'app';
export const latency = new client.Histogram({
  name: `${PREFIX}_request_seconds`, help: 'Latency.', labelNames: [...BASE, 'plan'], buckets: [0.1, 0.5, 1],
});
"""
    (one,) = nodes(code, Instrument)

    assert ("app_request_seconds", "histogram", "latency") == (one.name, one.kind, one.binding)
    assert ["route", "method", "plan"] == [label.value for label in one.labels]
    assert ((0.1, 0.5, 1.0), "Latency.", Api.PROMETHEUS) == (one.buckets, one.help, one.api)


@pytest.mark.parametrize(
    "head",
    [
        "const client = require('prom-client'); const C = client.Counter;",
        "const { Counter: C } = require('prom-client');",
        "const prom_1 = __importDefault(require('prom-client')); const C = prom_1.default.Counter;",
        "import * as prom from 'prom-client'; const { Counter: C } = prom;",
        "import { Counter as C } from 'prom-client';",
    ],
)
def test_an_import_is_followed_however_it_is_written(head):
    """
    Modules, what compilers make of them, and aliases.
    """
    (one,) = nodes(f"{head}\nconst orders = new C({{ name: 'orders_total', help: 'Orders.' }});", Instrument, "a.js")

    assert "orders_total" == one.name


def test_an_instrument_of_opentelemetry():
    """
    A meter's method makes an instrument with a unit and a description.
    """
    code = "metrics.getMeter('shop').createUpDownCounter('shop.carts', { unit: '{cart}', description: 'Carts.' });"
    (one,) = nodes(code, Instrument)

    assert ("shop.carts", "updowncounter", "{cart}", "Carts.") == (one.name, one.kind, one.unit, one.help)


def test_places_count_characters_and_not_bytes():
    """
    What stands before a place may take two, three or four bytes a character.
    """
    code = (
        "import { Counter } from 'prom-client';\nconst ü = '😀漢', c = new Counter({ name: 'a_total', help: 'é' });\n"
    )
    (one,) = nodes(code, Instrument)

    line = code.split("\n")[1]
    region = one.at.region
    assert "'a_total'" == line[region.start.column - 1 : region.end.column - 1]


# Measurements.


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("orders.inc()", {}),
        ("orders.inc(2)", {}),
        ("orders.inc({ plan })", {"plan": "plan"}),
        ("orders.inc({ plan: 'free' }, 2)", {"plan": "'free'"}),
        ("orders.inc({ labels: { plan }, value: 2, exemplarLabels: { traceId } })", {"plan": "plan"}),
        ("orders.labels('free', id).inc()", {"plan": "'free'", "id": "id"}),
        ("orders.labels({ plan, id }).inc(3)", {"plan": "plan", "id": "id"}),
        ("const base = { plan }; orders.inc({ ...base, id })", {"plan": "plan", "id": "id"}),
        ("const base = { plan }; base.id = id; orders.inc(base)", {"plan": "plan", "id": "id"}),
        ("orders.inc(Object.assign({ plan }, { id }))", {"plan": "plan", "id": "id"}),
    ],
)
def test_every_shape_of_a_call_gives_its_labels(call, expected):
    """
    prom-client takes labels by name, in order, in an object, and beside the amount.
    """
    (one,) = nodes(f"{COUNTER}function f(plan, id) {{ {call}; }}\n", Measurement)

    assert (expected, "orders_total", True) == (labels(one), one.metric, one.complete)


def test_both_ends_of_a_timer_carry_labels():
    """
    `startTimer` and the function that it returns.
    """
    code = """\
import { Histogram } from 'prom-client';
const h = new Histogram({ name: 'h_seconds', help: 'H.', labelNames: ['route', 'status'] });
function f(route, status) { const end = h.startTimer({ route }); end({ status }); }
"""
    first, last = nodes(code, Measurement)

    assert ({"route": "route"}, {"status": "status"}) == (labels(first), labels(last))


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("statsd.increment('orders', 1, ['plan:free', `user:${id}`])", ["plan", "user"]),
        ("statsd.increment('orders', { plan, id })", ["plan", "id"]),
        ("statsd.timing('orders', 5, 0.5, ['plan:' + plan])", ["plan"]),
    ],
)
def test_tags_of_statsd_are_labels(call, expected):
    """
    As a list of texts or as an object, wherever they stand among the arguments.
    """
    code = f"import {{ StatsD }} from 'hot-shots';\nconst statsd = new StatsD();\nfunction f(plan, id) {{ {call}; }}\n"
    (one,) = nodes(code, Measurement)

    assert (expected, "orders", Api.STATSD) == ([label.name for label in one.labels], one.metric, one.api)


def test_observable_instruments_are_given_attributes_by_callbacks():
    """
    One by one, and in batches.
    """
    code = """\
const g = meter.createObservableGauge('queue.size');
g.addCallback((result) => result.observe(1, { queue: name }));
meter.addBatchObservableCallback((result) => { result.observe(g, 1, { shard: name }); }, [g]);
"""
    assert [{"queue": "name"}, {"shard": "name"}] == [labels(one) for one in nodes(code, Measurement)]


def test_a_gauge_is_set_where_it_is_collected():
    """
    `this` is the instrument in its own `collect`, whatever functions without a `this` stand around.
    """
    options = "name: 'depth', help: 'Depth.', labelNames: ['queue'], collect"
    body = "queues.forEach((queue) => { this.set({ queue: queue.name }, 1); });"
    code = f"import {{ Gauge }} from 'prom-client';\nnew Gauge({{ {options}() {{ {body} }} }});\n"
    code += f"new Gauge({{ {options}: async function () {{ {body} }} }});\n"

    assert ["depth", "depth"] == [one.metric for one in nodes(code, Measurement)]


@pytest.mark.parametrize(
    ("name", "help_", "args"),
    [
        ("orders", None, "'orders'"),
        ("orders", "Orders.", "{ name: 'orders', description: 'Orders.' }"),
        ("orders", "Orders.", "{ name: 'orders', description: 'Orders.' }, { unit: '{order}' }"),
        (None, "Definitions.ORDERS", "Definitions.ORDERS"),
    ],
)
def test_a_meter_of_the_code_base_may_take_a_whole_definition(name, help_, args):
    """
    What cannot be followed may hold a description; a text cannot.
    """
    head = "import { Definitions } from './definitions';\n"
    (found,) = nodes(f"{head}const c = meter.createCounter({args});\n", Instrument)

    assert (name, help_) == (found.name, found.help)


def test_an_instrument_of_no_name_does_nothing():
    """
    What makes it is a meter that is switched off.
    """
    assert [] == nodes("createNoopMeter().createCounter('');\n", Instrument)


def test_private_members_are_read_too():
    """
    `this.#hits.inc()` records.
    """
    options = "{ name: 'hits', help: 'Hits.' }"
    body = f"#hits = new Counter({options}); f() {{ this.#hits.inc(); }}"
    code = f"import {{ Counter }} from 'prom-client';\nclass A {{ {body} }}\n"

    assert [True] == [one.used for one in nodes(code, Instrument)]


@pytest.mark.parametrize(
    "head", ["import bundle from 'express-prom-bundle';", "const bundle = require('express-prom-bundle');"]
)
def test_labels_that_a_middleware_is_told_to_add_are_measured(head):
    """
    express-prom-bundle hands its labels and the request to a function.
    """
    body = "labels.user = req.headers['x-user']; labels['verb'] = req.method;"
    code = f"{head}\napp.use(bundle({{ transformLabels: (labels, req, res) => {{ {body} }} }}));\n"
    (one,) = nodes(code, Measurement)

    assert [("user", Boundedness.UNBOUNDED), ("verb", Boundedness.ENUM)] == [
        (label.name, label.boundedness) for label in one.labels
    ]


@pytest.mark.parametrize(
    ("name", "kind", "bound", "call"),
    [
        ("orders", "counter", Boundedness.CONSTANT, "increment('orders', 1)"),
        ("orders.time", "summary", Boundedness.CONSTANT, "timing('orders.' + 'time', 12)"),
        (None, "gauge", Boundedness.UNBOUNDED, "gauge(`orders.${req.params.id}`, 1)"),
    ],
)
def test_statsd_declares_where_it_measures(name, kind, bound, call):
    """
    The name may be built of anything.
    """
    head = "import express from 'express';\nimport { StatsD } from 'hot-shots';\nconst client = new StatsD();\n"
    code = f"{head}app.get('/', (req, res) => {{ client.{call}; }});\n"
    (one,) = nodes(code, Instrument)
    (measurement,) = nodes(code, Measurement)

    assert (name, kind, bound) == (one.name, one.kind, one.naming)
    assert (name, bound is Boundedness.UNBOUNDED) == (measurement.metric, one.dynamic is not None)


def test_a_helper_is_judged_where_it_is_called():
    """
    The measurement inside the helper is not at fault, whichever of its callers is.
    """
    code = f"""{COUNTER}
function track(labels) {{ orders.inc(labels); }}
function outer(id: string) {{ track({{ plan: 'free', id }}); }}
app.get('/', (req, res) => outer(req.params.id));
"""
    code = "import express from 'express';\nconst app = express();\n" + code
    found = nodes(code, Measurement)

    worst = [(one.at.region.start.line, label.name) for one in found for label in one.labels if label.boundedness > 5]
    assert [(8, "id")] == worst
    assert [["track({ plan: 'free', id })", "orders.inc(labels)"]] == [
        [step.code for step in one.through] for one in found if len(one.through) == 2
    ]


def test_a_helper_that_names_its_own_suspect_is_told_once():
    """
    Callers are told what they add themselves; a member that any of them might fill stays with the helper.
    """
    code = f"""{COUNTER}
function track(e: Event, plan) {{ orders.inc({{ id: e.userId, plan }}); }}
function none(event: Event) {{ track(event, 'free'); }}
function one(req: Request) {{ track({{ userId: req.params.id }}, 'free'); }}
"""
    found = nodes("import type { Request } from 'express';\n" + code, Measurement)
    bounds = {
        (one.at.region.start.line, label.name): label.boundedness
        for one in found
        for label in one.labels
        if one.through
    }

    expected = {(6, "plan"): Boundedness.CONSTANT, (7, "plan"): Boundedness.CONSTANT, (7, "id"): Boundedness.UNBOUNDED}
    assert expected == bounds


def test_exported_helpers_and_calls_of_imported_ones_can_be_joined():
    """
    A helper leaves its name and parameters, a suspicious call the file that it means.
    """
    (wrapper,) = nodes(f"{COUNTER}export const track = (labels) => orders.inc(labels);\n", Wrapper, "src/metrics.ts")
    (call,) = nodes(
        "import { track } from '../metrics.js';\nexport const f = (userId) => track({ userId });\n",
        OutsideCall,
        "src/api/users.ts",
    )

    (carrier,) = wrapper.carriers
    (argument,) = call.arguments
    assert ("track", ("labels",)) == (wrapper.name, wrapper.parameters)
    assert (0, "labels", True) == (carrier.position, carrier.name, carrier.mapping)
    # A path from the root means that one file; a bare one any file whose path ends so.
    assert ("track", "/src/metrics") == (call.callee.name, call.callee.module)
    assert [Boundedness.SUSPECT] == [label.boundedness for label in argument.labels]


@pytest.mark.parametrize("given", ["event: Event", "{ detail }: Event"])
def test_a_helper_that_reads_a_member_says_which(given):
    """
    The callers pass an object, and one of its members becomes the label.
    """
    value = "detail" if given.startswith("{") else "event.detail"
    code = f"{COUNTER}export const track = ({given}) => orders.inc({{ plan: {value} }});\n"
    (wrapper,) = nodes(code, Wrapper, "src/metrics.ts")
    (carrier,) = wrapper.carriers

    assert ("plan", "detail", 0, False) == (carrier.label, carrier.key, carrier.position, carrier.mapping)


def test_an_imported_instrument_is_referred_to_by_its_file():
    """
    What is certainly a measurement, and what only the other file can tell.
    """
    code = "import { orders, seen } from '@/metrics.service.js';\norders.inc({ plan });\nseen.add(1);\n"

    assert [("metrics.service", "orders", True), ("metrics.service", "seen", False)] == [
        (one.reference.module, one.reference.name, one.reference.certain) for one in nodes(code, Measurement)
    ]


def test_a_configured_wrapper_measures():
    """
    A helper that no extractor can know is named in the configuration.
    """
    known = SourceSettings(label_wrappers=("telemetry.track:1",))
    (one,) = nodes(
        "import { telemetry } from '@acme/telemetry';\ntelemetry.track('x', { userId });\n", Measurement, known=known
    )

    assert ["userId"] == [label.name for label in one.labels]


# Logs.


@pytest.mark.parametrize(
    ("head", "call", "library", "level", "form", "fields"),
    [
        (
            "const log = pino();",
            "log.info({ userId, plan: p }, 'created')",
            "pino",
            "info",
            "constant",
            ["userId", "plan"],
        ),
        ("const log = pino().child({ app });", "log.warn('x')", "pino", "warning", "constant", ["app"]),
        (
            "const log = winston.createLogger({});",
            "log.error('x', { userId })",
            "winston",
            "error",
            "constant",
            ["userId"],
        ),
        ("", "console.error(`x ${y}`)", "console", "error", "template literal", []),
        ("import { logger as log } from './l';", "log.fatal('x' + y)", "unknown", "critical", "+", []),
        ("const log = new Logger('x');", "log.verbose(message)", "nestjs", "debug", "other", []),
    ],
)
def test_a_log_call_with_its_parts(head, call, library, level, form, fields):
    """
    Each library puts message and fields elsewhere.
    """
    imports = "import pino from 'pino';\nimport winston from 'winston';\nimport { Logger } from '@nestjs/common';\n"
    (one,) = nodes(f"{imports}{head}\n{call};\n", LogCall)

    assert (library, level, MessageForm(form)) == (one.library, one.level, one.form)
    assert fields == [field.key for field in one.fields]


@pytest.mark.parametrize(
    ("call", "passes"),
    [
        ("log.error({ err }, 'failed')", True),
        ("log.error('failed', err)", True),
        ("log.error(err)", True),
        ("log.error({ error: serialize(err) })", True),
        ("log.error('failed', new Error('x', { cause: err }))", True),
        ("log.error(err.stack)", True),
        ("log.error('failed'); report.captureException(err)", True),
        ("log.error('failed')", False),
        ("log.error(`failed: ${err.message}`)", False),
        ("log.error('failed', err.message)", False),
    ],
)
def test_whether_the_exception_reaches_the_record(call, passes):
    """
    The error itself or its stack, in any argument; its text is not enough.
    """
    one = nodes(f"try {{ f(); }} catch (err) {{ {call}; }}", LogCall)[0]

    assert (passes, "err", True) == (one.passes_exception, one.exception, one.handles)


@pytest.mark.parametrize(
    ("code", "correlated"),
    [
        ("pino()", False),
        ("pino({ level: 'info' })", False),
        ("pino({ mixin: () => ({ trace_id: trace.getActiveSpan()?.spanContext().traceId }) })", True),
        ("pino({ mixin: imported })", None),
        ("pino(options())", None),
        ("winston.createLogger({ format: winston.format.json() })", False),
        ("winston.createLogger({ format: winston.format.combine(ours(), winston.format.json()) })", None),
        ("winston.createLogger({ format: winston.format((info) => ({ ...info, traceId: id() }))() })", True),
    ],
)
def test_what_proves_that_records_carry_the_trace(code, correlated):
    """
    True with a proof, False where all can be read and there is none, None otherwise.
    """
    head = "import pino from 'pino';\nimport winston from 'winston';\nimport { imported, options, ours } from './x';\n"
    (one,) = nodes(f"{head}export const logger = {code};\n", LoggerSetup)

    assert correlated is one.correlated


# Clients.


@pytest.mark.parametrize(
    "code",
    [
        "import { getNodeAutoInstrumentations as all } from '@opentelemetry/auto-instrumentations-node';\nall();",
        "const a_1 = require('@opentelemetry/auto-instrumentations-node');\n(0, a_1.getNodeAutoInstrumentations)();",
    ],
)
def test_automatic_instrumentation_goes_by_other_names(code):
    """
    Aliases, and what compilers write.
    """
    (one,) = nodes(f"{code}\n", Instrumentation)

    assert "axios" in one.clients


def test_automatic_instrumentation_covers_what_is_not_switched_off():
    """
    Neither Prisma nor Fastify is among it.
    """
    code = "getNodeAutoInstrumentations({ '@opentelemetry/instrumentation-pg': { enabled: false } })"
    (one,) = nodes(f"import x from '@opentelemetry/auto-instrumentations-node';\n{code};\n", Instrumentation)

    assert ("express" in one.clients, "pg" in one.clients, "@prisma/client" in one.clients) == (True, False, False)


def test_a_client_is_used_where_it_is_made():
    """
    Once a file, whatever is called on it.
    """
    code = "import { PrismaClient } from '@prisma/client';\nconst db = new PrismaClient();\ndb.user.findMany();\n"

    assert [("@prisma/client", 2)] == [(one.client, one.at.region.start.line) for one in nodes(code, ClientUse)]


# Whatever the source.


@pytest.mark.parametrize(
    ("text", "path", "reason"),
    [
        ("console.log('x');" * 500, "a.js", "minified code"),
        ("// Code generated by protoc. DO NOT EDIT.\nconsole.log('x');\n", "a.ts", "generated code"),
        ("/* @flow */\nconsole.log('x');\n", "a.js", "typed with Flow"),
        ("declare const logger: { info(message: string): void };\nlogger.info('x');\n", "a.d.ts", None),
    ],
)
def test_what_nobody_wrote_is_left_alone(text, path, reason):
    """
    Minified and generated files are skipped, and it is said why; declarations hold nothing that runs.
    """
    parsed = parse(Text.of_file(text, path), path, SourceSettings())

    assert ((), (), reason) == (parsed.kinds, parsed.nodes, parsed.skipped)


def test_a_file_that_is_mostly_no_syntax_says_so_once():
    """
    Half a file cannot be judged, and its silence would look like health.
    """
    broken = (
        f"{COUNTER}class {{ {{ ( => ) }} )) let const = = = [[[ ;; foo bar ( ( ( }} }} import import ) ) ] = ] {{\n" * 2
    )

    assert 1 == len(nodes(broken * 2, Unparsable))


@pytest.mark.parametrize("code", ["export interface A<in out T> { x: T }", "const x = a ? : b;"])
def test_a_small_error_is_not_worth_a_word(code):
    """
    Syntax that is newer than the parser is not a mistake of the file.
    """
    assert [] == nodes(f"{COUNTER}{code}\n", Unparsable)


def test_source_without_telemetry_is_not_parsed():
    """
    A search for words decides.
    """
    assert not relevant(b"export const add = (a, b) => a + b;\n")
    assert relevant(b"orders.labels('a').inc();\n")


@pytest.mark.parametrize("depth", [2_000])
@pytest.mark.parametrize("pair", ["()", "[]", ("f(", ")"), ("x ? ", ": 1"), ("'a' +", "")])
def test_deep_source_ends_in_an_answer(pair, depth):
    """
    What a program wrote may be nested without limit.
    """
    code = f"{COUNTER}orders.inc({{ plan: {(pair[0] + NEWLINE) * depth}1{(pair[1] + NEWLINE) * depth} }});\n"

    parsed = parse(Text.of_file(code, "a.js"), "a.js", SourceSettings())

    assert parsed.skipped == "nested too deeply" or parsed.kinds == ("TypeScript",)


@pytest.mark.parametrize("link", ["else if (a) { orders.inc({ plan: 'a' }); }\n", "else if (b) {}\n"])
def test_a_chain_of_thousands_is_said_to_be_too_deep(link):
    """
    Every further link would cost more than the one before.
    """
    code = f"{COUNTER}if (a) {{}}\n{link * 8_000}"

    assert "nested too deeply" == parse(Text.of_file(code, "a.js"), "a.js", SourceSettings()).skipped


def test_components_are_read_and_single_file_components_left_alone():
    """
    What stands in JSX is source; `.vue` and `.svelte` are other languages with source in them.
    """
    code = f"{COUNTER}const A = () => <b onClick={{() => orders.inc({{ plan: crypto.randomUUID() }})}}>x</b>;\n"

    assert 1 == len(nodes(code, Measurement, "a.tsx"))
    for name in ("a.vue", "a.svelte"):
        parsed = parse(Text.of_file(f"<script>\n{code}</script>\n", name), name, SourceSettings())
        assert ((), (), None) == (parsed.kinds, parsed.nodes, parsed.skipped)


PIECES = st.sampled_from(
    [
        *"(){}[];,.:?=>`'\"$/*+-!@#\\\n ",
        "const c = new Counter({ name: 'a', help: 'b', labelNames: ['x'] });",
        "import { Counter } from 'prom-client';",
        "c.labels(x).inc()",
        "tracer.startActiveSpan('a', async (span) => {",
        "const span = tracer.startSpan(`a ${req.path}`)",
        "span.end()",
        "try {",
        "} catch (e) {",
        "} finally {",
        "function f({ a, b: [c, ...d] = [] }, ...rest) {",
        "class A { @B() constructor(private readonly x: T) { this.x = 1 } }",
        "logger.error(`a ${e}`, { e })",
        "enum E { A = 'a', B }",
        "type T = 'a' | keyof typeof x",
        "switch (x) { case 'a':",
        "for (const a of b) {",
        "return",
        "é😀",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=25), st.sampled_from(["a.ts", "a.tsx", "a.js"]))
def test_no_text_makes_it_raise(pieces, path):
    """
    Whatever stands in a file, the answer is nodes whose places lie in it.
    """
    code = " ".join(pieces)
    lines = code.count("\n") + 1

    for node in extract(Text.of_file(code, path), SourceSettings(), path):
        assert 1 <= node.at.region.start.line <= node.at.region.end.line <= lines
