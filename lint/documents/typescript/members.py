"""Members of objects: worth what the file puts there, what their types allow, or what their names tell."""

from __future__ import annotations

from ...nodes import Boundedness
from ...record import replace
from ...telemetry.identifiers import identifier
from ..binding import How
from ..value import CONFIGURED, FEW, UNKNOWN, Value, guarded, join, suspect
from .foreign import called, imported, member_of
from .judging import Judge, Judging
from .scopes import Definition, Site, bindings
from .sources import CONFIG_ROOTS, PREFIX_NAMES
from .tree import Node, member_name, unwrap
from .variables import by_definition


def _member(values: Judging, node: Node, site: Site) -> Value[Node]:
    name, holder = member_name(node, values.source), node.child_by_field_name("object")
    code = values.source.code(node)
    if holder is None:
        return UNKNOWN
    if name in values.settings.bounded or code.startswith(CONFIG_ROOTS):
        return CONFIGURED
    if name is None:
        return _subscript(values, node, holder, site)
    known = guarded(values.guards.verdict_at(code, site))
    if known is None:
        known = _typed(values, node, site)
    if known is None:
        known = values.requests.value(node, site)
    return known if known is not None else _read(values, node, holder, name, site)


def _read(values: Judging, node: Node, holder: Node, name: str, site: Site) -> Value[Node]:
    """A member by what is bound to it, in this file or another."""
    if values.types.enumeration(holder) is not None:
        return FEW
    found = values.names.definitions(node, site)
    if found:
        return _bound(values, found, node, name, site)
    path = values.names.path(node, site)
    if path is not None:
        return imported(path)
    return member_of(values.of(holder, site), name, node, called(holder, values.source), values.source)


def _bound(values: Judging, found: tuple[Definition, ...], node: Node, name: str, site: Site) -> Value[Node]:
    """A member of `this`, of a class or of an object literal: whatever is bound to it anywhere in the file."""
    if name in PREFIX_NAMES:
        return CONFIGURED
    if any(one.how is How.PARAMETER for one in found):
        return UNKNOWN
    value = join(by_definition(values, one, node, one.site.within(site.frame)) for one in found)
    meaning = identifier(name)
    return suspect(meaning, node) if value.bound is Boundedness.UNKNOWN and meaning else value


def _typed(values: Judging, node: Node, site: Site) -> Value[Node] | None:
    """`x.kind` of a parameter or a variable whose type says what `kind` is."""
    path: list[str] = []
    at = node
    while at.type in ("member_expression", "subscript_expression"):
        name, holder = member_name(at, values.source), at.child_by_field_name("object")
        if name is None or holder is None:
            return None
        path.insert(0, name)
        at = unwrap(holder)
    if at.type != "identifier":
        return None
    for one in bindings(values.source.code(at), site):
        if one.annotation is not None and one.how in (How.PARAMETER, How.ASSIGNED):
            inner = one.path[1:] if one.how is How.PARAMETER else one.path
            value = values.types.value(one.annotation, (*inner, *path))
            if value.bound <= Boundedness.ENUM:
                return value
    return None


def _subscript(values: Judging, node: Node, holder: Node, site: Site) -> Value[Node]:
    """`TABLE[key]`, `list[0]`."""
    if values.guards.is_fixed(holder, site):
        made = values.names.origin(holder, site)
        value = values.of(made[0], made[1]) if made is not None else FEW
        return value if value.bound <= Boundedness.ENUM else FEW
    known = guarded(values.guards.verdict_at(values.source.code(node), site))
    if known is None:
        known = values.requests.value(node, site)
    if known is not None:
        return known
    container = values.of(holder, site)
    unbounded = container.bound is Boundedness.UNBOUNDED
    return container if unbounded else replace(UNKNOWN, parameters=container.parameters)


JUDGES: dict[str, Judge] = dict.fromkeys(("member_expression", "subscript_expression"), _member)
