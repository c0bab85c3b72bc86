"""Which expressions are web requests, and what of a request the client decides."""

from __future__ import annotations

from functools import cached_property

import libcst as cst

from ...telemetry.identifiers import identifier
from ..binding import How
from .names import Names, frame_for
from .scopes import Definition, Site, bindings
from .sources import (
    FEW_ATTRIBUTES,
    REQUEST_ATTRIBUTES,
    REQUEST_OBJECTS,
    REQUEST_PARAMETERS,
    REQUEST_TYPES,
    TEMPLATED_TAILS,
    WEB_FRAMEWORKS,
)
from .tree import literal_text
from .value import FEW, TEMPLATED, UNKNOWN, Value, unbounded


class Requests:
    """The web requests of a file."""

    def __init__(self, names: Names) -> None:
        self._names = names

    @cached_property
    def serves(self) -> bool:
        """Whether the file imports a web framework: only then is a parameter called `request` taken for one."""
        return not WEB_FRAMEWORKS.isdisjoint(self._names.roots)

    def attribute(self, node: cst.Attribute, site: Site) -> Value | None:
        """The value of `request.path`, `request.headers.get`, `request.scope["route"].path`; None for other objects."""
        tail: list[str] = []
        at: cst.BaseExpression = node
        while True:
            match at:
                case cst.Attribute(value=inner, attr=cst.Name(value=name)):
                    tail.insert(0, name)
                case cst.Subscript(value=inner, slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
                    tail.insert(0, literal_text(key) or "")
                case cst.Call(func=inner) | cst.Await(expression=inner):
                    pass
                case _:
                    return None
            at = inner
            if self.is_request(at, site):
                return _judge(tail, node)

    def is_request(self, node: cst.BaseExpression, site: Site, depth: int = 0) -> bool:
        """Whether an expression is a web request."""
        match node:
            case cst.Name(value=name):
                if depth > 6:
                    return False
                found = bindings(name, site)
                return bool(found) and all(self._is_bound_to_request(one, site, depth) for one in found)
            case cst.Attribute(value=cst.Name(value=receiver), attr=cst.Name(value="request")):
                if receiver == "self":
                    return self.serves and "celery" not in self._names.roots
                return self._names.path(node, site) in REQUEST_OBJECTS
        return False

    def _is_bound_to_request(self, one: Definition, site: Site, depth: int) -> bool:
        match one.how:
            case How.IMPORTED:
                return one.target in REQUEST_OBJECTS
            case How.ASSIGNED if isinstance(one.value, cst.Call):
                return self._is_request_type(one.value.func, one.site)
            case How.ASSIGNED if isinstance(one.value, cst.Name | cst.Attribute) and not one.path:
                return self.is_request(one.value, one.site.within(site.frame), depth + 1)
            case How.PARAMETER:
                return self._is_request_parameter(one, site, depth)
        return False

    def _is_request_parameter(self, one: Definition, site: Site, depth: int) -> bool:
        frame = frame_for(site.frame, one.site.scope)
        if frame is not None and one.name in frame.arguments:
            argument = frame.arguments[one.name]
            if argument.value is not None and self.is_request(argument.value, argument.site, depth + 1):
                return True
        if one.annotation is not None:
            return self._is_request_type(one.annotation, one.site)
        # A gRPC servicer's method takes `request, context`: a message, not a web request.
        others = {parameter.name.value for parameter in one.site.scope.parameters}
        return self.serves and one.name in REQUEST_PARAMETERS and "context" not in others

    def _is_request_type(self, node: cst.BaseExpression, site: Site) -> bool:
        path = self._names.path(node, site) or literal_text(node) or ""
        root, _, rest = path.partition(".")
        last = (rest or root).rpartition(".")[2]
        return last in REQUEST_TYPES and (root in WEB_FRAMEWORKS or (not rest and self.serves))


def _judge(tail: list[str], node: cst.CSTNode) -> Value | None:
    """What the attributes behind a request say: `.url_rule.rule` is a template, `.url.path` is the client's."""
    path = "." + ".".join(tail)
    if path.endswith(TEMPLATED_TAILS):
        return FEW if path.endswith((".method", ".scheme")) else TEMPLATED
    if tail[0] == "scope" and len(tail) > 1:
        tail = tail[1:]
    first, rest = tail[0], tail[1:]
    if first not in REQUEST_ATTRIBUTES:
        return UNKNOWN if identifier(first) is None else unbounded(f"the request's `{first}`", node)
    if not FEW_ATTRIBUTES.isdisjoint(rest) and first != "headers":
        return UNKNOWN
    if first == "user" and rest and rest[0] not in ("id", "pk", "username", "get_username"):
        return UNKNOWN if identifier(f"user_{rest[0]}") is None and identifier(rest[0]) is None else _of(first, node)
    return _of(first, node)


def _of(first: str, node: cst.CSTNode) -> Value:
    return unbounded(f"the request's {REQUEST_ATTRIBUTES[first]}", node)
