"""What is thrown away before it is stored: by jobs, on the way to another store, and in a collector."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from ...lint import Location, Project, promql, re2
from ...lint.nodes import (
    Api,
    CollectorConfig,
    Component,
    ComponentKind,
    Instrument,
    Pipeline,
    PrometheusConfig,
    Relabel,
    ScrapeJob,
    Setting,
)
from ...lint.record import Record, replace
from ...lint.region import Text
from ...lint.telemetry.conditions import Verdict, any_of, holds, negated
from ...lint.telemetry.relabel import fate, removes, source_of
from ...lint.telemetry.wire import UNITS, sanitized, series_of

# What makes a pattern match names that nobody has written.
_WILDCARD = re.compile(r"\.[*+?{]|[*+\[]|\\[A-Za-z]")
_PARTS = re.compile(r"_(?:total|bucket|sum|count|created)$")
_IDLE = frozenset(("debug", "logging", "nop"))
_STRICT = re.compile(r'(?:metric\.)?name\s*(==|!=)\s*"([^"\\]*)"')
_MATCH = re.compile(r'IsMatch\s*\(\s*(?:metric\.)?name\s*,\s*"((?:[^"\\]|\\.)*)"\s*\)')
_CONDITIONS = (("metrics", "metric"), ("metrics", "datapoint"), ("metric_conditions",))


class Loss(Record):
    """What a selector asks for and never gets."""

    what: str
    word: promql.Word | promql.Selector
    at: Location
    cure: str
    certain: bool


class Asked(Record):
    """What a selector asks for: its metric, the labels that it fixes, and the instruments that may make the metric."""

    selector: promql.Selector
    fixed: Mapping[str, str]
    made_as: tuple[str, ...] = ()
    """What the source calls the metric, where it makes it."""

    is_sent: bool = False
    """Whether OpenTelemetry makes it, so that it goes through a collector by the names that the source has for it."""

    @property
    def metric(self) -> str:
        """The name of its series."""
        return self.fixed["__name__"]


def asked_by(selector: promql.Selector, makers: Mapping[str, Sequence[Instrument]]) -> Asked:
    """What a selector with a metric asks for."""
    fixed = {
        matcher.label.value: matcher.value.value
        for matcher in selector.matchers
        if matcher.op.value == "=" and not (matcher.label.templated or matcher.value.templated)
    }
    metric = selector.metric or ""
    made = makers.get(metric, ())
    names = tuple(one.name for one in made if one.name)
    is_sent = bool(made) and all(one.api is Api.OPENTELEMETRY for one in made)
    return Asked(selector, {**fixed, "__name__": metric}, names, is_sent)


def makers_of(project: Project) -> Mapping[str, list[Instrument]]:
    """The source's instruments, by the names of their series."""
    found: dict[str, list[Instrument]] = {}
    for instrument in project.all(Instrument):
        for series, _ in series_of(instrument):
            found.setdefault(series, []).append(instrument)
    return found


def in_jobs(asked: Asked, jobs: Sequence[ScrapeJob], *, all_known: bool) -> Loss | None:
    """
    What jobs throw away.

    Where these are all jobs that there are (`all_known`), one that drops a metric by its name is enough for a doubt;
    else all of them must drop it.
    """
    wanted = asked.fixed.get("job")
    able = [job for job in jobs if None in (wanted, job.label) or wanted == job.label]
    able = [job for job in able if not job.is_probe or asked.metric.startswith("probe_")]
    found = [(job, loss) for job in able if (loss := _in_job(asked, job)) is not None]
    if not found:
        return None
    job, (step, what, word) = found[0]
    everywhere = len(found) == len(able)
    if not everywhere and not (all_known and _is_literal(step)):
        return None
    at = job.place(step.regex) if step.regex is not None else job.at
    cure = f"keep it in `{job.spelling.of('metric_relabel_configs')}`, or read something else"
    return Loss(f"{what} by the job `{job.name.value}`", word, at, cure, everywhere)


_Dropped = tuple[Relabel, str, promql.Word | promql.Selector]


def _in_job(asked: Asked, job: ScrapeJob) -> _Dropped | None:
    fixed = {**asked.fixed, **({"job": job.label} if job.label is not None else {})}
    after = fate(job.metric_relabels, fixed)
    if after.dropped_by is not None and source_of(after.dropped_by, fixed) is not None:
        return after.dropped_by, f"`{asked.metric}` is dropped", asked.selector.name or asked.selector
    for matcher in asked.selector.matchers:
        name = matcher.label.value
        # A matcher that the empty value satisfies still finds the series.
        asks = matcher.op.value == "=" and matcher.value.value and not matcher.value.templated
        step = next((one for one in job.metric_relabels if removes(one, name)), None) if asks else None
        if step is not None and name != "job":
            return step, f"label `{name}` is taken from `{asked.metric}`", matcher.label
    return None


def _is_literal(step: Relabel) -> bool:
    return step.regex is not None and _WILDCARD.search(step.regex.value) is None


def in_remote_write(asked: Asked, config: PrometheusConfig) -> Loss | None:
    """What every endpoint of a server refuses that evaluates nothing itself: its samples are read elsewhere."""
    if config.rule_files or config.alertmanagers or not config.writes or not config.is_whole:
        return None
    steps = [fate(endpoint, asked.fixed).dropped_by for endpoint in config.writes]
    first = steps[0]
    if first is None or first.regex is None or None in steps or not _is_literal(first):
        return None
    word = asked.selector.name or asked.selector
    what = f"`{asked.metric}` is not sent on by `remote_write`"
    return Loss(what, word, config.place(first.regex), "keep it in `write_relabel_configs`", False)


def may_drop(config: CollectorConfig, jobs: Sequence[ScrapeJob]) -> bool:
    """Whether anything in a collector drops metrics at all."""
    for component in config.components:
        if component.canonical == "filter" and component.kind is ComponentKind.PROCESSOR:
            return True
        if any(job.metric_relabels and _stands_in(job, component) for job in jobs):
            return True
    return False


def in_collector(asked: Asked, config: CollectorConfig, jobs: Sequence[ScrapeJob]) -> Loss | None:
    """What every way of metrics through a collector throws away; `jobs` are those of its receivers."""
    connectors = {component.identity for component in config.of_kind(ComponentKind.CONNECTOR)}
    ways = [
        pipeline
        for pipeline in config.pipelines
        if pipeline.signal == "metrics"
        and any(one.canonical not in _IDLE and one.identity not in connectors for one in pipeline.exporters or ())
    ]
    losses = [_in_pipeline(asked, config, pipeline, jobs) for pipeline in ways]
    if config.partial or not losses or None in losses:
        return None
    return losses[0]


def _in_pipeline(asked: Asked, config: CollectorConfig, pipeline: Pipeline, jobs: Sequence[ScrapeJob]) -> Loss | None:
    processors = [config.component(reference, ComponentKind.PROCESSOR) for reference in pipeline.processors or ()]
    for index, component in enumerate(processors):
        if component is None or component.canonical != "filter":
            continue
        # What is left out may still come past the collector, where something is scraped.
        stated = _filtered(replace(asked, is_sent=False), component)
        text = stated or _filtered(asked, component)
        if text is None:
            continue
        if any(later is not None and _names(later, asked.metric) for later in processors[index + 1 :]):
            return None
        what = f"`{asked.metric}` is dropped by the processor `{component.id}`"
        word = asked.selector.name or asked.selector
        certain = stated is not None or all(_is_received(job, config) for job in jobs)
        return Loss(what, word, component.place(text), "keep it there, or read something else", certain)
    receivers = [config.component(reference, ComponentKind.RECEIVER) for reference in pipeline.receivers or ()]
    own: list[ScrapeJob] = []
    for receiver in receivers:
        if receiver is None or receiver.canonical != "prometheus" or receiver.settings.entry("target_allocator"):
            return None
        own += [job for job in jobs if _stands_in(job, receiver)]
    return in_jobs(asked, own, all_known=False)


def _stands_in(job: ScrapeJob, component: Component) -> bool:
    first, last = component.lines
    return job.at.source == component.at.source and first <= job.lines[0] <= last


def _is_received(job: ScrapeJob, config: CollectorConfig) -> bool:
    return any(_stands_in(job, receiver) for receiver in config.of_kind(ComponentKind.RECEIVER))


def _names(component: Component, metric: str) -> bool:
    """Whether a later step may make a metric of that name again."""
    if component.canonical not in ("metrics_transform", "transform"):
        return False
    texts = (text for entry in component.settings.walk() for text in _texts_of(entry.value.text, entry.value.elements))
    base = sanitized(_PARTS.sub("", metric))
    return any("$" in text.value or base in sanitized(text.value) for text in texts)


def _texts_of(text: Text | None, elements: Sequence[object]) -> Iterator[Text]:
    if text is not None:
        yield text
    for element in elements:
        inner = getattr(element, "text", None)
        if isinstance(inner, Text):
            yield inner


def _filtered(asked: Asked, component: Component) -> Text | None:
    """The name, pattern or condition of a `filter` by which it drops what is asked for."""
    excluded = _listed(asked, component.settings.get("metrics", "exclude"))
    included = _listed(asked, component.settings.get("metrics", "include"))
    for text, verdict in excluded:
        if verdict:
            return text
    if included and any_of(verdict for _, verdict in included) is False:
        return included[0][0]
    conditions = (text for path in _CONDITIONS for text in component.settings.texts_at(*path))
    return next((text for text in conditions if holds(_plain(text), partial(_decided, asked))), None)


def _listed(asked: Asked, names: Setting | None) -> list[tuple[Text, Verdict]]:
    """The names of a list, and whether each is that of the metric; nothing where more than the name decides."""
    if names is None or not {entry.key.value for entry in names.entries} <= {"match_type", "metric_names"}:
        return []
    kind = names.text_at("match_type")
    test = {"strict": _becomes, "regexp": _matches}.get(kind.value if kind is not None else "")
    if test is None:
        return []
    return [(text, None if "$" in text.value else test(asked, text.value)) for text in names.texts_at("metric_names")]


def _plain(condition: Text) -> str:
    """A condition; nothing, which holds of nothing, where a variable stands in it."""
    return "" if "$" in condition.value else condition.value.strip()


def _decided(asked: Asked, condition: str) -> Verdict:
    """What is known of a condition that asks for the name."""
    strict, match = _STRICT.fullmatch(condition), _MATCH.fullmatch(condition)
    if strict is not None:
        verdict = _becomes(asked, strict[2])
        return verdict if strict[1] == "==" else negated(verdict)
    return _matches(asked, match[1].replace('\\"', '"').replace("\\\\", "\\")) if match is not None else None


def _becomes(asked: Asked, name: str) -> Verdict:
    """Whether a metric of a collector becomes the one that is asked for."""
    if asked.made_as:
        return name in asked.made_as or (False if asked.is_sent else None)
    # To a collector a histogram is one metric: it has none called `…_bucket`.
    if _PARTS.search(name) is not None and not name.endswith("_total"):
        return None
    plain = sanitized(name).removesuffix("_total")
    series = _PARTS.sub("", asked.metric)
    same = series == plain or (series.startswith(f"{plain}_") and series[len(plain) + 1 :] in UNITS)
    return same or None


def _matches(asked: Asked, pattern: str) -> Verdict:
    """Whether a pattern, which a collector does not anchor, matches the names that the source has for the metric."""
    if not asked.made_as or not isinstance(re2.regex(pattern), re2.Regex):
        return None
    try:
        found = [re.search(pattern, name) is not None for name in asked.made_as]
    except re.error:
        return None
    return True if all(found) else False if asked.is_sent and not any(found) else None
