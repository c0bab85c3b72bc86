"""Calls: worth what a known function returns, or what a function of the file returns for these arguments."""

from __future__ import annotations

import libcst as cst

from ...nodes import Boundedness
from ...record import replace
from .guards import is_fixed_container
from .judging import Judge, Judging
from .scopes import Frame, Scope, Site
from .sources import BOUNDED_CALLS, CONFIG_CALLS, TRANSPARENT_CALLS, TRANSPARENT_METHODS, UNBOUNDED_CALLS
from .tree import dotted_name, literal_text
from .value import BOOLEAN, CONFIGURED, FEW, UNKNOWN, Value, join, unbounded

_FOLLOWED = 4
_CHOICES = frozenset({"random.choice", "random.sample"})


def _call(values: Judging, node: cst.Call, site: Site) -> Value:
    known = _known(values, node, site)
    if known is not None:
        return known
    function = values.names.function(node.func, site)
    if function is not None:
        return _returned(values, function, node, site)
    if values.names.is_enum(node.func, site) and node.args:
        return FEW
    return _method(values, node, node.func, site) if isinstance(node.func, cst.Attribute) else UNKNOWN


def _known(values: Judging, node: cst.Call, site: Site) -> Value | None:
    """What a function of the language, of a library or of the configuration returns."""
    path = values.names.path(node.func, site)
    spelt = path or dotted_name(node.func)
    if {spelt, spelt.lstrip(".")} & set(values.settings.sanitizers):
        return FEW
    if path is None:
        return None
    if path in UNBOUNDED_CALLS:
        return unbounded(UNBOUNDED_CALLS[path], node)
    if path in BOUNDED_CALLS:
        return BOOLEAN
    if path in CONFIG_CALLS:
        return CONFIGURED
    if path in _CHOICES and node.args:
        return FEW if is_fixed_container(values.names, node.args[0].value, site) else UNKNOWN
    if path in TRANSPARENT_CALLS:
        value = join(values.of(arg.value, site) for arg in node.args[:1])
        return value if value.bound != Boundedness.CONSTANT or path.endswith((".str", ".int")) else FEW
    return None


def _returned(values: Judging, function: Scope, node: cst.Call, site: Site) -> Value:
    """A function of this module: the worst of what it returns, for these arguments."""
    depth = site.frame.depth if site.frame else 0
    if depth > _FOLLOWED or not function.returns or function.yields:
        return UNKNOWN
    frame = Frame(function, values.parameters.bind(function, node, site), site.frame, depth + 1)
    return join(values.of(value, there.within(frame)).via(value) for value, there in function.returns)


def _method(values: Judging, node: cst.Call, func: cst.Attribute, site: Site) -> Value:
    """A method of something that is not made in this file."""
    requested = values.requests.attribute(func, site)
    if requested is not None:
        return requested
    name = func.attr.value
    if name in ("get", "pop") and is_fixed_container(values.names, func.value, site):
        return join([FEW, *(values.of(arg.value, site) for arg in node.args[1:2])])
    if name == "format" and literal_text(func.value) is not None:
        return replace(join(values.of(arg.value, site) for arg in node.args), values=None)
    if name == "join" and node.args:
        return replace(values.of(node.args[0].value, site), values=None)
    if name in TRANSPARENT_METHODS:
        value = values.of(func.value, site)
        return FEW if value.bound is Boundedness.CONSTANT else replace(value, values=None)
    return UNKNOWN


JUDGES: dict[type[object], Judge] = {cst.Call: _call}
