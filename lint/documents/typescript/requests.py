"""Which expressions are web requests, contexts, queries and events, and what of them the client decides."""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import cached_property

from ...telemetry.identifiers import identifier
from ..binding import How
from ..value import FEW, TEMPLATED, UNKNOWN, Value, suspect, unbounded
from .names import Names
from .scopes import Definition, Parameter, Scope, Site, bindings, frame_for
from .sources import (
    CONTEXT_FRAMEWORKS,
    CONTEXT_NAMES,
    CONTEXT_TYPES,
    EVENT_FEW,
    EVENT_TYPES,
    FEW_MEMBERS,
    FRAMEWORKS,
    INFO_TYPES,
    INNER_REQUESTS,
    NEST_DECORATORS,
    NEST_PARTS,
    NEXT_FUNCTIONS,
    NEXT_HANDLERS,
    PARENTS,
    REQUEST_MEMBERS,
    REQUEST_NAMES,
    REQUEST_TYPES,
    RESOLVERS,
    RESPONSE_NAMES,
    TEMPLATED_MEMBERS,
    VERBS,
)
from .tree import Node, Source, arguments_of, first_of, member_name, unwrap

_DEPTH = 10
_LOOSE = re.compile(r":\s*(?:any$|unknown$|Record<|\{)")
"""Types that say no more of a client's data than that it is an object."""


class Shape(Enum):
    """What a handler is given."""

    REQUEST = auto()
    CONTEXT = auto()
    EVENT = auto()
    ARGUMENTS = auto()
    INFO = auto()


Tail = tuple[Shape, tuple[str, ...]]
"""What a member expression begins with, and the names after it."""


class Requests:
    """The web requests of a file."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.source = names.source

    @cached_property
    def serves(self) -> bool:
        """Whether the file imports a web framework: only then is a parameter called `request` taken for one."""
        return any(self.names.uses(package) for package in FRAMEWORKS)

    @cached_property
    def _has_contexts(self) -> bool:
        """Whether the file's framework gives its handlers one context, whatever that is called."""
        return any(self.names.uses(package) for package in CONTEXT_FRAMEWORKS)

    def value(self, node: Node, site: Site) -> Value[Node] | None:
        """The value of `req.path`, `req.headers['x']`, `ctx.req.param('id')`; None for other objects."""
        tail = self._tail(node, site)
        if tail is None or not tail[1]:
            return None
        shape, names = tail
        value = _JUDGES[shape](names, node)
        meaning = _meaning(names) if value == UNKNOWN else None
        return suspect(meaning, node) if meaning is not None else value

    def part(self, node: Node, site: Site) -> Tail | None:
        """The shape of what an expression is a part of, and the names that lead to that part."""
        return self._tail(node, site)

    def decorated(self, one: Definition) -> str | None:
        """What part of a request a parameter is by its decorator, in words."""
        parameter = _parameter_of(one)
        for decorator in parameter.decorators if parameter is not None else ():
            call = first_of(decorator)
            name = call.child_by_field_name("function") if call is not None else None
            meaning = NEST_DECORATORS.get(self.source.code(name if name is not None else decorator).lstrip("@"))
            if meaning is not None:
                return meaning
        return None

    def _tail(self, node: Node, site: Site, depth: int = 0) -> Tail | None:
        node = unwrap(node)
        if depth > _DEPTH:
            return None
        if node.type in ("identifier", "shorthand_property_identifier"):
            found = bindings(self.source.code(node), site)
            tails = {self._defined(one, site, depth) for one in found}
            return tails.pop() if len(tails) == 1 else None
        if node.type == "call_expression":
            return self._called(node, site, depth)
        holder = node.child_by_field_name("object")
        if node.type not in ("member_expression", "subscript_expression") or holder is None:
            return None
        inner = self._tail(holder, site, depth + 1)
        name = member_name(node, self.source) or ""
        if inner is not None:
            return inner[0], (*inner[1], name)
        if name in ("req", "request") and unwrap(holder).type in ("identifier", "this"):
            return self._carried(unwrap(holder), site)
        return None

    def _called(self, call: Node, site: Site, depth: int) -> Tail | None:
        """`headers()` of Next.js, `context.switchToHttp().getRequest()` of NestJS, and methods of a request."""
        function = call.child_by_field_name("function")
        if function is None:
            return None
        part = NEXT_FUNCTIONS.get(self.names.path(function, site) or "")
        if part is not None:
            return Shape.REQUEST, (part,)
        if member_name(function, self.source) == "getRequest" and self.names.uses("@nestjs/common"):
            return Shape.REQUEST, ()
        return self._tail(function, site, depth + 1)

    def _carried(self, holder: Node, site: Site) -> Tail | None:
        """The request of `res.req`, `ctx.req`, `this.req`."""
        spelt = self.source.code(holder)
        return (Shape.REQUEST, ()) if spelt in CONTEXT_NAMES | RESPONSE_NAMES and self.serves else None

    def _defined(self, one: Definition, site: Site, depth: int) -> Tail | None:
        if one.how is How.PARAMETER:
            return self._parameter(one, site, depth)
        if one.how is How.ASSIGNED and one.value is not None:
            inner = self._tail(one.value, one.site.within(site.frame), depth + 1)
            return (inner[0], (*inner[1], *map(str, one.path))) if inner is not None else None
        return None

    def _parameter(self, one: Definition, site: Site, depth: int) -> Tail | None:
        function, (index, *path) = one.site.scope, one.path or (0,)
        frame = frame_for(site.frame, function)
        if frame is not None and isinstance(index, int) and index < len(frame.arguments):
            argument = frame.arguments[index]
            inner = self._tail(argument.value, argument.site, depth + 1) if argument.value is not None else None
            if inner is not None:
                return inner[0], (*inner[1], *map(str, path))
        shape = self._shape(one, function, index if isinstance(index, int) else 0)
        if shape is None:
            whole = self._decorated_whole(one)
            return (Shape.REQUEST, (whole, *map(str, path))) if whole is not None else None
        return shape, tuple(map(str, path))

    def _decorated_whole(self, one: Definition) -> str | None:
        """The part of a request that NestJS hands over as a whole, where no type says what is in it."""
        parameter = _parameter_of(one)
        loose = one.annotation is None or _LOOSE.match(self.source.code(one.annotation)) is not None
        for decorator in parameter.decorators if parameter is not None and loose else ():
            call = first_of(decorator)
            name = call.child_by_field_name("function") if call is not None else None
            if call is not None and name is not None and not arguments_of(call):
                return NEST_PARTS.get(self.source.code(name))
        return None

    def _shape(self, one: Definition, function: Scope, index: int) -> Shape | None:
        names = [self.source.code(parameter.pattern) for parameter in function.parameters]
        if index == 1 and (function.exported and function.name in NEXT_HANDLERS):
            return Shape.REQUEST
        if index == 1 and (_is_resolver(function.node, self.source) or (names[0] in PARENTS and names[1] == "args")):
            return Shape.ARGUMENTS
        if one.annotation is not None:
            return self._typed(self.source.code(one.annotation).lstrip(": "))
        name = names[index] if index < len(names) else ""
        others = set(names) - {name}
        taken_apart = index == 0 and bool(one.path[1:]) and self._is_handler(function)
        if taken_apart or (name in REQUEST_NAMES and (others & RESPONSE_NAMES or self.serves)):
            return Shape.REQUEST
        named = name in CONTEXT_NAMES or (index == 0 and self._has_contexts)
        if named and self.serves and (others & RESPONSE_NAMES or self._is_handler(function)):
            return Shape.CONTEXT
        if len(names) == 4 and index == 1 and names[3] in ("info", "_info"):
            return Shape.ARGUMENTS
        if len(names) == 4 and index == 3 and name == "info":
            return Shape.INFO
        if name == "event" and index == 0 and function.name in ("handler", "lambdaHandler") and len(names) <= 3:
            return Shape.EVENT
        return None

    def _typed(self, spelt: str) -> Shape | None:
        name = spelt.partition("<")[0].rpartition(".")[2].strip()
        if name in REQUEST_TYPES:
            return Shape.REQUEST
        if name in CONTEXT_TYPES and self.serves:
            return Shape.CONTEXT
        if name in EVENT_TYPES:
            return Shape.EVENT
        return Shape.INFO if name in INFO_TYPES else None

    def _is_handler(self, function: Scope) -> bool:
        """Whether a function is handed to `app.get(…)` and the like, with a route or as middleware."""
        callee = function.callee.child_by_field_name("function") if function.callee is not None else None
        if callee is None or function.callee is None or not self.serves:
            return False
        name = member_name(callee, self.source)
        first = next(iter(arguments_of(function.callee)), None)
        routed = first is not None and first.type in ("string", "template_string", "regex", "object")
        return name in VERBS and (routed or name == "use")


def _parameter_of(one: Definition) -> Parameter | None:
    index = one.path[0] if one.path else None
    parameters = one.site.scope.parameters
    return parameters[index] if isinstance(index, int) and index < len(parameters) else None


def _is_resolver(function: Node, source: Source) -> bool:
    """Whether a function is a field of `{ Query: { … } }`."""
    pair = function if function.type == "method_definition" else function.parent
    fields = pair.parent if pair is not None else None
    kind = fields.parent if fields is not None and fields.type == "object" else None
    key = kind.child_by_field_name("key") if kind is not None and kind.type == "pair" else None
    return key is not None and source.code(key) in RESOLVERS


def _meaning(names: tuple[str, ...]) -> str | None:
    """What identifier the name of a member suggests, by itself or with what it is a member of."""
    return identifier(names[-1]) or identifier("_".join(names[-2:]))


def _of_request(names: tuple[str, ...], node: Node) -> Value[Node]:
    while names[0] in INNER_REQUESTS and len(names) > 1:
        names = names[1:]
    first, rest = names[0], names[1:]
    if first in FEW_MEMBERS:
        return FEW
    if first in TEMPLATED_MEMBERS:
        return TEMPLATED
    meaning = REQUEST_MEMBERS.get(first)
    if meaning is None or (rest and rest[-1] in ("length", "size")):
        return UNKNOWN
    if first in ("user", "session") and (not rest or identifier(f"{first}_{rest[-1]}") is None):
        return UNKNOWN
    if rest and rest[-1] in FEW_MEMBERS:
        return UNKNOWN
    return unbounded(f"the request's {meaning}", node)


def _of_context(names: tuple[str, ...], node: Node) -> Value[Node]:
    if names[0] in ("state", "res", "response", "reply", "app", "env", "var", "log"):
        return UNKNOWN
    return _of_request(names, node)


def _of_event(names: tuple[str, ...], node: Node) -> Value[Node]:
    if not EVENT_FEW.isdisjoint(names):
        return FEW
    return UNKNOWN if names[-1] in FEW_MEMBERS else unbounded("the event that the function is called with", node)


def _of_arguments(names: tuple[str, ...], node: Node) -> Value[Node]:
    return UNKNOWN if names[-1] in FEW_MEMBERS else unbounded("an argument of the query", node)


def _of_info(names: tuple[str, ...], node: Node) -> Value[Node]:
    if names[0] == "variableValues":
        return unbounded("the variables of the query", node)
    if names[0] in ("fieldName", "parentType", "returnType"):
        return TEMPLATED
    return UNKNOWN


_JUDGES = {
    Shape.REQUEST: _of_request,
    Shape.CONTEXT: _of_context,
    Shape.EVENT: _of_event,
    Shape.ARGUMENTS: _of_arguments,
    Shape.INFO: _of_info,
}
