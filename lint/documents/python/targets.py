"""What a binding changes: a name, an attribute of a class, what a container holds."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from ..binding import How
from .scopes import Definition, Mutation, Site
from .tree import children, dotted_name


def bind(
    target: cst.CSTNode,
    value: cst.BaseExpression | None,
    how: How,
    site: Site,
    path: tuple[int, ...] = (),
    annotation: cst.BaseExpression | None = None,
) -> None:
    """Notes what is bound to a target in the scope that it belongs to; `path` is the way into the value."""
    match target:
        case cst.Name():
            site.scope.define(Definition(target.value, how, site, value, path, annotation=annotation))
        case cst.Tuple() | cst.List():
            for index, element in enumerate(target.elements):
                bind(element.value, value, how, site, (*path, index))
        case cst.Attribute(value=cst.Name(value=receiver), attr=cst.Name(value=name)):
            if site.scope.owner is not None and receiver == site.scope.receiver:
                definition = Definition(name, how, site, value, path, annotation=annotation)
                site.scope.owner.attributes.setdefault(name, []).append(definition)
        case cst.Subscript(value=container, slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
            mutate(container, "[]", (), key, value, site)


def mutate(
    container: cst.BaseExpression,
    how: str,
    args: Sequence[cst.Arg],
    key: cst.BaseExpression | None,
    value: cst.BaseExpression | None,
    site: Site,
) -> None:
    """Notes what is put into a container after it was made."""
    name = dotted_name(container)
    if name:
        site.scope.mutations.setdefault(name, []).append(Mutation(how, tuple(args), key, value, site))


def captures(pattern: cst.CSTNode) -> list[str]:
    """The names that a pattern of a `match` binds."""
    names = []
    if isinstance(pattern, cst.MatchAs) and pattern.name is not None:
        names.append(pattern.name.value)
    for child in children(pattern):
        names += captures(child)
    return names


def is_constant(pattern: cst.MatchPattern) -> bool:
    """Whether a pattern matches constants only."""
    if isinstance(pattern, cst.MatchOr):
        return all(is_constant(element.pattern) for element in pattern.patterns)
    return isinstance(pattern, cst.MatchValue | cst.MatchSingleton)
