"""`budgets/unmeasured-endpoint`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from ...lint import Bad, Finding, Good, Location, Project, Related, Rule, Severity
from ...lint.nodes import Instrument, Instrumentation, LatencyBudget, Measurement
from ...lint.record import Record
from ...lint.telemetry.endpoints import USUAL, Endpoint, LabelMap, endpoint
from ...lint.telemetry.identifiers import snake_case
from ._percentiles import BUDGET


def _source(labels: str, name: str = "http_server_duration_seconds") -> str:
    return f"from prometheus_client import Histogram\nH = Histogram({name!r}, 'Time', {labels})\n"


class UnmeasuredEndpoint(Rule):
    """
    Flags budgets of endpoints that no histogram of the source can tell apart.

    **Why.**
    Every GraphQL call is a `POST /graphql`.
    Without a label for the operation the histogram mixes them all, and nobody will ever know whether
    `createEvent` keeps its 500 ms.

    **Instead.**
    Give the histogram a label for the operation or the route: its template, never the raw path.

    Only certain cases are flagged: the source has histograms of durations, the labels of all of them are known, none
    of these can hold the part of the endpoint that is missing, and no histogram is named after the endpoint.
    Not flagged: routes where a library is instrumented as a whole and may measure them.
    """

    id = "budgets/unmeasured-endpoint"
    summary = "no histogram can tell the endpoint apart"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("2.4",)
    needs_all = True
    about = (LatencyBudget, Instrument)

    method_labels: tuple[str, ...] = USUAL.method
    """Labels that may hold the method of an endpoint."""

    route_labels: tuple[str, ...] = USUAL.route
    """Labels that may hold the route of an endpoint."""

    operation_labels: tuple[str, ...] = USUAL.operation
    """Labels that may hold the operation of an endpoint, as in `[createEvent]`."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        budgets = [budget for budget in project.all(LatencyBudget) if budget.matchers is None and budget.metric is None]
        histograms = _histograms(project)
        if not budgets or not histograms:
            return
        instrumented = any(own.everything or own.clients for own in project.all(Instrumentation))
        names = LabelMap(self.method_labels, self.route_labels, self.operation_labels)
        for budget in budgets:
            wanted = endpoint(budget.endpoint.value)
            if wanted is None or (instrumented and wanted.operation is None):
                continue
            part = _missing(wanted, histograms, names)
            if part is not None:
                yield self.finding(
                    f"no histogram has a label for the {part} of `{budget.endpoint.value}`",
                    budget.at,
                    help=f"give the histogram of durations a label for the {part}",
                    related=[Related(own.at, f"measures {own.name}") for own in histograms[:1]],
                )

    examples = (
        Bad(BUDGET, files={"app.py": _source("['method', 'route']")}, at="POST /graphql [createEvent]"),
        Good(BUDGET, files={"app.py": _source("['method', 'route', 'operation']")}),
        Good(BUDGET, files={"app.py": _source("['method', 'gql']")}, why="`gql` may be the operation"),
        Good(BUDGET, files={"app.py": _source("[]", "create_event_seconds")}, why="measured on its own"),
        Good(BUDGET, files={"app.py": _source("LABELS")}, why="the labels are not known"),
        Good(BUDGET),
    )


_DURATION = re.compile(r"duration|latency|_seconds|_milliseconds|_ms$|response_time|_time$", re.I)
# Labels that certainly hold no part of an endpoint.
_OTHERS = frozenset(
    "status status_code code result outcome success error error_type error_code version env environment region "
    "cluster instance job service host pod namespace plan tier provider channel cache protocol scheme http_status "
    "http_status_code".split()
)


class _Histogram(Record):
    """A histogram of durations; `labels` is None where there may be more than could be read."""

    name: str
    labels: frozenset[str] | None
    at: Location


def _histograms(project: Project) -> list[_Histogram]:
    uses: defaultdict[str, list[Measurement]] = defaultdict(list)
    for measurement in project.all(Measurement):
        name = measurement.instrument.name if measurement.instrument is not None else measurement.metric
        uses[name or ""].append(measurement)
    return [
        _Histogram(own.name or "", _labels(own, uses), own.at)
        for own in project.all(Instrument)
        if own.kind in ("histogram", "summary")
        and (own.name is None or _DURATION.search(own.name) or own.unit in _TIMES)
    ]


def _labels(instrument: Instrument, uses: Mapping[str, list[Measurement]]) -> frozenset[str] | None:
    if instrument.name is None:
        return None
    if instrument.labels is not None:
        return frozenset(label.value for label in instrument.labels)
    own = uses.get(instrument.name, [])
    if not own or any(not use.complete or any(label.name is None for label in use.labels) for use in own):
        return None
    return frozenset(label.name for use in own for label in use.labels if label.name is not None)


def _missing(wanted: Endpoint, histograms: list[_Histogram], names: LabelMap) -> str | None:
    """The part of an endpoint that no histogram can hold; None where one can, or may."""
    words = _words(wanted.operation or wanted.route or "")
    known = frozenset((*names.method, *names.route, *names.operation, *_OTHERS))
    part = None
    for histogram in histograms:
        if histogram.labels is None or histogram.labels - known or words & _words(histogram.name):
            return None
        lacking = names.labels(wanted, histogram.labels)
        if not isinstance(lacking, str):
            return None
        # A route may also be told by its method where it is the only one: what is lacking is its most specific part.
        part = "operation" if wanted.operation is not None and not histogram.labels & set(names.operation) else lacking
    return part


def _words(name: str) -> frozenset[str]:
    return frozenset(word for word in re.split(r"[^a-z]+", snake_case(name)) if len(word) > 3) - _COMMON


_COMMON = frozenset("http server request requests duration seconds latency graphql time total".split())
_TIMES = frozenset({"s", "ms", "us", "ns", "seconds", "milliseconds"})
