"""What Prometheus is told to collect: its configuration, its scrape jobs, and the probes behind them."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from ..record import Record
from ..region import Text
from ..telemetry.duration import seconds
from .collector import Setting
from .node import Node


class Spelling(StrEnum):
    """Whose words a scrape job is written in."""

    PROMETHEUS = "prometheus"
    MONITOR = "monitor"
    """Of the operator's resources ServiceMonitor, PodMonitor and Probe."""

    SCRAPE_CONFIG = "scrape_config"
    """Of the operator's resource ScrapeConfig."""

    def of(self, key: str) -> str:
        """How a key of Prometheus is called here: `metric_relabel_configs` is `metricRelabelings` of the operator."""
        if self is Spelling.PROMETHEUS:
            return key
        own = _OPERATOR.get(key) or (_MONITOR.get(key) if self is Spelling.MONITOR else None)
        first, *rest = key.split("_")
        return own or first + "".join(word.capitalize() for word in rest)


_OPERATOR = {"relabel_configs": "relabelings", "metric_relabel_configs": "metricRelabelings"}
_MONITOR = {"scrape_interval": "interval", "metrics_path": "path"}


class Relabel(Record):
    """A step of `relabel_configs` or `metric_relabel_configs`, with Prometheus' defaults filled in."""

    action: str
    sources: tuple[Text, ...]
    """The labels that it reads."""

    regex: Text | None
    target_label: Text | None
    replacement: str
    """`$1` where the file says nothing."""

    separator: str = ";"

    @property
    def source_labels(self) -> tuple[str, ...]:
        """The names of the labels that it reads."""
        return tuple(text.value for text in self.sources)


class ScrapeJob(Node, kw_only=True):
    """A job of `scrape_configs`, or what becomes one: an endpoint of a resource that the operator reads."""

    hook: ClassVar[str] = "check_scrape_job"
    name: Text
    """Its name; that of the resource where it is the operator's."""

    label: str | None
    """What its series have as `job`; None where other files decide it."""

    spelling: Spelling = Spelling.PROMETHEUS
    interval: Text | None
    interval_seconds: float | None
    """
    Seconds between scrapes: its own, else the configuration's, else Prometheus' minute.

    None where the resource leaves it to a server that is not known.
    """

    timeout: Text | None
    timeout_seconds: float | None
    honors_labels: bool = False
    """Whether a target may set labels such as `job` itself."""

    metrics_path: str
    scheme: str
    modules: tuple[Text, ...]
    """The `module` parameter: what a prober is asked to do."""

    targets: tuple[Text, ...]
    """Those that stand in the file; a job may find others by service discovery."""

    relabels: tuple[Relabel, ...]
    metric_relabels: tuple[Relabel, ...]
    limits: frozenset[str]
    """The limits it sets, in Prometheus' words: `sample_limit`, `label_limit`, …; those of the configuration count."""

    @property
    def is_probe(self) -> bool:
        """Whether it asks a prober (blackbox_exporter) about its targets."""
        return self.metrics_path.rstrip("/").endswith("/probe") or any(
            step.target_label is not None and step.target_label.value == "__param_target" for step in self.relabels
        )


class CronProbe(Node, kw_only=True):
    """A job that asks for addresses on a schedule: a CronJob of Kubernetes, a workflow, a line of a crontab."""

    hook: ClassVar[str] = "check_cron_probe"
    name: Text
    schedule: Text
    targets: tuple[Text, ...]
    """The addresses in its commands, arguments and variables; the host may be a variable, as in `$BASE/health`."""

    modules: tuple[Text, ...]
    """The modules that it asks a prober for; `$MODULE` where only the shell knows."""

    tool: Text | None
    """What runs files of its own that ask for addresses that are not known here: k6, Playwright, …"""

    is_cluster: bool
    """Whether it is a CronJob of Kubernetes, whose result metrics tell."""

    is_suspended: bool


class UnknownKey(Record):
    """A key that the reader of a document does not know."""

    text: Text
    where: str
    """What it stands in, in words."""

    known: frozenset[str]
    """The keys that may stand there."""


class PrometheusConfig(Node, kw_only=True):
    """A configuration of Prometheus as a whole."""

    hook: ClassVar[str] = "check_prometheus_config"
    settings: Setting
    """Everything that it says."""

    unknown: tuple[UnknownKey, ...]
    is_whole: bool
    """Whether it is what a Prometheus runs with, and not a few lines that show something."""

    rule_files: tuple[Text, ...]
    alertmanagers: bool
    writes: tuple[tuple[Relabel, ...], ...]
    """What each endpoint of `remote_write` does to the samples that it is sent."""

    evaluation_interval: float
    """Seconds between evaluations of a group that says nothing else."""

    jobs: tuple[ScrapeJob, ...]

    @property
    def remote_write(self) -> bool:
        """Whether it sends what it scrapes somewhere else."""
        return bool(self.writes)


class OperatedPrometheus(Node, kw_only=True):
    """A Prometheus whose configuration a tool writes: a resource of the operator, or the values of a chart."""

    hook: ClassVar[str] = "check_operated_prometheus"
    scrape_interval: Text | None
    """That of all jobs that say nothing; where it is not given, another file may give it."""

    evaluation_interval: Text | None

    @property
    def scrape_seconds(self) -> float | None:
        """The scrape interval; None where it is not known."""
        return seconds(self.scrape_interval.value) if self.scrape_interval else None

    @property
    def evaluation_seconds(self) -> float | None:
        """The evaluation interval; None where it is not known."""
        return seconds(self.evaluation_interval.value) if self.evaluation_interval else None


class ScrapeResource(Node, kw_only=True):
    """
    What becomes scrape jobs of a Prometheus that is configured elsewhere.

    A resource of the operator (ServiceMonitor, PodMonitor, Probe, ScrapeConfig), or a list of jobs in Prometheus' own
    words that a resource or a chart includes.
    """

    hook: ClassVar[str] = "check_scrape_resource"
    kind: str
    spelling: Spelling
    settings: Setting
    """Its `spec`, or the list."""

    unknown: tuple[UnknownKey, ...]
    jobs: tuple[ScrapeJob, ...]


class Refused(Record):
    """Something that a reader refuses to load: where, why, and what it takes instead."""

    at: Text
    problem: str
    cure: str


class Probe(Node, kw_only=True):
    """A module of blackbox_exporter: a way to ask a target whether it is well."""

    hook: ClassVar[str] = "check_probe"
    name: Text
    prober: Text | None
    timeout: Text | None
    blocks: tuple[Text, ...]
    """The keys of the protocols that it configures: `http`, `tcp`, `dns`, `icmp`, `grpc`, `unix`, `websocket`."""

    requires_tls: bool
    refuses_tls: bool
    skips_verification: Text | None
    """The value of `insecure_skip_verify` where it is true."""

    problems: tuple[Refused, ...] = ()
    """What blackbox_exporter refuses to load."""
