"""
What depends on a piece of telemetry: everything that breaks, or falls silent, when it goes.

code → metric → recording → alert → route → receiver → runbook → dashboard → SLO: each link is a
look-up in an index that is made once, linear in the size of the project.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from . import gotemplate, promql
from .alert_labels import labels_of
from .finding import Location
from .nodes import (
    AlertingRule,
    AlertmanagerConfig,
    Dialect,
    Instrument,
    Query,
    Receiver,
    RecordingRule,
    Role,
    Route,
    RuleTest,
    Runbook,
)
from .project import Project
from .routes import receivers
from .shelf import Shelf, key


class Kind(StrEnum):
    """What a dependent is, and what can be asked about."""

    METRIC = "metric"
    LABEL = "label"
    RECORDING = "recording"
    ALERT = "alert"
    ROUTE = "route"
    RECEIVER = "receiver"
    RUNBOOK = "runbook"
    PANEL = "panel"
    SLO = "slo"
    BUDGET = "budget"
    QUERY = "query"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Dependent:
    """Something that depends on what stands above it, why, and what depends on it in turn."""

    kind: Kind
    name: str
    at: Location
    why: str
    below: tuple[Dependent, ...] = ()


@dataclass(frozen=True, slots=True)
class Impact:
    """A piece of telemetry: where it is made, and what depends on it."""

    kind: Kind
    name: str
    made: tuple[Location, ...]
    dependents: tuple[Dependent, ...]
    gone: bool = False
    """Whether a change took it away: then `made` is where it was."""

    now: str | None = None
    """The name that it probably has now."""


_ROLES = {
    Role.PANEL: Kind.PANEL,
    Role.ANNOTATION: Kind.PANEL,
    Role.VARIABLE: Kind.PANEL,
    Role.SLO: Kind.SLO,
    Role.BUDGET: Kind.BUDGET,
    Role.RUNBOOK: Kind.QUERY,
    Role.DOCUMENT: Kind.QUERY,
}
# What the exposition adds to the name of an instrument (prometheus.io/docs/instrumenting/exposition_formats).
_SUFFIXES = ("", "_total", "_bucket", "_sum", "_count", "_created", "_info")


class Chain:
    """The links of a project, indexed once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._alerts: defaultdict[str, list[AlertingRule]] = defaultdict(list)
        self._recordings: defaultdict[str, list[RecordingRule]] = defaultdict(list)
        self._instruments: defaultdict[str, list[Instrument]] = defaultdict(list)
        self._readers: defaultdict[str, list[Query]] = defaultdict(list)
        self._shelf = Shelf.of(project)
        for alert in project.all(AlertingRule):
            self._alerts[alert.name.value].append(alert)
        for recording in project.all(RecordingRule):
            self._recordings[recording.name.value].append(recording)
        for instrument in project.all(Instrument):
            if instrument.name is not None:
                self._instruments[_exposed(instrument.name)].append(instrument)
        for query in project.all(Query):
            for metric in _metrics(query):
                self._readers[metric].append(query)

    def kinds_of(self, name: str) -> list[Kind]:
        """What there is by that name."""
        found = {
            Kind.ALERT: name in self._alerts,
            Kind.RECEIVER: any(one.name.value == name for one in self._project.all(Receiver)),
            Kind.RECORDING: name in self._recordings,
            Kind.METRIC: name not in self._recordings and (self._is_read(name) or _exposed(name) in self._instruments),
            Kind.RUNBOOK: key(PurePosixPath(name).stem) in self._shelf.by_key and name not in self._alerts,
            Kind.LABEL: any(True for _ in self._label_readers(name)),
        }
        return [kind for kind, is_there in found.items() if is_there]

    def names(self) -> list[str]:
        """Everything that can be asked about by name, for suggestions."""
        made = {one.name.value for one in self._project.all(Receiver)}
        return sorted({*self._alerts, *self._recordings, *self._instruments, *self._readers, *made})

    def made(self) -> dict[Kind, dict[str, list[Location]]]:
        """Everything that the project makes, by kind and name, and where."""
        made: dict[Kind, dict[str, list[Location]]] = {}
        named = (
            *((Kind.METRIC, name, one) for name, group in self._instruments.items() for one in group),
            *((Kind.RECORDING, name, one) for name, group in self._recordings.items() for one in group),
            *((Kind.ALERT, name, one) for name, group in self._alerts.items() for one in group),
            *((Kind.RECEIVER, one.name.value, one) for one in self._project.all(Receiver)),
        )
        for kind, name, node in named:
            made.setdefault(kind, {}).setdefault(name, []).append(node.at)
        for instrument in self._project.all(Instrument):
            for label in instrument.labels or ():
                made.setdefault(Kind.LABEL, {}).setdefault(label.value, []).append(instrument.place(label))
        return made

    def impact(self, kind: Kind, name: str) -> Impact:
        """What depends on it."""
        match kind:
            case Kind.ALERT:
                made = [alert.at for alert in self._alerts.get(name, ())]
                below = [one for alert in self._alerts.get(name, ()) for one in self._of_alert(alert, frozenset())]
            case Kind.RECEIVER:
                made = [one.at for one in self._project.all(Receiver) if one.name.value == name]
                below = [*self._of_receiver(name)]
            case Kind.RUNBOOK:
                page = self._shelf.by_key[key(PurePosixPath(name).stem)]
                made, below = [page.at], [*self._of_runbook(page)]
            case Kind.LABEL:
                made = [text for one in self._project.all(Instrument) for text in _declares(one, name)]
                below = [*self._label_readers(name)]
            case _:
                made = [one.at for one in self._recordings.get(name, ())]
                made += [one.at for one in self._instruments.get(_exposed(name), ())]
                below = [*self._of_metric(name, frozenset())]
        return Impact(kind, name, tuple(made), _unique(below))

    def _is_read(self, name: str) -> bool:
        return any(name + suffix in self._readers for suffix in _SUFFIXES)

    def _of_metric(self, name: str, above: frozenset[str]) -> Iterator[Dependent]:
        """Who reads a metric or, of an instrument's name, any series that it exposes."""
        if name in above:
            return
        names = [name] if name in self._recordings else [name + suffix for suffix in _SUFFIXES]
        for metric in names:
            for query in self._readers.get(metric, ()):
                yield from self._reader(query, f"reads {metric}", above | {name})

    def _reader(self, query: Query, why: str, above: frozenset[str]) -> Iterator[Dependent]:
        subject = query.at.subject or ""
        if query.role is Role.ALERT:
            name = subject.removeprefix("alert ")
            for alert in self._alerts.get(name, ()):
                if alert.query is query or alert.query == query:
                    yield Dependent(Kind.ALERT, name, alert.at, why, _unique(self._of_alert(alert, above)))
        elif query.role is Role.RECORDING:
            name = subject.removeprefix("recording ")
            yield Dependent(Kind.RECORDING, name, query.at, why, _unique(self._of_metric(name, above)))
        else:
            kind = _ROLES.get(query.role, Kind.QUERY)
            yield Dependent(kind, subject.partition(" ")[2] or query.at.source, query.at, why)

    def _of_alert(self, alert: AlertingRule, above: frozenset[str]) -> Iterator[Dependent]:
        name = alert.name.value
        for config in self._project.all(AlertmanagerConfig):
            reached = receivers(config.route, labels_of(alert)) if config.route is not None else {}
            for receiver, certain in reached.items():
                made = config.receiver(receiver)
                why = "is notified" if certain else "may be notified"
                yield Dependent(Kind.RECEIVER, receiver, made.at if made is not None else config.at, why)
        page = self._shelf.page_of(alert)
        if page is not None:
            yield Dependent(Kind.RUNBOOK, page.at.source, page.at, "says what to do about it")
        for test in self._project.all(RuleTest):
            for tested in test.alerts:
                if tested.alert.value == name:
                    yield Dependent(Kind.TEST, test.at.source, test.place(tested.alert), "tests it")
        for metric in ("ALERTS", "ALERTS_FOR_STATE"):
            for query in self._readers.get(metric, ()):
                if name not in above and f'"{name}"' in query.text.value.replace("'", '"'):
                    yield from self._reader(query, f"reads {metric} of it", above | {name})

    def _of_receiver(self, name: str) -> Iterator[Dependent]:
        for route in self._project.all(Route):
            if route.receiver is not None and route.receiver.value == name:
                yield Dependent(Kind.ROUTE, route.spelling, route.place(route.receiver), "leads to it")
        for config in self._project.all(AlertmanagerConfig):
            for alert in self._project.all(AlertingRule) if config.route is not None else ():
                reached = receivers(config.route, labels_of(alert)) if config.route is not None else {}
                if name in reached:
                    why = "notifies it" if reached[name] else "may notify it"
                    yield Dependent(Kind.ALERT, alert.name.value, alert.at, why)

    def _of_runbook(self, page: Runbook) -> Iterator[Dependent]:
        for alert in self._project.all(AlertingRule):
            if self._shelf.page_of(alert) is page:
                yield Dependent(Kind.ALERT, alert.name.value, alert.at, "leads to it")
        stem = PurePosixPath(page.at.source).name
        for other in self._project.all(Runbook):
            for link in other.page.links:
                if other is not page and PurePosixPath(link.target.value.split("#")[0]).name == stem:
                    yield Dependent(Kind.RUNBOOK, other.at.source, other.place(link.target), "links to it")

    def _label_readers(self, name: str) -> Iterator[Dependent]:
        for query in self._project.all(Query):
            if any(_mentions(query, name)):
                yield from self._reader(query, f"names {name}", frozenset())
        for alert in self._project.all(AlertingRule):
            if _reads_label(alert, name):
                yield Dependent(Kind.ALERT, alert.name.value, alert.at, f"prints {name}")
        for route in self._project.all(Route):
            if any(matcher.label.value == name for matcher in route.matchers):
                yield Dependent(Kind.ROUTE, route.spelling, route.at, f"asks for {name}")


def _metrics(query: Query) -> set[str]:
    if query.dialect is not Dialect.PROMQL:
        return set()
    parsed = promql.parse(query.text.value)
    return {name for selector in parsed.find(promql.Selector) if (name := selector.metric) is not None}


def _mentions(query: Query, label: str) -> Iterator[bool]:
    if query.dialect is not Dialect.PROMQL or label not in query.text.value:
        return
    parsed = promql.parse(query.text.value)
    for selector in parsed.find(promql.Selector):
        yield from (matcher.label.value == label for matcher in selector.matchers)
    for aggregation in parsed.find(promql.Aggregation):
        if aggregation.grouping is not None:
            yield from (word.value == label for word in aggregation.grouping.labels)


def _reads_label(alert: AlertingRule, label: str) -> bool:
    for field in (*alert.labels.values(), *alert.annotations.values()):
        template = gotemplate.parse(field.value.value)
        if isinstance(template, gotemplate.Template) and any(read.name == label for read in template.labels_read()):
            return True
    return False


def _declares(instrument: Instrument, label: str) -> Iterator[Location]:
    for text in instrument.labels or ():
        if text.value == label:
            yield instrument.place(text)


def _exposed(name: str) -> str:
    """The name that Prometheus sees of an instrument, without what the exposition adds."""
    return re.sub(r"[^a-zA-Z0-9_:]", "_", name).removesuffix("_total")


def _unique(dependents: Iterable[Dependent]) -> tuple[Dependent, ...]:
    """One entry a thing, in the order of kinds: a query that reads a metric twice breaks once."""
    order = list(Kind)
    first: dict[tuple[Kind, str, str, int], Dependent] = {}
    for one in dependents:
        line = one.at.region.start.line if one.at.region is not None else 0
        first.setdefault((one.kind, one.name, one.at.source, line), one)
    return tuple(sorted(first.values(), key=lambda one: (order.index(one.kind), one.name, one.at.source)))


def lost(before: Chain, after: Chain) -> list[Impact]:
    """
    What a change took away and something still depends on.

    A thing that is gone and has no reader left is no loss. A name that is new and near is probably the same thing.
    """
    losses: list[Impact] = []
    now = after.made()
    for kind, was in before.made().items():
        fresh = [name for name in now.get(kind, {}) if name not in was]
        for name, places in was.items():
            if name in now.get(kind, {}):
                continue
            dependents = after.impact(kind, name).dependents
            if dependents:
                near = difflib.get_close_matches(name, fresh, n=1)
                losses.append(Impact(kind, name, tuple(places), dependents, True, near[0] if near else None))
    return losses
