"""
What a Prometheus is told whose configuration a tool writes, and the scrape jobs that are handed to it as they are.

The resources Prometheus and PrometheusAgent of the operator, VMAgent of VictoriaMetrics', the values of charts (see
`chart_jobs`), and the bare list of jobs that `additionalScrapeConfigs` names.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Location
from ..nodes import Node, OperatedPrometheus, ScrapeResource, Spelling
from ..record import Record
from ..region import Text
from . import helm
from .chart_jobs import Jobs, by_name, configures_vmagent, for_vmagent, jobs_in, monitors_in, of_vmagent
from .prometheus_check import Checker
from .prometheus_schema import JOB
from .scrape_jobs import JobReader, length_of
from .scrape_resources import GROUPS
from .settings import SettingReader
from .shapes import unknown_keys_in
from .steps import at, scalar_at, text_at
from .tree import Tree

KIND = "Prometheus of a tool"


class _Server(Record):
    """A Prometheus, where its intervals stand, and the lists of jobs beside them."""

    tree: Tree
    name: str
    interval: Text | None
    evaluation: Text | None
    jobs: tuple[Jobs, ...] = ()


def holds_operated(tree: Tree) -> bool:
    """Whether this document configures a Prometheus through a tool, or has jobs for one."""
    held = (_servers(tree), _alone(tree), (node for values in helm.charts_in(tree) for node in monitors_in(values, "")))
    return any(next(one, None) is not None for one in held)


def operated_in(tree: Tree, source: str) -> Iterator[Node]:
    """What the servers of a document are told, and their jobs."""
    for jobs in _alone(tree):
        yield from _listed(jobs, source)
    for server in _servers(tree):
        yield OperatedPrometheus(
            at=Location(source, server.name, next(key.region for key, _ in server.tree.entries())),
            lines=server.tree.lines,
            scrape_interval=server.interval,
            evaluation_interval=server.evaluation,
        )
        for jobs in server.jobs:
            yield from _listed(jobs, source)
    for values in helm.charts_in(tree):
        yield from monitors_in(values, source)


def _alone(tree: Tree) -> Iterator[Jobs]:
    """Jobs of which the server is no Prometheus, or not known."""
    if _is_list_of_jobs(tree):
        yield from jobs_in(tree)
    yield from of_vmagent(tree)
    for values in helm.charts_in(tree):
        yield from for_vmagent(values)


def _is_list_of_jobs(tree: Tree) -> bool:
    jobs = list(tree.elements())
    known = [{key.scalar for key, _ in job.entries()} & JOB.keys.keys() for job in jobs]
    # Another tool's list may have a `job_name`, too.
    return bool(jobs) and all("job_name" in keys and len(keys) > 1 for keys in known)


def _servers(tree: Tree) -> Iterator[_Server]:
    kind, group = scalar_at(tree, "kind"), scalar_at(tree, "apiVersion") or ""
    spec = tree.get("spec")
    if kind in ("Prometheus", "PrometheusAgent") and group.startswith(GROUPS) and spec is not None and spec.is_mapping:
        yield from _operated(spec, f"{kind} {scalar_at(tree, 'metadata', 'name') or ''}".rstrip())
    for values in helm.charts_in(tree):
        spec = at(values, "prometheus", "prometheusSpec")
        if spec is not None and spec.is_mapping:
            given = jobs_in(spec.get("additionalScrapeConfigs"), spec.text_at("scrapeInterval"))
            yield from _operated(spec, "prometheusSpec", tuple(given))
        yield from _of_chart(values)


def _operated(spec: Tree, name: str, jobs: tuple[Jobs, ...] = ()) -> Iterator[_Server]:
    if any(True for _ in spec.entries()):
        yield _Server(spec, name, spec.text_at("scrapeInterval"), spec.text_at("evaluationInterval"), jobs)


def _of_chart(values: Tree) -> Iterator[_Server]:
    """The values of the chart `prometheus`, of which the configuration is a part."""
    general, files = at(values, "server", "global"), at(values, "serverFiles", "prometheus.yml")
    interval, evaluation = text_at(general, "scrape_interval"), text_at(general, "evaluation_interval")
    further = None if configures_vmagent(values) else values.get("extraScrapeConfigs")
    jobs = [one for given in (at(files, "scrape_configs"), further) for one in jobs_in(given, interval)]
    jobs += by_name(values.get("scrapeConfigs"), interval)
    if interval is not None or evaluation is not None or jobs:
        yield _Server(values, "Prometheus", interval, evaluation, tuple(jobs))


def _listed(given: Jobs, source: str) -> Iterator[Node]:
    """The jobs as a resource, each of them, and why Prometheus would refuse them."""
    reader = JobReader(source, interval=length_of(given.interval))
    found = tuple(
        reader.job(job.tree, job.name, Location(source, f"job {job.name.value}", job.name.region()), job.name.value)
        for job in given.jobs
    )
    checked = [job.tree for job in given.jobs] if given.is_prometheus else []
    yield ScrapeResource(
        at=Location(source, "scrape jobs", found[0].at.region),
        lines=given.tree.lines,
        kind="scrape jobs",
        spelling=Spelling.PROMETHEUS,
        settings=SettingReader().read(given.tree),
        unknown=tuple(key for job in checked for key in unknown_keys_in(job, JOB, "a scrape job")),
        jobs=found,
    )
    yield from found
    checker = Checker(source)
    for job in checked:
        yield from checker.block(job, JOB, "a scrape job")
