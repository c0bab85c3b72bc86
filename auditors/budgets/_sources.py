"""Which series measure an endpoint, found out by asking which labels the histograms really have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

from ...lint.nodes import LatencyBudget
from ...lint.record import Record
from ...lint.telemetry.endpoints import Endpoint, LabelMap, endpoint, matches
from ..errors import Refused
from ..expressions import labels, selector
from ..live import Live

HISTOGRAMS = '{__name__=~".+_(duration|latency)(_.+)?_bucket"}'
"""The buckets of histograms that measure how long something takes, by their names."""

NATIVE = '{__name__=~".+_(duration|latency)(_.+)?",__name__!~".+_(bucket|sum|count|total|created|max|min)|scrape_.+"}'
"""What may be native histograms of the same, which have one name only."""

# The unit that a histogram's name ends in: how many of it make a second.
_UNITS = {"seconds": 1.0, "milliseconds": 1000.0, "ms": 1000.0, "microseconds": 1e6, "nanoseconds": 1e9}

LabelSets = Sequence[Mapping[str, str]]


class Source(Record):
    """The series that measure an endpoint."""

    histogram: str
    selector: str
    per_second: float
    """How many units of the histogram make a second."""

    is_native: bool = False


class Sources(Record, dict=True):
    """The sources of all endpoints. The histograms are looked for once, and only when a budget needs it."""

    live: Live
    names: LabelMap
    metric: str | None
    unit: str | None
    max_histograms: int

    def of(self, budget: LatencyBudget) -> Source | str:
        """The series that measure an endpoint, or why there are none."""
        metric = budget.metric or self.metric
        if budget.matchers is not None:
            values = {name: (value,) for name, value in budget.matchers.items()}
            return self._source(metric, values) if metric else "the budget has matchers and no metric: set `metric`"
        wanted = endpoint(budget.endpoint.value)
        if wanted is None:
            return "the budget names no method, route or operation"
        histograms = {metric: self._label_sets(_bucket(metric))} if metric else self._histograms
        found, lacking = self._fitting(wanted, histograms)
        if not found:
            # Asked for only here: most servers have classic histograms, and each question costs something.
            native = {metric: self._native_sets(metric)} if metric else self._natives
            found, lacking_there = self._fitting(wanted, native)
            if len(found) == 1:
                ((name, exact),) = found.items()
                return self._source(name, exact, is_native=True)
            lacking += lacking_there
            histograms = {**histograms, **native}
        match list(found.items()):
            case [(name, exact)]:
                return self._source(name, exact)
            case [] if metric is None and len(self._buckets) > self.max_histograms:
                return f"none of the {self.max_histograms} histograms that were tried measures it: set `metric`"
            case []:
                return _absence(wanted, len(histograms), lacking)
            case _:
                names = ", ".join(f"`{name.removesuffix('_bucket')}`" for name in found)
                return f"several histograms measure it, {names}: set `metric`"

    def _fitting(
        self, wanted: Endpoint, histograms: Mapping[str, LabelSets]
    ) -> tuple[dict[str, dict[str, tuple[str, ...]]], Counter[str]]:
        """The histograms that have series of the endpoint, with its labels there; and what the others lack."""
        found = {}
        lacking: Counter[str] = Counter()
        for name, label_sets in histograms.items():
            parts = self.names.labels(wanted, {label for labels in label_sets for label in labels})
            if isinstance(parts, str):
                lacking[parts] += bool(label_sets)
                continue
            fitting = [labels for labels in label_sets if matches(wanted, parts, labels)]
            if fitting:
                found[name] = {label: tuple(sorted({one[label] for one in fitting})) for label in parts.values()}
        return found, lacking

    @cached_property
    def _buckets(self) -> Sequence[str]:
        return sorted(self.live.label_values("__name__", HISTOGRAMS))

    @cached_property
    def _histograms(self) -> Mapping[str, LabelSets]:
        return {bucket: self._label_sets(bucket) for bucket in self._buckets[: self.max_histograms]}

    @cached_property
    def _natives(self) -> Mapping[str, LabelSets]:
        classic = {bucket.removesuffix("_bucket") for bucket in self._buckets}
        names = sorted(set(self.live.label_values("__name__", NATIVE)) - classic)
        return {name: self._native_sets(name) for name in names[: self.max_histograms]}

    def _label_sets(self, bucket: str) -> LabelSets:
        every = selector(bucket, {"le": ("+Inf",)})
        return tuple(sample.labels for sample in self.live.query(f"group by ({self._parts}) ({every})"))

    def _native_sets(self, metric: str) -> LabelSets:
        # `histogram_count` has a value for native histograms only: a gauge or a summary of that name is left out.
        every = f"histogram_count({selector(_name(metric), {})})"
        try:
            return tuple(sample.labels for sample in self.live.query(f"group by ({self._parts}) ({every})"))
        except Refused:  # a backend without native histograms does not know the function
            return ()

    @property
    def _parts(self) -> str:
        return labels((*self.names.method, *self.names.route, *self.names.operation))

    def _source(self, metric: str, matchers: Mapping[str, Sequence[str]], *, is_native: bool = False) -> Source | str:
        name = _name(metric)
        unit = self.unit or name.rpartition("_")[2]
        if unit not in _UNITS:
            return f"the name of `{name}` does not end in its unit: set `unit`"
        series = name if is_native else _bucket(metric)
        return Source(name, selector(series, matchers), _UNITS[unit], is_native)


def _name(metric: str) -> str:
    return metric.removesuffix("_bucket")


def _bucket(metric: str) -> str:
    return metric if metric.endswith("_bucket") else f"{metric}_bucket"


def _absence(wanted: Endpoint, histograms: int, lacking: Counter[str]) -> str:
    if not histograms:
        return "the server has no latency histogram"
    if lacking.total() < histograms:
        return "no latency histogram has a series of it"
    part = lacking.most_common(1)[0][0]
    return f"no latency histogram has a label for its {part} `{getattr(wanted, part)}`"
