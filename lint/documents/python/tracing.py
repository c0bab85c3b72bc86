"""The place at which a file imports a tracer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...finding import Location
from ...nodes import Language, Tracing
from ...region import Text
from .gate import Gate

_TRACERS = Gate(
    r"^[ \t]*(?:from|import)[ \t]+"
    r"(?P<path>opentelemetry\.(?:trace|sdk\.trace|instrumentation)[\w.]*|ddtrace|elasticapm)"
    r"|^[ \t]*from[ \t]+(?P<package>opentelemetry)[ \t]+import[ \t]+[^\n]*\btrace\b",
    *("opentelemetry", "ddtrace", "elasticapm"),
    flags=re.MULTILINE,
)


def tracing_in(text: Text) -> Iterator[Tracing]:
    """The place at which a file imports a tracer, if it does."""
    match = _TRACERS.search(text.value)
    if match is None:
        return
    group = "path" if match["path"] else "package"
    region = text.region(match.start(group), match.end(group))
    line = region.start.line
    library = match[group].partition(".")[0]
    yield Tracing(
        at=Location(text.source, f"tracing {library}", region),
        lines=(line, line),
        language=Language.PYTHON,
        library=library,
    )
