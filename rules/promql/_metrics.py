"""
What the project knows of its metrics: who defines them, of which kind they are, which labels they have.

The source says it, else the type in an exposition that lies in the repository.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping

from ...lint import Location, Project, promql
from ...lint.nodes import Boundedness, ExposedMetric, Instrument, Measurement, Query, RecordingRule
from ...lint.record import Record
from ...lint.telemetry.wire import Kind, sanitized, series_exposed, series_of
from ._query import parts


class Metric(Record):
    """Series of one name, where that is said, and the instrument that makes them, where it was the source."""

    name: str
    kind: Kind
    at: Location
    instrument: Instrument | None = None
    passed_on: bool = False
    """Whether some file imports the instrument and does with it what is not seen: then it may have any label."""

    labels: tuple[str, ...] | None = None
    """All labels of its series on the server of a snapshot."""


def metrics(project: Project) -> Mapping[str, tuple[Metric, ...]]:
    """
    Every series name that an instrument of the project may have, and those that an exposition tells the type of.

    Exporters add units and `_total` or do not, as they are configured, so an instrument has several possible names.
    """
    found: defaultdict[str, list[Metric]] = defaultdict(list)
    passed_on = project.source.passed_on
    for instrument in project.all(Instrument):
        for name, kind in series_of(instrument):
            found[name].append(Metric(name, kind, instrument.at, instrument, id(instrument) in passed_on))
    defined = frozenset(found)
    for exposed in project.all(ExposedMetric):
        for name, kind in series_exposed(exposed):
            if name not in defined:
                found[name].append(Metric(name, kind, exposed.at, labels=exposed.labels.get(name)))
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


def queries(project: Project, likely: Callable[[str], object]) -> Iterator[Query]:
    """
    Every query that has a tree, of those whose text may be of interest.

    A look at the text is a hundred times faster than the tree, and a run has many texts that were not just parsed.
    """
    return (query for query in project.all(Query) if likely(query.text.value) and parts(query))


def naming(names: Collection[str]) -> Callable[[str], bool]:
    """Whether a text has one of these names as a word."""
    words = frozenset(name for name in names if promql.words(name) == {name})
    quoted = [name for name in names if name not in words]
    if not words and not quoted:
        return lambda text: False
    return lambda text: not words.isdisjoint(promql.words(text)) or any(name in text for name in quoted)


class KnownLabel(Record):
    """A label of a metric, and its values where all of them are known."""

    name: str
    values: frozenset[str] | None


def labels_of(metric: Metric, measurements: Mapping[str, list[Measurement]]) -> Mapping[str, KnownLabel] | None:
    """All labels that the source gives a metric, or that it has on a server; None where there may be more."""
    instrument = metric.instrument
    if instrument is None:
        return None if metric.labels is None else {name: KnownLabel(name, None) for name in metric.labels}
    uses = measurements.get(instrument.name or "", [])
    complete = (
        bool(uses)
        and not metric.passed_on
        and all(use.complete and all(label.name for label in use.labels) for use in uses)
    )
    declared = None if instrument.labels is None else [label.value for label in instrument.labels]
    if declared is None and not complete:
        return None
    names = declared if declared is not None else [label.name for use in uses for label in use.labels if label.name]
    spelt = {name: sanitized(name) for name in names}
    return {spelt[name]: KnownLabel(spelt[name], _values(name, uses) if complete else None) for name in names}


def measurements_by_metric(project: Project) -> Mapping[str, list[Measurement]]:
    """Every measurement by the instrument's name."""
    found: defaultdict[str, list[Measurement]] = defaultdict(list)
    for measurement in project.source.measurements:
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
