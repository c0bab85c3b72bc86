"""See `LabelValues`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from ...lint import Finding, Related, Severity, Skipped, Table
from ...lint.nodes import Measurement
from ...lint.project import Project
from ...lint.record import Record
from ..answers import Count
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated, tsdb, vector
from ..expressions import label, labels, selector, sizes
from ..figures import asked
from ..live import Live
from ..patches import aggregation

_STATUS = "status/tsdb?limit=20&topN=20"
# What exporters of OpenTelemetry make of names, and add to them (its compatibility specification for Prometheus).
_NOT_A_NAME = re.compile(r"[^a-zA-Z0-9_:]")
_ADDED = re.compile(r"(_(seconds|milliseconds|bytes|ratio))?(_(total|bucket|count|sum))?$")
_ALL = "*"
"""Stands for the metric with all its labels."""


class Multiplied(Record):
    """A metric, and what its series come to without some of its labels."""

    metric: str
    series: int
    labels: tuple[Count, ...]
    """The labels with too many values, the most first."""

    without: tuple[str, ...]
    """The fewest of them that make the difference."""

    left: int
    """The series without those."""

    kept: tuple[str, ...] = ()
    """The other labels, but for those that a target brings along."""

    @property
    def saving(self) -> float:
        """The share of the series that goes with them."""
        return 1 - self.left / self.series


class LabelValues(Auditor):
    """
    Flags labels that multiply a metric: many values, and most of the series gone without them.

    **Why.**
    A label with a value for each user, event or request gives the metric a series for each of them.
    Such series cost memory and money, and a query that adds them up reads them all.

    **Instead.**
    Take the label out of the instrument and put the value into the log line or the span.
    Until that is deployed, the relabel rule of the finding keeps the samples that carry the label out of the storage.
    To keep the totals, let a collector sum the label away, with the processor that the finding shows:
    `aggregate_labels` has the labels that stay (`delete_label_value` does not remove a label).
    The names in it are those of the source where the repository has it, else those of Prometheus: where an exporter
    changes names, put in those before it.
    A `labeldrop` is no cure: the series of a target become one and the same, and one of their values wins.

    It asks only for the metrics with the most series.
    It does not flag labels that a target brings along (`job`, `instance`) or that a histogram needs (`le`).
    Labels that vary together, as `user_id` and `email` do, are named together, because neither saves anything alone.
    """

    id: ClassVar[str] = "cardinality/label-values"
    summary: ClassVar[str] = "label that multiplies a metric"
    severity: ClassVar[Severity] = Severity.ERROR
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("3.2",)

    metrics: int = 5
    """How many metrics to look into, those with the most series first."""

    min_series: int = 1_000
    """A metric with fewer series is not looked into."""

    max_series: int = 1_000_000
    """A metric with more series is not looked into: to count them is too much to ask of a server."""

    max_values: int = 100
    """The most values that a label may have."""

    min_saving: float = 0.5
    """The share of the metric's series that must go with the label."""

    keep: tuple[str, ...] = ("__name__", "job", "instance", "le", "quantile")
    """Labels that are not to be dropped, whatever they multiply."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Counts the values of each label, and what is left without those that have many."""
        large = [count for count in live.tsdb_status().by_metric if count.value >= self.min_series][: self.metrics]
        found: list[Multiplied] = []
        for count in large:
            if count.value > self.max_series:
                yield Skipped(self.id, f"`{count.name}` has {count.value:,} series, too many to count by label")
            elif (multiplied := self._look_into(live, count.name)) is not None:
                found.append(multiplied)
        if found:
            yield _table(live, found)
        for one in found:
            if one.saving >= self.min_saving:
                yield self._finding(live, project, one)

    def _look_into(self, live: Live, metric: str) -> Multiplied | None:
        series = selector(metric)
        droppable = [name for name in live.label_names(series) if name not in self.keep]
        if not droppable:
            return None
        values = sizes(live, {name: f"count by ({label(name)}) ({series})" for name in droppable})
        many = [Count(name, values[name]) for name in droppable if values.get(name, 0) > self.max_values]
        if not many:
            return None
        many.sort(key=lambda count: (-count.value, count.name))
        choices: list[tuple[str, ...]] = [(count.name,) for count in many]
        if len(many) > 1:
            choices.append(tuple(count.name for count in many))
        left = sizes(
            live,
            {_ALL: series} | {", ".join(names): f"count without ({labels(names)}) ({series})" for names in choices},
        )
        if _ALL not in left:
            return None  # Every series has ended since the statistics counted it.
        without, remaining = _fewest(choices, left)
        kept = tuple(name for name in droppable if name not in without)
        return Multiplied(metric, left[_ALL], tuple(many), without, remaining, kept)

    def _finding(self, live: Live, project: Project, one: Multiplied) -> Finding:
        names = " and ".join(f"`{name}`" for name in one.without)
        values = " and ".join(f"{count.value:,}" for count in one.labels if count.name in one.without)
        one_label = len(one.without) == 1
        label_s, multiply, it = ("label", "multiplies", "it") if one_label else ("labels", "multiply", "them")
        return self.finding(
            f"{label_s} {names} with {values} values {multiply} `{one.metric}`: "
            f"{one.left:,} of {one.series:,} series are left without {it} ({one.saving:.1%} saved)",
            live.place(f"metric {one.metric}"),
            help=f"take {names} out of the instrument; until then this drops its samples, pasted into the scrape job: "
            f"`{relabelling(one.metric, one.without)}`; "
            f"a collector on the way keeps the totals with this in its pipeline: `{collected(project, one)}`",
            related=_where_set(project, one),
        )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            why="a series for every user",
            answers={
                _STATUS: tsdb(4200, app_events_created_total=3000, up=4),
                "labels?match[]=app_events_created_total": ["__name__", "instance", "job", "user_id", "visibility"],
                "query?query=label_replace(count(count by (user_id) (app_events_created_total)),"
                ' "of", "user_id", "", "") or label_replace(count(count by (visibility) (app_events_created_total)),'
                ' "of", "visibility", "", "")': vector(({"of": "user_id"}, 1500), ({"of": "visibility"}, 2)),
                'query?query=label_replace(count(app_events_created_total), "of", "*", "", "")'
                " or label_replace(count(count without (user_id) (app_events_created_total)),"
                ' "of", "user_id", "", "")': vector(({"of": "*"}, 3000), ({"of": "user_id"}, 2)),
            },
            subjects=("metric app_events_created_total",),
        ),
        Violated(
            why="two labels that vary together: neither saves anything alone",
            options={"max_values": 10},
            answers={
                _STATUS: tsdb(4200, logins_total=1000),
                "labels?match[]=logins_total": ["__name__", "email", "user_id"],
                'query?query=label_replace(count(count by (email) (logins_total)), "of", "email", "", "")'
                ' or label_replace(count(count by (user_id) (logins_total)), "of", "user_id", "", "")': (
                    vector(({"of": "email"}, 1000), ({"of": "user_id"}, 1000))
                ),
                'query?query=label_replace(count(logins_total), "of", "*", "", "")'
                ' or label_replace(count(count without (email) (logins_total)), "of", "email", "", "")'
                ' or label_replace(count(count without (user_id) (logins_total)), "of", "user_id", "", "")'
                " or label_replace(count(count without (email, user_id) (logins_total)),"
                ' "of", "email, user_id", "", "")': vector(
                    ({"of": "*"}, 1000),
                    ({"of": "email"}, 1000),
                    ({"of": "user_id"}, 1000),
                    ({"of": "email, user_id"}, 1),
                ),
            },
            subjects=("metric logins_total",),
        ),
        Holds(
            why="many series, and every label has few values: this is what the metric is for",
            answers={
                _STATUS: tsdb(9000, http_server_duration_seconds_bucket=4000),
                "labels?match[]=http_server_duration_seconds_bucket": ["__name__", "instance", "le", "route"],
                "query?query=label_replace(count(count by (route) (http_server_duration_seconds_bucket)),"
                ' "of", "route", "", "")': vector(({"of": "route"}, 60)),
            },
        ),
        Holds(
            why="no metric is large enough to be looked into",
            answers={_STATUS: tsdb(900, up=4)},
        ),
        Unknown(
            why="to count it would cost the server more than the answer is worth",
            answers={_STATUS: tsdb(9_000_000, clicks_total=5_000_000)},
            because="too many to count",
        ),
    )


def relabelling(metric: str, labels: Sequence[str]) -> str:
    """The rule that keeps the samples with these labels out of the storage."""
    sources = ", ".join(("__name__", *labels))
    regex = f"'{metric}{';.+' * len(labels)}'"
    return f"metric_relabel_configs: [{{source_labels: [{sources}], regex: {regex}, action: drop}}]"


def collected(project: Project, one: Multiplied) -> str:
    """The processor that sums the labels away, with the names that the source gives, where it is here."""
    metric = re.sub("_(bucket|count|sum)$", "", one.metric)
    spelt: dict[str, str] = {}
    for measurement in _measurements(project, one):
        metric = measurement.metric or metric
        spelt |= {_NOT_A_NAME.sub("_", label.name): label.name for label in measurement.labels if label.name}
    names = [spelt.get(name, name) for name in one.kept]
    return aggregation(metric, names, [spelt.get(name, name) for name in one.without])


def _where_set(project: Project, one: Multiplied) -> list[Related]:
    """Where the repository gives the metric these labels."""
    return [
        Related(label.at, f"`{label.name}` is set here")
        for measurement in _measurements(project, one)
        for label in measurement.labels
        if label.name is not None and _NOT_A_NAME.sub("_", label.name) in one.without
    ]


def _measurements(project: Project, one: Multiplied) -> Iterator[Measurement]:
    """Where the repository measures the metric; the name as the instrument has it may be another."""
    for measurement in project.all(Measurement):
        if measurement.metric is not None and _folded(measurement.metric) == _folded(one.metric):
            yield measurement


def _folded(metric: str) -> str:
    """A metric's name without what an exporter changes or adds."""
    return _ADDED.sub("", _NOT_A_NAME.sub("_", metric))


def _fewest(choices: Sequence[tuple[str, ...]], left: Mapping[str, int]) -> tuple[tuple[str, ...], int]:
    """The smallest choice of labels that saves nearly as much as all of them, and what it leaves."""
    remaining = {names: left.get(", ".join(names), left[_ALL]) for names in choices}
    enough = left[_ALL] - 0.9 * (left[_ALL] - min(remaining.values()))
    fitting = [(names, count) for names, count in remaining.items() if count <= enough]
    return min(fitting, key=lambda one: (len(one[0]), one[1]))


def _table(live: Live, found: Sequence[Multiplied]) -> Table:
    return Table(
        title="Labels that multiply",
        columns=("metric", "label", "values", "series", "without", "saved"),
        rows=tuple(
            (
                one.metric,
                ", ".join(one.without),
                ", ".join(f"{count.value:,}" for count in one.labels if count.name in one.without),
                f"{one.series:,}",
                f"{one.left:,}",
                f"{one.saving:.1%}",
            )
            for one in found
        ),
        numeric=frozenset({2, 3, 4, 5}),
        note=f"counted among the series active now, {asked(live)}",
    )
