"""
What a live system answers, as plain values. The only home of Prometheus' JSON.

The forms are those of prometheus.io/docs/prometheus/latest/querying/api/; fields that some
versions or backends leave out are None here. A form that is not documented raises one of
`MALFORMED`, which the door turns into an error with the question in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from ..lint.record import Record
from ..lint.telemetry.duration import seconds

Json = Any
"""Decoded JSON, before it is read."""

MALFORMED = (AttributeError, KeyError, IndexError, TypeError, ValueError)


class Sample(Record):
    """One series of an instant query, and its value."""

    labels: Mapping[str, str]
    value: float


class Histogram(Record):
    """One series of an instant query that is a native histogram."""

    labels: Mapping[str, str]
    count: float
    buckets: tuple[tuple[float, float, float], ...]
    """Lower bound, upper bound and observations of each bucket that has any, in their order."""


class Series(Record):
    """One series of a range query, and its (time, value) points."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]


class Count(Record):
    """How many of something a name has."""

    name: str
    value: int


class Tsdb(Record):
    """What the storage says about its series: the head block of Prometheus, the day of VictoriaMetrics."""

    series: int | None
    by_metric: tuple[Count, ...]
    """Series by metric, the most first; only the top of the list."""

    oldest: float | None
    """The Unix time from which on the figures count; None where the server does not say."""


class Target(Record):
    """A target that the server scrapes."""

    job: str
    instance: str
    pool: str
    labels: Mapping[str, str]
    url: str
    health: Literal["up", "down", "unknown"]
    error: str | None
    duration: float
    """Seconds that the last scrape took."""

    interval: float | None
    timeout: float | None

    @property
    def name(self) -> str:
        """The job and the instance, as findings name the target."""
        return f"{self.job}/{self.instance}"


class LoadedRule(Record):
    """An alerting rule or a recording as the server has loaded it."""

    name: str
    kind: Literal["alerting", "recording"]
    query: str
    labels: Mapping[str, str]
    health: Literal["ok", "err", "unknown"]
    error: str | None
    state: str | None
    """`inactive`, `pending` or `firing`; None for a recording."""

    hold: float
    """Seconds of its `for`."""

    @property
    def subject(self) -> str:
        """As findings about it, static or live, have it."""
        return f"{'alert' if self.kind == 'alerting' else 'recording'} {self.name}"


class LoadedGroup(Record):
    """A rule group as the server has loaded it."""

    name: str
    file: str
    interval: float
    duration: float | None
    """Seconds that the last evaluation took."""

    rules: tuple[LoadedRule, ...]


class BuildInfo(Record):
    """What the server says it is."""

    version: str
    application: str


class Runtime(Record):
    """How the server runs."""

    retention: str | None
    """As in `15d` or `15d or 50GiB`."""

    started: datetime | None


def samples(data: Json) -> tuple[Sample, ...]:
    """The samples of an instant query that gives a vector."""
    if data["resultType"] != "vector":
        raise ValueError(data["resultType"])
    return tuple(Sample(_labels(one["metric"]), float(one["value"][1])) for one in data["result"] if "value" in one)


def histograms(data: Json) -> tuple[Histogram, ...]:
    """
    The native histograms of an instant query; other series are left out.

    prometheus.io/docs/prometheus/latest/querying/api/#native-histograms
    """
    if data["resultType"] != "vector":
        raise ValueError(data["resultType"])
    return tuple(
        Histogram(
            _labels(one["metric"]),
            float(own["count"]),
            tuple(sorted((float(low), float(high), float(count)) for _, low, high, count in own.get("buckets") or ())),
        )
        for one in data["result"]
        if "histogram" in one
        for own in (one["histogram"][1],)
    )


def series(data: Json) -> tuple[Series, ...]:
    """The series of a range query."""
    if data["resultType"] != "matrix":
        raise ValueError(data["resultType"])
    return tuple(
        Series(_labels(one["metric"]), tuple((float(at), float(value)) for at, value in one.get("values", ())))
        for one in data["result"]
    )


def names(data: Json) -> tuple[str, ...]:
    """A list of names: labels, or the values of one."""
    if not isinstance(data, list):
        raise TypeError(type(data).__name__)
    return tuple(str(name) for name in data)


def tsdb(data: Json) -> Tsdb:
    """The status of the storage; VictoriaMetrics puts `totalSeries` where Prometheus has `headStats`."""
    head = data.get("headStats") or {}
    total = head.get("numSeries", data.get("totalSeries"))
    counts = (Count(str(one["name"]), int(one["value"])) for one in data["seriesCountByMetricName"])
    return Tsdb(
        series=None if total is None else int(total),
        by_metric=tuple(sorted(counts, key=lambda count: (-count.value, count.name))),
        # An empty head has the largest and the smallest integer for its times.
        oldest=head["minTime"] / 1000 if 0 < head.get("minTime", 0) < 2**60 else None,
    )


def mimir_cardinality(data: Json) -> Tsdb:
    """The series of the ingesters by metric, from Mimir's own API; it has to be switched on for a tenant."""
    [names] = data["labels"]
    counts = (Count(str(one["label_value"]), int(one["series_count"])) for one in names["cardinality"])
    return Tsdb(
        series=int(data["series_count_total"]),
        by_metric=tuple(sorted(counts, key=lambda count: (-count.value, count.name))),
        oldest=None,
    )


def targets(data: Json) -> tuple[Target, ...]:
    """The active targets."""
    return tuple(
        Target(
            job=one["labels"].get("job", ""),
            instance=one["labels"].get("instance", ""),
            pool=one.get("scrapePool", ""),
            labels=_labels(one["labels"]),
            url=one["scrapeUrl"],
            health=one["health"],
            error=one.get("lastError") or None,
            duration=float(one.get("lastScrapeDuration", 0)),
            interval=_seconds(one.get("scrapeInterval")),
            timeout=_seconds(one.get("scrapeTimeout")),
        )
        for one in data["activeTargets"]
    )


def pools(data: Json) -> tuple[str, ...]:
    """The names of the scrape pools, that is of the jobs of the configuration."""
    return names(data["scrapePools"])


def groups(data: Json) -> tuple[LoadedGroup, ...]:
    """The rule groups that the server has loaded."""
    return tuple(
        LoadedGroup(
            name=group["name"],
            file=group.get("file", ""),
            interval=float(group["interval"]),
            duration=float(group["evaluationTime"]) if "evaluationTime" in group else None,
            rules=tuple(_rule(rule) for rule in group["rules"]),
        )
        for group in data["groups"]
    )


def types(data: Json) -> Mapping[str, str]:
    """The type by the name of the metric as it is exposed; `unknown` where targets disagree."""
    kinds = {str(name): {str(one["type"]) for one in entries} for name, entries in data.items()}
    return {name: of.pop() if len(of) == 1 else "unknown" for name, of in kinds.items()}


def build_info(data: Json) -> BuildInfo:
    """The version; Mimir and its kin name their application. Thanos has versions that Prometheus never had."""
    version = str(data["version"])
    kin = "Thanos" if version.removeprefix("v").startswith("0.") else "Prometheus"
    return BuildInfo(version, str(data.get("application") or kin))


def runtime(data: Json) -> Runtime:
    """The retention and the start of the server."""
    started = data.get("startTime")
    return Runtime(
        retention=data.get("storageRetention") or None, started=datetime.fromisoformat(started) if started else None
    )


def _rule(rule: Json) -> LoadedRule:
    return LoadedRule(
        name=rule["name"],
        kind=rule["type"],
        query=rule["query"],
        labels=_labels(rule.get("labels") or {}),
        health=rule["health"],
        error=rule.get("lastError") or None,
        state=rule.get("state"),
        hold=float(rule.get("duration", 0)),
    )


def _labels(labels: Json) -> dict[str, str]:
    return {str(name): str(value) for name, value in labels.items()}


def _seconds(spelling: Json) -> float | None:
    return seconds(spelling) if spelling else None
