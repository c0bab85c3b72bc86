"""Logging set-ups: what in them proves that records carry the trace, judged by what stands in their file."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...nodes import Language, LoggerSetup
from ..correlation import Verdict, strongest, words_of
from .names import Names
from .scopes import Site
from .tree import Node, arguments_of, member_name, pairs_of, unwrap

_CORRELATION = words_of("getActiveSpan", "AsyncLocalStorage")
_PLAIN_FORMATS = frozenset(
    "combine timestamp json simple cli colorize align errors label logstash metadata ms padLevels prettyPrint splat "
    "uncolorize".split()
)


_ABSENT = "it has no `mixin` that adds the trace id"


class LoggerSetups:
    """The logging set-ups of a file."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._source = names.source
        self._mentions = _CORRELATION.search(names.source.text.value) is not None

    def all(self) -> Iterator[LoggerSetup]:
        """Every set-up, in order."""
        for call, site in self._names.outline.calls:
            judge = _JUDGES.get(self._names.called(call, site) or "")
            found = judge(self, call, site) if judge is not None else None
            if found is not None:
                library, verdict = found
                yield self._setup(call, library, verdict)

    def _setup(self, call: Node, library: str, verdict: Verdict) -> LoggerSetup:
        verdict = verdict.beside(mentions=self._mentions)
        callee = call.child_by_field_name("function") or call.child_by_field_name("constructor") or call
        subject = f"logging set-up {self._source.code(callee)}"
        return LoggerSetup(
            at=self._source.location(callee, subject),
            lines=self._source.lines(call),
            language=Language.TYPESCRIPT,
            library=library,
            correlated=verdict.correlated,
            why=verdict.why,
        )

    def _options(self, node: Node | None, site: Site) -> tuple[dict[str, Node], Site] | None:
        """The pairs of an options literal; None where it cannot be followed."""
        made = self._names.origin(node, site)
        if made is None or made[0].type != "object":
            return None
        if any(child.type == "spread_element" for child in made[0].named_children):
            return None
        return pairs_of(made[0], self._source), made[1]

    def _pino(self, call: Node, site: Site) -> tuple[str, Verdict]:
        args = arguments_of(call)
        if not args:
            return "pino", Verdict(False, _ABSENT)
        return "pino", self._pino_options(args[0], site)

    def _pino_options(self, node: Node, site: Site) -> Verdict:
        found = self._options(node, site)
        if found is None:
            # `pino(destination)`, `pino(options)` of a parameter.
            return Verdict(None, "its options cannot be followed")
        options, there = found
        if "mixin" in options:
            return self._function(options["mixin"], there, "mixin")
        formatters = self._options(options.get("formatters"), there) if "formatters" in options else None
        if formatters is not None and "log" in formatters[0]:
            return self._function(formatters[0]["log"], formatters[1], "formatters.log")
        if "hooks" in options or ("formatters" in options and formatters is None):
            return Verdict(None, "its hooks or formatters may add fields")
        return Verdict(False, _ABSENT)

    def _function(self, node: Node, site: Site, name: str) -> Verdict:
        function = self._names.function(node, site)
        if function is None:
            spelt = self._source.code(unwrap(node)).partition("\n")[0]
            return Verdict(None, f"its `{name}` `{spelt}` comes from elsewhere")
        if _CORRELATION.search(self._source.code(function.node)):
            return Verdict(True, f"its `{name}` adds a trace field")
        return Verdict(False, f"its `{name}` adds no trace id")

    def _winston(self, call: Node, site: Site) -> tuple[str, Verdict]:
        args = arguments_of(call)
        found = self._options(args[0], site) if args else ({}, site)
        if found is None:
            return "winston", Verdict(None, "its options cannot be followed")
        options, there = found
        if "format" not in options:
            return "winston", Verdict(False, "it has no `format` that adds the trace id")
        return "winston", self._format(options["format"], there)

    def _format(self, node: Node, site: Site) -> Verdict:
        made = self._names.origin(node, site)
        if made is None or made[0].type != "call_expression":
            return Verdict(None, "its format comes from elsewhere")
        call, there = made
        function = call.child_by_field_name("function")
        if function is None:
            return Verdict(None, "its format cannot be followed")
        name = member_name(function, self._source) or self._source.code(function)
        if name == "combine":
            return strongest((self._format(arg, there) for arg in arguments_of(call)), _NO_FORMAT)
        if name == "printf":
            return self._function(arguments_of(call)[0], there, "printf") if arguments_of(call) else _FAILED
        if name in _PLAIN_FORMATS:
            return _NO_FORMAT
        # `addTrace()`, made by `format((info) => …)`.
        maker = self._names.origin(function, there)
        args = arguments_of(maker[0]) if maker is not None and maker[0].type == "call_expression" else []
        if maker is not None and args:
            return self._function(args[0], maker[1], "format")
        return Verdict(None, f"its format `{name}` comes from elsewhere")

    def _bunyan(self, call: Node, site: Site) -> tuple[str, Verdict]:
        return "bunyan", Verdict(False, "nothing in it adds the trace id")

    def _fastify(self, call: Node, site: Site) -> tuple[str, Verdict] | None:
        """`Fastify({logger: {…}})`: pino, with the id of each request bound to `request.log`."""
        args = arguments_of(call)
        found = self._options(args[0], site) if args else None
        logger = found[0].get("logger") if found is not None else None
        if found is None or logger is None or unwrap(logger).type in ("false", "identifier", "member_expression"):
            return None
        verdict = Verdict(False, _ABSENT) if unwrap(logger).type == "true" else self._pino_options(logger, found[1])
        if verdict.correlated is False:
            verdict = Verdict(None, "its records carry the id of the request, which may be that of the trace")
        return "pino", verdict

    def _datadog(self, call: Node, site: Site) -> tuple[str, Verdict] | None:
        """`tracer.init({logInjection: true})`."""
        args = arguments_of(call)
        found = self._options(args[0], site) if args else None
        injects = found[0].get("logInjection") if found is not None else None
        if injects is None or unwrap(injects).type != "true":
            return None
        return "dd-trace", Verdict(True, "`logInjection` writes the trace id into each record")


_NO_FORMAT = Verdict(False, "none of its formats adds the trace id")
_FAILED = Verdict(None, "its format cannot be followed")
_Judge = Callable[[LoggerSetups, Node, Site], "tuple[str, Verdict] | None"]
_JUDGES: dict[str, _Judge] = {
    **dict.fromkeys(("pino", "pino.pino"), LoggerSetups._pino),
    "winston.createLogger": LoggerSetups._winston,
    "bunyan.createLogger": LoggerSetups._bunyan,
    **dict.fromkeys(("fastify", "fastify.fastify"), LoggerSetups._fastify),
    **dict.fromkeys(("dd-trace.init", "dd-trace.tracer.init"), LoggerSetups._datadog),
}
