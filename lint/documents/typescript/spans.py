"""Spans: where they are started and named, whether they are ended, what is caught while they are open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from ...finding import Location
from ...nodes import Boundedness, Ending, Handoff, Language, SpanHandler, SpanName, SpanStart, Step
from ...nodes import Node as AnyNode
from ...record import Record, replace
from ..paths import verdict
from .lowering import EscapedError, Lowering
from .names import Names
from .scopes import Site
from .tree import FUNCTIONS, Node, arguments_of, member_name, unwrap
from .values import Values

_TRACER = re.compile(r"tracer|tracing|telemetry|otel|getTracer", re.IGNORECASE)
_MANUAL = frozenset({"startSpan", "startActiveSpan", "startInactiveSpan", "startSpanManual"})
_AUTOMATIC = frozenset({"trace", "wrap"})
_RECORDS = re.compile(r"recordException|setStatus|setError|captureException|recordError|setTag\(\s*['\"]error")
_CALLBACK = re.compile(r"^(?:next|cb|callback|done|reject|fail|onError|resolve)$")
_THROWS = re.compile(r"\bthrow\b|Promise\.reject")


class _Start(Record, eq=False):
    """A call that starts a span."""

    call: Node
    site: Site
    library: str
    method: str
    callback: Node | None


class Spans:
    """The spans of a file."""

    def __init__(self, names: Names, values: Values) -> None:
        self._names = names
        self._values = values
        self._source = names.source

    def all(self) -> Iterator[AnyNode]:
        """Every span, with its name and its handlers, in order."""
        for call, site in self._names.outline.calls:
            start = self._start(call, site)
            if start is not None:
                yield from self._span(start)
            elif _is_rename(call, self._names):
                yield from self._name(call, site)

    def _start(self, call: Node, site: Site) -> _Start | None:
        function = call.child_by_field_name("function")
        if function is None or call.type != "call_expression" or not arguments_of(call):
            return None
        method = member_name(function, self._source) or self._source.code(function)
        path = self._names.path(function, site) or ""
        args = arguments_of(call)
        callback = next((arg for arg in reversed(args) if self._names.function(arg, site) is not None), None)
        if path.startswith("@sentry/") and method in _MANUAL:
            automatic = method == "startSpan"
            return _Start(call, site, "sentry", "trace" if automatic else method, callback)
        holder = function.child_by_field_name("object")
        if holder is None:
            return None
        if method in _AUTOMATIC and self._is_datadog(holder, site):
            return _Start(call, site, "ddtrace", method, callback)
        if method not in ("startSpan", "startActiveSpan") or not self._is_tracer(holder, site):
            return None
        if method == "startActiveSpan" and (self._is_own(holder) or not _is_last(args, callback)):
            return None
        return _Start(call, site, "opentelemetry", method, callback)

    def _is_tracer(self, holder: Node, site: Site) -> bool:
        if (self._names.path(holder, site) or "").startswith("@sentry/"):
            return False
        if _TRACER.search(self._source.code(holder)):
            return True
        made = self._names.origin(holder, site)
        return made is not None and "getTracer" in self._source.code(made[0])

    def _is_own(self, holder: Node) -> bool:
        """Whether a tracer is a wrapper of the code base, which takes the callback before the options."""
        return self._source.code(holder) in self._own_tracers

    @cached_property
    def _own_tracers(self) -> frozenset[str]:
        found = set()
        for call, _ in self._names.outline.calls:
            function = call.child_by_field_name("function")
            holder = function.child_by_field_name("object") if function is not None else None
            args = arguments_of(call)
            if function is None or holder is None or member_name(function, self._source) != "startActiveSpan":
                continue
            if any(arg.type in FUNCTIONS for arg in args[:-1]):
                found.add(self._source.code(holder))
        return frozenset(found)

    def _is_datadog(self, holder: Node, site: Site) -> bool:
        return (self._names.path(holder, site) or "").startswith("dd-trace")

    def _span(self, start: _Start) -> Iterator[AnyNode]:
        yield from self._name(start.call, start.site)
        variable, ending, leak, body = self._life(start)
        name = self._values.of(arguments_of(start.call)[0], start.site).only
        callee = start.call.child_by_field_name("function") or start.call
        subject = f"span {name}" if name else f"span {variable or self._source.code(callee)}"
        prop = callee.child_by_field_name("property") or callee
        yield SpanStart(
            at=self._source.location(prop, subject),
            lines=self._source.lines(start.call),
            language=Language.TYPESCRIPT,
            library=start.library,
            method=start.method,
            name=name,
            variable=variable,
            ending=ending,
            leak=Step(self._source.code(leak), self._source.location(leak)) if leak is not None else None,
        )
        if variable is not None and body is not None:
            yield from self._handlers(start, body, variable, subject)
        if body is not None:
            yield from self._handoffs(start, body)

    # How it ends.

    def _life(self, start: _Start) -> tuple[str | None, Ending, Node | None, Node | None]:
        """The variable, the ending, where a path leaves without it, and the code in which the span is open."""
        if start.method in ("trace", "wrap"):
            return None, Ending.AUTOMATIC, None, start.callback
        if start.method in ("startActiveSpan", "startSpanManual"):
            return self._of_callback(start)
        return self._of_variable(start)

    def _of_callback(self, start: _Start) -> tuple[str | None, Ending, Node | None, Node | None]:
        function = self._names.function(start.callback, start.site) if start.callback is not None else None
        if function is None:
            return None, Ending.UNKNOWN, None, None
        if not function.parameters:
            unknown = "getActiveSpan" in self._source.code(function.node) or not self._is_proven(start)
            return None, Ending.UNKNOWN if unknown else Ending.NEVER, None, function.node
        pattern = function.parameters[0].pattern
        if pattern.type != "identifier":
            return None, Ending.UNKNOWN, None, function.node
        variable = self._source.code(pattern)
        try:
            steps = Lowering(self._names, variable, None, start.site).body(function.node)
        except EscapedError:
            return variable, Ending.UNKNOWN, None, function.node
        found = verdict(steps, True)
        if found.ending is Ending.NEVER and not self._is_proven(start):
            # A tracer of the code base may well end its spans itself.
            found = replace(found, ending=Ending.UNKNOWN)
        return variable, found.ending, found.leak, function.node

    def _is_proven(self, start: _Start) -> bool:
        """Whether a tracer is known to be OpenTelemetry's own, or Sentry's manual one."""
        if start.library == "sentry" or self._names.uses("@opentelemetry/api"):
            return True
        function = start.call.child_by_field_name("function")
        made = self._names.origin(function.child_by_field_name("object"), start.site) if function is not None else None
        return made is not None and "getTracer" in self._source.code(made[0])

    def _of_variable(self, start: _Start) -> tuple[str | None, Ending, Node | None, Node | None]:
        holder = start.call.parent
        while holder is not None and holder.type in ("parenthesized_expression", "as_expression", "await_expression"):
            holder = holder.parent
        if holder is None:
            return None, Ending.UNKNOWN, None, None
        if holder.type == "expression_statement":
            return None, Ending.NEVER, None, None
        target = holder.child_by_field_name("name" if holder.type == "variable_declarator" else "left")
        if target is None or target.type != "identifier":
            return None, Ending.UNKNOWN, None, None
        variable = self._source.code(target)
        block = self._declaring_block(holder, variable, start.site)
        if block is None:
            return variable, Ending.UNKNOWN, None, None
        try:
            lowering = Lowering(self._names, variable, start.call, start.site)
            steps = lowering.body(block) if block.type in FUNCTIONS else lowering.statements(block.named_children)
        except EscapedError:
            return variable, Ending.UNKNOWN, None, block
        found = verdict(steps, False)
        return variable, found.ending, found.leak, block

    def _declaring_block(self, holder: Node, variable: str, site: Site) -> Node | None:
        """The block that a span's variable lives in; None where that is more than one function."""
        node: Node | None = holder
        if holder.type == "variable_declarator":
            while node is not None and node.type not in ("statement_block", "program", "switch_case"):
                node = node.parent
            # At the top of a file a span lives as long as the process.
            return node if node is not None and node.type == "statement_block" else None
        function = site.scope.enclosing_function()
        if function is None or variable not in function.definitions:
            return None
        return function.node

    # What is caught while it is open.

    def _handlers(self, start: _Start, body: Node, variable: str, subject: str) -> Iterator[SpanHandler]:
        for statement, site in self._names.outline.catches:
            inside = body.start_byte <= statement.start_byte and statement.end_byte <= body.end_byte
            after = (
                body.type in FUNCTIONS and start.method != "startSpan"
            ) or statement.start_byte > start.call.end_byte
            if not inside or not after or not self._is_same_function(site, body):
                continue
            handler, tried = statement.child_by_field_name("handler"), statement.child_by_field_name("body")
            if handler is None or tried is None or not self._may_fail(tried):
                continue
            parameter = handler.child_by_field_name("parameter")
            exception = self._source.code(parameter) if parameter is not None else None
            code = self._source.code(handler)
            yield SpanHandler(
                at=Location(self._source.text.source, subject, self._source.location(handler.children[0]).region),
                lines=self._source.lines(handler),
                language=Language.TYPESCRIPT,
                span=subject.removeprefix("span "),
                variable=variable,
                exception=exception,
                records=_RECORDS.search(code) is not None or self._hands_over(handler, variable),
                reraises=_THROWS.search(code) is not None or self._hands_on(handler, exception),
                goes_on=self._goes_on(statement, body, variable),
            )

    def _goes_on(self, statement: Node, body: Node, variable: str) -> bool:
        """Whether there is more work inside the span after what was caught."""
        final = statement.child_by_field_name("finalizer")
        return any(
            call.start_byte > statement.end_byte
            and not self._source.code(call).startswith((f"{variable}.", f"{variable}?."))
            for call in _calls_in(body)
        ) and (final is None or variable not in self._source.code(final))

    def _is_same_function(self, site: Site, body: Node) -> bool:
        function = site.scope.enclosing_function()
        if function is None:
            return False
        around = (
            body
            if body.type in FUNCTIONS
            else next(
                (
                    one.node
                    for one in site.scope.chain()
                    if one.kind == "function" and one.node.start_byte <= body.start_byte
                ),
                None,
            )
        )
        return around is not None and function.node.id == around.id

    def _may_fail(self, tried: Node) -> bool:
        code = self._source.code(tried)
        return "await " in code

    def _hands_over(self, handler: Node, variable: str) -> bool:
        """Whether a call in the handler is handed the span."""
        return any(
            self._source.code(unwrap(arg)) == variable for call in _calls_in(handler) for arg in arguments_of(call)
        )

    def _hands_on(self, handler: Node, exception: str | None) -> bool:
        """Whether the handler gives the exception to a callback: `next(err)`, `reject(err)`."""
        if exception is None:
            return False
        for call in _calls_in(handler):
            callee = call.child_by_field_name("function")
            spelt = self._source.code(callee).rpartition(".")[2] if callee is not None else ""
            if _CALLBACK.match(spelt) and any(exception in self._source.code(arg) for arg in arguments_of(call)):
                return True
        return False

    # Work that leaves.

    def _handoffs(self, start: _Start, body: Node) -> Iterator[Handoff]:
        code = self._source.code(body)
        carries = "propagation.inject" in code or re.search(r"\binject(?:Context|TraceContext)?\(", code) is not None
        for call in _calls_in(body):
            function = call.child_by_field_name("function")
            holder = function.child_by_field_name("object") if function is not None else None
            if function is None or holder is None:
                continue
            method = member_name(function, self._source)
            made = self._names.origin(holder, start.site)
            path = self._names.called(made[0], made[1]) if made is not None else None
            if method in ("add", "addBulk") and path == "bullmq.Queue" and made is not None:
                carried = carries or "telemetry" in self._source.code(made[0])
                yield self._handoff(call, function, "a queue", carried, "bullmq")
            elif method == "postMessage" and path in ("worker_threads.Worker", "node:worker_threads.Worker"):
                yield self._handoff(call, function, "a worker thread", carries, None)

    def _handoff(self, call: Node, function: Node, to: str, carries: bool, covered_by: str | None) -> Handoff:
        return Handoff(
            at=self._source.location(function, f"call {self._source.code(function)}"),
            lines=self._source.lines(call),
            language=Language.TYPESCRIPT,
            to=to,
            work=self._source.code(function),
            carries_context=carries,
            covered_by=covered_by,
        )

    # Names.

    def _name(self, call: Node, site: Site) -> Iterator[SpanName]:
        node = arguments_of(call)[0]
        if unwrap(node).type == "object":
            # Sentry's `startSpan({name, op}, …)`.
            named = self._names.inside(node, site, ("name",))
            if named is None:
                return
            node = named[0]
        value = self._values.of(node, site)
        chain = value.chain or (node,)
        made = self._names.origin(node, site)
        yield SpanName(
            at=self._source.location(node, f"span {self._source.code(node)}"),
            lines=self._source.lines(call),
            language=Language.TYPESCRIPT,
            boundedness=value.bound,
            source=value.source if value.bound >= Boundedness.SUSPECT else None,
            chain=tuple(Step(self._source.code(one), self._source.location(one)) for one in chain),
            built=made is not None and made[0].type in ("template_string", "binary_expression"),
            text=self._source.cut(node),
        )


def _is_last(args: list[Node], callback: Node | None) -> bool:
    """Whether the callback is the last argument, as OpenTelemetry's own `startActiveSpan` has it."""
    return callback is None or callback.id == args[-1].id


def _is_rename(call: Node, names: Names) -> bool:
    function = call.child_by_field_name("function")
    return function is not None and member_name(function, names.source) == "updateName" and bool(arguments_of(call))


def _calls_in(node: Node) -> Iterator[Node]:
    todo = [node]
    while todo:
        one = todo.pop()
        if one.type == "call_expression":
            yield one
        todo += reversed(one.named_children)
