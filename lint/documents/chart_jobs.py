"""
Scrape jobs that values hand to a chart: as Prometheus would have them, or as resources of its operator.

The charts kube-prometheus-stack and prometheus (github.com/prometheus-community/helm-charts), and those of
VictoriaMetrics for an agent, a single server and a whole stack (github.com/VictoriaMetrics/helm-charts), whose vmagent
takes the jobs of Prometheus.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..nodes import Node
from ..record import Record
from ..region import Text
from .prometheus_schema import JOB
from .scrape_resources import monitor_in
from .steps import at, elements, scalar_at, text_at
from .tree import MalformedError, Tree, parse_yaml

_MONITORS = {"additionalServiceMonitors": "ServiceMonitor", "additionalPodMonitors": "PodMonitor"}
# What the chart prometheus takes out of a job of `scrapeConfigs` before it writes it.
_TAKEN_OUT = frozenset(("enabled", "pre_relabel_configs", "post_relabel_configs"))

_SCRAPING = frozenset(("global", "scrape_configs", "scrape_config_files", "useTpl"))
_AGENT = frozenset(("remoteWrite", "remoteWriteUrls", "extraScrapeConfigs"))
_PART = frozenset(("enabled", "configMap", "config", "extraScrapeConfigs"))


class Job(Record):
    """A job, and what it is called: by its `job_name`, or by its key."""

    name: Text
    tree: Tree


class Jobs(Record):
    """Jobs that belong together, and the interval that their server has for them."""

    tree: Tree
    jobs: tuple[Job, ...]
    interval: Text | None = None
    is_prometheus: bool = True
    """Whether Prometheus reads them, whose keys are known; vmagent has keys of its own."""


def jobs_in(given: Tree | None, interval: Text | None = None, *, is_prometheus: bool = True) -> Iterator[Jobs]:
    """The jobs of a list, or of the text that a chart puts into the configuration as it is."""
    for listed in _opened(given):
        named = ((job.text_at("job_name"), job) for job in elements(listed))
        jobs = tuple(Job(name, job) for name, job in named if name is not None)
        if jobs:
            yield Jobs(listed, jobs, interval, is_prometheus)


def by_name(given: Tree | None, interval: Text | None) -> Iterator[Jobs]:
    """The jobs of the chart prometheus by their names: its own, which are changed or left out, and further ones."""
    entries = list(given.entries()) if given is not None and given.is_mapping else []
    keys = [{key.scalar for key, _ in job.entries()} for _, job in entries]
    known = all(job.is_null or job.is_mapping for _, job in entries) and all(
        own <= JOB.keys.keys() | _TAKEN_OUT for own in keys
    )
    if given is None or not known or not any(own - {"enabled"} for own in keys):
        return
    kept = [(key.text, job) for key, job in entries if job.is_mapping and scalar_at(job, "enabled") != "false"]
    jobs = tuple(Job(job.text_at("job_name") or name, job) for name, job in kept if name is not None)
    if jobs:
        yield Jobs(given, jobs, interval, is_prometheus=False)


def configures_vmagent(values: Tree) -> bool:
    """Whether these are values for an agent, or the part `server.scrape` of those for a single server."""
    keys = {key.scalar for key, _ in values.entries()}
    if values.get("enabled") is not None and keys <= _PART:
        return True
    config = values.get("config")
    # A receiver of a collector has such a `config`, too, and promtail has `scrape_configs`.
    scrapes = config is not None and {key.scalar for key, _ in config.entries()} <= _SCRAPING
    return scrapes and not keys.isdisjoint(_AGENT)


def for_vmagent(values: Tree) -> Iterator[Jobs]:
    """The jobs that the values of a chart of VictoriaMetrics hand to a vmagent."""
    if configures_vmagent(values):
        config = values.get("config")
        for given in (at(config, "scrape_configs"), values.get("extraScrapeConfigs")):
            yield from jobs_in(given, text_at(config, "global", "scrape_interval"), is_prometheus=False)
    yield from _inline(at(values, "vmagent", "spec"))


def of_vmagent(resource: Tree) -> Iterator[Jobs]:
    """The jobs that stand in VictoriaMetrics' resource VMAgent."""
    if scalar_at(resource, "kind") == "VMAgent":
        yield from _inline(resource.get("spec"))


def _inline(spec: Tree | None) -> Iterator[Jobs]:
    yield from jobs_in(at(spec, "inlineScrapeConfig"), text_at(spec, "scrapeInterval"), is_prometheus=False)


def monitors_in(values: Tree, source: str) -> Iterator[Node]:
    """The resources that kube-prometheus-stack makes, in the namespace of a release that is not known."""
    for key, kind in _MONITORS.items():
        for monitor in elements(at(values, "prometheus", key)):
            yield from monitor_in(monitor, kind, source)


def _opened(given: Tree | None) -> Iterator[Tree]:
    if given is None:
        return
    if given.is_sequence:
        yield given
    elif given.text is not None and given.is_string:
        try:
            yield from (tree for tree in parse_yaml(given.text) if tree.is_sequence)
        except MalformedError:
            return  # a template, which is no YAML before it is rendered
