"""Which calls start a span, and whose tracer they ask for it."""

from __future__ import annotations

import re
from functools import cached_property

from ...record import Record
from .names import Names
from .scopes import Site
from .tree import FUNCTIONS, Node, arguments_of, member_name, unwrap

_TRACER = re.compile(r"tracer|tracing|telemetry|otel|getTracer", re.IGNORECASE)
_MANUAL = frozenset({"startSpan", "startActiveSpan", "startInactiveSpan", "startSpanManual"})
_AUTOMATIC = frozenset({"trace", "wrap"})


class Start(Record, eq=False):
    """A call that starts a span."""

    call: Node
    site: Site
    library: str
    method: str
    callback: Node | None


class Tracers:
    """The tracers of a file."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._source = names.source

    def started(self, call: Node, site: Site) -> Start | None:
        """The start of a span that a call is, if it is one."""
        function = call.child_by_field_name("function")
        args = arguments_of(call)
        if function is None or call.type != "call_expression" or not args:
            return None
        method = member_name(function, self._source) or self._source.code(function)
        path = self._names.path(function, site) or ""
        callback = next((arg for arg in reversed(args) if self._names.function(arg, site) is not None), None)
        if path.startswith("@sentry/") and method in _MANUAL:
            return Start(call, site, "sentry", "trace" if method == "startSpan" else method, callback)
        holder = function.child_by_field_name("object")
        if holder is None:
            return None
        if method in _AUTOMATIC and self._is_datadog(holder, site):
            return Start(call, site, "ddtrace", method, callback)
        if method not in ("startSpan", "startActiveSpan") or not self._is_tracer(holder, site):
            return None
        if method == "startActiveSpan" and (self._is_own(holder) or not _is_last(args, callback)):
            return None
        if method == "startSpan" and (callback is not None or unwrap(args[0]).type == "object"):
            # A helper of the code base: OpenTelemetry's own takes a name, and calls nobody.
            return None
        return Start(call, site, "opentelemetry", method, callback)

    def is_proven(self, start: Start) -> bool:
        """Whether a tracer is known to be OpenTelemetry's own, or Sentry's manual one."""
        if start.library == "sentry" or self._names.uses("@opentelemetry/api"):
            return True
        function = start.call.child_by_field_name("function")
        return function is not None and self._is_got(function.child_by_field_name("object"), start.site)

    def _is_tracer(self, holder: Node, site: Site) -> bool:
        if (self._names.path(holder, site) or "").startswith("@sentry/"):
            return False
        return _TRACER.search(self._source.code(holder)) is not None or self._is_got(holder, site)

    def _is_got(self, holder: Node | None, site: Site) -> bool:
        """Whether a tracer comes from `getTracer(…)`."""
        made = self._names.origin(holder, site)
        return made is not None and "getTracer" in self._source.code(made[0])

    def _is_datadog(self, holder: Node, site: Site) -> bool:
        return (self._names.path(holder, site) or "").startswith("dd-trace")

    def _is_own(self, holder: Node) -> bool:
        """Whether a tracer is a wrapper of the code base, which takes the callback before the options."""
        return self._source.code(holder) in self._own

    @cached_property
    def _own(self) -> frozenset[str]:
        found = set()
        for call, _ in self._names.outline.calls:
            function = call.child_by_field_name("function")
            holder = function.child_by_field_name("object") if function is not None else None
            if function is None or holder is None or member_name(function, self._source) != "startActiveSpan":
                continue
            if any(arg.type in FUNCTIONS for arg in arguments_of(call)[:-1]):
                found.add(self._source.code(holder))
        return frozenset(found)


def _is_last(args: list[Node], callback: Node | None) -> bool:
    """Whether the callback is the last argument, as OpenTelemetry's own `startActiveSpan` has it."""
    return callback is None or callback.id == args[-1].id
