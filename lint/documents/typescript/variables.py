"""Variables and parameters: worth what is bound to them, under the conditions that hold where they are read."""

from __future__ import annotations

from ...nodes import Boundedness
from ...record import replace
from ...telemetry.identifiers import identifier
from ..binding import How
from ..value import CONFIGURED, FEW, UNKNOWN, Value, constant, guarded, join, suspect, unbounded
from .foreign import called, imported, member_of
from .judging import Judge, Judging
from .scopes import Definition, Frame, Site, bindings, frame_for
from .sources import ERROR_TEXTS, PREFIX_NAMES
from .tree import Node, member_name, unwrap

_VISITS = frozenset({"forEach", "map", "filter", "reduce", "flatMap"})


def _name(values: Judging, node: Node, site: Site) -> Value[Node]:
    name = values.source.code(node)
    if name in values.settings.bounded:
        return CONFIGURED
    if name == "undefined":
        return constant(name)
    found = bindings(name, site)
    return join(_defined(values, one, node, site) for one in found) if found else UNKNOWN


def _defined(values: Judging, one: Definition, node: Node, site: Site) -> Value[Node]:
    """What a name is worth by one of its definitions, under what is known at the site."""
    if one.site.scope.enclosing_function() is site.scope.enclosing_function():
        known = guarded(values.guards.verdict_at(values.source.code(node), site, one.site.order))
        if known is not None:
            return known
    return by_definition(values, one, node, site)


def by_definition(values: Judging, one: Definition, node: Node, site: Site) -> Value[Node]:
    """What a name or a member is worth by one of its definitions."""
    match one.how:
        case How.ASSIGNED | How.AUGMENTED:
            return _assigned(values, one, node, site)
        case How.LOOPED:
            return _looped(values, one, site)
        case How.PARAMETER:
            return _parameter(values, one, node, site)
        case How.CAUGHT:
            return _caught(one, node)
        case How.IMPORTED:
            return imported(one.target or "")
        case How.CLASS | How.FUNCTION | How.TYPE:
            return FEW
    return UNKNOWN


def _caught(one: Definition, node: Node) -> Value[Node]:
    if one.path:
        text = ERROR_TEXTS.get(str(one.path[-1]))
        return unbounded(text, node) if text else UNKNOWN
    return unbounded("the text of an error", node)


def _assigned(values: Judging, one: Definition, node: Node, site: Site) -> Value[Node]:
    if one.value is None:
        return constant("undefined") if not one.path and one.annotation is None else UNKNOWN
    typed = values.types.value(one.annotation, one.path) if one.annotation is not None else UNKNOWN
    if typed.bound <= Boundedness.ENUM:
        return typed
    there = one.site.within(site.frame)
    if not one.path:
        return values.of(one.value, there).via(unwrap(one.value))
    literal = values.names.inside(one.value, there, one.path)
    if literal is not None:
        return _or_default(values, one, values.of(literal[0], literal[1]), there)
    requested = values.requests.value(node, site)
    if requested is not None:
        taken = replace(requested, chain=(node, unwrap(one.value))) if requested.chain else requested
        return _or_default(values, one, taken, there)
    whole = values.of(one.value, there)
    return member_of(whole, str(one.path[-1]), node, called(one.value, values.source), values.source)


def _or_default(values: Judging, one: Definition, value: Value[Node], site: Site) -> Value[Node]:
    return join([value, values.of(one.default, site)]) if one.default is not None else value


def _looped(values: Judging, one: Definition, site: Site) -> Value[Node]:
    """A loop's variable: one of the elements, or of the keys, of what is looped over."""
    there = one.site.within(site.frame)
    if values.guards.is_fixed(one.value, there):
        return FEW
    value = values.of(one.value, there)
    return value.via(one.value) if value.bound is Boundedness.UNBOUNDED else UNKNOWN


# Parameters.


def _parameter(values: Judging, one: Definition, node: Node, site: Site) -> Value[Node]:
    frame = frame_for(site.frame, one.site.scope)
    index = one.path[0] if one.path else 0
    if frame is not None and isinstance(index, int):
        return _argument(values, one, frame, index, node)
    typed = values.types.value(one.annotation, one.path[1:])
    if typed.bound <= Boundedness.ENUM:
        return typed
    decorated = values.requests.decorated(one)
    if decorated is not None:
        return unbounded(decorated, node)
    requested = values.requests.value(node, site)
    if requested is not None:
        return requested
    if _visits_fixed(values, one, site):
        return FEW
    if one.name in PREFIX_NAMES:
        return replace(CONFIGURED, parameters=frozenset({one.name}))
    meaning = identifier(one.name)
    value: Value[Node] = UNKNOWN if meaning is None else suspect(meaning, node)
    return replace(value, parameters=frozenset({one.name}))


def _argument(values: Judging, one: Definition, frame: Frame, index: int, node: Node) -> Value[Node]:
    """A parameter in a call that is followed: what the call gives it, or its default."""
    argument = frame.arguments[index] if index < len(frame.arguments) else None
    if argument is None or argument.value is None:
        return values.of(one.default, one.site)
    if len(one.path) < 2:
        return values.of(argument.value, argument.site).via(unwrap(argument.value))
    place = values.names.inside(argument.value, argument.site, one.path[1:])
    if place is not None:
        return values.of(place[0], place[1]).via(place[0])
    whole = values.of(argument.value, argument.site)
    return member_of(whole, str(one.path[-1]), node, "", values.source)


def _visits_fixed(values: Judging, one: Definition, site: Site) -> bool:
    """Whether a parameter is the one of `LIST.forEach(x => …)`: one of the elements."""
    call = one.site.scope.callee
    function = call.child_by_field_name("function") if call is not None else None
    if function is None or member_name(function, values.source) not in _VISITS:
        return False
    outside = Site(one.site.scope.parent or one.site.scope, site.block, one.site.order, site.frame)
    return values.guards.is_fixed(function.child_by_field_name("object"), outside)


JUDGES: dict[str, Judge] = dict.fromkeys(("identifier", "shorthand_property_identifier"), _name)
