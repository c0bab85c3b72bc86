"""Instruments of TypeScript, however they are declared."""

import pytest

from obsaudit.lint.nodes import (
    Api,
    Instrument,
)

from .code import nodes


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
