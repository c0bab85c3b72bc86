"""`metrics/dynamic-metric-name`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Rule, Severity
from ...lint.nodes import Boundedness, Instrument


class DynamicMetricName(Rule):
    """
    Flags instruments whose name is built at run time.

    **Why.**
    A name that is put together from values cannot be searched for, cannot be read by one alert or panel, and grows
    the number of metrics, not only of series, with the values.
    Prometheus selects by label quickly and by a pattern over names slowly, and only labels can be aggregated away.

    **Instead.**
    Give the metric one name and make the part that varies a label, if it takes few values.

    Where it cannot be followed how many values the parts take, the confidence is low.
    Not flagged: names that are a constant in the end, and those with a configured prefix or namespace.
    """

    id = "metrics/dynamic-metric-name"
    summary = "metric name is built at run time"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.2",)

    def check_instrument(self, instrument: Instrument) -> Iterator[Finding]:
        if instrument.dynamic is None:
            return
        certain = instrument.naming is Boundedness.UNBOUNDED
        yield self.finding(
            f"the name of this {instrument.kind} is {instrument.dynamic}",
            instrument.at,
            help="give it one name, and make the part that varies a label",
            confidence=Confidence.HIGH if certain else Confidence.LOW,
        )

    examples = (
        Bad(
            """\
from flask import request
from prometheus_client import Counter


def count():
    Counter(f"requests_{request.path.replace('/', '_')}", "Requests").inc()
""",
            at="f\"requests_{request.path.replace('/', '_')}\"",
            path="app.py",
        ),
        Bad(
            """\
from datadog import statsd


def bought(user_id):
    statsd.increment("bought." + user_id)
""",
            at='"bought." + user_id',
            path="shop.py",
        ),
        Bad(
            """\
import { StatsD } from 'hot-shots';
import { Counter } from 'prom-client';

const statsd = new StatsD();

export const counterFor = (plan: string) =>
  new Counter({ name: `checkouts_${plan.toLowerCase()}_total`, help: 'Checkouts.' });
export const bought = (userId: string) => statsd.increment(`bought.${userId}`);
""",
            at=("`checkouts_${plan.toLowerCase()}_total`", "`bought.${userId}`"),
            path="example.ts",
        ),
        Good(
            """\
import { Counter } from 'prom-client';

const prefix = process.env.METRICS_PREFIX ?? '';
const checkouts = new Counter({ name: `${prefix}checkouts_total`, help: 'Checkouts.', labelNames: ['plan'] });
""",
            path="example.ts",
            why="configured once for a service",
        ),
        Good(
            """\
from prometheus_client import Counter

PREFIX = "shop"
BOUGHT = Counter(f"{PREFIX}_bought_total", "Purchases", ["plan"])
""",
            path="shop.py",
        ),
        Good(
            """\
from prometheus_client import Counter


def make(name):
    return Counter(name, "A counter")
""",
            path="factory.py",
            why="a parameter may well be a constant: unknown is not bad",
        ),
    )
