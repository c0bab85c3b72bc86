"""Attributes and items: worth what the file puts there, or what their names tell."""

from __future__ import annotations

import libcst as cst

from ...nodes import Boundedness
from ...record import replace
from ...telemetry.identifiers import identifier
from ..binding import How
from ..configured import CONFIG_NAMES
from ..value import guarded
from .guards import is_fixed_container, verdict_at
from .judging import Judge, Judging
from .scopes import Definition, Site, bindings
from .sources import CONFIG_ROOTS, EXCEPTION_TEXTS, FEW_ATTRIBUTES, TRANSPARENT_METHODS
from .tree import dotted_name, literal_text
from .value import CONFIGURED, FEW, UNKNOWN, Value, join, suspect, unbounded
from .variables import by_definition, imported

_URL_PARTS = frozenset({"path", "host", "hash"})


def _attribute(values: Judging, node: cst.Attribute, site: Site) -> Value:
    if node.attr.value in values.settings.bounded:
        return CONFIGURED
    known = guarded(verdict_at(values.names, values.names.tree.code(node), site))
    if known is None:
        known = values.requests.attribute(node, site)
    return known if known is not None else _read(values, node, site)


def _read(values: Judging, node: cst.Attribute, site: Site) -> Value:
    """An attribute by what is bound to it, in this file or another."""
    found = values.names.definitions(node, site)
    if found:
        return _bound(values, found, node, site)
    path = values.names.path(node, site)
    if path is not None:
        return imported(path)
    if node.attr.value in ("value", "name", "label") and _is_enum_member(values, node.value, site):
        return FEW
    return _foreign(values, node, site)


def _bound(values: Judging, found: tuple[Definition, ...], node: cst.Attribute, site: Site) -> Value:
    """An attribute of `self` or of a class: whatever the class assigns to it anywhere."""
    if isinstance(node.value, cst.Name) and values.names.is_enum(node.value, site):
        return FEW
    if any(one.how is How.PARAMETER for one in found):
        return UNKNOWN
    # What a constructor is given is decided elsewhere: its parameters are not those of the method at hand.
    return replace(join(by_definition(values, one, node, one.site) for one in found), parameters=frozenset())


def _is_enum_member(values: Judging, node: cst.BaseExpression, site: Site) -> bool:
    names = values.names
    if isinstance(node, cst.Attribute):
        return names.is_enum(node.value, site) or (names.path(node, site) or "").rpartition(".")[2].isupper()
    found = names.definitions(node, site)
    return bool(found) and all(
        (one.annotation is not None and names.is_enum(one.annotation, one.site))
        or (one.how is How.LOOPED and one.value is not None and names.is_enum(one.value, one.site))
        for one in found
    )


def _foreign(values: Judging, node: cst.Attribute, site: Site) -> Value:
    """An attribute of something that is not made in this file, told by its name."""
    name, inner = node.attr.value, node.value
    if name in FEW_ATTRIBUTES:
        return FEW if name.startswith(("__", "is_")) else UNKNOWN
    if isinstance(inner, cst.Name) and any(one.how is How.CAUGHT for one in bindings(inner.value, site)):
        return unbounded("the text of an exception", node) if name in EXCEPTION_TEXTS else UNKNOWN
    holder = dotted_name(inner).rpartition(".")[2]
    if dotted_name(node).partition(".")[0].lower() in CONFIG_NAMES or holder in CONFIG_NAMES:
        return CONFIGURED
    meaning = identifier(name) or identifier(f"{holder}_{name}")
    value = values.of(inner, site)
    if value.bound is Boundedness.UNBOUNDED:
        return value if meaning or name in TRANSPARENT_METHODS or name in _URL_PARTS else UNKNOWN
    return suspect(meaning, node) if meaning else replace(UNKNOWN, parameters=value.parameters)


def _subscript(values: Judging, node: cst.Subscript, site: Site) -> Value:
    """`TABLE[key]`, `payload["user_id"]`."""
    if is_fixed_container(values.names, node.value, site):
        return FEW
    if values.names.path(node.value, site) in CONFIG_ROOTS:
        return CONFIGURED
    container = values.of(node.value, site)
    if container.bound is Boundedness.UNBOUNDED:
        return container
    key = _key(node)
    meaning = identifier(key) if key is not None else None
    return suspect(meaning, node) if meaning else replace(UNKNOWN, parameters=container.parameters)


def _key(node: cst.Subscript) -> str | None:
    match node.slice:
        case [cst.SubscriptElement(slice=cst.Index(value=key))]:
            return literal_text(key)
    return None


JUDGES: dict[type[object], Judge] = {cst.Attribute: _attribute, cst.Subscript: _subscript}
