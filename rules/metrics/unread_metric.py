"""`metrics/unread-metric`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity, promql
from ...lint.nodes import Dialect, Instrument, LatencyBudget, Query
from ...lint.telemetry.wire import sanitized, series_of
from ._declared import called, declared

# A question about how many series there are reads no metric.
_CENSUS = re.compile(r"\bcount\s*(?:by\s*\(\s*__name__|\([^()]*\{\s*__name__\s*=~[^()]*\)\s*by\s*\(\s*__name__)")


class UnreadMetric(Rule):
    """
    Flags metrics that no alert, recording, panel, objective, budget or runbook of the repository reads.

    **Why.**
    Every series costs memory and money for as long as it is kept, whether anybody looks at it or not.
    And a metric that was made on purpose, and then forgotten on every dashboard, answers nothing when it matters.

    **Instead.**
    Put it on a dashboard or into an alert, or delete it.

    Judged only in a repository whose queries read at least one of its own metrics: otherwise its dashboards are
    somewhere else.
    Not flagged: names that are built at run time, statsd, and tests and examples.
    """

    id = "metrics/unread-metric"
    summary = "nothing reads the metric"
    severity = Severity.INFO
    since = "0.1"
    tasks = ("3.2", "5.3")
    needs_all = True
    about = (Instrument,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        names, patterns = _read(project)
        unread, seen = [], set[str]()
        for instrument in declared(project):
            series = {name for name, _ in series_of(instrument)}
            if not series or instrument.name in seen:
                continue
            seen.add(instrument.name or "")
            if series.isdisjoint(names) and not any(one.fullmatch(name) for one in patterns for name in series):
                unread.append(instrument)
        if len(unread) == len(seen):
            return
        for instrument in unread:
            yield self.finding(
                f"nothing in this repository reads {called(instrument)}",
                instrument.at,
                help="put it on a dashboard or into an alert, or delete it",
            )

    examples = (
        Bad(
            """\
from prometheus_client import Counter, Histogram

ORDERS = Counter("orders_total", "Orders")
REFUNDS = Counter("refunds_total", "Refunds")
SECONDS = Histogram("checkout_seconds", "Checkouts")
""",
            at='"refunds_total"',
            path="example.py",
            files={
                "rules.yml": """\
- record: orders:rate5m
  expr: sum(rate(orders_total[5m]))
- alert: CheckoutSlow
  expr: histogram_quantile(0.9, sum by (le) (rate(checkout_seconds_bucket[5m]))) > 0.5
"""
            },
        ),
        Bad(
            """\
import { metrics } from '@opentelemetry/api';

const meter = metrics.getMeter('shop');
const orders = meter.createCounter('shop.orders', { description: 'Orders.', unit: '{order}' });
const refunds = meter.createCounter('shop.refunds', { description: 'Refunds.', unit: '{refund}' });
""",
            at="'shop.refunds'",
            path="example.ts",
            files={"rules.yml": "- record: orders:rate5m\n  expr: sum(rate(shop_orders_total[5m]))\n"},
        ),
        Good(
            """\
from prometheus_client import Counter

ORDERS = Counter("orders_total", "Orders")
""",
            path="example.py",
            files={"rules.yml": "- alert: Down\n  expr: up == 0\n"},
            why="the dashboards of this service are kept elsewhere",
        ),
        Good(
            """\
from prometheus_client import Counter

ORDERS = Counter("orders_total", "Orders")
JOBS = Counter("jobs_done_total", "Jobs")
""",
            path="example.py",
            files={
                "rules.yml": """\
- record: orders:rate5m
  expr: sum(rate(orders_total[5m]))
- record: jobs:rate5m
  expr: sum(rate({__name__=~"jobs_.+"}[5m]))
"""
            },
        ),
    )


def _read(project: Project) -> tuple[set[str], list[re.Pattern[str]]]:
    """The metrics that are read, by name and by pattern."""
    names = {one for budget in project.all(LatencyBudget) if budget.metric for one in _spellings(budget.metric)}
    patterns: dict[str, re.Pattern[str]] = {}
    for query in project.all(Query):
        if query.dialect is Dialect.LOGQL:
            continue
        census = _CENSUS.search(query.text.value) is not None
        for selector in promql.parse(query.text.value).find(promql.Selector):
            if selector.metric is not None:
                names.add(selector.metric)
            for matcher in selector.matchers if not census else ():
                if matcher.label.value == "__name__" and matcher.op.value == "=~":
                    patterns[matcher.value.value] = _pattern(matcher.value.value)
    return names, list(patterns.values())


def _spellings(metric: str) -> tuple[str, str]:
    return metric, sanitized(metric)


def _pattern(text: str) -> re.Pattern[str]:
    """A pattern over names; what Python cannot read matches everything, for then it is not known what it reads."""
    try:
        return re.compile(text)
    except re.error:
        return re.compile(".*")
