"""
What depends on a piece of telemetry: everything that breaks, or falls silent, when it goes.

code → metric → recording → alert → route → receiver → runbook → dashboard → SLO: each link is a
look-up in an index that is made once, linear in the size of the project.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import PurePosixPath

from ..finding import Location
from ..nodes import (
    AlertingRule,
    AlertmanagerConfig,
    Inhibition,
    Instrument,
    Matcher,
    Node,
    Query,
    Receiver,
    RecordingRule,
    Role,
    Route,
    RuleTest,
    Runbook,
)
from ..project import Project
from ..telemetry.alert_labels import labels_of
from ..telemetry.routes import Alike, Labels, asked_by, receivers
from ..telemetry.shelf import Shelf, key
from ..telemetry.wire import exposed
from .dependents import Dependent, Impact, Kind, unique
from .label_readers import asks_value, mentions, reads_label
from .readers import Readers
from .sent import Sent, sent_of
from .words import SUFFIXES

_ROLES = {
    Role.PANEL: Kind.PANEL,
    Role.ANNOTATION: Kind.PANEL,
    Role.VARIABLE: Kind.PANEL,
    Role.SLO: Kind.SLO,
    Role.BUDGET: Kind.BUDGET,
    Role.RUNBOOK: Kind.QUERY,
    Role.DOCUMENT: Kind.QUERY,
}


class Chain:
    """
    The links of a project, indexed once.

    `sent` are the alerts of those files, too, that nobody had to unpack; None where the project has them all.
    """

    def __init__(self, project: Project, sent: Iterable[Sent] | None = None) -> None:
        self.project, self._sent = project, sent
        self._alerts: defaultdict[str, list[AlertingRule]] = defaultdict(list)
        self._recordings: defaultdict[str, list[RecordingRule]] = defaultdict(list)
        self._instruments: defaultdict[str, list[Instrument]] = defaultdict(list)
        self._readers = Readers(project.all(Query))
        self._tests: defaultdict[str, list[Location]] = defaultdict(list)
        self._ways = [
            (config, Alike(asked_by(config.route), partial(receivers, config.route)))
            for config in project.all(AlertmanagerConfig)
            if config.route is not None
        ]
        self._asked = frozenset(label for _, way in self._ways for label in way.asked)
        self.shelf = Shelf.of(project)
        for alert in project.all(AlertingRule):
            self._alerts[alert.name.value].append(alert)
        for recording in project.all(RecordingRule):
            self._recordings[recording.name.value].append(recording)
        for instrument in project.all(Instrument):
            if instrument.name is not None:
                self._instruments[exposed(instrument.name)].append(instrument)
        for test in project.all(RuleTest):
            for tested in test.alerts:
                self._tests[tested.alert.value].append(test.place(tested.alert))

    def kinds_of(self, name: str) -> list[Kind]:
        """What there is by that name."""
        found = {
            Kind.ALERT: name in self._alerts,
            Kind.RECEIVER: any(one.name.value == name for one in self.project.all(Receiver)),
            Kind.RECORDING: name in self._recordings,
            Kind.METRIC: name not in self._recordings and (self._is_read(name) or exposed(name) in self._instruments),
            Kind.RUNBOOK: key(PurePosixPath(name).stem) in self.shelf.by_key and name not in self._alerts,
            Kind.LABEL: any(True for _ in self._label_readers(name)),
        }
        return [kind for kind, is_there in found.items() if is_there]

    def made(self) -> Mapping[Kind, Mapping[str, list[Node]]]:
        """Everything that the project makes, by kind and name."""
        receivers_by_name: dict[str, list[Node]] = {}
        for receiver in self.project.all(Receiver):
            receivers_by_name.setdefault(receiver.name.value, []).append(receiver)
        return {
            Kind.METRIC: {name: [*own] for name, own in self._instruments.items()},
            Kind.RECORDING: {name: [*own] for name, own in self._recordings.items()},
            Kind.ALERT: {name: [*own] for name, own in self._alerts.items()},
            Kind.RECEIVER: receivers_by_name,
        }

    def instruments(self) -> Mapping[str, list[Instrument]]:
        """The instruments by the name that Prometheus sees, without what the exposition adds."""
        return self._instruments

    def alerts(self) -> Iterator[AlertingRule]:
        """Every alerting rule."""
        return iter(self.project.all(AlertingRule))

    def pages(self) -> Mapping[str, Runbook]:
        """The runbooks by their file."""
        return {page.at.source: page for page in self.project.all(Runbook)}

    def labels(self) -> Mapping[str, list[Location]]:
        """The labels that instruments declare, and where."""
        found: defaultdict[str, list[Location]] = defaultdict(list)
        for instrument in self.project.all(Instrument):
            for label in instrument.labels or ():
                found[label.value].append(instrument.place(label))
        return found

    def reached(self, alert: AlertingRule) -> Mapping[str, bool]:
        """The receivers that an alert may be sent to, and whether it certainly is."""
        return self._reached(labels_of(alert, self._asked))

    def _reached(self, labels: Labels) -> Mapping[str, bool]:
        found: dict[str, bool] = {}
        for _, way in self._ways:
            for name, certain in way(labels).items():
                found[name] = found.get(name, False) or certain
        return found

    def of_readers(self, name: str, why: Callable[[Query], str | None]) -> tuple[Dependent, ...]:
        """Who reads any series of a metric and has a reason to care, with what depends on them in turn."""
        found: list[Dependent] = []
        for suffix in SUFFIXES:
            for query in self._readers.of(name + suffix):
                reason = why(query)
                if reason is not None:
                    found.extend(self._reader(query, reason, frozenset({name})))
        return unique(found)

    def of_value(self, label: str, value: str, metric: str | None = None) -> tuple[Dependent, ...]:
        """Who asks for a value of a label: of one metric, or of any, and then routes and inhibitions, too."""
        series = None if metric is None else tuple(metric + suffix for suffix in SUFFIXES)
        why = partial(asks_value, label=label, value=value, series=series)
        if metric is not None:
            return self.of_readers(metric, why)
        asking = ((query, why(query)) for query in self.project.all(Query))
        found = (one for query, told in asking if told for one in self._reader(query, told, frozenset()))
        return unique((*found, *self._matching(label, value)))

    def impact(self, kind: Kind, name: str) -> Impact:
        """What depends on it."""
        match kind:
            case Kind.ALERT:
                made = [alert.at for alert in self._alerts.get(name, ())]
                below = [one for alert in self._alerts.get(name, ()) for one in self._of_alert(alert, frozenset())]
                below += self._naming(name)
            case Kind.RECEIVER:
                made = [one.at for one in self.project.all(Receiver) if one.name.value == name]
                below = [*self._of_receiver(name)]
            case Kind.RUNBOOK:
                page = self.shelf.by_key[key(PurePosixPath(name).stem)]
                made, below = [page.at], [*self._of_runbook(page)]
            case Kind.LABEL:
                made = [text for one in self.project.all(Instrument) for text in _declares(one, name)]
                below = [*self._label_readers(name)]
            case _:
                made = [one.at for one in self._recordings.get(name, ())]
                made += [one.at for one in self._instruments.get(exposed(name), ())]
                below = [*self._of_metric(name, frozenset())]
        return Impact(kind, name, tuple(made), unique(below))

    def _is_read(self, name: str) -> bool:
        return any(self._readers.of(name + suffix) for suffix in SUFFIXES)

    def _of_metric(self, name: str, above: frozenset[str]) -> Iterator[Dependent]:
        """Who reads a metric or, of an instrument's name, any series that it exposes."""
        if name in above:
            return
        names = [name] if name in self._recordings else [name + suffix for suffix in SUFFIXES]
        for metric in names:
            for query in self._readers.of(metric):
                yield from self._reader(query, f"reads {metric}", above | {name})

    def _reader(self, query: Query, why: str, above: frozenset[str]) -> Iterator[Dependent]:
        subject = query.at.subject or ""
        if query.role is Role.ALERT:
            name = subject.removeprefix("alert ")
            for alert in self._alerts.get(name, ()):
                if alert.query is query or alert.query == query:
                    yield Dependent(Kind.ALERT, name, alert.at, why, unique(self._of_alert(alert, above)), query)
        elif query.role is Role.RECORDING:
            name = subject.removeprefix("recording ")
            yield Dependent(Kind.RECORDING, name, query.at, why, unique(self._of_metric(name, above)), query)
        else:
            kind = _ROLES.get(query.role, Kind.QUERY)
            yield Dependent(kind, subject.partition(" ")[2] or query.at.source, query.at, why, query=query)

    def _of_alert(self, alert: AlertingRule, above: frozenset[str]) -> Iterator[Dependent]:
        name = alert.name.value
        labels = labels_of(alert, self._asked)
        for config, way in self._ways:
            for receiver, certain in way(labels).items():
                made = config.receiver(receiver)
                why = "is notified" if certain else "may be notified"
                yield Dependent(Kind.RECEIVER, receiver, made.at if made is not None else config.at, why)
        page = self.shelf.page_of(alert)
        if page is not None:
            yield Dependent(Kind.RUNBOOK, page.at.source, page.at, "says what to do about it")
        for at in self._tests.get(name, ()):
            yield Dependent(Kind.TEST, at.source, at, "tests it")
        for metric in ("ALERTS", "ALERTS_FOR_STATE"):
            for query in self._readers.of(metric):
                if name not in above and f'"{name}"' in query.text.value.replace("'", '"'):
                    yield from self._reader(query, f"reads {metric} of it", above | {name})

    def _naming(self, name: str) -> Iterator[Dependent]:
        """Who names an alert, whether there is any of that name or not."""
        for at in self._tests.get(name, ()):
            yield Dependent(Kind.TEST, at.source, at, "tests it")
        for page in dict.fromkeys(self.shelf.by_key.values()):
            if name in page.alerts:
                yield Dependent(Kind.RUNBOOK, page.at.source, page.at, "says what to do about it")
        yield from self._matching("alertname", name)

    def _matching(self, label: str, value: str) -> Iterator[Dependent]:
        """The routes and inhibitions that ask for a value of a label."""
        for route in self.project.all(Route):
            if _asks_for(route.matchers, label, value):
                yield Dependent(Kind.ROUTE, route.spelling, route.at, "asks for it")
        for inhibition in self.project.all(Inhibition):
            if _asks_for((*inhibition.source, *inhibition.target), label, value):
                spelling = (inhibition.at.subject or "").partition(" ")[2]
                yield Dependent(Kind.INHIBITION, spelling, inhibition.at, "asks for it")

    def _of_receiver(self, name: str) -> Iterator[Dependent]:
        for route in self.project.all(Route):
            if route.receiver is not None and route.receiver.value == name:
                yield Dependent(Kind.ROUTE, route.spelling, route.place(route.receiver), "leads to it")
        if not self._ways:
            return
        for sent in self._sent if self._sent is not None else sent_of(self.project.all(AlertingRule)):
            for alert, at in sent.alerts:
                reached = self._reached(sent.labels_of(alert))
                if name in reached:
                    yield Dependent(Kind.ALERT, alert, at, "notifies it" if reached[name] else "may notify it")

    def _of_runbook(self, page: Runbook) -> Iterator[Dependent]:
        for alert in self.project.all(AlertingRule):
            if self.shelf.page_of(alert) is page:
                yield Dependent(Kind.ALERT, alert.name.value, alert.at, "leads to it")
        stem = PurePosixPath(page.at.source).name
        for other in self.project.all(Runbook):
            for link in other.page.links:
                if other is not page and PurePosixPath(link.target.value.split("#")[0]).name == stem:
                    yield Dependent(Kind.RUNBOOK, other.at.source, other.place(link.target), "links to it")

    def _label_readers(self, name: str) -> Iterator[Dependent]:
        for query in self.project.all(Query):
            if mentions(query, name):
                yield from self._reader(query, f"names {name}", frozenset())
        for alert in self.project.all(AlertingRule):
            if reads_label(alert, name):
                yield Dependent(Kind.ALERT, alert.name.value, alert.at, f"prints {name}")
        for route in self.project.all(Route):
            if any(matcher.label.value == name for matcher in route.matchers):
                yield Dependent(Kind.ROUTE, route.spelling, route.at, f"asks for {name}")
            elif any(label.value == name for label in route.group_by):
                yield Dependent(Kind.ROUTE, route.spelling, route.at, f"groups by {name}")
        for inhibition in self.project.all(Inhibition):
            matched = {matcher.label.value for matcher in (*inhibition.source, *inhibition.target)}
            if name in matched or any(label.value == name for label in inhibition.equal):
                why = f"{'asks for' if name in matched else 'compares'} {name}"
                yield Dependent(Kind.INHIBITION, (inhibition.at.subject or "").partition(" ")[2], inhibition.at, why)


def _asks_for(matchers: Iterable[Matcher], label: str, value: str) -> bool:
    return any(one.label.value == label and value in one.value.value.split("|") for one in matchers)


def _declares(instrument: Instrument, label: str) -> Iterator[Location]:
    for text in instrument.labels or ():
        if text.value == label:
            yield instrument.place(text)
