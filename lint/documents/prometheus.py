"""`prometheus.yml` (prometheus.io/docs/prometheus/latest/configuration/configuration)."""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Location
from ..nodes import Node, PrometheusConfig, Relabel, ScrapeJob
from ..region import Text
from .prometheus_check import KIND, WHOLE, problems_in
from .prometheus_schema import JOB, TOP
from .scrape_jobs import JobReader, length_of, texts_in
from .settings import SettingReader
from .shapes import unknown_keys_in
from .steps import elements, text_at
from .tree import Tree

__all__ = ["KIND", "config_in", "holds_config", "jobs_in"]

# The defaults of the documentation, in seconds.
_INTERVAL, _TIMEOUT = 60.0, 10.0
# Keys by which other tools that scrape are told: promtail, the OpenTelemetry Collector, Alertmanager.
_OTHERS = frozenset(("positions", "clients", "receivers", "route", "service"))
_GENERAL = ("scrape_interval", "evaluation_interval", "external_labels", "storage")
_OWN = (
    "rule_files.*",
    "scrape_config_files.*",
    "remote_write.*",
    "remote_read.*",
    "alerting.alertmanagers",
    "alerting.alert_relabel_configs",
    "storage.tsdb",
    "storage.exemplars",
    "otlp",
    "tracing.sampling_fraction",
)
_MARKS = ("scrape_configs", "scrape_config_files", "rule_files", "alerting", "remote_write", "remote_read", "storage")


def holds_config(tree: Tree) -> bool:
    """Whether this document configures a Prometheus."""
    keys = {key.scalar for key, _ in tree.entries()}
    if keys & _OTHERS:
        return False
    jobs = tree.get("scrape_configs")
    alone = keys <= TOP.keys.keys()
    if (
        jobs is not None
        and jobs.is_sequence
        and any(_is_job(job) or (alone and job.is_null) for job in jobs.elements())
    ):
        return True
    general = tree.get("global")
    # `storage` below `global` is a mistake that only Prometheus' own files are known for.
    if general is not None and any(general.get(name) is not None for name in _GENERAL):
        return True
    if general is not None and any(tree.get(mark) is not None for mark in _MARKS):
        return True
    return alone and any(_is_own(tree, path) for path in _OWN)


def _is_job(tree: Tree) -> bool:
    known = {key.scalar for key, _ in tree.entries()} & JOB.keys.keys()
    return tree.get("job_name") is not None or any((name or "").endswith("_sd_configs") for name in known)


def _is_own(tree: Tree, path: str) -> bool:
    """Whether something stands at a path that Prometheus alone reads; a `*` is a list that must not be empty."""
    found: Tree | None = tree
    for name in path.split("."):
        if found is None:
            return False
        found = next(found.elements(), None) if name == "*" else found.get(name)
    return found is not None


def config_in(tree: Tree, source: str) -> Iterator[Node]:
    """The configuration of a document and its jobs."""
    jobs = tuple(jobs_in(tree, source))
    # A block of a page may show two files one below the other: what stands at its top may be another one's.
    in_prose, top = source.lower().endswith((".md", ".markdown")), {key.scalar for key, _ in tree.entries()}
    rule_files, alerting = tree.get("rule_files"), tree.get("alerting")
    managers = alerting.get("alertmanagers") if alerting is not None else None
    yield PrometheusConfig(
        at=Location(source, "Prometheus configuration", _first_key(tree).region()),
        lines=tree.lines,
        settings=SettingReader().read(tree),
        unknown=tuple(key for key in unknown_keys_in(tree, TOP, WHOLE) if not in_prose or key.text.value not in top),
        is_whole=tree.get("global") is not None and not in_prose,
        rule_files=tuple(texts_in(rule_files)),
        alertmanagers=managers is not None and any(True for _ in managers.elements()),
        writes=tuple(_writes(tree, source)),
        evaluation_interval=length_of(text_at(tree, "global", "evaluation_interval")) or _INTERVAL,
        jobs=jobs,
    )
    yield from jobs
    yield from problems_in(tree, source)


def _reader(tree: Tree | None, source: str, *, doubled: bool) -> JobReader:
    """Reads jobs with what `global` says for all of them."""
    if tree is None:
        return JobReader(source, interval=_INTERVAL, timeout=_TIMEOUT, doubled=doubled)
    return JobReader(
        source,
        doubled=doubled,
        interval=_length(tree, "scrape_interval", _INTERVAL),
        timeout=_length(tree, "scrape_timeout", _TIMEOUT),
        limits=JobReader(source).limits_of(tree),
    )


def jobs_in(tree: Tree, source: str, *, doubled: bool = False) -> Iterator[ScrapeJob]:
    """The jobs of a configuration; in one that stands in a collector's, dollars are doubled."""
    reader = _reader(tree.get("global"), source, doubled=doubled)
    for job in elements(tree.get("scrape_configs")):
        name = job.text_at("job_name")
        if name is not None:
            at = Location(reader.source, f"job {name.value}", name.region())
            yield reader.job(job, name, at, name.value)


def _writes(tree: Tree, source: str) -> Iterator[tuple[Relabel, ...]]:
    written = tree.get("remote_write")
    if written is not None and not written.is_sequence:
        yield ()  # an include, or a mistake: what is sent is not known
    for endpoint in elements(written):
        yield JobReader(source).relabels(endpoint.get("write_relabel_configs"))


def _length(tree: Tree, key: str, default: float) -> float | None:
    """What is given in seconds; None where another tool fills it in."""
    given = tree.text_at(key)
    return default if given is None else length_of(given)


def _first_key(tree: Tree) -> Text:
    return next(key.text for key, _ in tree.entries() if key.text is not None)
