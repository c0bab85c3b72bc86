"""See `Exceeded`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from ...lint import Confidence, Finding, Related, Severity, Skipped, Table
from ...lint.nodes import LatencyBudget
from ...lint.project import Project
from ...lint.record import Record
from ...lint.telemetry.duration import spell
from ...lint.telemetry.endpoints import USUAL, LabelMap
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated, vector
from ..errors import Exhausted, LiveError, Unreachable
from ..figures import asked, took
from ..live import Live
from ._histogram import Percentile, cumulative, percentile
from ._sources import HISTOGRAMS, NATIVE, Source, Sources

# What the examples are made of.
_BUDGETS = """
budgets:
  - endpoint: 'POST /graphql [createEvent]'
    p50: < 200ms
    p95: < 500ms
    p99: < 1000ms
"""
_NAMES = f"label/__name__/values?match[]={HISTOGRAMS}"
_NATIVE_NAMES = f"label/__name__/values?match[]={NATIVE}"
_CREATE_EVENT = (
    "query?query=sum by (le) (increase(http_server_duration_seconds_bucket{"
    'method="POST",route="/graphql",operation="createEvent"}[1h]))'
)
_NATIVE_EVENT = _CREATE_EVENT.replace("sum by (le) (", "sum(").replace("_bucket{", "{")


def _sets(histogram: str) -> str:
    return (
        "query?query=group by (method, http_method, http_request_method, verb, "
        "route, http_route, path, handler, endpoint, uri, url, "
        "operation, operation_name, operationName, graphql_operation, graphql_operation_name) "
        f'({histogram}_bucket{{le="+Inf"}})'
    )


def _native_sets(histogram: str) -> str:
    return _sets("").replace('(_bucket{le="+Inf"})', f"(histogram_count({histogram}))")


_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d+)?)")


class Measured(Record):
    """An endpoint, and its percentiles in seconds."""

    budget: LatencyBudget
    source: Source
    requests: float
    percentiles: Mapping[str, Percentile]


class Unmeasured(Record):
    """An endpoint that cannot be measured, and why."""

    budget: LatencyBudget
    why: str
    fatal: bool = False


class Exceeded(Auditor):
    """
    Flags endpoints that are slower than their latency budget, percentile by percentile.

    **Why.**
    A budget that nobody compares with the real latency is a wish.
    Endpoints get slower by a little with each release.

    **Instead.**
    Make the endpoint faster, or agree on another budget.

    The histogram of an endpoint is found by the labels that it really has, one for each part of
    `POST /graphql [createEvent]`.
    A percentile is certain up to its bucket only.
    Where the budget lies inside that bucket the interpolation decides, and the finding has a low confidence.

    It does not flag an endpoint that it cannot measure: that is unknown, and says why.
    No histogram tells it apart, its unit is not known, it had too few requests, or its budget is above the highest
    bucket.
    Native histograms are looked for where no classic one measures the endpoint.
    """

    id: ClassVar[str] = "budgets/exceeded"
    summary: ClassVar[str] = "endpoint is slower than its budget"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("2.4",)

    metric: str | None = None
    """The histogram that measures the endpoints, without `_bucket`; found by its name and labels when not set."""

    unit: str | None = None
    """The unit of the histogram (`seconds`, `milliseconds`, …) where its name does not end in one."""

    window: str = "1h"
    """How far back to look."""

    min_requests: int = 100
    """With fewer requests in the window a percentile says little, and the endpoint is unknown."""

    max_histograms: int = 20
    """How many histograms to try when none is set."""

    method_labels: tuple[str, ...] = USUAL.method
    """Labels that may hold the method of an endpoint."""

    route_labels: tuple[str, ...] = USUAL.route
    """Labels that may hold the route of an endpoint."""

    operation_labels: tuple[str, ...] = USUAL.operation
    """Labels that may hold the operation of an endpoint, as in `[createEvent]`."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Measures each endpoint that has a budget."""
        budgets = project.all(LatencyBudget)
        if not budgets:
            return
        labels = LabelMap(self.method_labels, self.route_labels, self.operation_labels)
        sources = Sources(live, labels, self.metric, self.unit, self.max_histograms)
        outcomes = [self._measure(live, budget, sources) for budget in budgets]
        yield self._table(live, outcomes)
        for outcome in outcomes:
            if isinstance(outcome, Measured):
                yield from self._judge(live, outcome)
            else:
                yield Skipped(f"{self.id}: `{outcome.budget.endpoint.value}`", outcome.why, outcome.fatal)

    def _measure(self, live: Live, budget: LatencyBudget, sources: Sources) -> Measured | Unmeasured:
        try:
            source = sources.of(budget)
            if isinstance(source, str):
                return Unmeasured(budget, source)
            buckets = self._native(live, source) if source.is_native else self._classic(live, source)
        except (Unreachable, Exhausted):
            raise
        except LiveError as error:
            return Unmeasured(budget, str(error), error.fatal)
        requests = buckets.get(math.inf, 0.0)
        if requests < self.min_requests:
            few = f"{requests:.0f} requests in the last {self.window}, fewer than the {self.min_requests} that count"
            return Unmeasured(budget, few)
        percentiles = {name: percentile(buckets, _rank(name)) for name in _judged(budget)}
        return Measured(budget, source, requests, {name: one for name, one in percentiles.items() if one is not None})

    def _classic(self, live: Live, source: Source) -> dict[float, float]:
        """The observations of the window up to each bound, in seconds."""
        buckets: dict[float, float] = {}
        for sample in live.query(f"sum by (le) (increase({source.selector}[{self.window}]))"):
            if "le" in sample.labels:
                # Two releases may spell one bound `1` and `1.0`.
                bound = float(sample.labels["le"]) / source.per_second
                buckets[bound] = buckets.get(bound, 0.0) + sample.value
        return buckets

    def _native(self, live: Live, source: Source) -> dict[float, float]:
        """The same of a native histogram, which the server gives whole."""
        found = live.query_histograms(f"sum(increase({source.selector}[{self.window}]))")
        bounds = cumulative(found[0].buckets, found[0].count) if found else {}
        return {bound / source.per_second: count for bound, count in bounds.items()}

    def _judge(self, live: Live, one: Measured) -> Iterator[Finding | Skipped]:
        name = one.budget.endpoint.value
        bounds = _judged(one.budget)
        verdicts = {at: _verdict(actual, bounds[at]) for at, actual in one.percentiles.items()}
        exceeded = [at for at, verdict in verdicts.items() if verdict in ("exceeded", "probably exceeded")]
        if exceeded:
            budgets = one.budget.thresholds
            measured = ", ".join(f"{at} {_spelt(one.percentiles[at])} > {spell(bounds[at])}" for at in exceeded)
            certain = any(verdicts[at] == "exceeded" for at in exceeded)
            yield self.finding(
                f"`{name}` is slower than its budget: {measured}",
                live.place(f"endpoint {name}"),
                help="make it faster, or agree on another budget",
                related=[Related(one.budget.place(budgets[at].spelling), f"the budget of {at}") for at in exceeded],
                confidence=Confidence.HIGH if certain else Confidence.LOW,
            )
        for at, verdict in verdicts.items():
            if verdict == "unknown":
                highest = spell(one.percentiles[at].low)
                why = f"{at} is above the highest bucket of `{one.source.histogram}` ({highest}), and so is its budget"
                yield Skipped(f"{self.id}: `{name}`", why)

    def _table(self, live: Live, outcomes: Sequence[Measured | Unmeasured]) -> Table:
        histograms = sorted({f"`{one.source.histogram}`" for one in outcomes if isinstance(one, Measured)})
        return Table(
            title="Latency budgets",
            columns=("endpoint", "percentile", "budget", "actual", "verdict"),
            rows=tuple(row for outcome in outcomes for row in _rows(outcome)),
            numeric=frozenset({2, 3}),
            note=f"{' and '.join(histograms) or 'no histogram'} over {self.window}, {asked(live)}",
        )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            why="the endpoint is found by its labels; p50 and p99 are within the budget",
            text=_BUDGETS,
            path="slo/budgets.yml",
            answers={
                _NAMES: ["http_server_duration_seconds_bucket", "prisma_query_duration_seconds_bucket"],
                _sets("http_server_duration_seconds"): vector(
                    ({"method": "POST", "route": "/graphql", "operation": "createEvent"}, 1),
                    ({"method": "POST", "route": "/graphql", "operation": "createCheckout"}, 1),
                ),
                _sets("prisma_query_duration_seconds"): vector(({"method": "find"}, 1)),
                _CREATE_EVENT: vector(
                    ({"le": "0.1"}, 800), ({"le": "0.5"}, 900), ({"le": "1.0"}, 1000), ({"le": "+Inf"}, 1000)
                ),
            },
            subjects=("endpoint POST /graphql [createEvent]",),
        ),
        Holds(
            why="every percentile is in a bucket below its budget",
            text=_BUDGETS,
            path="slo/budgets.yml",
            options={"metric": "http_server_duration_seconds"},
            answers={
                _sets("http_server_duration_seconds"): vector(
                    ({"method": "POST", "route": "/graphql", "operation": "createEvent"}, 1)
                ),
                _CREATE_EVENT: vector(({"le": "0.1"}, 1000), ({"le": "0.5"}, 1000), ({"le": "+Inf"}, 1000)),
            },
        ),
        Violated(
            why="a native histogram: 5 of 1,000 requests took more than a second, 60 more than half of one",
            text=_BUDGETS,
            path="slo/budgets.yml",
            answers={
                _NAMES: [],
                _NATIVE_NAMES: ["http_server_duration_seconds"],
                _native_sets("http_server_duration_seconds"): vector(
                    ({"method": "POST", "route": "/graphql", "operation": "createEvent"}, 1)
                ),
                _NATIVE_EVENT: {
                    "resultType": "vector",
                    "result": [
                        {
                            "metric": {},
                            "histogram": [
                                0,
                                {
                                    "count": "1000",
                                    "sum": "180",
                                    "buckets": [
                                        [0, "0.0625", "0.125", "940"],
                                        [0, "0.5", "1", "55"],
                                        [0, "1", "2", "5"],
                                    ],
                                },
                            ],
                        }
                    ],
                },
            },
            subjects=("endpoint POST /graphql [createEvent]",),
        ),
        Unknown(
            why="the histogram cannot tell the operations of one route apart",
            text=_BUDGETS,
            path="slo/budgets.yml",
            answers={
                _NAMES: ["http_server_duration_seconds_bucket"],
                _sets("http_server_duration_seconds"): vector(({"method": "POST", "route": "/graphql"}, 1)),
                _NATIVE_NAMES: [],
            },
            because="no latency histogram has a label for its operation `createEvent`",
        ),
        Unknown(
            why="a name without a unit: the values may be seconds or milliseconds",
            text=_BUDGETS,
            path="slo/budgets.yml",
            answers={
                _NAMES: ["http_server_duration_bucket"],
                _sets("http_server_duration"): vector(
                    ({"method": "POST", "route": "/graphql", "operation": "createEvent"}, 1)
                ),
            },
            because="does not end in its unit",
        ),
        Unknown(
            why="two histograms measure the endpoint, and may mean different things by it",
            text=_BUDGETS,
            path="slo/budgets.yml",
            answers={
                _NAMES: ["gateway_latency_seconds_bucket", "http_server_duration_seconds_bucket"],
                _sets("gateway_latency_seconds"): vector(
                    ({"method": "POST", "path": "/graphql", "operation": "createEvent"}, 1)
                ),
                _sets("http_server_duration_seconds"): vector(
                    ({"method": "POST", "route": "/graphql", "operation": "createEvent"}, 1)
                ),
            },
            because="several histograms measure it, `gateway_latency_seconds`, `http_server_duration_seconds`",
        ),
        Unknown(
            why="a percentile of a handful of requests says little",
            text=_BUDGETS,
            path="slo/budgets.yml",
            options={"metric": "http_server_duration_seconds"},
            answers={
                _sets("http_server_duration_seconds"): vector(
                    ({"method": "POST", "route": "/graphql", "operation": "createEvent"}, 1)
                ),
                _CREATE_EVENT: vector(({"le": "0.1"}, 2), ({"le": "+Inf"}, 7)),
            },
            because="7 requests in the last 1h",
        ),
        Holds(why="no budgets, no questions"),
    )


def _rank(name: str) -> float:
    return float(name.removeprefix("p")) / 100


def _judged(budget: LatencyBudget) -> dict[str, float]:
    """The percentiles that can be judged, and their bounds in seconds. The others are for the static rules."""
    return {
        name: threshold.seconds
        for name, threshold in budget.thresholds.items()
        if threshold.seconds is not None and _PERCENTILE.fullmatch(name)
    }


def _verdict(actual: Percentile, bound: float) -> str:
    match actual.exceeds(bound):
        case True:
            return "exceeded"
        case False:
            return "within"
        case None if math.isinf(actual.high):
            return "unknown"
        case _:
            return "probably exceeded" if actual.value > bound else "probably within"


def _spelt(actual: Percentile) -> str:
    return f"{'≥ ' if math.isinf(actual.high) else ''}{took(actual.value)}"


def _rows(outcome: Measured | Unmeasured) -> Iterator[tuple[str, ...]]:
    name = outcome.budget.endpoint.value
    for at, bound in _judged(outcome.budget).items():
        actual = outcome.percentiles.get(at) if isinstance(outcome, Measured) else None
        if actual is None:
            yield (name, at, spell(bound), "", "unknown")
        else:
            yield (name, at, spell(bound), _spelt(actual), _verdict(actual, bound))
