"""`metrics/instrument-per-call`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Api, Instrument
from ...lint.trials import is_trial
from ._declared import called


class InstrumentPerCall(Rule):
    """
    Flags instruments that are made in a request handler, in an endless loop, or for one measurement each.

    **Why.**
    prometheus_client and prom-client refuse the second one of a name: the first request is answered, and every later
    one fails.
    OpenTelemetry looks it up again each time at best; where the name varies, it keeps every one of them for ever.

    **Instead.**
    Make it once, at the top of the module, and let what varies be a label.

    Not flagged: functions that make instruments and keep them, or have a decorator that does; statsd, which declares
    nothing; tests and examples.
    """

    id = "metrics/instrument-per-call"
    summary = "instrument is made again and again"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.2",)

    def check_instrument(self, instrument: Instrument) -> Iterator[Finding]:
        if instrument.often is None or instrument.transient or instrument.api is Api.STATSD:
            return
        if is_trial(instrument.at.source):
            return
        yield self.finding(
            f"{called(instrument)} is made {instrument.often}",
            instrument.at,
            help="make it once, at the top of the module",
        )

    examples = (
        Bad(
            """\
from flask import Flask
from opentelemetry import metrics
from prometheus_client import Counter

app = Flask(__name__)
meter = metrics.get_meter(__name__)


@app.route("/orders")
def orders():
    counter = Counter("orders_total", "Orders")
    counter.inc()


def counter_of(kind):
    return meter.create_counter("shop.posts." + kind)


def post(kind):
    counter_of(kind).add(1)
""",
            at=('"orders_total"', '"shop.posts." + kind'),
            path="example.py",
        ),
        Bad(
            """\
import express from 'express';
import { Counter } from 'prom-client';

const app = express();

app.get('/orders', (req, res) => {
  const orders = new Counter({ name: 'orders_total', help: 'Orders.' });
  orders.inc();
  res.end();
});
""",
            at="'orders_total'",
            path="example.ts",
        ),
        Good(
            """\
from opentelemetry import metrics
from prometheus_client import Counter

ORDERS = Counter("orders_total", "Orders")


class Telemetry:
    def __init__(self, meter):
        self.posts = meter.create_counter("shop.posts")

    def post(self):
        self.posts.add(1)
""",
            path="example.py",
        ),
        Good(
            """\
import { Counter } from 'prom-client';

export const makeOrders = (prefix: string) => new Counter({ name: `${prefix}orders_total`, help: 'Orders.' });
""",
            path="example.ts",
        ),
    )
