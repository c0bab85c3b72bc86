"""The place at which a file imports a tracer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...finding import Location
from ...nodes import Language, Tracing
from ...region import Text

_TRACERS = re.compile(
    r"""^[^\n]*(?:from|import|require\()\s*(['"])(?P<path>@opentelemetry/(?:api|sdk-(?:node|trace)[\w-]*)|dd-trace|@vercel/otel)[\w/-]*\1""",
    re.MULTILINE,
)
_API_NAMES = re.compile(r"\b(?:trace|tracer|getTracer|context|propagation)\b")


def tracing_in(text: Text) -> Iterator[Tracing]:
    """The place at which a file imports a tracer, if it does."""
    for match in _TRACERS.finditer(text.value):
        if match["path"] == "@opentelemetry/api" and not _API_NAMES.search(match[0]):
            continue
        region = text.region(match.start("path"), match.end("path"))
        line = region.start.line
        library = "opentelemetry" if match["path"] != "dd-trace" else "ddtrace"
        yield Tracing(
            at=Location(text.source, None, region), lines=(line, line), language=Language.TYPESCRIPT, library=library
        )
        return
