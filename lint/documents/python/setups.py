"""Logging set-ups: what in them proves that records carry the trace, judged by what stands in their file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property

import libcst as cst

from ...finding import Location
from ...identifiers import is_correlation_field
from ...nodes import Language, LoggerSetup, Tracing
from ...region import Text
from ..binding import How
from ..correlation import Verdict, strongest, words_of
from .arguments import passed
from .names import Names
from .scopes import Site
from .tree import dotted_name, literal_text

_CORRELATION = words_of()
_FORMAT_FIELD = re.compile(r"%\((\w[\w.]*)\)|\{(\w[\w.\[\]]*)|\$\{?(\w+)")
_TRACING_LIBRARIES = ("opentelemetry", "ddtrace", "elasticapm")
_TRACERS = re.compile(
    r"^[ \t]*(?:from|import)[ \t]+"
    r"(?P<path>opentelemetry\.(?:trace|sdk\.trace|instrumentation)[\w.]*|ddtrace|elasticapm)"
    r"|^[ \t]*from[ \t]+(?P<package>opentelemetry)[ \t]+import[ \t]+[^\n]*\btrace\b",
    re.MULTILINE,
)

# structlog's own processors that put no trace into a record. `merge_contextvars` may: it depends on what is bound.
_PLAIN_PROCESSORS = frozenset(
    "add_log_level add_logger_name filter_by_level PositionalArgumentsFormatter TimeStamper StackInfoRenderer "
    "format_exc_info set_exc_info UnicodeDecoder JSONRenderer ConsoleRenderer KeyValueRenderer LogfmtRenderer "
    "wrap_for_formatter render_to_log_kwargs ExceptionRenderer ExceptionPrettyPrinter EventRenamer "
    "CallsiteParameterAdder dict_tracebacks add_log_level_number ExtraAdder ProcessorFormatter "
    "remove_processors_meta".split()
)


class LoggerSetups:
    """The logging set-ups of a file."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._tree = names.tree

    @cached_property
    def _mentions(self) -> bool:
        return _CORRELATION.search(self._tree.text.value) is not None

    def all(self) -> Iterator[LoggerSetup]:
        """Every set-up, in order."""
        for call, site in self._names.outline.calls:
            path = self._names.path(call.func, site)
            judge = _JUDGES.get(path or "") or _JUDGES_BY_END.get(dotted_name(call.func).rpartition(".")[2])
            found = judge(self, call, site, path) if judge is not None else None
            if found is not None:
                library, verdict = found
                yield self._setup(call, library, verdict)

    def _setup(self, call: cst.Call, library: str, verdict: Verdict) -> LoggerSetup:
        verdict = verdict.beside(mentions=self._mentions)
        region = self._tree.location(call.func).region
        return LoggerSetup(
            at=Location(self._tree.text.source, f"logging set-up {self._tree.code(call.func)}", region),
            lines=self._tree.lines(call),
            language=Language.PYTHON,
            library=library,
            correlated=verdict.correlated,
            why=verdict.why,
        )

    # logging.

    def _basic_config(self, call: cst.Call, site: Site, path: str | None) -> tuple[str, Verdict]:
        if any(arg.star for arg in call.args) or passed(call, None, "handlers") is not None:
            return "logging", Verdict(None, "its handlers may format records in their own way")
        node = passed(call, None, "format")
        if node is None:
            return "logging", Verdict(False, "it sets no `format`, and the default one has no trace field")
        return "logging", self._format(node, site)

    def _format(self, node: cst.BaseExpression, site: Site) -> Verdict:
        text = self._text(node, site)
        if text is None:
            return Verdict(None, "its format cannot be followed")
        if any(is_correlation_field(name) for match in _FORMAT_FIELD.finditer(text) for name in match.groups() if name):
            return Verdict(True, f"its format `{text}` has a trace field")
        return Verdict(False, f"its format `{text}` has no trace field")

    def _text(self, node: cst.BaseExpression, site: Site, depth: int = 0) -> str | None:
        text = literal_text(node)
        if text is not None or depth > 6:
            return text
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
            left, right = (self._text(side, site, depth + 1) for side in (node.left, node.right))
            return left + right if left is not None and right is not None else None
        found = self._names.definitions(node, site)
        if len(found) != 1 or found[0].how is not How.ASSIGNED or found[0].value is None or found[0].path:
            return None
        return self._text(found[0].value, found[0].site, depth + 1)

    def _set_formatter(self, call: cst.Call, site: Site, path: str | None) -> tuple[str, Verdict] | None:
        """`handler.setFormatter(logging.Formatter("…"))`."""
        if len(call.args) != 1:
            return None
        made = self._made(call.args[0].value, site)
        if made is None:
            return "logging", Verdict(None, "its formatter cannot be followed")
        if not self._configures_root():
            return "logging", Verdict(None, "its handler serves a logger of its own")
        formatter, there = made
        known = self._names.path(formatter.func, there)
        if known not in ("logging.Formatter", *_JSON_FORMATTERS):
            return "logging", Verdict(None, "its formatter has a class of its own")
        node = passed(formatter, 0, "fmt")
        if node is None:
            return "logging", Verdict(None if known in _JSON_FORMATTERS else False, "its formatter has no format")
        return "logging", self._format(node, there)

    def _configures_root(self) -> bool:
        """Whether the file adds a handler to the root logger, which all records reach."""
        return any(
            isinstance(call.func, cst.Attribute)
            and call.func.attr.value == "addHandler"
            and self._is_root(call.func.value, site)
            for call, site in self._names.outline.calls
        )

    def _is_root(self, node: cst.BaseExpression, site: Site) -> bool:
        if isinstance(node, cst.Call):
            names_none = not node.args or literal_text(node.args[0].value) == ""
            return names_none and self._names.path(node.func, site) == "logging.getLogger"
        if self._names.path(node, site) in ("logging.root", "logging"):
            return True
        found = self._names.definitions(node, site)
        return len(found) == 1 and isinstance(found[0].value, cst.Call) and self._is_root(found[0].value, found[0].site)

    def _made(self, node: cst.BaseExpression, site: Site) -> tuple[cst.Call, Site] | None:
        if isinstance(node, cst.Call):
            return node, site
        found = self._names.definitions(node, site)
        if len(found) == 1 and found[0].how is How.ASSIGNED and isinstance(found[0].value, cst.Call):
            return found[0].value, found[0].site
        return None

    def _dict_config(self, call: cst.Call, site: Site, path: str | None) -> tuple[str, Verdict]:
        node: cst.BaseExpression | None = call.args[0].value if call.args else None
        found = self._names.definitions(node, site) if node is not None else ()
        if len(found) == 1 and found[0].how is How.ASSIGNED:
            node = found[0].value
        if not isinstance(node, cst.Dict):
            return "logging", Verdict(None, "its dictionary cannot be followed")
        table = _entries(node)
        if "filters" in table or "formatters" not in table:
            return "logging", Verdict(None, "its filters or formatters come from elsewhere")
        formatters = table["formatters"]
        if not isinstance(formatters, cst.Dict):
            return "logging", Verdict(None, "its formatters cannot be followed")
        verdicts = [self._formatter_entry(one, site) for one in _entries(formatters).values()]
        return "logging", _of_parts(verdicts)

    def _formatter_entry(self, node: cst.BaseExpression, site: Site) -> Verdict:
        if not isinstance(node, cst.Dict):
            return Verdict(None, "a formatter cannot be followed")
        entry = _entries(node)
        made_by = entry.get("()") or entry.get("class")
        if made_by is not None and literal_text(made_by) not in ("logging.Formatter", *_JSON_FORMATTERS):
            return Verdict(None, "a formatter has a class of its own")
        fmt = entry.get("format") or entry.get("fmt")
        return self._format(fmt, site) if fmt is not None else Verdict(None, "a formatter has no format")

    # structlog.

    def _structlog(self, call: cst.Call, site: Site, path: str | None) -> tuple[str, Verdict]:
        node = passed(call, 0, "processors")
        found = self._names.definitions(node, site) if node is not None else ()
        if len(found) == 1 and found[0].how is How.ASSIGNED:
            node = found[0].value
        if not isinstance(node, cst.List | cst.Tuple):
            return "structlog", Verdict(None, "its processors cannot be followed")
        return "structlog", _of_parts([self._processor(element.value, site) for element in node.elements])

    def _processor(self, node: cst.BaseExpression, site: Site) -> Verdict:
        inner = node.func if isinstance(node, cst.Call) else node
        name = dotted_name(inner).rpartition(".")[2]
        path = self._names.path(inner, site) or ""
        if path.startswith("structlog") and name in _PLAIN_PROCESSORS:
            return Verdict(False, "none of its processors adds a trace field")
        scope = self._names.function(inner, site) or self._names.klass(inner, site)
        if scope is not None:
            code = self._tree.code(scope.node)
            if _CORRELATION.search(code):
                return Verdict(True, f"its processor `{name}` adds a trace field")
            return Verdict(False, "none of its processors adds a trace field")
        return Verdict(None, f"its processor `{name or self._tree.code(node)}` comes from elsewhere")

    # loguru.

    def _loguru(self, call: cst.Call, site: Site, path: str | None) -> tuple[str, Verdict]:
        if any(arg.star for arg in call.args) or passed(call, None, "serialize") is not None:
            return "loguru", Verdict(None, "its sink writes whatever is bound to the logger")
        node = passed(call, None, "format")
        if node is None:
            sink = call.args[0].value if call.args else None
            stream = self._names.path(sink, site) if sink is not None else None
            if stream in ("sys.stderr", "sys.stdout"):
                return "loguru", Verdict(False, "it sets no `format`, and the default one has no trace field")
            return "loguru", Verdict(None, "its sink cannot be followed")
        text = self._text(node, site)
        if text is not None and re.search(r"\{extra\}", text):
            return "loguru", Verdict(None, "its format writes whatever is bound to the logger")
        return "loguru", self._format(node, site)

    def _loguru_configure(self, call: cst.Call, site: Site, path: str | None) -> tuple[str, Verdict]:
        if passed(call, None, "patcher") is not None and self._mentions:
            return "loguru", Verdict(True, "its patcher adds a trace field")
        return "loguru", Verdict(None, "its handlers cannot be followed")

    # Proofs that need no format.

    def _proof(self, call: cst.Call, site: Site, path: str | None) -> tuple[str, Verdict] | None:
        proof = _PROOFS.get(path or "")
        return ("logging", Verdict(True, proof)) if proof is not None else None

    def _instrument(self, call: cst.Call, site: Site, path: str | None) -> tuple[str, Verdict] | None:
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

    def _bind(self, call: cst.Call, site: Site, path: str | None) -> tuple[str, Verdict] | None:
        """`bind_contextvars(trace_id=…)`, `logger.contextualize(request_id=…)`."""
        if any(arg.keyword is not None and is_correlation_field(arg.keyword.value) for arg in call.args):
            library = "structlog" if (path or "").startswith("structlog") else "loguru"
            return library, Verdict(True, "a trace or request id is bound to the context of each record")
        return None

    def _filter(self, call: cst.Call, site: Site, path: str | None) -> tuple[str, Verdict] | None:
        """`handler.addFilter(TraceFilter())`, `logging.setLogRecordFactory(…)`."""
        if len(call.args) != 1:
            return None
        if self._mentions:
            return "logging", Verdict(True, "a filter or record factory of the file handles trace or request ids")
        return "logging", Verdict(None, "a filter or record factory may add fields")


def tracing_in(text: Text) -> Iterator[Tracing]:
    """The place at which a file imports a tracer, if it does."""
    if not any(library in text.value for library in _TRACING_LIBRARIES):
        return
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


_JSON_FORMATTERS = (
    "pythonjsonlogger.jsonlogger.JsonFormatter",
    "pythonjsonlogger.json.JsonFormatter",
    "pythonjsonlogger.orjson.OrjsonFormatter",
)
_PROOFS = {
    "opentelemetry.sdk._logs.LoggingHandler": "OpenTelemetry's handler sends each record with its trace",
    "asgi_correlation_id.CorrelationIdFilter": "`CorrelationIdFilter` adds the request id to each record",
    "asgi_correlation_id.context.correlation_id": "the correlation id is at hand",
    "ddtrace.contrib.logging.patch": "ddtrace writes the trace id into each record",
}

_Judge = Callable[[LoggerSetups, cst.Call, Site, str | None], "tuple[str, Verdict] | None"]
_JUDGES: dict[str, _Judge] = {
    "logging.basicConfig": LoggerSetups._basic_config,
    "logging.config.dictConfig": LoggerSetups._dict_config,
    "logging.setLogRecordFactory": LoggerSetups._filter,
    "structlog.configure": LoggerSetups._structlog,
    "structlog.configure_once": LoggerSetups._structlog,
    "loguru.logger.add": LoggerSetups._loguru,
    "loguru.logger.configure": LoggerSetups._loguru_configure,
    "loguru.logger.contextualize": LoggerSetups._bind,
    **dict.fromkeys(_PROOFS, LoggerSetups._proof),
}
_JUDGES_BY_END: dict[str, _Judge] = {
    "setFormatter": LoggerSetups._set_formatter,
    "addFilter": LoggerSetups._filter,
    "instrument": LoggerSetups._instrument,
    "bind_contextvars": LoggerSetups._bind,
    "bound_contextvars": LoggerSetups._bind,
}


def _entries(node: cst.Dict) -> dict[str, cst.BaseExpression]:
    return {
        key: element.value
        for element in node.elements
        if isinstance(element, cst.DictElement) and (key := literal_text(element.key)) is not None
    }


def _of_parts(verdicts: list[Verdict]) -> Verdict:
    return strongest(verdicts, verdicts[0] if verdicts else Verdict(None, "nothing in it can be judged"))
