"""`metrics/duplicate-metric`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Project, Related, Rule, Severity
from ...lint.nodes import Instrument
from ...lint.telemetry.wire import sanitized
from ._declared import declared


class DuplicateMetric(Rule):
    """
    Flags a metric that is declared twice with another type, unit, label set or buckets.

    **Why.**
    In one process, the second declaration raises an error, or the SDK warns and one of them is lost.
    In two services, every query over the name adds up what is not the same: a counter and a gauge, milliseconds and
    seconds, or histograms whose buckets do not fit together, so that their quantiles are wrong.

    **Instead.**
    Declare it once and import it, or give each its own name; let services that share a metric share its declaration.

    Where the two stand in different services, so that only queries suffer, the confidence is low.
    Not flagged: declarations that agree, as in two branches, and those in tests and examples.
    """

    id = "metrics/duplicate-metric"
    summary = "one metric is declared in two ways"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.2",)
    about = (Instrument,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        by_name: defaultdict[str, list[Instrument]] = defaultdict(list)
        for instrument in declared(project):
            if instrument.name:
                by_name[sanitized(instrument.name).removesuffix("_total")].append(instrument)
        for first, *others in by_name.values():
            for other in others:
                difference = _difference(first, other)
                if difference is not None:
                    yield self.finding(
                        f"`{other.name}` {difference}",
                        other.at,
                        help="declare it once, or give each its own name",
                        related=[Related(first.at, "declared here in another way")],
                        confidence=Confidence.HIGH if _is_one_process(first, other) else Confidence.LOW,
                    )

    examples = (
        Bad(
            """\
from prometheus_client import Counter

REQUESTS = Counter("http_requests_total", "Requests", ["method", "status"])
""",
            at='"http_requests_total"',
            path="api/metrics.py",
            files={
                "api/legacy.py": """\
from prometheus_client import Counter

REQUESTS = Counter("http_requests", "Requests", ["method"])
"""
            },
        ),
        Bad(
            """\
import { Counter, Gauge, Histogram } from 'prom-client';

export const opened = new Counter({ name: 'sessions_total', help: 'Sessions opened.' });
export const open = new Gauge({ name: 'sessions', help: 'Sessions that are open.' });
export const fast = new Histogram({ name: 'query_seconds', help: 'Queries.', buckets: [0.1, 0.5] });
export const slow = new Histogram({ name: 'query_seconds', help: 'Queries.', buckets: [1, 5] });
""",
            at=("'sessions'", "'query_seconds'"),
            path="example.ts",
        ),
        Good(
            """\
from prometheus_client import Counter

try:
    REQUESTS = Counter("http_requests_total", "Requests", ["method"])
except ValueError:
    REQUESTS = Counter("http_requests_total", "Requests", ["method"])
""",
            path="example.py",
        ),
        Good(
            """\
import { Counter } from 'prom-client';

export const opened = new Counter({ name: 'sessions_total', help: 'Sessions.', labelNames: ['plan'] });
""",
            path="web/metrics.ts",
            files={
                "web/metrics.test.ts": """\
import { Counter } from 'prom-client';

const opened = new Counter({ name: 'sessions_total', help: 'Sessions.' });
"""
            },
        ),
    )


def _difference(first: Instrument, other: Instrument) -> str | None:
    """What a declaration says otherwise, in words; None where the two agree as far as is known."""
    if first.kind != other.kind:
        return f"is a {other.kind} here and a {first.kind} elsewhere"
    if first.unit and other.unit and first.unit != other.unit:
        return f"is in `{other.unit}` here and in `{first.unit}` elsewhere"
    if first.labels is not None and other.labels is not None:
        own, given = ({label.value for label in one.labels or ()} for one in (other, first))
        if own != given:
            return f"has {_listed(own)} here and {_listed(given)} elsewhere"
    if first.buckets is not None and other.buckets is not None and first.buckets != other.buckets:
        return "has other buckets here than elsewhere"
    return None


def _listed(names: set[str]) -> str:
    return f"the labels {', '.join(f'`{name}`' for name in sorted(names))}" if names else "no labels"


def _is_one_process(first: Instrument, other: Instrument) -> bool:
    """Whether both may be registered together: of one language, and below one folder."""
    return first.language is other.language and _top(first) == _top(other)


def _top(instrument: Instrument) -> str:
    return instrument.at.source.rpartition("/")[0]
