"""
The text that a target exposes, as fixtures and the textfile collector keep it: `*.prom` and `*.txt`.

prometheus.io/docs/instrumenting/exposition_formats; OpenMetrics ends with `# EOF`.
Only the types are read: they say which metrics are counters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..finding import Location
from ..nodes import ExposedMetric, Node
from ..region import Text

KIND = "exposition"

_TYPES = r"counter|gauge|histogram|gaugehistogram|summary|info|stateset|unknown|untyped"
_TYPE = re.compile(rf'^#[ \t]+TYPE[ \t]+(?P<name>"[^"\n]+"|[^\s"]+)[ \t]+(?P<type>{_TYPES})[ \t]*\r?$', re.MULTILINE)
_MARK = re.compile(rb"^#[ \t]+TYPE[ \t]", re.MULTILINE)
_END = re.compile(r"^# EOF\s*\Z", re.MULTILINE)


def looks_exposed(data: bytes) -> bool:
    """Whether a file tells the type of a metric."""
    return _MARK.search(data) is not None


def metrics_in(text: Text) -> Iterator[Node]:
    """Every metric whose type a text tells."""
    open_metrics = _END.search(text.value) is not None
    for match in _TYPE.finditer(text.value):
        start, end = match.span("name")
        quoted = text.value[start] == '"'
        name = text.cut(start + quoted, end - quoted)
        region = name.region()
        line = region.start.line
        at = Location(text.source, f"metric {name.value}", region)
        yield ExposedMetric(at=at, lines=(line, line), name=name, type=match["type"], open_metrics=open_metrics)
