"""`metrics/missing-unit`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Rule, Severity
from ...lint.nodes import Api, Instrument
from ...lint.trials import is_trial
from ._declared import called, is_unread


class MissingUnit(Rule):
    """
    Flags OpenTelemetry instruments without a unit.

    **Why.**
    A backend cannot tell seconds from milliseconds, and a dashboard labels the axis with nothing.
    The exporter for Prometheus makes the unit a part of the name, so that adding it later renames the metric.

    **Instead.**
    `unit="s"` for durations, `unit="By"` for sizes, `unit="1"` for shares, and what is counted in braces for the rest:
    `unit="{request}"`.

    Where the name cannot be read, an object may stand there that has the unit as well, and the confidence is low; so it
    is where all of the name is made at run time, as in a helper for any metric.
    Not flagged: Prometheus and statsd, where the unit is a part of the name, and tests and examples.
    """

    id = "metrics/missing-unit"
    summary = "instrument has no unit"
    severity = Severity.INFO
    since = "0.1"

    def check_instrument(self, instrument: Instrument) -> Iterator[Finding]:
        if instrument.api is not Api.OPENTELEMETRY or instrument.unit or is_trial(instrument.at.source):
            return
        yield self.finding(
            f"{called(instrument)} has no unit",
            instrument.at,
            help="add `unit`: `s`, `By`, `1`, or what is counted in braces, as in `{request}`",
            confidence=Confidence.LOW if is_unread(instrument) else Confidence.HIGH,
        )

    examples = (
        Bad(
            """\
from opentelemetry.metrics import get_meter

duration = get_meter(__name__).create_histogram("shop.checkout.duration", description="Time of a checkout.")
""",
            at='"shop.checkout.duration"',
            path="example.py",
        ),
        Bad(
            """\
import { metrics } from '@opentelemetry/api';

const size = metrics.getMeter('shop').createHistogram('shop.upload.size', { description: 'Size of uploads.' });
""",
            at="'shop.upload.size'",
            path="example.ts",
        ),
        Good(
            """\
from opentelemetry.metrics import get_meter
from prometheus_client import Counter

duration = get_meter(__name__).create_histogram("shop.checkout.duration", "s", "Time of a checkout.")
LOGINS = Counter("logins_total", "Logins")
""",
            path="example.py",
        ),
        Good(
            """\
import { metrics } from '@opentelemetry/api';

const size = metrics.getMeter('shop').createHistogram('shop.upload.size', { description: 'Uploads.', unit: 'By' });
""",
            path="example.ts",
        ),
    )
