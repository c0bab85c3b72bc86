"""OpenSLO, v1alpha to v2alpha (github.com/OpenSLO/OpenSLO)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import promql
from ..finding import Location
from ..nodes import Indicator, Node, Part, Slo, SloDialect, Target
from ..region import Text
from .objectives import percentage, queries, share
from .steps import at, elements, text_at
from .tree import Tree

_PROMETHEUS = frozenset({"prometheus", "promql", "thanos", "mimir", "cortex", "victoriametrics", "amazonprometheus"})
_QUERY_KEYS = ("query", "promql", "expr")
_REFERENCES = frozenset({"metricsourceref", "datasourceref"})
_DURATION = re.compile(r"(\d+)([mhdw])")
_SECONDS = {"h": 3600.0, "d": 86400.0, "w": 7 * 86400.0}
_UNITS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0, "week": 7 * 86400.0}


def holds(tree: Tree) -> bool:
    """Whether this document is an `SLO` of OpenSLO, or an `SLI` that others refer to."""
    version, kind = tree.text_at("apiVersion"), tree.text_at("kind")
    is_openslo = version is not None and version.value.lower().startswith("openslo")
    return is_openslo and kind is not None and kind.value in ("SLO", "SLI")


def slos_in(tree: Tree, source: str) -> Iterator[Node]:
    """An objective for each entry of `objectives`, or an indicator."""
    name, spec, kind = text_at(tree, "metadata", "name"), tree.get("spec"), text_at(tree, "kind")
    if name is None or spec is None:
        return
    subject = f"slo {name.value}"
    if kind is not None and kind.value == "SLI":
        subject = f"sli {name.value}"
        own = queries(_measured(spec), subject, tree.lines)
        yield Indicator(at=Location(source, subject, name.region()), lines=tree.lines, name=name, queries=own)
        return
    window, seconds = _window(spec)
    service = spec.text_at("service")
    for objective in elements(spec.get("objectives")):
        yield Slo(
            at=Location(source, subject, name.region()),
            lines=tree.lines,
            dialect=SloDialect.OPENSLO,
            name=name,
            service=service.value if service is not None else None,
            description=spec.text_at("description"),
            target=_target(objective),
            window=window,
            window_seconds=seconds,
            queries=queries(_texts(spec, objective), subject, tree.lines),
            makes_alerts=any(True for _ in elements(spec.get("alertPolicies"))),
            indicator=_first(objective, "indicatorRef", "sliRef") or _first(spec, "indicatorRef", "sliRef"),
        )


def _first(tree: Tree, *keys: str) -> Text | None:
    return next((text for key in keys if (text := tree.text_at(key)) is not None), None)


def _target(objective: Tree) -> Target | None:
    given = objective.get("target")
    return share(given) if given is not None else percentage(objective.get("targetPercent"))


def _texts(spec: Tree, objective: Tree) -> Iterator[tuple[Part, Text | None]]:
    # The next version calls it by the name of its kind; parts of a composite objective have their own.
    holders = ((one, key) for one in (objective, spec) for key in ("indicator", "sli"))
    indicator = next((found for one, key in holders if (found := at(one, key, "spec")) is not None), None)
    yield from _measured(indicator, objective.get("ratioMetrics") or objective.get("ratioMetric"))


def _measured(indicator: Tree | None, otherwise: Tree | None = None) -> Iterator[tuple[Part, Text | None]]:
    ratio = at(indicator, "ratioMetric") or otherwise
    for part, key in ((Part.GOOD, "good"), (Part.BAD, "bad"), (Part.TOTAL, "total")):
        yield part, _query(at(ratio, key))
    failing = text_at(ratio, "rawType")
    raw = Part.ERROR_SHARE if failing is not None and failing.value == "failure" else Part.VALUE
    yield raw, _query(at(ratio, "raw"))
    yield Part.RAW, _query(at(indicator, "thresholdMetric"))


def _query(metric: Tree | None) -> Text | None:
    """The query of a metric, if Prometheus is what it asks."""
    origin = at(metric, "metricSource") or metric
    kind = text_at(origin, "type") or text_at(origin, "queryType") or text_at(origin, "source")
    named = {(key.scalar or "").lower() for key, _ in origin.entries()} if origin is not None else set()
    holder = at(origin, "spec") or origin
    query = next((text for key in _QUERY_KEYS if (text := text_at(holder, key)) is not None), None)
    if kind is not None:
        named = {kind.value.lower()}
    if named & _PROMETHEUS:
        return query
    return query if query is not None and named & _REFERENCES and _reads_as_promql(query.value) else None


def _reads_as_promql(query: str) -> bool:
    """Whether a query that asks a source described elsewhere can only be meant for Prometheus."""
    expr = promql.parse(query).expr
    parts = list(promql.walk(expr)) if expr is not None else []
    computed = any(isinstance(part, promql.Call | promql.Aggregation) for part in parts)
    return computed and any(isinstance(part, promql.Selector) and part.metric is not None for part in parts)


def _window(spec: Tree) -> tuple[Text | None, float | None]:
    for window in elements(spec.get("timeWindow")):
        text = window.text_at("duration")
        match = _DURATION.fullmatch(text.value) if text is not None else None
        # `1m` is a minute by the letter, and a month in most calendars.
        return text, (int(match[1]) * _SECONDS[match[2]] if match is not None and match[2] in _SECONDS else None)
    for window in elements(spec.get("timeWindows")):
        count, unit = window.text_at("count"), window.text_at("unit")
        if count is None or unit is None or not count.value.isdigit():
            break
        seconds = _UNITS.get(unit.value.lower())
        return count, (int(count.value) * seconds if seconds is not None else None)
    return None, None
