"""The life of a span: which variable holds it, in which code it is open, and whether every way out ends it."""

from __future__ import annotations

from ...nodes import Ending
from ...record import Record
from ..paths import verdict
from .lowering import EscapedError, Lowering
from .names import Names
from .scopes import Scope, Site
from .tracers import Start, Tracers
from .tree import FUNCTIONS, Node

_AROUND = ("parenthesized_expression", "as_expression", "await_expression")


class Life(Record, eq=False):
    """What becomes of a span after its start."""

    variable: str | None = None
    ending: Ending = Ending.UNKNOWN
    leak: Node | None = None
    """Where a path leaves without ending it."""

    body: Node | None = None
    """The code in which it is open."""


class Lives:
    """The lives of a file's spans."""

    def __init__(self, names: Names, tracers: Tracers) -> None:
        self._names = names
        self._tracers = tracers
        self._source = names.source

    def of(self, start: Start) -> Life:
        """The life of the span that a call starts."""
        if start.method in ("trace", "wrap"):
            return Life(ending=Ending.AUTOMATIC, body=start.callback)
        if start.method in ("startActiveSpan", "startSpanManual"):
            function = self._names.function(start.callback, start.site)
            return self._in_callback(start, function) if function is not None else Life()
        return self._in_variable(start)

    def _in_callback(self, start: Start, function: Scope) -> Life:
        """`startActiveSpan('work', (span) => …)`."""
        body = function.node
        if not function.parameters:
            unknown = "getActiveSpan" in self._source.code(body) or not self._tracers.is_proven(start)
            return Life(ending=Ending.UNKNOWN if unknown else Ending.NEVER, body=body)
        pattern = function.parameters[0].pattern
        if pattern.type != "identifier":
            return Life(body=body)
        variable = self._source.code(pattern)
        try:
            steps = Lowering(self._names, variable, None, start.site).body(body)
        except EscapedError:
            return Life(variable, body=body)
        found = verdict(steps, True)
        # A tracer of the code base may well end its spans itself.
        unknown = found.ending is Ending.NEVER and not self._tracers.is_proven(start)
        return Life(variable, Ending.UNKNOWN if unknown else found.ending, found.leak, body)

    def _in_variable(self, start: Start) -> Life:
        """`const span = tracer.startSpan('work')`."""
        holder = start.call.parent
        while holder is not None and holder.type in _AROUND:
            holder = holder.parent
        if holder is None:
            return Life()
        if holder.type == "expression_statement":
            return Life(ending=Ending.NEVER)
        target = holder.child_by_field_name("name" if holder.type == "variable_declarator" else "left")
        if target is None or target.type != "identifier":
            return Life()
        variable = self._source.code(target)
        body = self._declaring_block(holder, variable, start.site)
        if body is None:
            return Life(variable)
        try:
            lowering = Lowering(self._names, variable, start.call, start.site)
            steps = lowering.body(body) if body.type in FUNCTIONS else lowering.statements(body.named_children)
        except EscapedError:
            return Life(variable, body=body)
        found = verdict(steps, False)
        return Life(variable, found.ending, found.leak, body)

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
