"""Variables and parameters: worth what is bound to them, under the conditions that hold where they are read."""

from __future__ import annotations

import libcst as cst

from ...nodes import Boundedness
from ...record import replace
from ..binding import How
from ..value import guarded
from .guards import is_fixed_container, verdict_at
from .judging import Judge, Judging
from .names import frame_for
from .scopes import Definition, Site, bindings
from .sources import CONFIG_ROOTS
from .value import CONFIGURED, FEW, UNKNOWN, Value, constant, join, unbounded


def _name(values: Judging, node: cst.Name, site: Site) -> Value:
    if node.value in ("True", "False", "None"):
        return constant(node.value)
    if node.value in values.settings.bounded:
        return CONFIGURED
    found = bindings(node.value, site)
    return join(_defined(values, one, node, site) for one in found) if found else UNKNOWN


def _defined(values: Judging, one: Definition, node: cst.Name, site: Site) -> Value:
    """What a name is worth by one of its definitions, under what is known at the site."""
    if one.site.scope is site.scope:
        known = guarded(verdict_at(values.names, node.value, site, one.site.order))
        if known is not None:
            return known
    return by_definition(values, one, node, site)


def by_definition(values: Judging, one: Definition, node: cst.BaseExpression, site: Site) -> Value:
    """What a name or an attribute is worth by one of its definitions."""
    match one.how:
        case How.ASSIGNED if one.value is not None:
            return _assigned(values, one, site)
        case How.AUGMENTED | How.CAPTURED if one.value is not None:
            return values.of(one.value, _again(one, site)).via(one.value)
        case How.LOOPED if one.value is not None:
            return _looped(values, one.value, one.path, _again(one, site))
        case How.PARAMETER:
            return _parameter(values, one, node, site)
        case How.CAUGHT:
            return unbounded("the text of an exception", node)
        case How.IMPORTED if one.target is not None:
            return imported(one.target)
        case How.CLASS | How.FUNCTION:
            return FEW
    return UNKNOWN


def imported(target: str) -> Value:
    """What is imported under a dotted path."""
    last = target.rpartition(".")[2]
    is_constant = last.isupper() and len(last) > 1
    return CONFIGURED if is_constant or target.startswith(CONFIG_ROOTS) else UNKNOWN


def _assigned(values: Judging, one: Definition, site: Site) -> Value:
    there = _again(one, site)
    value = one.value
    for index in one.path:
        if not isinstance(value, cst.Tuple | cst.List) or index >= len(value.elements):
            whole = values.of(one.value, there)
            return whole.via(one.value) if whole.bound >= Boundedness.SUSPECT else UNKNOWN
        value = value.elements[index].value
    bounded = one.annotation is not None and values.parameters.is_bounded_type(one.annotation, there)
    return FEW if bounded else values.of(value, there).via(value)


def _again(one: Definition, site: Site) -> Site:
    """The site of a definition, in the same call where one is being followed."""
    return one.site.within(site.frame)


def _looped(values: Judging, source: cst.BaseExpression, path: tuple[int, ...], site: Site) -> Value:
    """A loop's variable: one of the elements of what is looped over."""
    if isinstance(source, cst.Call) and source.args:
        called = values.names.path(source.func, site)
        if called == "builtins.enumerate":
            return FEW if path[:1] == (0,) else values.of(source.args[0].value, site)
        if called == "builtins.range":
            return FEW if all(isinstance(arg.value, cst.Integer) for arg in source.args) else UNKNOWN
    match source:
        case cst.Call(func=cst.Attribute(value=table, attr=cst.Name(value="items" | "keys" | "values")), args=[]):
            source = table
    value = values.of(source, site)
    if is_fixed_container(values.names, source, site):
        return FEW if value.bound <= Boundedness.ENUM and value.values is None else replace(value, values=None)
    return value.via(source) if value.bound is Boundedness.UNBOUNDED else UNKNOWN


def _parameter(values: Judging, one: Definition, node: cst.BaseExpression, site: Site) -> Value:
    frame = frame_for(site.frame, one.site.scope)
    argument = frame.arguments.get(one.name) if frame is not None else None
    if argument is None:
        return values.parameters.value(one, node, site)
    return values.of(argument.value, argument.site).via(argument.value)


JUDGES: dict[type[object], Judge] = {cst.Name: _name}
