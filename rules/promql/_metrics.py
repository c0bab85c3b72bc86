"""What the project knows of its metrics: who defines them, of which kind they are, which labels they have."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ...lint import Project, promql
from ...lint.nodes import Api, Boundedness, Instrument, Measurement, Query, RecordingRule
from ._query import parts

Kind = Literal["counter", "gauge", "unknown"]
"""How a series moves: a counter only up, until it restarts."""


@dataclass(frozen=True, slots=True)
class Metric:
    """Series of one name, and the instrument that makes them."""

    name: str
    kind: Kind
    instrument: Instrument


def metrics(project: Project) -> Mapping[str, tuple[Metric, ...]]:
    """
    Every series name that an instrument of the project may have.

    Exporters add units and `_total` or do not, as they are configured, so an instrument has several possible names.
    """
    found: defaultdict[str, list[Metric]] = defaultdict(list)
    for instrument in project.all(Instrument):
        if instrument.name:
            for name, kind in _exposed(instrument, instrument.name):
                found[name].append(Metric(name, kind, instrument))
    return {name: tuple(own) for name, own in found.items()}


def recordings(project: Project) -> Mapping[str, tuple[promql.Recorded, ...]]:
    """Every recording by its name, as the label flow follows it; those that do not parse are left out of it."""
    found: defaultdict[str, list[promql.Recorded]] = defaultdict(list)
    for rule in project.all(RecordingRule):
        expr = promql.parse(rule.query.text.value).expr if rule.query is not None else None
        if expr is not None:
            labels = {name: field.value.value for name, field in rule.labels.items()}
            found[rule.name.value].append(promql.Recorded(expr, labels))
    return {name: tuple(own) for name, own in found.items()}


def kind_of(name: str, known: Mapping[str, tuple[Metric, ...]]) -> Kind:
    """How a metric moves, as its instruments say; unknown where they disagree or there are none."""
    kinds = {metric.kind for metric in known.get(name, ())}
    return kinds.pop() if len(kinds) == 1 else "unknown"


def queries(project: Project) -> Iterator[Query]:
    """Every query that has a tree."""
    return (query for query in project.all(Query) if parts(query))


@dataclass(frozen=True, slots=True)
class KnownLabel:
    """A label of a metric, and its values where all of them are known."""

    name: str
    values: frozenset[str] | None


def labels_of(metric: Metric, measurements: Mapping[str, list[Measurement]]) -> Mapping[str, KnownLabel] | None:
    """All labels that the source gives a metric; None where there may be more."""
    instrument = metric.instrument
    uses = measurements.get(instrument.name or "", [])
    complete = bool(uses) and all(use.complete and all(label.name for label in use.labels) for use in uses)
    declared = None if instrument.labels is None else [label.value for label in instrument.labels]
    if declared is None and not complete:
        return None
    names = declared if declared is not None else [label.name for use in uses for label in use.labels if label.name]
    spelt = {name: _sanitized(name) for name in names}
    return {spelt[name]: KnownLabel(spelt[name], _values(name, uses) if complete else None) for name in names}


def measurements_by_metric(project: Project) -> Mapping[str, list[Measurement]]:
    """Every measurement by the instrument's name."""
    found: defaultdict[str, list[Measurement]] = defaultdict(list)
    for measurement in project.all(Measurement):
        name = measurement.instrument.name if measurement.instrument is not None else measurement.metric
        if name:
            found[name].append(measurement)
    return found


def _values(name: str, uses: list[Measurement]) -> frozenset[str] | None:
    values: set[str] = set()
    for use in uses:
        for label in use.labels:
            if label.name == name:
                if label.values is None or label.boundedness > Boundedness.ENUM:
                    return None
                values.update(label.values)
    return frozenset(values) or None


_UNITS = {
    "s": "seconds",
    "ms": "milliseconds",
    "us": "microseconds",
    "ns": "nanoseconds",
    "min": "minutes",
    "h": "hours",
    "d": "days",
    "By": "bytes",
    "KiBy": "kibibytes",
    "MiBy": "mebibytes",
    "kBy": "kilobytes",
    "MBy": "megabytes",
    "1": "ratio",
    "%": "percent",
    "Cel": "celsius",
}


def _exposed(instrument: Instrument, name: str) -> Iterator[tuple[str, Kind]]:
    bases = list(_bases(instrument, _sanitized(name)))
    for base in bases:
        match instrument.kind:
            case "counter":
                plain = base.removesuffix("_total")
                yield from ((plain, "counter"), (f"{plain}_total", "counter"), (f"{plain}_created", "gauge"))
            case "histogram" | "summary":
                yield base, "unknown"
                yield from ((f"{base}_{part}", "counter") for part in ("count", "sum"))
                yield f"{base}_created", "gauge"
                if instrument.kind == "histogram":
                    yield f"{base}_bucket", "counter"
            case "info":
                yield from ((base, "gauge"), (f"{base.removesuffix('_info')}_info", "gauge"))
            case "gauge" | "updowncounter" | "enum":
                yield base, "gauge"
            case _:
                yield from ((base, "unknown"), (f"{base}_total", "unknown"))


def _bases(instrument: Instrument, name: str) -> Iterator[str]:
    yield name
    unit = _UNITS.get(instrument.unit or "", _sanitized(instrument.unit or ""))
    if unit and not name.endswith(f"_{unit}"):
        yield f"{name.removesuffix('_total')}_{unit}"
    if instrument.api is Api.STATSD:
        yield re.sub(r"_total$", "", name)


def _sanitized(name: str) -> str:
    """As OpenTelemetry's exporters spell a name for Prometheus: `http.server.duration` as `http_server_duration`."""
    return re.sub(r"_{2,}", "_", re.sub(r"[^A-Za-z0-9_:]", "_", name)).strip("_") if not name.startswith("__") else name
