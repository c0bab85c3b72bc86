"""`metrics/bucket-misses-threshold`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import inf, isclose, isfinite

from ...lint import Bad, Confidence, Finding, Good, Location, Project, Related, Rule, Severity, promql
from ...lint.nodes import Api, Dialect, Instrument, LatencyBudget, Measure, Query, RecordingRule, Slo
from ...lint.telemetry.wire import sanitized, series_of

_COMPARISONS = frozenset({">", ">=", "<", "<="})
_SUMMARIES = frozenset({"max", "min", "avg", "sum"})
_PER_SECOND = {"s": 1.0, "seconds": 1.0, "ms": 1e3, "milliseconds": 1e3, "us": 1e6, "ns": 1e9}
_DEPTH = 6
# What OpenTelemetry has where nobody says otherwise: a view, in the SDK's set-up or the collector, may.
_METER_DEFAULT = (0.0, 5.0, 10.0, 25.0, 50.0, 75.0, 100.0, 250.0, 500.0, 750.0, 1000.0, 2500.0, 5000.0, 7500.0, 10000.0)


class BucketMissesThreshold(Rule):
    """
    Flags a threshold that is no bucket boundary of the histogram which it is compared with: of an alert, an objective
    or a latency budget, or the `le` of a query.

    **Why.**
    A histogram knows how many requests took at most as long as each boundary, and nothing in between.
    A quantile between two boundaries is a guess along a straight line: with boundaries at 0.25 and 1, «more than
    0.5 s» may be reported at 0.26 s, or not at 0.99 s.
    Above the last boundary every quantile is that boundary, so that the alert never fires.
    A query that selects a bucket which does not exist returns nothing.

    **Instead.**
    Make every threshold that matters a boundary: `buckets=(0.1, 0.25, 0.5, 1, 2.5)` for a target of 500 ms.

    The default buckets of prometheus_client, prom-client and OpenTelemetry are known.
    Those of OpenTelemetry are often replaced by a view, so the confidence is low there.
    Not flagged: histograms whose buckets cannot be read, native histograms, and units that are not known.
    """

    id = "metrics/bucket-misses-threshold"
    summary = "threshold is no bucket boundary"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.2", "2.4")
    about = (Instrument,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        histograms = _histograms(project)
        if not histograms:
            return
        recordings = {rule.name.value: rule for rule in project.all(RecordingRule)}
        for query in project.all(Query):
            yield from self._query(query, histograms, recordings)
        for slo in project.all(Slo):
            yield from self._objective(slo, histograms, recordings)
        for budget in project.all(LatencyBudget):
            yield from self._budget(budget, histograms)

    def _query(
        self, query: Query, histograms: Mapping[str, Instrument], recordings: Mapping[str, RecordingRule]
    ) -> Iterator[Finding]:
        expr = promql.parse(query.text.value).expr if query.dialect is Dialect.PROMQL else None
        for part in promql.walk(expr) if expr is not None else ():
            if isinstance(part, promql.Selector):
                yield from self._selected(query, part, histograms)
            elif isinstance(part, promql.Binary) and part.op.value in _COMPARISONS:
                for side, other in ((part.left, part.right), (part.right, part.left)):
                    threshold, histogram = promql.constant(other), _quantile_of(side, histograms, recordings)
                    if threshold is not None and histogram is not None:
                        yield from self._missed(histogram, threshold, query.place(query.text, other.start, other.end))

    def _selected(
        self, query: Query, selector: promql.Selector, histograms: Mapping[str, Instrument]
    ) -> Iterator[Finding]:
        histogram = histograms.get(selector.metric or "")
        for matcher in selector.matchers:
            bound = _number(matcher.value.value) if matcher.label.value == "le" and matcher.op.value == "=" else None
            if histogram is None or bound is None or not isfinite(bound) or _is_boundary(bound, histogram):
                continue
            yield self._finding(
                f'`{selector.metric}` has no bucket `le="{matcher.value.value}"`: the query returns nothing',
                histogram,
                query.place(query.text, matcher.value.start, matcher.value.end),
                bound,
            )

    def _objective(
        self, slo: Slo, histograms: Mapping[str, Instrument], recordings: Mapping[str, RecordingRule]
    ) -> Iterator[Finding]:
        target = slo.target
        if target is None or target.measure is not Measure.LATENCY or target.value is None:
            return
        for query in slo.queries.values():
            expr = promql.parse(query.text.value).expr if query.dialect is Dialect.PROMQL else None
            histogram = _quantile_of(expr, histograms, recordings) if expr is not None else None
            if histogram is not None:
                yield from self._missed_seconds(histogram, target.value, slo.place(target.spelling))

    def _budget(self, budget: LatencyBudget, histograms: Mapping[str, Instrument]) -> Iterator[Finding]:
        histogram = histograms.get(f"{sanitized((budget.metric or '').removesuffix('_bucket'))}_bucket")
        for threshold in budget.thresholds.values() if histogram is not None else ():
            if threshold.seconds is not None and histogram is not None:
                yield from self._missed_seconds(histogram, threshold.seconds, budget.place(threshold.spelling))

    def _missed_seconds(self, histogram: Instrument, seconds: float, at: Location) -> Iterator[Finding]:
        factor = _per_second(histogram)
        return self._missed(histogram, seconds * factor, at) if factor is not None else iter(())

    def _missed(self, histogram: Instrument, threshold: float, at: Location) -> Iterator[Finding]:
        if threshold <= 0 or not isfinite(threshold) or _is_boundary(threshold, histogram):
            return
        last = max((bound for bound in histogram.buckets or () if isfinite(bound)), default=0.0)
        effect = (
            f"no quantile exceeds its last boundary {last:g}"
            if threshold > last
            else "a quantile near it is a guess between two buckets"
        )
        yield self._finding(f"{threshold:g} is no boundary of `{histogram.name}`: {effect}", histogram, at, threshold)

    def _finding(self, message: str, histogram: Instrument, at: Location, wanted: float) -> Finding:
        certain = histogram.api is Api.PROMETHEUS or histogram.buckets != _METER_DEFAULT
        return self.finding(
            message,
            at,
            help=f"add {wanted:g} to the buckets, or compare with one of {_near(histogram, wanted)}",
            related=[Related(histogram.at, f"has the buckets {_listed(histogram.buckets or ())}")],
            confidence=Confidence.HIGH if certain else Confidence.LOW,
        )

    examples = (
        Bad(
            """\
- alert: CheckoutSlow
  expr: histogram_quantile(0.95, sum by (le) (rate(checkout_seconds_bucket[5m]))) > 0.8
- alert: CheckoutVerySlow
  expr: checkout:p99 > 20
- record: checkout:p99
  expr: histogram_quantile(0.99, sum by (le) (rate(checkout_seconds_bucket[5m])))
- record: checkout:fast
  expr: rate(checkout_seconds_bucket{le="0.3"}[5m]) / ignoring (le) rate(checkout_seconds_count[5m])
""",
            at=("0.8", "20", '"0.3"'),
            files={
                "app.py": 'from prometheus_client import Histogram\nT = Histogram("checkout_seconds", "Checkouts")\n'
            },
        ),
        Bad(
            """\
budgets:
  - endpoint: POST /checkout
    metric: checkout_duration_seconds
    p95: < 800ms
    p99: < 1s
""",
            at="< 800ms",
            files={
                "metrics.ts": """\
import { Histogram } from 'prom-client';

export const checkout = new Histogram({ name: 'checkout_duration_seconds', help: 'Checkouts.', buckets: [0.5, 1] });
"""
            },
        ),
        Good(
            """\
- alert: CheckoutSlow
  expr: histogram_quantile(0.95, sum by (le) (rate(checkout_seconds_bucket[5m]))) > 0.5
- alert: UploadSlow
  expr: histogram_quantile(0.95, sum by (le) (rate(upload_seconds_bucket[5m]))) > 0.8
""",
            files={
                "app.py": """\
from prometheus_client import Histogram

from .settings import BUCKETS

T = Histogram("checkout_seconds", "Checkouts")
U = Histogram("upload_seconds", "Uploads", buckets=BUCKETS)
"""
            },
            why="0.5 is one of the default buckets, and those of uploads are not known",
        ),
    )


def _histograms(project: Project) -> dict[str, Instrument]:
    """The histograms whose buckets are known, by the names of their buckets; none that is declared in two ways."""
    found: defaultdict[str, list[Instrument]] = defaultdict(list)
    for instrument in project.all(Instrument):
        if instrument.kind == "histogram":
            for name, _ in series_of(instrument):
                if name.endswith("_bucket"):
                    found[name].append(instrument)
    return {name: own[0] for name, own in found.items() if own[0].buckets and len({one.buckets for one in own}) == 1}


def _quantile_of(
    expr: promql.Expr, histograms: Mapping[str, Instrument], recordings: Mapping[str, RecordingRule], depth: int = 0
) -> Instrument | None:
    """The histogram that an expression is a quantile of, as it is, without arithmetic."""
    expr = promql.unwrap(expr)
    if depth > _DEPTH:
        return None
    if isinstance(expr, promql.Call) and expr.name.value == "histogram_quantile" and len(expr.args) > 1:
        read = {histograms.get(name) for name in promql.metric_names(expr.args[1])}
        return read.pop() if len(read) == 1 else None
    if isinstance(expr, promql.Aggregation) and expr.op.value in _SUMMARIES:
        return _quantile_of(expr.expr, histograms, recordings, depth + 1)
    if isinstance(expr, promql.Selector) and (rule := recordings.get(expr.metric or "")) is not None:
        inner = promql.parse(rule.query.text.value).expr if rule.query is not None else None
        return _quantile_of(inner, histograms, recordings, depth + 1) if inner is not None else None
    return None


def _per_second(histogram: Instrument) -> float | None:
    """How many of its unit are a second; None where it is not known, or no time."""
    unit = histogram.unit or (histogram.name or "").rpartition("_")[2]
    return _PER_SECOND.get(unit)


def _is_boundary(value: float, histogram: Instrument) -> bool:
    return any(isclose(value, bound, rel_tol=1e-6) for bound in (*(histogram.buckets or ()), inf))


def _near(histogram: Instrument, wanted: float) -> str:
    """The boundaries next to a value."""
    bounds = sorted(bound for bound in histogram.buckets or () if isfinite(bound))
    below = [bound for bound in bounds if bound < wanted][-1:]
    above = [bound for bound in bounds if bound > wanted][:1]
    return _listed((*below, *above))


def _listed(bounds: tuple[float, ...]) -> str:
    return ", ".join(f"{bound:g}" for bound in bounds)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
