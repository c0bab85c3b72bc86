"""Set-ups of structlog and loguru: processors, sinks, and what is bound to the context of each record."""

from __future__ import annotations

import libcst as cst

from ...telemetry.identifiers import is_correlation_field
from ..correlation import Verdict
from .arguments import passed
from .formats import CORRELATION, Formats
from .logging_setups import Found, of_parts
from .scopes import Site
from .tree import dotted_name

# structlog's own processors that put no trace into a record.
_PLAIN_PROCESSORS = frozenset(
    "add_log_level add_logger_name filter_by_level PositionalArgumentsFormatter TimeStamper StackInfoRenderer "
    "format_exc_info set_exc_info UnicodeDecoder JSONRenderer ConsoleRenderer KeyValueRenderer LogfmtRenderer "
    "wrap_for_formatter render_to_log_kwargs ExceptionRenderer ExceptionPrettyPrinter EventRenamer "
    "CallsiteParameterAdder dict_tracebacks add_log_level_number ExtraAdder ProcessorFormatter "
    "remove_processors_meta".split()
)
_ADDS_NONE = Verdict(False, "none of its processors adds a trace field")
_MERGES = Verdict(None, "none of its processors adds a trace field, and nothing binds one", unless_bound=True)


def structlog_configure(formats: Formats, call: cst.Call, site: Site, path: str | None) -> Found:
    """`structlog.configure(processors=[…])`."""
    node = formats.literal(passed(call, 0, "processors"), site)
    if not isinstance(node, cst.List | cst.Tuple):
        return "structlog", Verdict(None, "its processors cannot be followed")
    parts = [_processor(formats, element.value, site) for element in node.elements]
    # What `merge_contextvars` adds is what is bound, here or in another file.
    others = [one for one in parts if one is not _MERGES]
    return "structlog", of_parts(others) if any(one.correlated is not False for one in others) else of_parts(parts)


def _processor(formats: Formats, node: cst.BaseExpression, site: Site) -> Verdict:
    inner = node.func if isinstance(node, cst.Call) else node
    name = dotted_name(inner).rpartition(".")[2]
    path = formats.names.path(inner, site) or ""
    if path.startswith("structlog") and name in _PLAIN_PROCESSORS:
        return _ADDS_NONE
    if path.startswith("structlog") and name == "merge_contextvars":
        return _MERGES
    scope = formats.names.function(inner, site) or formats.names.klass(inner, site)
    if scope is None:
        return Verdict(None, f"its processor `{name or formats.tree.code(node)}` comes from elsewhere")
    adds = CORRELATION.search(formats.tree.code(scope.node)) is not None
    return Verdict(True, f"its processor `{name}` adds a trace field") if adds else _ADDS_NONE


def loguru_add(formats: Formats, call: cst.Call, site: Site, path: str | None) -> Found:
    """`logger.add(sys.stderr, format="…")`."""
    if any(arg.star for arg in call.args) or passed(call, None, "serialize") is not None:
        return "loguru", Verdict(None, "its sink writes whatever is bound to the logger")
    node = passed(call, None, "format")
    if node is None:
        sink = call.args[0].value if call.args else None
        stream = formats.names.path(sink, site) if sink is not None else None
        if stream in ("sys.stderr", "sys.stdout"):
            return "loguru", Verdict(False, "it sets no `format`, and the default one has no trace field")
        return "loguru", Verdict(None, "its sink cannot be followed")
    if "{extra}" in (formats.text(node, site) or ""):
        return "loguru", Verdict(None, "its format writes whatever is bound to the logger")
    return "loguru", formats.verdict(node, site)


def loguru_configure(formats: Formats, call: cst.Call, site: Site, path: str | None) -> Found:
    """`logger.configure(patcher=…)`."""
    if passed(call, None, "patcher") is not None and formats.mentions:
        return "loguru", Verdict(True, "its patcher adds a trace field")
    return "loguru", Verdict(None, "its handlers cannot be followed")


def bind(formats: Formats, call: cst.Call, site: Site, path: str | None) -> Found | None:
    """`bind_contextvars(trace_id=…)`, `logger.contextualize(request_id=…)`."""
    library = "loguru" if (path or "").startswith("loguru") else "structlog"
    if any(arg.keyword is not None and is_correlation_field(arg.keyword.value) for arg in call.args):
        return library, Verdict(True, "a trace or request id is bound to the context of each record")
    if any(arg.keyword is None for arg in call.args):
        return library, Verdict(None, "what is bound to the context of each record cannot be read")
    return None
