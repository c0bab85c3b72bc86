"""What a repository tells of itself, for its first configuration: every value with what it was seen in."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from .nodes import (
    AlertingRule,
    Dashboard,
    Instrument,
    LogCall,
    Node,
    Probe,
    ProvisionedDatasource,
    Route,
    Runbook,
    ScrapeJob,
    Wrapper,
)
from .project import Project
from .record import Record, field
from .telemetry.alert_labels import labels_of
from .telemetry.identifiers import identifier
from .telemetry.shelf import link_of
from .telemetry.wire import sanitized

_LIBRARIES = frozenset(
    {"process", "python", "nodejs", "go", "jvm", "promhttp", "otelcol", "prometheus", "up", "scrape"}
)
"""First words of metrics that client libraries and servers make."""

_SHARED = frozenset({"http", "grpc", "rpc", "db", "messaging", "system", "container", "k8s", "node", "kafka", "redis"})
"""First words that a team's own metrics have in common with those of libraries."""

_FOREIGN = frozenset({"vendor", "vendored", "third_party", "third-party", "external", "node_modules", "mixins"})
_EXAMPLES = re.compile(r"(^|/)(tests?|__tests__|fixtures|examples?|testdata)(/|$)")


class Guess(Record):
    """A value for the configuration, and how often, or where, it was seen."""

    value: str
    seen: str
    sure: bool = True
    """Whether it goes into the file; else it is written as a comment."""


class Starter(Record):
    """Everything that a first configuration can say of a repository."""

    files: int
    prefixes: tuple[Guess, ...] = ()
    severities: tuple[Guess, ...] = ()
    owners: tuple[Guess, ...] = ()
    """The labels that tell whose an alert is."""

    links: tuple[Guess, ...] = ()
    """The annotations that hold runbooks."""

    runbooks: tuple[Guess, ...] = ()
    """The folders that hold them."""

    servers: Mapping[str, Guess] = field(default_factory=dict)
    unread: tuple[Guess, ...] = ()
    """What not to read: the data of tests, which is wrong on purpose."""

    vendored: tuple[Guess, ...] = ()
    context: tuple[Guess, ...] = ()
    """The fields of logs that tell whom a record is about."""

    wrappers: tuple[Guess, ...] = ()
    domains: tuple[Guess, ...] = ()
    probed: tuple[Guess, ...] = ()


def starter(project: Project, sources: Iterable[str]) -> Starter:
    """What is found in a project; `sources` are all files that were read."""
    files = sorted(sources)
    return Starter(
        files=len(files),
        prefixes=tuple(_prefixes(project)),
        severities=tuple(_severities(project)),
        owners=tuple(_owners(project)),
        links=tuple(_links(project)),
        runbooks=tuple(_folders(project.all(Runbook), "page")),
        servers=dict(_servers(project)),
        unread=tuple(_unread(files)),
        vendored=tuple(_vendored(files)),
        context=tuple(_context(project)),
        wrappers=tuple(_wrappers(project)),
        domains=tuple(_domains(project)),
        probed=tuple(_probed(project)),
    )


def _is_example(node: Node) -> bool:
    return _EXAMPLES.search(node.at.source) is not None


def _prefixes(project: Project) -> Iterator[Guess]:
    """The first words of metrics that the source makes, as far as all of one first word agree."""
    names = {sanitized(one.name) for one in project.all(Instrument) if one.name is not None and not _is_example(one)}
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        if "_" in name:
            groups[name.partition("_")[0]].add(name)
    for word, group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        if word in _LIBRARIES or len(group) < 2:
            continue
        prefix = _common(group) if word in _SHARED else f"{word}_"
        yield Guess(prefix, f"{len(group)} metrics", sure=word not in _SHARED and len(group) > 2)


def _common(names: set[str]) -> str:
    words = [name.split("_") for name in names]
    shared: list[str] = []
    for column in zip(*words, strict=False):
        if len(set(column)) > 1:
            break
        shared.append(column[0])
    return "_".join(shared) + "_"


def _severities(project: Project) -> Iterator[Guess]:
    """Those that several alerts have or a route asks for; one that a single alert has may be a mistake."""
    counts: Counter[str] = Counter()
    for alert in project.all(AlertingRule):
        values = labels_of(alert).values("severity")
        if values is not None and len(values) == 1:
            counts.update(value for value in values if value)
    routed = {
        matcher.value.value
        for route in project.all(Route)
        for matcher in route.matchers
        if matcher.label.value == "severity"
    }
    for value, count in counts.most_common():
        yield Guess(value, _counted(count, "alert"), sure=count > 1 or value in routed)


def _owners(project: Project) -> Iterator[Guess]:
    alerts = project.all(AlertingRule)
    words = ("team", "owner", "squad", "service_owner", "owned_by", "group", "department")
    counts = Counter(label for alert in alerts for label in alert.labels if label.lower() in words)
    for label, count in counts.most_common():
        yield Guess(label, f"{count} of {_counted(len(alerts), 'alert')}", sure=2 * count > len(alerts))


def _links(project: Project) -> Iterator[Guess]:
    alerts = project.all(AlertingRule)
    linked = [name for alert in alerts if (link := link_of(alert)) is not None for name in _named(alert, link)]
    for name, count in Counter(linked).most_common():
        yield Guess(name, f"{count} of {_counted(len(alerts), 'alert')}")


def _named(alert: AlertingRule, link: object) -> Iterator[str]:
    return (name for name, value in alert.annotations.items() if value is link)


def _folders(nodes: Iterable[Node], what: str) -> Iterator[Guess]:
    counts = Counter(str(PurePosixPath(node.at.source).parent) for node in nodes)
    for folder, count in counts.most_common():
        yield Guess(folder, _counted(count, what))


def _servers(project: Project) -> Iterator[tuple[str, Guess]]:
    for one in project.all(ProvisionedDatasource):
        if one.url is not None and one.type == "prometheus" and urlsplit(one.url).scheme in ("http", "https"):
            name = re.sub(r"[^a-z0-9]+", "-", (one.name or "prometheus").lower()).strip("-") or "prometheus"
            yield name, Guess(one.url, one.at.source, sure="$" not in one.url)


def _unread(files: Iterable[str]) -> Iterator[Guess]:
    """The folders that Go's tools pass over by their name: no server loads what is in them."""
    count = sum("testdata" in PurePosixPath(source).parts[:-1] for source in files)
    if count:
        yield Guess("testdata/", _counted(count, "file"))


def _vendored(files: Iterable[str]) -> Iterator[Guess]:
    found: Counter[str] = Counter()
    for source in files:
        parts = PurePosixPath(source).parts[:-1]
        for depth, part in enumerate(parts):
            if part in _FOREIGN:
                found["/".join(parts[: depth + 1]) + "/**"] += 1
                break
    yield from (Guess(pattern, _counted(count, "file")) for pattern, count in sorted(found.items()))


def _context(project: Project) -> Iterator[Guess]:
    counts = Counter(one.key for call in project.all(LogCall) for one in call.fields if identifier(one.key))
    for name, count in counts.most_common(3):
        yield Guess(name, _counted(count, "log call"), sure=count > 2)


def _wrappers(project: Project) -> Iterator[Guess]:
    places = {one.name: one.at.source for one in project.all(Wrapper) if not _is_example(one)}
    yield from (Guess(name, source) for name, source in places.items())


def _domains(project: Project) -> Iterator[Guess]:
    for dashboard in project.all(Dashboard):
        stem = PurePosixPath(dashboard.at.source).stem
        yield Guess(stem, dashboard.at.source)


def _probed(project: Project) -> Iterator[Guess]:
    paths: dict[str, str] = {}
    for job in project.all(ScrapeJob) if project.all(Probe) else ():
        for target in job.targets if job.is_probe else ():
            path = urlsplit(target.value).path if "://" in target.value else ""
            if path.strip("/"):
                paths.setdefault(path, job.name.value)
    yield from (Guess(path, f"job {job}") for path, job in sorted(paths.items()))


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
