"""
Resources of the Prometheus operator that become scrape jobs: ServiceMonitor, PodMonitor, Probe and ScrapeConfig.

prometheus-operator.dev/docs/api-reference/api. The operator writes their jobs into a configuration that nobody sees:
what it takes from the Prometheus resource (intervals, limits, scrape classes) is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..finding import Location
from ..nodes import Node, Relabel, ScrapeJob, ScrapeResource, Spelling, UnknownKey
from ..record import Record
from ..region import Text
from .operator_schema import SPECS
from .prometheus_check import Checker
from .scrape_jobs import JobReader, texts_in
from .settings import SettingReader
from .shapes import unknown_keys_in
from .steps import at, elements, scalar_at, text_at
from .tree import Tree

KIND = "scrape resource"

_ENDPOINTS = {"ServiceMonitor": "endpoints", "PodMonitor": "podMetricsEndpoints"}
# The operator's own group, those of Azure and of OpenShift's observability operator, which take the same resources.
GROUPS = ("monitoring.coreos.com/", "azmonitoring.coreos.com/", "monitoring.rhobs/")


def holds_resource(tree: Tree) -> bool:
    """Whether this document is a resource that becomes scrape jobs."""
    kind, group = scalar_at(tree, "kind"), scalar_at(tree, "apiVersion") or ""
    return kind in SPECS and group.startswith(GROUPS) and at(tree, "spec") is not None


def resources_in(tree: Tree, source: str) -> Iterator[Node]:
    """The resource, its jobs, and why the cluster or the operator would not take it."""
    kind, spec = scalar_at(tree, "kind") or "", tree.get("spec")
    named = tree.get("kind")
    name = text_at(tree, "metadata", "name") or (named.text if named is not None else None)
    if spec is None or name is None:
        return
    unknown = unknown_keys_in(spec, SPECS[kind], f"`spec` of a {kind}")
    made = _Resource(source, kind, name, tree, spec).node(unknown)
    yield made
    yield from made.jobs
    yield from Checker(source, kind, _spelling(kind)).block(spec, SPECS[kind], "`spec`")


def monitor_in(monitor: Tree, kind: str, source: str) -> Iterator[Node]:
    """A resource as values describe it to a chart, which gives it its namespace and labels."""
    name = monitor.text_at("name")
    made = _Resource(source, kind, name, monitor, monitor).node() if name is not None else None
    if made is not None and made.jobs:
        yield made
        yield from made.jobs


def _spelling(kind: str) -> Spelling:
    return Spelling.SCRAPE_CONFIG if kind == "ScrapeConfig" else Spelling.MONITOR


class _Resource(Record):
    """Makes the node of one resource, and its jobs."""

    source: str
    kind: str
    name: Text
    tree: Tree
    spec: Tree

    def node(self, unknown: Iterable[UnknownKey] = ()) -> ScrapeResource:
        """The resource with its jobs."""
        return ScrapeResource(
            at=Location(self.source, f"{self.kind} {self.name.value}", self.name.region()),
            lines=self.tree.lines,
            kind=self.kind,
            spelling=_spelling(self.kind),
            settings=SettingReader().read(self.spec),
            unknown=tuple(unknown),
            jobs=tuple(self._jobs()),
        )

    def _jobs(self) -> Iterator[ScrapeJob]:
        """A job for each endpoint; the resources without endpoints are one."""
        spelling = _spelling(self.kind)
        reader = JobReader(self.source, spelling, limits=JobReader(self.source, spelling).limits_of(self.spec))
        if self.kind in _ENDPOINTS:
            endpoints = [one for one in elements(self.spec.get(_ENDPOINTS[self.kind])) if one.is_mapping]
            for endpoint in endpoints:
                yield self._endpoint(endpoint, reader, is_only=len(endpoints) == 1)
        elif self.kind == "Probe":
            yield self._probe(reader)
        else:
            label = _label(reader.relabels(self.spec.get("relabelings")), self._job_name("scrapeConfig"))
            yield reader.job(self.spec, self.name, self._at(self.name), label)

    def _at(self, text: Text) -> Location:
        return Location(self.source, f"{self.kind} {self.name.value}", text.region())

    def _endpoint(self, endpoint: Tree, reader: JobReader, *, is_only: bool) -> ScrapeJob:
        port = endpoint.text_at("port") or endpoint.text_at("targetPort")
        steps = reader.relabels(endpoint.get("relabelings"))
        label = _label(steps, self._job_of_pods() if self.kind == "PodMonitor" else self._selected())
        place = self.name if is_only or port is None else port
        # A prober behind a service is told its target by a parameter.
        asked = tuple(texts_in(at(endpoint, "params", "target")))
        return reader.job(endpoint, self.name, self._at(place), label, relabels=steps, targets=asked)

    def _probe(self, reader: JobReader) -> ScrapeJob:
        module = self.spec.text_at("module")
        static, ingress = at(self.spec, "targets", "staticConfig"), at(self.spec, "targets", "ingress")
        held = static if static is not None else ingress
        steps = reader.relabels(held.get("relabelingConfigs") if held is not None else None)
        return reader.job(
            self.spec,
            self.name,
            self._at(self.name),
            _label(steps, self._job_name("probe")),
            relabels=steps,
            targets=tuple(texts_in(static.get("static"))) if static is not None else (),
            modules=(module,) if module is not None else (),
            path=text_at(self.spec, "prober", "path"),
            default_path="/probe",
        )

    # What the series have as `job`, where no step of relabelling says it

    def _job_name(self, prefix: str) -> str | None:
        name, namespace = self.spec.text_at("jobName"), scalar_at(self.tree, "metadata", "namespace")
        if name is not None:
            return name.value
        return f"{prefix}/{namespace}/{self.name.value}" if namespace else None

    def _job_of_pods(self) -> str | None:
        namespace = scalar_at(self.tree, "metadata", "namespace")
        if self.spec.get("jobLabel") is not None:
            return self._selected()
        return f"{namespace}/{self.name.value}" if namespace else None

    def _selected(self) -> str | None:
        """
        The value of the label that `jobLabel` names, where the selector asks for one value.

        Without a `jobLabel` it is the name of a service, which stands in another file.
        """
        name = scalar_at(self.spec, "jobLabel")
        return scalar_at(self.spec, "selector", "matchLabels", name) if name else None


def _label(steps: tuple[Relabel, ...], otherwise: str | None) -> str | None:
    """What the series have as `job` after relabelling; None where that depends on the target."""
    for step in reversed(steps):
        target = step.target_label.value if step.target_label is not None else ""
        if step.action == "labelmap" or "$" in target:
            return None
        if target == "job":
            fixed = step.action == "replace" and not step.source_labels and step.regex is None
            return step.replacement if fixed and "$" not in step.replacement else None
    return otherwise
