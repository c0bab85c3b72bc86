"""Log calls: to which logger, at which level, with which message, fields and exception."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...finding import Location
from ...nodes import Exposure, Language, LogCall
from ...region import Text
from ...telemetry.identifiers import is_correlation_field
from ..binding import How
from ..in_scope import in_scope
from .exceptions import Exceptions
from .exposures import Exposures
from .loggers import LEVELS, Logger, Loggers
from .messages import Messages
from .names import Names
from .scopes import Scope, Site
from .tree import Node, arguments_of, member_name, unwrap

_WORD = re.compile(r"[A-Za-z_$][\w$]*")


class LogCalls:
    """The log calls of a file."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._source = names.source
        self._loggers = Loggers(names)
        self._messages = Messages(names)
        self._exceptions = Exceptions(names)
        self._exposures = Exposures(names)

    def all(self) -> Iterator[LogCall | Exposure]:
        """Every log call, in order, each with what it exposes."""
        for call, site in self._names.outline.calls:
            function = call.child_by_field_name("function")
            if function is None or function.type != "member_expression":
                continue
            name, holder = member_name(function, self._source), function.child_by_field_name("object")
            if name not in LEVELS or holder is None:
                continue
            logger = self._loggers.of(holder, site)
            if logger is not None:
                found = self._call(call, function, name, logger, site)
                yield found
                args = (*logger.bound, *arguments_of(call))
                yield from self._exposures.in_log(args, found.at.subject or "logger", logger.library, site)

    def _call(self, call: Node, function: Node, method: str, logger: Logger, site: Site) -> LogCall:
        said = self._messages.of(call, method, logger.library, site)
        fields = tuple(self._messages.fields((*logger.bound, *said.objects), site))
        fate = self._exceptions.fate(call, said.message, site)
        words = set(_WORD.findall(self._source.code(call)))
        spelt = " ".join(self._source.code(function.child_by_field_name("object") or function).split())
        return LogCall(
            at=Location(self._source.text.source, f"logger {spelt}", self._source.location(function).region),
            lines=self._source.lines(call),
            language=Language.TYPESCRIPT,
            library=logger.library,
            logger=spelt,
            level=said.level,
            form=self._messages.form(said.message),
            message=self._source.cut(said.message) if said.message is not None else None,
            fields=fields,
            exception=fate.name,
            handles=fate.handled,
            passes_exception=fate.passed,
            passes_trace_id=any(is_correlation_field(one) for one in (*(field.key for field in fields), *words)),
            catches=(),
            reraises=fate.reraised,
            shows_exception=fate.shown,
            accounted_for=fate.accounted_for,
            drops_exception=fate.dropped,
            method=self._source.cut(function.child_by_field_name("property") or function),
            arguments=self._arguments(call),
            placeholders=self._messages.placeholders(said.message, logger.library),
            values=self._messages.values(call, said.message),
            in_scope=self._in_scope(call, site) if said.level in ("error", "critical") else (),
        )

    def _in_scope(self, call: Node, site: Site) -> tuple[str, ...]:
        """What the functions around a call have at hand."""
        functions = [scope for scope in site.scope.chain() if scope.kind == "function"]
        if not functions:
            return ()
        parameters = [
            one.name
            for scope in functions
            for found in scope.definitions.values()
            for one in found
            if one.how is How.PARAMETER
        ]
        outer = functions[-1].node
        until = self._source.offset(call.start_byte) - self._source.offset(outer.start_byte)
        told = self._told_before(call, site).union(*(self._given_around(scope) for scope in functions))
        return tuple(
            name
            for name in in_scope(self._source.code(outer), until, parameters)
            if name.rpartition(".")[2] not in told
        )

    def _told_before(self, call: Node, site: Site) -> frozenset[str]:
        """The words of what its arguments and its logger were made of: const message = `no role for ${userId}`."""
        callee = call.child_by_field_name("function")
        logger = callee.child_by_field_name("object") if callee is not None else None
        made = [
            found[0]
            for arg in (*arguments_of(call), *((logger,) if logger is not None else ()))
            if (found := self._names.origin(arg, site)) is not None and found[0].id != unwrap(arg).id
        ]
        return frozenset(word for one in made for word in _WORD.findall(self._source.code(one)))

    def _given_around(self, scope: Scope) -> Iterator[str]:
        """The keys of an object that is given beside a callback: `storage.run({ userId }, () => …)` may bind them."""
        for arg in arguments_of(scope.callee) if scope.callee is not None else ():
            if arg.type == "object":
                yield from _WORD.findall(self._source.code(arg))

    def _arguments(self, call: Node) -> Text | None:
        node = call.child_by_field_name("arguments")
        if node is None or node.type != "arguments":
            return None
        start, end = self._source.offsets(node)
        return self._source.text.cut(start + 1, end - 1)
