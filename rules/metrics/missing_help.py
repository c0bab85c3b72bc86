"""`metrics/missing-help`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Rule, Severity
from ...lint.nodes import Api, Instrument
from ...lint.trials import is_trial
from ._declared import called, is_unread

_WORDS = {Api.PROMETHEUS: "help text", Api.OPENTELEMETRY: "description"}


class MissingHelp(Rule):
    """
    Flags instruments without a help text or description.

    **Why.**
    Prometheus and Grafana show this text beside the metric.
    Without it, whoever is called at night has to read the source to learn what the number counts.

    **Instead.**
    One sentence: what is counted or measured, and when.

    Where the name of an OpenTelemetry instrument cannot be read, an object may stand there that describes it as well,
    and the confidence is low; so it is where all of the name is made at run time, as in a helper for any metric.
    Not flagged: statsd, which has no place for it, and tests and examples.
    """

    id = "metrics/missing-help"
    summary = "instrument has no description"
    severity = Severity.INFO
    since = "0.1"

    def check_instrument(self, instrument: Instrument) -> Iterator[Finding]:
        words = _WORDS.get(instrument.api)
        if words is None or is_trial(instrument.at.source) or (instrument.help or "").strip():
            return
        yield self.finding(
            f"{called(instrument)} has no {words}",
            instrument.at,
            help="say in a sentence what it measures",
            confidence=Confidence.LOW if is_unread(instrument) else Confidence.HIGH,
        )

    examples = (
        Bad(
            """\
from opentelemetry.metrics import get_meter
from prometheus_client import Counter

meter = get_meter(__name__)
orders = meter.create_counter("shop.orders", unit="{order}")
LOGINS = Counter("logins_total", "")
""",
            at=('"shop.orders"', '"logins_total"'),
            path="example.py",
        ),
        Bad(
            """\
import { metrics } from '@opentelemetry/api';

const orders = metrics.getMeter('shop').createCounter('shop.orders', { unit: '{order}' });
""",
            at="'shop.orders'",
            path="example.ts",
        ),
        Good(
            """\
from opentelemetry.metrics import get_meter

meter = get_meter(__name__)
orders = meter.create_counter("shop.orders", unit="{order}", description="Orders that were paid.")


def counter(name, **options):
    return meter.create_counter(name, **options)
""",
            path="example.py",
            why="what is passed on may hold a description",
        ),
        Good(
            """\
import { metrics } from '@opentelemetry/api';
import { Counter } from 'prom-client';

const shared = { description: 'Orders that were paid.' };
const orders = metrics.getMeter('shop').createCounter('shop.orders', { unit: '{order}', ...shared });
export const made = (options) => new Counter(options);
""",
            path="example.ts",
        ),
    )
