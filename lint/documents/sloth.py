"""sloth: `version: prometheus/v1`, the `PrometheusServiceLevel` resource, and `AlertWindows` (sloth.dev)."""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Location
from ..nodes import AlertWindow, AlertWindows, Dialect, Node, Part, Slo, SloDialect
from ..telemetry.duration import seconds
from .objectives import percentage, queries
from .steps import at, elements, text_at
from .tree import Tree

# The file's spelling and the resource's.
_QUERIES = (
    (Part.BAD, "events", ("error_query", "errorQuery")),
    (Part.TOTAL, "events", ("total_query", "totalQuery")),
    (Part.ERROR_SHARE, "raw", ("error_ratio_query", "errorRatioQuery")),
)


def holds(tree: Tree) -> bool:
    """Whether this document is a specification of sloth, or a choice of windows for its alerts."""
    version, kind = tree.text_at("version"), tree.text_at("kind")
    if version is not None and version.value.startswith("prometheus/v"):
        return tree.get("slos") is not None
    return (
        kind is not None and kind.value in ("PrometheusServiceLevel", "AlertWindows") and tree.get("spec") is not None
    )


def slos_in(tree: Tree, source: str) -> Iterator[Node]:
    """The objectives of a specification, or the windows."""
    kind, spec = tree.text_at("kind"), tree.get("spec") or tree
    if kind is not None and kind.value == "AlertWindows":
        yield from _windows(spec, source)
        return
    service = spec.text_at("service")
    for entry in elements(spec.get("slos")):
        name = entry.text_at("name")
        if name is None:
            continue
        subject = f"slo {name.value}"
        texts = ((part, text_at(entry, "sli", kind, key)) for part, kind, keys in _QUERIES for key in keys)
        yield Slo(
            at=Location(source, subject, name.region()),
            lines=entry.lines,
            dialect=SloDialect.SLOTH,
            name=name,
            service=service.value if service is not None else None,
            description=entry.text_at("description"),
            target=percentage(entry.get("objective")),
            # The window is a setting of the generator.
            window=None,
            window_seconds=None,
            queries=queries(texts, subject, entry.lines, _dialect(spec)),
            # They can only be switched off by saying so.
            makes_alerts=True,
        )


def _dialect(spec: Tree) -> Dialect:
    """MetricsQL, where a plugin says so."""
    plugins = spec.get("slo_plugins") or spec.get("sloPlugins")
    named = (plugin.text_at("id") for plugin in elements(at(plugins, "chain")))
    victoria = any(name is not None and "victoria_metrics" in name.value for name in named)
    return Dialect.METRICSQL if victoria else Dialect.PROMQL


def _windows(spec: Tree, source: str) -> Iterator[AlertWindows]:
    period = spec.text_at("sloPeriod")
    length = seconds(period.value) if period is not None else None
    if period is None or length is None:
        return
    pairs = (_pair(at(spec, kind, speed)) for kind in ("page", "ticket") for speed in ("quick", "slow"))
    yield AlertWindows(
        at=Location(source, f"alert windows {period.value}", period.region()),
        lines=spec.lines,
        period=length,
        windows=tuple(pair for pair in pairs if pair is not None),
    )


def _pair(tree: Tree | None) -> AlertWindow | None:
    percent, short, long = (text_at(tree, key) for key in ("errorBudgetPercent", "shortWindow", "longWindow"))
    lengths = [seconds(text.value) if text is not None else None for text in (short, long)]
    try:
        cost = float(percent.value) / 100 if percent is not None else None
    except ValueError:
        return None
    if cost is None or lengths[0] is None or lengths[1] is None:
        return None
    return AlertWindow(cost, lengths[0], lengths[1])
