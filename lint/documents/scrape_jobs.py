"""Scrape jobs in whosever words they are written: Prometheus' own, or those of the operator's resources."""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Location
from ..nodes import Relabel, ScrapeJob, Spelling
from ..record import Record
from ..region import Text
from ..telemetry import vmagent
from ..telemetry.duration import seconds
from .steps import elements
from .tree import Tree

_LIMITS = ("sample_limit", "label_limit", "label_name_length_limit", "label_value_length_limit", "target_limit")


class JobReader(Record):
    """Makes the jobs of one document, with what it says for all of them."""

    source: str
    spelling: Spelling = Spelling.PROMETHEUS
    interval: float | None = None
    """Seconds between the scrapes of a job that says nothing; None where another file says that."""

    timeout: float | None = None
    limits: frozenset[str] = frozenset()
    doubled: bool = False
    """Whether a dollar is written twice, as a collector wants it."""

    def job(
        self,
        tree: Tree,
        name: Text,
        at: Location,
        label: str | None,
        *,
        relabels: tuple[Relabel, ...] | None = None,
        targets: tuple[Text, ...] | None = None,
        modules: tuple[Text, ...] | None = None,
        path: Text | None = None,
        default_path: str = "/metrics",
    ) -> ScrapeJob:
        """The job that stands in a mapping; what is handed over stands elsewhere in the document."""
        spelled = self.spelling.of
        interval, timeout = tree.text_at(spelled("scrape_interval")), tree.text_at(spelled("scrape_timeout"))
        length = length_of(interval) or (self.interval if interval is None else None)
        path, scheme = path or tree.text_at(spelled("metrics_path")), tree.text_at("scheme")
        params, honors = tree.get("params"), tree.text_at(spelled("honor_labels"))
        asked = params.get("module") if params is not None else None
        return ScrapeJob(
            at=at,
            lines=tree.lines,
            name=name,
            label=self._label(tree, label),
            spelling=self.spelling,
            interval=interval,
            interval_seconds=length,
            timeout=timeout,
            timeout_seconds=self._timeout(timeout, length),
            honors_labels=honors is not None and honors.value == "true",
            metrics_path=path.value if path is not None and path.value else default_path,
            scheme=scheme.value.lower() if scheme is not None else "http",
            modules=tuple(texts_in(asked)) if modules is None else modules,
            targets=tuple(_static_targets(tree, self.spelling)) if targets is None else targets,
            relabels=self.relabels(tree.get(spelled("relabel_configs"))) if relabels is None else relabels,
            metric_relabels=self.relabels(tree.get(spelled("metric_relabel_configs"))),
            limits=self.limits_of(tree) | self.limits,
        )

    def _label(self, tree: Tree, otherwise: str | None) -> str | None:
        """The label `job` that targets are given with their addresses comes before the name of the job."""
        groups = [group.get("labels") for group in elements(tree.get(self.spelling.of("static_configs")))]
        given = {group.text_at("job") if group is not None else None for group in groups}
        values = {text.value if text is not None else None for text in given}
        if not values - {None}:
            return otherwise
        return next(iter(values)) if len(values) == 1 else None

    def _timeout(self, timeout: Text | None, interval: float | None) -> float | None:
        if timeout is not None or self.timeout is None:
            return length_of(timeout)
        # Prometheus cuts the default timeout to the interval; one that is set must not exceed it.
        return min(self.timeout, interval) if interval is not None else None

    def relabels(self, tree: Tree | None) -> tuple[Relabel, ...]:
        """The steps of a list, with Prometheus' defaults."""
        return tuple(self._relabel(step) for step in elements(tree))

    def _relabel(self, step: Tree) -> Relabel:
        action, replacement, separator = (step.text_at(key) for key in ("action", "replacement", "separator"))
        # vmagent takes a step with `if` for some series only, and has actions of its own: neither is followed here.
        is_conditional = step.get("if") is not None or (action is not None and action.value in vmagent.ACTIONS)
        return Relabel(
            action="conditional" if is_conditional else action.value.lower() if action is not None else "replace",
            sources=tuple(texts_in(step.get(self.spelling.of("source_labels")))),
            regex=step.text_at("regex"),
            target_label=step.text_at(self.spelling.of("target_label")),
            replacement=self._replacement(replacement.value) if replacement is not None else "$1",
            separator=separator.value if separator is not None else ";",
        )

    def _replacement(self, text: str) -> str:
        return text.replace("$$", "$") if self.doubled else text

    def limits_of(self, tree: Tree) -> frozenset[str]:
        """The limits that a mapping sets, in Prometheus' words."""
        given = ((name, tree.text_at(self.spelling.of(name))) for name in _LIMITS)
        return frozenset(name for name, text in given if text is not None and text.value != "0")


def _static_targets(tree: Tree, spelling: Spelling) -> Iterator[Text]:
    for group in elements(tree.get(spelling.of("static_configs"))):
        yield from texts_in(group.get("targets"))


def texts_in(tree: Tree | None) -> Iterator[Text]:
    """The scalars of a list that may not be there."""
    for element in elements(tree):
        if element.text is not None:
            yield element.text


def length_of(text: Text | None) -> float | None:
    """A duration in seconds; None for what is none."""
    return seconds(text.value) if text is not None else None
