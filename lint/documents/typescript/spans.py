"""Spans: where they are started and named, whether they are ended, what is caught while they are open."""

from __future__ import annotations

from collections.abc import Iterator

from ...nodes import Boundedness, Language, SpanName, SpanStart, Step
from ...nodes import Node as AnyNode
from .handlers import Handlers
from .handoffs import Handoffs
from .lives import Lives
from .names import Names
from .scopes import Site
from .tracers import Start, Tracers
from .tree import Node, arguments_of, member_name, unwrap
from .values import Values


class Spans:
    """The spans of a file."""

    def __init__(self, names: Names, values: Values) -> None:
        self._names = names
        self._values = values
        self._source = names.source
        self._tracers = Tracers(names)
        self._lives = Lives(names, self._tracers)
        self._handlers = Handlers(names)
        self._handoffs = Handoffs(names)

    def all(self) -> Iterator[AnyNode]:
        """Every span, with its name and its handlers, in order."""
        for call, site in self._names.outline.calls:
            start = self._tracers.started(call, site)
            if start is not None:
                yield from self._span(start)
            elif self._is_rename(call):
                yield from self._name(call, site)

    def _is_rename(self, call: Node) -> bool:
        function = call.child_by_field_name("function")
        renames = function is not None and member_name(function, self._source) == "updateName"
        return renames and bool(arguments_of(call))

    def _span(self, start: Start) -> Iterator[AnyNode]:
        yield from self._name(start.call, start.site)
        life = self._lives.of(start)
        name = self._values.of(arguments_of(start.call)[0], start.site).only
        callee = start.call.child_by_field_name("function") or start.call
        subject = f"span {name or life.variable or self._source.code(callee)}"
        yield SpanStart(
            at=self._source.location(callee.child_by_field_name("property") or callee, subject),
            lines=self._source.lines(start.call),
            language=Language.TYPESCRIPT,
            library=start.library,
            method=start.method,
            name=name,
            variable=life.variable,
            ending=life.ending,
            leak=self._step(life.leak) if life.leak is not None else None,
        )
        if life.body is not None and life.variable is not None:
            yield from self._handlers.of(start, life.body, life.variable, subject)
        if life.body is not None:
            yield from self._handoffs.of(life.body, start.site)

    def _name(self, call: Node, site: Site) -> Iterator[SpanName]:
        node = arguments_of(call)[0]
        if unwrap(node).type == "object":
            # Sentry's `startSpan({name, op}, …)`.
            named = self._names.inside(node, site, ("name",))
            if named is None:
                return
            node = named[0]
        value = self._values.of(node, site)
        yield SpanName(
            at=self._source.location(node, f"span {self._source.code(node)}"),
            lines=self._source.lines(call),
            language=Language.TYPESCRIPT,
            boundedness=value.bound,
            source=value.source if value.bound >= Boundedness.SUSPECT else None,
            chain=tuple(self._step(one) for one in value.chain or (node,)),
            built=self._names.is_built(node, site),
            text=self._source.cut(node),
        )

    def _step(self, node: Node) -> Step:
        return Step(self._source.code(node), self._source.location(node))
