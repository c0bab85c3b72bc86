"""The words by which source that has to do with telemetry is told from source that has not, before any parsing."""

from __future__ import annotations

import re

from .borrowed import borrows
from .clients import uses_client
from .gate import Gate

# A file that makes or measures a metric, or logs, names a library, or calls a method that nothing else has.
_TELEMETRY = re.compile(
    rb"prometheus|opentelemetry|statsd|datadog|ddtrace|markus|structlog|loguru|asgi_correlation_id"
    rb"|\blogging\b|\.labels\(|\bStats\.|ray\.util\.metrics"
    rb"|(?<![A-Za-z0-9])(?:log(?:ger)?|LOG(?:GER)?)\.(?:debug|info|warn|warning|error|exception|critical|log|fatal|success)\("
)

_LOG_METHODS = "debug|info|warn|warning|error|exception|critical|fatal|success|log"
# A body without any of these neither measures nor starts a span, whatever the names in it are bound to. Loggers have an
# `info` too, the clock a `time`, events a `set`, sets an `add` of one thing, and routes tags without values.
MEASURES = re.compile(
    r"\.(?:labels|inc|dec|observe|count_exceptions|track_inprogress|add_metric|set_to_current_time|state|record)\s*\("
    r"|(?<![lL]og)(?<![lL]ogger)(?<!LOG)(?<!LOGGER)(?<!logging)\.info\s*\(|(?<!\btime)\.time\s*\(|\.set\s*\((?!\s*\))"
    r"|\.add\s*\(\s*(?:[-\d#]|(?:[^()\n]|\([^()\n]*\))*,|len\()"
    r"|\b(?:Counter|Gauge|Histogram|Summary|Info|Enum|Observation|\w+MetricFamily)\s*\("
    r"|\bcreate_(?:counter|histogram|gauge|up_down_counter|observable_\w+)\s*\(|\bget_meter\w*\s*\("
    r"|\bstart_(?:as_current_)?span\s*\(|\bupdate_name\s*\("
    r"|[Ss]tatsd?\b|\b[Ss]tats\.|\bmetrics?\.(?!(?:get|items|keys|values|append|extend|update|pop|copy|setdefault)\b)\w+\s*\("
    r"|\battributes\s*=|\btags\s*=(?!\s*\[\s*(?:\"[^\"\n:]*\"|'[^'\n:]*'|[\w.]+)\s*\])"
    r"|\b(?:incr|decr|increment|decrement|timing)\s*\("
)
LOGS = re.compile(
    rf"\.(?:{_LOG_METHODS})\s*\(|\b(?:logging|structlog|loguru|logger|getLogger|get_logger|LoggingInstrumentor|LoggingHandler|_logs)\b"
    r"|asgi_correlation_id|ddtrace|contextvars|setFormatter|addFilter|\bprint\s*\("
)
METRICS_FILE = Gate(
    r"prometheus|opentelemetry|statsd|datadog|markus|\.labels\s*\(|\bStats\.|ray\.util\.metrics",
    *("prometheus", "opentelemetry", "statsd", "datadog", "markus", ".labels", "Stats.", "ray.util.metrics"),
)


def relevant(data: bytes) -> bool:
    """Whether a file says anything of telemetry: most files of a repository do not."""
    return has_telemetry(data) or uses_client(data) or borrows(data)


def has_telemetry(data: bytes) -> bool:
    """Whether a file is worth parsing: one that only calls a client library is not."""
    return _TELEMETRY.search(data) is not None
