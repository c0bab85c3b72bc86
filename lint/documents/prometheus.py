"""`prometheus.yml` (prometheus.io/docs/prometheus/latest/configuration/configuration)."""

from __future__ import annotations

from collections.abc import Iterator

from ..duration import seconds
from ..finding import Location
from ..nodes import Node, PrometheusConfig, Relabel, ScrapeJob
from ..record import Record
from ..region import Text
from .prometheus_check import KIND, problems_in, unknown_keys_in
from .prometheus_schema import JOB, TOP
from .settings import SettingReader
from .tree import Tree

__all__ = ["KIND", "config_in", "holds_config"]

# The defaults of the documentation, in seconds.
_INTERVAL, _TIMEOUT = 60.0, 10.0
_LIMITS = ("sample_limit", "label_limit", "label_name_length_limit", "label_value_length_limit", "target_limit")
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
    if jobs is not None and jobs.is_sequence and any(map(_is_job, jobs.elements())):
        return True
    general = tree.get("global")
    # `storage` below `global` is a mistake that only Prometheus' own files are known for.
    if general is not None and any(general.get(name) is not None for name in _GENERAL):
        return True
    if general is not None and any(tree.get(mark) is not None for mark in _MARKS):
        return True
    return keys <= TOP.keys.keys() and any(_is_own(tree, path) for path in _OWN)


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
    reader = _Reader(source, _Defaults.of(tree.get("global")))
    jobs = tuple(reader.jobs(tree))
    # A block of a page may show two files one below the other: what stands at its top may be another one's.
    in_prose, top = source.lower().endswith((".md", ".markdown")), {key.scalar for key, _ in tree.entries()}
    rule_files, alerting = tree.get("rule_files"), tree.get("alerting")
    managers = alerting.get("alertmanagers") if alerting is not None else None
    yield PrometheusConfig(
        at=Location(source, "Prometheus configuration", _first_key(tree).region()),
        lines=tree.lines,
        settings=SettingReader().read(tree),
        unknown=tuple(key for key in unknown_keys_in(tree) if not in_prose or key.text.value not in top),
        is_whole=tree.get("global") is not None and not in_prose,
        rule_files=tuple(entry.text for entry in _elements(rule_files) if entry.text is not None),
        alertmanagers=managers is not None and any(True for _ in managers.elements()),
        remote_write=tree.get("remote_write") is not None,
        evaluation_interval=reader.defaults.evaluation,
        jobs=jobs,
    )
    yield from jobs
    yield from problems_in(tree, source)


class _Defaults(Record):
    """What `global` says for all jobs."""

    interval: float = _INTERVAL
    timeout: float = _TIMEOUT
    evaluation: float = _INTERVAL
    limits: frozenset[str] = frozenset()

    @classmethod
    def of(cls, tree: Tree | None) -> _Defaults:
        if tree is None:
            return cls()
        return cls(
            interval=_length(tree.text_at("scrape_interval")) or _INTERVAL,
            timeout=_length(tree.text_at("scrape_timeout")) or _TIMEOUT,
            evaluation=_length(tree.text_at("evaluation_interval")) or _INTERVAL,
            limits=_limits(tree),
        )


class _Reader(Record):
    """Makes the jobs of one configuration."""

    source: str
    defaults: _Defaults

    def jobs(self, tree: Tree) -> Iterator[ScrapeJob]:
        for job in _elements(tree.get("scrape_configs")):
            name = job.text_at("job_name")
            if name is None:
                continue
            interval, timeout = job.text_at("scrape_interval"), job.text_at("scrape_timeout")
            length = _length(interval) or self.defaults.interval
            params = job.get("params")
            path, scheme = job.text_at("metrics_path"), job.text_at("scheme")
            yield ScrapeJob(
                at=Location(self.source, f"job {name.value}", name.region()),
                lines=job.lines,
                name=name,
                interval=interval,
                interval_seconds=length,
                timeout=timeout,
                # Prometheus cuts the default timeout to the interval; one that is set must not exceed it.
                timeout_seconds=_length(timeout) or min(self.defaults.timeout, length),
                metrics_path=path.value if path is not None else "/metrics",
                scheme=scheme.value if scheme is not None else "http",
                modules=tuple(_texts(params.get("module") if params is not None else None)),
                targets=tuple(_targets(job)),
                relabels=tuple(_relabels(job.get("relabel_configs"))),
                metric_relabels=tuple(_relabels(job.get("metric_relabel_configs"))),
                limits=_limits(job) | self.defaults.limits,
            )


def _targets(job: Tree) -> Iterator[Text]:
    for group in _elements(job.get("static_configs")):
        yield from _texts(group.get("targets"))


def _relabels(tree: Tree | None) -> Iterator[Relabel]:
    for step in _elements(tree):
        action, replacement, separator = (step.text_at(key) for key in ("action", "replacement", "separator"))
        yield Relabel(
            action=action.value.lower() if action is not None else "replace",
            source_labels=tuple(text.value for text in _texts(step.get("source_labels"))),
            regex=step.text_at("regex"),
            target_label=step.text_at("target_label"),
            replacement=replacement.value if replacement is not None else "$1",
            separator=separator.value if separator is not None else ";",
        )


def _texts(tree: Tree | None) -> Iterator[Text]:
    for element in _elements(tree):
        if element.text is not None:
            yield element.text


def _elements(tree: Tree | None) -> Iterator[Tree]:
    return tree.elements() if tree is not None else iter(())


def _limits(tree: Tree) -> frozenset[str]:
    return frozenset(name for name in _LIMITS if (given := tree.text_at(name)) is not None and given.value != "0")


def _length(text: Text | None) -> float | None:
    return seconds(text.value) if text is not None else None


def _first_key(tree: Tree) -> Text:
    return next(key.text for key, _ in tree.entries() if key.text is not None)
