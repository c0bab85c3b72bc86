"""
What a Prometheus is told whose configuration a tool writes, and the scrape jobs that are handed to it as they are.

The resources Prometheus and PrometheusAgent of the operator, the values of the charts kube-prometheus-stack and
prometheus, and the bare list of jobs that `additionalScrapeConfigs` names.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Location
from ..nodes import Node, OperatedPrometheus, ScrapeJob, ScrapeResource, Spelling, UnknownKey
from ..record import Record
from ..region import Text
from . import helm
from .prometheus_check import Checker
from .prometheus_schema import JOB
from .scrape_jobs import JobReader, length_of
from .scrape_resources import GROUPS
from .settings import SettingReader
from .shapes import unknown_keys_in
from .steps import at, elements, scalar_at, text_at
from .tree import MalformedError, Tree, parse_yaml

KIND = "Prometheus of a tool"


class _Server(Record):
    """A Prometheus, where its intervals stand, and the lists of jobs beside them."""

    tree: Tree
    name: str
    interval: Text | None
    evaluation: Text | None
    jobs: tuple[Tree, ...] = ()


def holds_operated(tree: Tree) -> bool:
    """Whether this document configures a Prometheus through a tool, or is a list of jobs for one."""
    return _is_list_of_jobs(tree) or next(_servers(tree), None) is not None


def operated_in(tree: Tree, source: str) -> Iterator[Node]:
    """What the servers of a document are told, and their jobs."""
    if _is_list_of_jobs(tree):
        yield from _listed(tree, source, None)
    for server in _servers(tree):
        yield OperatedPrometheus(
            at=Location(source, server.name, next(key.region for key, _ in server.tree.entries())),
            lines=server.tree.lines,
            scrape_interval=server.interval,
            evaluation_interval=server.evaluation,
        )
        for given in server.jobs:
            for jobs in _opened(given):
                yield from _listed(jobs, source, length_of(server.interval))


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
            yield from _operated(spec, "prometheusSpec", spec.get("additionalScrapeConfigs"))
        yield from _of_chart(values)


def _operated(spec: Tree, name: str, jobs: Tree | None = None) -> Iterator[_Server]:
    if any(True for _ in spec.entries()):
        given = (jobs,) if jobs is not None else ()
        yield _Server(spec, name, spec.text_at("scrapeInterval"), spec.text_at("evaluationInterval"), given)


def _of_chart(values: Tree) -> Iterator[_Server]:
    """The values of the chart `prometheus`, of which the configuration is a part."""
    general, files = at(values, "server", "global"), at(values, "serverFiles", "prometheus.yml")
    interval, evaluation = text_at(general, "scrape_interval"), text_at(general, "evaluation_interval")
    jobs = [job for job in (at(files, "scrape_configs"), values.get("extraScrapeConfigs")) if job is not None]
    if interval is not None or evaluation is not None or jobs:
        yield _Server(values, "Prometheus", interval, evaluation, tuple(jobs))


def _opened(given: Tree) -> Iterator[Tree]:
    """The lists of jobs in a list, or in the text that a chart puts into the configuration as it is."""
    if given.is_sequence:
        yield given
    elif given.text is not None and given.is_string:
        try:
            yield from (tree for tree in parse_yaml(given.text) if tree.is_sequence)
        except MalformedError:
            return  # a template, which is no YAML before it is rendered


def _listed(jobs: Tree, source: str, interval: float | None) -> Iterator[Node]:
    """A list of jobs as a resource, each of its jobs, and why Prometheus would refuse them."""
    reader = JobReader(source, interval=interval)
    found: list[ScrapeJob] = []
    unknown: list[UnknownKey] = []
    for job in elements(jobs):
        name = job.text_at("job_name")
        unknown += unknown_keys_in(job, JOB, "a scrape job")
        if name is not None:
            found.append(reader.job(job, name, Location(source, f"job {name.value}", name.region()), name.value))
    if not found:
        return
    yield ScrapeResource(
        at=Location(source, "scrape jobs", found[0].at.region),
        lines=jobs.lines,
        kind="scrape jobs",
        spelling=Spelling.PROMETHEUS,
        settings=SettingReader().read(jobs),
        unknown=tuple(unknown),
        jobs=tuple(found),
    )
    yield from found
    checker = Checker(source)
    for job in elements(jobs):
        yield from checker.block(job, JOB, "a scrape job")
