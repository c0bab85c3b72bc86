"""Calls of TypeScript that measure, in every shape that the libraries take."""

import pytest

from obsaudit.lint.nodes import (
    Api,
    Boundedness,
    Instrument,
    Measurement,
)

from .code import COUNTER, labels, nodes


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
