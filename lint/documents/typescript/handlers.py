"""What is caught while a span is open, and whether the span is told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...finding import Location
from ...nodes import Language, SpanHandler
from .names import Names
from .scopes import Site
from .tracers import Start
from .tree import FUNCTIONS, Node, arguments_of, calls_in, unwrap

_RECORDS = re.compile(r"recordException|setStatus|setError|captureException|recordError|setTag\(\s*['\"]error")
_CALLBACK = re.compile(r"^(?:next|cb|callback|done|reject|fail|onError|resolve)$")
_THROWS = re.compile(r"\bthrow\b|Promise\.reject")


class Handlers:
    """The `catch` clauses of a file's spans."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._source = names.source

    def of(self, start: Start, body: Node, variable: str, subject: str) -> Iterator[SpanHandler]:
        """Each `catch` in the code in which a span is open, where something may fail."""
        for statement, site in self._names.outline.catches:
            if not _is_open(statement, start, body) or not _is_same_function(site, body):
                continue
            handler, tried = statement.child_by_field_name("handler"), statement.child_by_field_name("body")
            if handler is not None and tried is not None and "await " in self._source.code(tried):
                yield self._handler(statement, handler, body, variable, subject)

    def _handler(self, statement: Node, handler: Node, body: Node, variable: str, subject: str) -> SpanHandler:
        parameter = handler.child_by_field_name("parameter")
        exception = self._source.code(parameter) if parameter is not None else None
        code = self._source.code(handler)
        return SpanHandler(
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
            for call in calls_in(body)
        ) and (final is None or variable not in self._source.code(final))

    def _hands_over(self, handler: Node, variable: str) -> bool:
        """Whether a call in the handler is handed the span."""
        return any(
            self._source.code(unwrap(arg)) == variable for call in calls_in(handler) for arg in arguments_of(call)
        )

    def _hands_on(self, handler: Node, exception: str | None) -> bool:
        """Whether the handler gives the exception to a callback: `next(err)`, `reject(err)`."""
        if exception is None:
            return False
        for call in calls_in(handler):
            callee = call.child_by_field_name("function")
            spelt = self._source.code(callee).rpartition(".")[2] if callee is not None else ""
            if _CALLBACK.match(spelt) and any(exception in self._source.code(arg) for arg in arguments_of(call)):
                return True
        return False


def _is_open(statement: Node, start: Start, body: Node) -> bool:
    """Whether a span is open where a statement begins: everywhere in a callback, else after the call that starts it."""
    if not (body.start_byte <= statement.start_byte and statement.end_byte <= body.end_byte):
        return False
    handed = body.type in FUNCTIONS and start.method != "startSpan"
    return handed or statement.start_byte > start.call.end_byte


def _is_same_function(site: Site, body: Node) -> bool:
    """Whether a place is in the function in which a span is open, and not in one inside it."""
    function = site.scope.enclosing_function()
    around = body if body.type in FUNCTIONS else _function_around(site, body)
    return function is not None and around is not None and function.node.id == around.id


def _function_around(site: Site, body: Node) -> Node | None:
    functions = (one.node for one in site.scope.chain() if one.kind == "function")
    return next((node for node in functions if node.start_byte <= body.start_byte), None)
