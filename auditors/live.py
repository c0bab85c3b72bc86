"""A live system: the questions that auditors ask, and the door that answers them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from ..lint import Location
from ..lint.record import Record
from . import alertmanager, answers
from .alertmanager import ALERTMANAGER, FiringAlert, Routing, Silence
from .answers import BuildInfo, Histogram, Json, LoadedGroup, Runtime, Sample, Series, Target, Tsdb
from .budget import Budget
from .errors import Malformed, Truncated, Unsupported

T = TypeVar("T")

LOKI = "loki/"
"""What the path of a question to Loki begins with; its answers have the form of Prometheus'."""


class Question(Record):
    """
    A question to the HTTP API of Prometheus: a path below `/api/v1/` and its parameters.

    It holds nothing of the moment (a range query has its length in seconds, `range`, and ends now),
    so that a snapshot can answer it later.
    """

    path: str
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """The question in one readable line, by which snapshots know it."""
        return "?".join(filter(None, (self.path, "&".join(f"{name}={value}" for name, value in self.parameters))))


class Answer(Record):
    """The `data` of an answer as it came, and the warnings beside it."""

    data: Json
    warnings: tuple[str, ...] = ()

    @property
    def partial(self) -> str | None:
        """The warning that says that something is missing; None when the answer is whole."""
        return next((text for text in self.warnings if "truncated" in text.lower() or "partial" in text.lower()), None)


class Live(ABC):
    """
    A live system, asked through one door.

    An implementation answers `ask`, or raises a `LiveError`; the typed questions are the same for
    all. An answer that is partial or has another form than documented is an error: it is neither
    «clean» nor «missing».
    """

    name: str
    """How findings call the system, as in `prometheus:<name>`."""

    now: datetime
    """When the questions are asked, or were."""

    budget: Budget | None = None
    """What a run may cost; None where nothing is to be spared."""

    def done(self) -> None:  # noqa: B027 -- most have nothing to do
        """Called when a run has come to its end."""

    @property
    def head(self) -> tuple[tuple[str, str], ...]:
        """Facts about the system for the report's head."""
        return ()

    @abstractmethod
    def ask(self, question: Question) -> Answer:
        """The answer to any question; raises a `LiveError` where there is none."""

    def place(self, subject: str) -> Location:
        """The location of something in this system: it has a name, and no text."""
        return Location(f"prometheus:{self.name}", subject, None)

    def query(self, expression: str) -> tuple[Sample, ...]:
        """The vector that an expression gives now."""
        return self._read(Question("query", (("query", expression),)), answers.samples)

    def query_histograms(self, expression: str) -> tuple[Histogram, ...]:
        """The native histograms that an expression gives now."""
        return self._read(Question("query", (("query", expression),)), answers.histograms)

    def log_query(self, expression: str) -> tuple[Sample, ...]:
        """The vector that an expression in LogQL gives now, from the Loki beside the server."""
        return self._read(Question(f"{LOKI}query", (("query", expression),)), answers.samples)

    def silences(self) -> tuple[Silence, ...]:
        """The silences that are not over, from the Alertmanager beside the server."""
        return self._read(Question(f"{ALERTMANAGER}silences"), alertmanager.silences)

    def firing(self) -> tuple[FiringAlert, ...]:
        """The alerts that fire, suppressed or not, from the Alertmanager beside the server."""
        return self._read(Question(f"{ALERTMANAGER}alerts"), alertmanager.alerts)

    def routing(self) -> Routing:
        """The receivers of the configuration that Alertmanager runs with."""
        return self._read(Question(f"{ALERTMANAGER}status"), alertmanager.routing)

    def query_range(self, expression: str, length: int, step: int) -> tuple[Series, ...]:
        """The values of an expression over the last `length` seconds, one every `step` seconds."""
        parameters = (("query", expression), ("range", str(length)), ("step", str(step)))
        return self._read(Question("query_range", parameters), answers.series)

    def label_names(self, selector: str) -> tuple[str, ...]:
        """The labels of the series that a selector finds."""
        return self._read(Question("labels", (("match[]", selector),)), answers.names)

    def label_values(self, label: str, *selectors: str) -> tuple[str, ...]:
        """The values of a label on the series that any of the selectors finds."""
        parameters = tuple(("match[]", selector) for selector in selectors)
        return self._read(Question(f"label/{label}/values", parameters), answers.names)

    def tsdb_status(self) -> Tsdb:
        """What the storage says about its series; costs no query."""
        try:
            # Prometheus calls the length of the lists `limit`, VictoriaMetrics `topN`.
            return self._read(Question("status/tsdb", (("limit", "20"), ("topN", "20"))), answers.tsdb)
        except Unsupported:
            if "Mimir" not in self.build_info().application:
                raise
        names = (("label_names[]", "__name__"), ("limit", "20"))
        return self._read(Question("cardinality/label_values", names), answers.mimir_cardinality)

    def targets(self) -> tuple[Target, ...]:
        """The active targets; costs no query."""
        return self._read(Question("targets", (("state", "active"),)), answers.targets)

    def scrape_pools(self) -> tuple[str, ...]:
        """The jobs of the server's configuration (Prometheus 2.42); costs no query."""
        return self._read(Question("scrape_pools"), answers.pools)

    def rules(self) -> tuple[LoadedGroup, ...]:
        """The rule groups that the server has loaded; costs no query."""
        return self._read(Question("rules", (("exclude_alerts", "true"),)), answers.groups)

    def metric_names(self) -> tuple[str, ...]:
        """The name of every metric in the index; costs no query."""
        return self._read(Question("label/__name__/values"), answers.names)

    def metadata(self) -> Mapping[str, str]:
        """The type of each metric that is scraped, where all targets agree; costs no query."""
        return self._read(Question("metadata", (("limit_per_metric", "3"),)), answers.types)

    def build_info(self) -> BuildInfo:
        """What the server says it is; costs no query."""
        return self._read(Question("status/buildinfo"), answers.build_info)

    def runtime(self) -> Runtime:
        """How the server runs; costs no query."""
        return self._read(Question("status/runtimeinfo"), answers.runtime)

    def _read(self, question: Question, parse: Callable[[Json], T]) -> T:
        answer = self.ask(question)
        if answer.partial is not None:
            raise Truncated(f"the answer to `{question.path}` is partial: {answer.partial}")
        try:
            return parse(answer.data)
        except answers.MALFORMED:
            raise Malformed(f"the answer to `{question.path}` has not the form that Prometheus documents") from None
