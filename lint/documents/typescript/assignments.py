"""What an assignment changes: a name, a member of a class, a property of an object, what a module exports."""

from __future__ import annotations

from ..binding import How
from .scopes import Definition, Scope, Site
from .tree import Node, Source, unwrap

_EXPORTS = ("exports", "module.exports")


def assign(left: Node, how: How, site: Site, value: Node, source: Source) -> None:
    """Notes what is assigned to the left side in the scope that it belongs to."""
    if left.type == "identifier":
        name = source.code(left)
        site.scope.home_of(name).define(Definition(name, how, site, value))
    elif left.type in ("member_expression", "subscript_expression"):
        _put(left, how, site, value, source)


def _put(left: Node, how: How, site: Site, value: Node, source: Source) -> None:
    """`this.a = 1`, `x.a = 1`, `x['a'] = 1`."""
    container = left.child_by_field_name("object")
    key = left.child_by_field_name("property") or left.child_by_field_name("index")
    if container is None or key is None:
        return
    is_member = left.type == "member_expression"
    if container.type == "this":
        owner = _owner(site.scope)
        if owner is not None and is_member:
            owner.hold(Definition(source.code(key), how, site, value))
        return
    holder = source.code(container)
    home = site.scope.home_of(holder)
    home.mutations.setdefault(holder, []).append((key, value, site))
    if is_member and holder in _EXPORTS:
        _export(source.code(key), home, how, site, value, source)


def _export(name: str, home: Scope, how: How, site: Site, value: Node, source: Source) -> None:
    """`exports.orders = orders` exports what is there, `exports.orders = new Counter(…)` makes it too."""
    inner = unwrap(value)
    if inner.type == "identifier":
        for one in site.scope.definitions.get(source.code(inner), ()):
            one.exported = True
    elif name not in home.definitions:
        site.scope.define(Definition(name, how, site, value, exported=True))


def _owner(scope: Scope) -> Scope | None:
    """The class whose `this` is meant."""
    return next((one.owner or one for one in scope.chain() if one.owner is not None or one.kind == "class"), None)
