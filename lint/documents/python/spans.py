"""Spans: where they are started and named, whether they are ended, what is caught while they are open."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from ...finding import Location
from ...nodes import Boundedness, Ending, Handoff, Language, SpanHandler, SpanName, SpanStart, Step
from ...nodes import Node as AnyNode
from ...record import Record
from ..paths import verdict
from .arguments import passed
from .gate import Gate
from .lowering import EscapedError, Lowering
from .names import Names
from .scopes import Site
from .tree import children, dotted_name
from .values import Values

SPANS = Gate(
    r"\bstart_(?:as_current_)?span\s*\(|\bupdate_name\s*\(", "start_span", "start_as_current_span", "update_name"
)
"""What a file has that starts or renames a span."""

_METHODS = frozenset({"start_span", "start_as_current_span"})
# `telemetry` is as often a team's own object, whose spans are its business.
_TRACER = re.compile(r"tracer|tracing|otel", re.IGNORECASE)
_RECORDS = re.compile(r"record_exception|set_status|capture_exception|set_error")
_HANDED = {
    "threading.Thread": "a thread",
    "threading.Timer": "a timer's thread",
    "multiprocessing.Process": "a process",
}
_POOL = re.compile(r"(?:pool|executor)s?_*$", re.IGNORECASE)


class _Body(Record, eq=False):
    """The code in which a span is open, and the variable that holds it."""

    node: cst.CSTNode
    variable: str


class _Place(Record, eq=False):
    """Where a call stands in its statement, and what is around that."""

    statement: cst.CSTNode
    suite: cst.BaseSuite | cst.Module
    function: cst.FunctionDef | None
    managed: cst.With | None
    decorates: bool


class Spans:
    """The spans of a file."""

    def __init__(self, names: Names, values: Values) -> None:
        self._names = names
        self._values = values
        self._tree = names.tree
        self._places = _places(names.tree.module)

    def all(self) -> Iterator[AnyNode]:
        """Every span, with its name and its handlers, in order."""
        for call, site in self._names.outline.calls:
            if not isinstance(call.func, cst.Attribute) or not call.args:
                continue
            method = call.func.attr.value
            if method in _METHODS and self._is_tracer(call.func.value, site):
                yield from self._span(call, call.func, method, site)
            elif method == "update_name":
                yield from self._named(call, site)

    def _is_tracer(self, node: cst.BaseExpression, site: Site) -> bool:
        if "sentry_sdk" in (self._names.path(node, site) or ""):
            return False
        if _TRACER.search(self._tree.code(node)):
            return True
        return any(
            one.value is not None and "get_tracer" in self._tree.code(one.value)
            for one in self._names.definitions(node, site)
        )

    def _span(self, call: cst.Call, func: cst.Attribute, method: str, site: Site) -> Iterator[AnyNode]:
        yield from self._named(call, site)
        variable, ending, leak, body = self._life(call, method)
        given = passed(call, 0, "name")
        name = self._values.of(given, site).only if given is not None else None
        subject = f"span {name}" if name else f"span {variable or method}"
        yield SpanStart(
            at=self._tree.location(func.attr, subject),
            lines=self._tree.lines(call),
            language=Language.PYTHON,
            library="opentelemetry",
            method=method,
            name=name,
            variable=variable,
            ending=ending,
            leak=Step(self._tree.code(leak), self._tree.location(leak)) if leak is not None else None,
        )
        if body is not None:
            yield from self._handlers(body, subject, call)
            yield from self._handoffs(body, site)

    # How it ends.

    def _life(self, call: cst.Call, method: str) -> tuple[str | None, Ending, cst.CSTNode | None, _Body | None]:
        """The variable, the ending, where a path leaves without it, and the code in which the span is open."""
        place = self._places.get(id(call))
        if place is None or place.decorates:
            return None, Ending.AUTOMATIC if place is not None else Ending.UNKNOWN, None, None
        if place.managed is not None:
            item = next(one for one in place.managed.items if one.item is call)
            bound = item.asname.name if item.asname is not None else None
            variable = bound.value if isinstance(bound, cst.Name) else "span"
            stays = dotted_name(passed(call, None, "end_on_exit")) == "False"
            return variable, Ending.UNKNOWN if stays else Ending.AUTOMATIC, None, _Body(place.managed.body, variable)
        if isinstance(place.statement, cst.Expr) and place.statement.value is call:
            return None, Ending.NEVER, None, None
        target = place.statement.targets[0].target if isinstance(place.statement, cst.Assign) else None
        if not isinstance(target, cst.Name) or place.function is None or method != "start_span":
            return None, Ending.UNKNOWN, None, None
        if _is_outer(target.value, place.function):
            return target.value, Ending.UNKNOWN, None, None
        try:
            steps = Lowering(target.value, call).statements(place.function.body.body)
        except EscapedError:
            return target.value, Ending.UNKNOWN, None, _Body(place.function, target.value)
        found = verdict(steps, False)
        return target.value, found.ending, found.leak, _Body(place.function, target.value)

    # What is caught while it is open.

    def _handlers(self, body: _Body, subject: str, call: cst.Call) -> Iterator[SpanHandler]:
        """Those of `try` statements that begin when the span is open: others may catch that it did not start."""
        begin = max(self._tree.offsets(body.node)[0], self._tree.offsets(call)[1])
        for statement, handler in _handlers_in(body.node):
            if self._tree.offsets(statement)[0] < begin:
                continue
            code = self._tree.code(handler)
            name = handler.name.name if handler.name is not None else None
            start, _ = self._tree.offsets(handler)
            start += len(code) - len(code.lstrip())
            yield SpanHandler(
                at=Location(self._tree.text.source, subject, self._tree.text.region(start, start + len("except"))),
                lines=self._tree.lines(handler),
                language=Language.PYTHON,
                span=subject.removeprefix("span "),
                variable=body.variable,
                exception=name.value if isinstance(name, cst.Name) else None,
                records=_RECORDS.search(code) is not None
                or re.search(rf"[(,]\s*{re.escape(body.variable)}\s*[,)]", code) is not None,
                reraises=re.search(r"\braise\b", code) is not None,
                goes_on=self._goes_on(handler, body),
            )

    def _goes_on(self, handler: cst.ExceptHandler, body: _Body) -> bool:
        """Whether there is more work inside the span after what was caught."""
        _, end = self._tree.offsets(handler)
        return any(
            self._tree.offsets(call)[0] > end and not dotted_name(call.func).startswith(f"{body.variable}.")
            for call in _calls_in(body.node)
        )

    # Work that leaves.

    def _handoffs(self, body: _Body, site: Site) -> Iterator[Handoff]:
        for call in _calls_in(body.node):
            path = self._names.path(call.func, site) or ""
            spelt = dotted_name(call.func)
            to = _HANDED.get(path) or self._pool(call, spelt)
            if to is None:
                continue
            code = self._tree.code(call)
            yield Handoff(
                at=self._tree.location(call.func, f"call {spelt}"),
                lines=self._tree.lines(call),
                language=Language.PYTHON,
                to=to,
                work=spelt,
                carries_context=re.search(r"\.run\b|copy_context|inject|contextvars", code) is not None,
                covered_by="threading" if "process" not in to else None,
            )

    def _pool(self, call: cst.Call, spelt: str) -> str | None:
        receiver, _, method = spelt.rpartition(".")
        if method == "submit" and _POOL.search(receiver):
            return "a pool"
        return "a pool" if method == "run_in_executor" else None

    # Names.

    def _named(self, call: cst.Call, site: Site) -> Iterator[SpanName]:
        """The name that a call gives; none where it is hidden in `**options`."""
        node = passed(call, 0, "name")
        if node is not None:
            yield self._name(node, call, site)

    def _name(self, node: cst.BaseExpression, call: cst.Call, site: Site) -> SpanName:
        value = self._values.of(node, site)
        chain = value.chain or (node,)
        return SpanName(
            at=self._tree.location(node, f"span {self._tree.code(node)}"),
            lines=self._tree.lines(call),
            language=Language.PYTHON,
            boundedness=value.bound,
            source=value.source if value.bound >= Boundedness.SUSPECT else None,
            chain=tuple(Step(self._tree.code(one), self._tree.location(one)) for one in chain),
            built=isinstance(node, cst.FormattedString | cst.BinaryOperation | cst.Call),
            text=self._tree.cut(node),
        )


def _is_outer(name: str, function: cst.FunctionDef) -> bool:
    """Whether a function's variable is that of a function around it, or of the module: others may end its span."""
    body = function.body.body
    small = [one for line in body if isinstance(line, cst.SimpleStatementLine) for one in line.body]
    declared = [one for one in small if isinstance(one, cst.Nonlocal | cst.Global)]
    return any(item.name.value == name for one in declared for item in one.names)


def _places(module: cst.Module) -> dict[int, _Place]:
    """For each call that is a statement, assigned, managed by `with`, or a decorator: what is around it."""
    places: dict[int, _Place] = {}
    todo: list[tuple[cst.CSTNode, cst.FunctionDef | None, cst.BaseSuite | cst.Module]] = [(module, None, module)]
    while todo:
        node, function, suite = todo.pop()
        inner, around = function, suite
        match node:
            case cst.FunctionDef():
                inner, around = node, node.body
                for decorator in node.decorators:
                    places[id(decorator.decorator)] = _Place(node, suite, function, None, True)
            case cst.IndentedBlock():
                around = node
            case cst.With():
                for item in node.items:
                    places[id(item.item)] = _Place(node, suite, function, node, False)
            case cst.Expr(value=value) | cst.Assign(value=value):
                places[id(value)] = _Place(node, suite, function, None, False)
            case cst.Call():
                places.setdefault(id(node), _Place(node, suite, function, None, False))
        todo += [(child, inner, around) for child in children(node)]
    return places


def _handlers_in(node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.ExceptHandler]]:
    """The handlers in some code, each with its `try`, but not in the functions inside it."""
    todo = list(children(node.body if isinstance(node, cst.FunctionDef) else node))
    while todo:
        one = todo.pop()
        if isinstance(one, cst.FunctionDef | cst.ClassDef | cst.Lambda):
            continue
        if isinstance(one, cst.Try):
            yield from ((one, handler) for handler in one.handlers)
        todo += children(one)


def _calls_in(node: cst.CSTNode) -> Iterator[cst.Call]:
    todo = list(children(node))
    while todo:
        one = todo.pop()
        if isinstance(one, cst.Call):
            yield one
        todo += children(one)
