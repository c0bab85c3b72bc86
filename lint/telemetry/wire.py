"""What the server sees of an instrument, or of what a target exposes: the names of its series."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from ..nodes import Api, ExposedMetric, Instrument

Kind = Literal["counter", "gauge", "unknown"]
"""How a series moves: a counter only up, until it restarts."""

_SUFFIXES = {
    "s": "seconds",
    "ms": "milliseconds",
    "us": "microseconds",
    "ns": "nanoseconds",
    "min": "minutes",
    "h": "hours",
    "d": "days",
    "By": "bytes",
    "KiBy": "kibibytes",
    "MiBy": "mebibytes",
    "kBy": "kilobytes",
    "MBy": "megabytes",
    "1": "ratio",
    "%": "percent",
    "Cel": "celsius",
}
UNITS = frozenset(_SUFFIXES.values())
"""What exporters put behind a name for its unit."""


def series_of(instrument: Instrument) -> Iterator[tuple[str, Kind]]:
    """
    Every name that series of an instrument may have, and how each moves; none where its own name is not known.

    Exporters add units and `_total` or do not, as they are configured, so an instrument has several possible names.
    """
    if instrument.name:
        yield from _exposed(instrument, instrument.name)


def series_exposed(metric: ExposedMetric) -> Iterator[tuple[str, Kind]]:
    """The names of the series of a metric whose type an exposition tells, and how each moves."""
    name = metric.name.value
    match metric.type:
        case "counter":
            yield (f"{name.removesuffix('_total')}_total" if metric.open_metrics else name), "counter"
        case "gauge" | "stateset":
            yield name, "gauge"
        case "info":
            yield f"{name.removesuffix('_info')}_info", "gauge"
        case "histogram" | "summary":
            yield name, "unknown"
            parts = ("count", "sum", "bucket") if metric.type == "histogram" else ("count", "sum")
            yield from ((f"{name}_{part}", "counter") for part in parts)
        case _:
            yield name, "unknown"


def sanitized(name: str) -> str:
    """As OpenTelemetry's exporters spell a name for Prometheus: `http.server.duration` as `http_server_duration`."""
    if name.startswith("__"):
        return name
    return re.sub(r"_{2,}", "_", re.sub(r"[^A-Za-z0-9_:]", "_", name)).strip("_")


def exposed(name: str) -> str:
    """The name that Prometheus sees of an instrument, without what the exposition adds."""
    return re.sub(r"[^a-zA-Z0-9_:]", "_", name).removesuffix("_total")


def _exposed(instrument: Instrument, name: str) -> Iterator[tuple[str, Kind]]:
    bases = list(_bases(instrument, sanitized(name)))
    for base in bases:
        match instrument.kind:
            case "counter":
                plain = base.removesuffix("_total")
                yield from ((plain, "counter"), (f"{plain}_total", "counter"), (f"{plain}_created", "gauge"))
            case "histogram" | "summary":
                yield base, "unknown"
                yield from ((f"{base}_{part}", "counter") for part in ("count", "sum"))
                yield f"{base}_created", "gauge"
                if instrument.kind == "histogram":
                    yield f"{base}_bucket", "counter"
            case "info":
                yield from ((base, "gauge"), (f"{base.removesuffix('_info')}_info", "gauge"))
            case "gauge" | "updowncounter" | "enum":
                yield base, "gauge"
            case _:
                yield from ((base, "unknown"), (f"{base}_total", "unknown"))


def _bases(instrument: Instrument, name: str) -> Iterator[str]:
    yield name
    unit = _SUFFIXES.get(instrument.unit or "", sanitized(instrument.unit or ""))
    if unit and not name.endswith(f"_{unit}"):
        yield f"{name.removesuffix('_total')}_{unit}"
    if instrument.api is Api.STATSD:
        yield re.sub(r"_total$", "", name)
