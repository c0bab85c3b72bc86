"""Calls: worth what a known function returns, or what a function of the file returns for these arguments."""

from __future__ import annotations

from ...nodes import Boundedness
from ...record import replace
from ..value import CONFIGURED, FEW, UNKNOWN, Value, join, unbounded
from .judging import Judge, Judging
from .operators import BOOLEAN
from .scopes import Scope, Site
from .sources import (
    BOUNDED_CALLS,
    CONFIG_CALLS,
    TRANSPARENT_CALLS,
    TRANSPARENT_CLASSES,
    TRANSPARENT_METHODS,
    UNBOUNDED_CALLS,
)
from .tree import Node, arguments_of, member_name

_FOLLOWED = 4
_ASKS = frozenset({"test", "includes", "startsWith", "endsWith", "has", "some", "every"})


def _call(values: Judging, node: Node, site: Site) -> Value[Node]:
    function = node.child_by_field_name("function")
    if function is None:
        return UNKNOWN
    known = _known(values, node, function, site)
    if known is not None:
        return known
    followed = values.names.function(function, site)
    if followed is not None:
        return _returned(values, followed, node, site)
    return _method(values, node, function, site) if function.type == "member_expression" else UNKNOWN


def _known(values: Judging, node: Node, function: Node, site: Site) -> Value[Node] | None:
    """What a function of the language, of a library or of the configuration returns."""
    spelt = values.source.code(function).replace("?.", ".")
    path = values.names.path(function, site) or spelt
    if {path, spelt, path.lstrip("./")} & set(values.settings.sanitizers):
        return FEW
    if path in UNBOUNDED_CALLS:
        return unbounded(UNBOUNDED_CALLS[path], node)
    if path in BOUNDED_CALLS:
        return BOOLEAN
    if path in CONFIG_CALLS:
        return CONFIGURED
    if path in TRANSPARENT_CALLS:
        value = _first_argument(values, node, site)
        return value if path == "String" else replace(value, values=None)
    return None


def _first_argument(values: Judging, node: Node, site: Site) -> Value[Node]:
    return join(values.of(arg, site) for arg in arguments_of(node)[:1])


def _returned(values: Judging, function: Scope, node: Node, site: Site) -> Value[Node]:
    """A function of this file: the worst of what it returns, for these arguments."""
    declared = values.types.value(function.node.child_by_field_name("return_type"))
    if declared.bound <= Boundedness.ENUM:
        return declared
    if (site.frame.depth if site.frame else 0) > _FOLLOWED or not function.returns:
        return UNKNOWN
    frame = values.bind(function, node, site)
    return join(values.of(value, there.within(frame)).via(value) for value, there in function.returns)


def _method(values: Judging, node: Node, function: Node, site: Site) -> Value[Node]:
    """A method of something that is not made in this file."""
    requested = values.requests.value(node, site)
    if requested is not None:
        return requested
    name, holder = member_name(function, values.source), function.child_by_field_name("object")
    if name in ("get", "find") and values.guards.is_fixed(holder, site):
        return FEW
    if name in _ASKS:
        return BOOLEAN
    if name not in TRANSPARENT_METHODS or holder is None:
        return UNKNOWN
    if name == "update":
        # `createHash('sha256').update(id)`
        return _first_argument(values, node, site)
    value = values.of(holder, site)
    return FEW if value.bound is Boundedness.CONSTANT else replace(value, values=None)


def _new(values: Judging, node: Node, site: Site) -> Value[Node]:
    made = node.child_by_field_name("constructor")
    name, args = (values.source.code(made) if made is not None else ""), arguments_of(node)
    if name == "Date" and not args:
        return unbounded("the time", node)
    if name in TRANSPARENT_CLASSES and args:
        return replace(_first_argument(values, node, site), values=None)
    return UNKNOWN


JUDGES: dict[str, Judge] = {"call_expression": _call, "new_expression": _new}
