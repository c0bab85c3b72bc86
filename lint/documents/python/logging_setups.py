"""Set-ups of `logging`: formats, handlers and dictionaries, and what adds fields to every record."""

from __future__ import annotations

import libcst as cst

from ..binding import How
from ..correlation import Verdict, strongest
from .arguments import passed
from .formats import Formats
from .scopes import Site
from .tree import dotted_name, literal_text

Found = tuple[str, Verdict]
"""The library that is set up, and whether its records carry the trace."""

_JSON_FORMATTERS = (
    "pythonjsonlogger.jsonlogger.JsonFormatter",
    "pythonjsonlogger.json.JsonFormatter",
    "pythonjsonlogger.orjson.OrjsonFormatter",
)
_FORMATTERS = ("logging.Formatter", *_JSON_FORMATTERS)
PROOFS = {
    "opentelemetry.sdk._logs.LoggingHandler": "OpenTelemetry's handler sends each record with its trace",
    "asgi_correlation_id.CorrelationIdFilter": "`CorrelationIdFilter` adds the request id to each record",
    "asgi_correlation_id.context.correlation_id": "the correlation id is at hand",
    "ddtrace.contrib.logging.patch": "ddtrace writes the trace id into each record",
}
"""What proves by being there that records carry an id."""


def basic_config(formats: Formats, call: cst.Call, site: Site, path: str | None) -> Found:
    """`logging.basicConfig(format="…")`."""
    if any(arg.star for arg in call.args) or passed(call, None, "handlers") is not None:
        return "logging", Verdict(None, "its handlers may format records in their own way")
    node = passed(call, None, "format")
    if node is None:
        return "logging", Verdict(False, "it sets no `format`, and the default one has no trace field")
    return "logging", formats.verdict(node, site)


def set_formatter(formats: Formats, call: cst.Call, site: Site, path: str | None) -> Found | None:
    """`handler.setFormatter(logging.Formatter("…"))`."""
    if len(call.args) != 1:
        return None
    made = _made(formats, call.args[0].value, site)
    if made is None:
        return "logging", Verdict(None, "its formatter cannot be followed")
    if not _configures_root(formats):
        return "logging", Verdict(None, "its handler serves a logger of its own")
    formatter, there = made
    known = formats.names.path(formatter.func, there)
    if known not in _FORMATTERS:
        return "logging", Verdict(None, "its formatter has a class of its own")
    node = passed(formatter, 0, "fmt")
    if node is None:
        return "logging", Verdict(None if known in _JSON_FORMATTERS else False, "its formatter has no format")
    return "logging", formats.verdict(node, there)


def _made(formats: Formats, node: cst.BaseExpression, site: Site) -> tuple[cst.Call, Site] | None:
    if isinstance(node, cst.Call):
        return node, site
    found = formats.names.definitions(node, site)
    if len(found) == 1 and found[0].how is How.ASSIGNED and isinstance(found[0].value, cst.Call):
        return found[0].value, found[0].site
    return None


def _configures_root(formats: Formats) -> bool:
    """Whether the file adds a handler to the root logger, which all records reach."""
    return any(
        isinstance(call.func, cst.Attribute)
        and call.func.attr.value == "addHandler"
        and _is_root(formats, call.func.value, site)
        for call, site in formats.names.outline.calls
    )


def _is_root(formats: Formats, node: cst.BaseExpression, site: Site) -> bool:
    if isinstance(node, cst.Call):
        names_none = not node.args or literal_text(node.args[0].value) == ""
        return names_none and formats.names.path(node.func, site) == "logging.getLogger"
    if formats.names.path(node, site) in ("logging.root", "logging"):
        return True
    found = formats.names.definitions(node, site)
    return len(found) == 1 and isinstance(found[0].value, cst.Call) and _is_root(formats, found[0].value, found[0].site)


def dict_config(formats: Formats, call: cst.Call, site: Site, path: str | None) -> Found:
    """`logging.config.dictConfig({"formatters": {…}, …})`."""
    node = formats.literal(call.args[0].value if call.args else None, site)
    if not isinstance(node, cst.Dict):
        return "logging", Verdict(None, "its dictionary cannot be followed")
    table = _entries(node)
    if "filters" in table or "formatters" not in table:
        return "logging", Verdict(None, "its filters or formatters come from elsewhere")
    formatters = table["formatters"]
    if not isinstance(formatters, cst.Dict):
        return "logging", Verdict(None, "its formatters cannot be followed")
    return "logging", of_parts([_formatter_entry(formats, one, site) for one in _entries(formatters).values()])


def _formatter_entry(formats: Formats, node: cst.BaseExpression, site: Site) -> Verdict:
    if not isinstance(node, cst.Dict):
        return Verdict(None, "a formatter cannot be followed")
    entry = _entries(node)
    made_by = entry.get("()") or entry.get("class")
    if made_by is not None and literal_text(made_by) not in _FORMATTERS:
        return Verdict(None, "a formatter has a class of its own")
    fmt = entry.get("format") or entry.get("fmt")
    return formats.verdict(fmt, site) if fmt is not None else Verdict(None, "a formatter has no format")


def _entries(node: cst.Dict) -> dict[str, cst.BaseExpression]:
    return {
        key: element.value
        for element in node.elements
        if isinstance(element, cst.DictElement) and (key := literal_text(element.key)) is not None
    }


def add_filter(formats: Formats, call: cst.Call, site: Site, path: str | None) -> Found | None:
    """`handler.addFilter(TraceFilter())`, `logging.setLogRecordFactory(…)`."""
    if len(call.args) != 1:
        return None
    if formats.mentions:
        return "logging", Verdict(True, "a filter or record factory of the file handles trace or request ids")
    return "logging", Verdict(None, "a filter or record factory may add fields")


def instrument(formats: Formats, call: cst.Call, site: Site, path: str | None) -> Found | None:
    """`LoggingInstrumentor().instrument(set_logging_format=True)`."""
    func = call.func
    if not isinstance(func, cst.Attribute) or not isinstance(func.value, cst.Call):
        return None
    if dotted_name(func.value.func).rpartition(".")[2] != "LoggingInstrumentor":
        return None
    wanted = [passed(call, None, name) for name in ("set_logging_format", "inject_trace_context")]
    if any(dotted_name(one) == "True" for one in wanted):
        return "logging", Verdict(True, "`LoggingInstrumentor` writes the trace id into each record")
    return "logging", Verdict(None, "`LoggingInstrumentor` runs, and the formatter decides what is written")


def proof(formats: Formats, call: cst.Call, site: Site, path: str | None) -> Found | None:
    """What needs no format: a handler or a filter that is known to add an id."""
    why = PROOFS.get(path or "")
    return ("logging", Verdict(True, why)) if why is not None else None


def of_parts(verdicts: list[Verdict]) -> Verdict:
    """That of a set-up of several parts."""
    return strongest(verdicts, verdicts[0] if verdicts else Verdict(None, "nothing in it can be judged"))
