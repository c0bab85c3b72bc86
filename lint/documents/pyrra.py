"""pyrra's `ServiceLevelObjective` (github.com/pyrra-dev/pyrra)."""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Location
from ..nodes import Node, Part, Slo, SloDialect
from ..region import Text
from .objectives import length, percentage, queries, wrapped
from .steps import at, text_at
from .tree import Tree

# pyrra takes bare selectors of counters, and makes the rates of them itself.
_COUNTERS = (
    (Part.BAD, ("ratio", "errors", "metric")),
    (Part.TOTAL, ("ratio", "total", "metric")),
    (Part.GOOD, ("latency", "success", "metric")),
    (Part.TOTAL, ("latency", "total", "metric")),
    (Part.TOTAL, ("latencyNative", "total", "metric")),
)
_GAUGES = (("bool_gauge", "metric"), ("boolGauge", "metric"))


def holds(tree: Tree) -> bool:
    """Whether this document is an objective of pyrra."""
    kind, version = tree.text_at("kind"), tree.text_at("apiVersion")
    is_pyrra = version is not None and version.value.startswith("pyrra.dev/")
    return is_pyrra and kind is not None and kind.value == "ServiceLevelObjective"


def slos_in(tree: Tree, source: str) -> Iterator[Node]:
    """The one objective of a resource."""
    name, spec = text_at(tree, "metadata", "name"), tree.get("spec")
    if name is None or spec is None:
        return
    subject = f"slo {name.value}"
    window = spec.text_at("window")
    yield Slo(
        at=Location(source, subject, name.region()),
        lines=tree.lines,
        dialect=SloDialect.PYRRA,
        name=name,
        service=None,
        description=spec.text_at("description"),
        target=percentage(spec.get("target")),
        window=window,
        window_seconds=length(window),
        queries=queries(_texts(at(spec, "indicator")), subject, tree.lines),
        makes_alerts=True,
    )


def _texts(indicator: Tree | None) -> Iterator[tuple[Part, Text | None]]:
    for part, path in _COUNTERS:
        text = text_at(indicator, *path)
        if text is not None:
            yield part, wrapped("rate(", text, "[5m])")
    for gauge in _GAUGES:
        yield Part.RAW, text_at(indicator, *gauge)
