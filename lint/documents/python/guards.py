"""What the conditions around a place say about an expression: whether it is known to be one of few values there."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ...nodes import Boundedness
from ..binding import How
from .names import Names
from .scopes import Site
from .tree import dotted_name, literal_text

Verdict = Boundedness | None
"""ENUM where a condition bounds the expression, UNKNOWN where one may, None where none says anything."""

_CONTAINERS = (cst.Set, cst.List, cst.Tuple, cst.Dict)
_MAKERS = frozenset({"builtins.frozenset", "builtins.set", "builtins.tuple", "builtins.list", "builtins.dict"})


def verdict_at(names: Names, code: str, site: Site, since: int = -1) -> Verdict:
    """What holds at a site for the expression spelt `code`, from conditions tested after `since`."""
    verdicts = [_verdict(names, test, holds, code, site) for test, holds in _conditions(names, code, site, since)]
    return min((one for one in verdicts if one is not None), default=None)


def verdict_of(names: Names, test: cst.BaseExpression, holds: bool, code: str, site: Site) -> Verdict:
    """What a condition that holds, or does not, says about the expression spelt `code`."""
    return _verdict(names, test, holds, code, site)


def _conditions(names: Names, code: str, site: Site, since: int) -> Iterator[tuple[cst.BaseExpression | None, bool]]:
    """The conditions that are decided at a site; None for a `case` of constants, which decides by itself."""
    root = code.partition(".")[0]
    for block in site.block.ancestors():
        if block.start >= since:
            yield from block.tests
            if block.matched is not None and names.tree.code(block.matched) == code:
                yield None, True
        for order, test, body in block.guards:
            # After `if x not in ALLOWED: return`, or `: x = "other"`, what x was before is allowed.
            settled = body.leaves or any(
                one.site.block is body for one in site.scope.definitions.get(root, ()) if one.how is How.ASSIGNED
            )
            if settled and since <= order < body.end < site.order:
                yield test, False


def _verdict(names: Names, test: cst.BaseExpression | None, holds: bool, code: str, site: Site) -> Verdict:
    match test:
        case None:
            return Boundedness.ENUM
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            return _verdict(names, inner, not holds, code, site)
        case cst.BooleanOperation(left=left, operator=operator, right=right):
            sides = (_verdict(names, left, holds, code, site), _verdict(names, right, holds, code, site))
            both = isinstance(operator, cst.And) == holds
            known = [side for side in sides if side is not None]
            if both:
                return min(known, default=None)
            return max(known) if len(known) == len(sides) else None
        case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(operator=operator, comparator=right)]):
            return _comparison(names, left, operator, right, holds, code, site)
    return None


def _comparison(
    names: Names,
    left: cst.BaseExpression,
    operator: cst.BaseCompOp,
    right: cst.BaseExpression,
    holds: bool,
    code: str,
    site: Site,
) -> Verdict:
    positive = {cst.In: True, cst.Equal: True, cst.Is: True, cst.NotIn: False, cst.NotEqual: False, cst.IsNot: False}
    if positive.get(type(operator)) is not holds or names.tree.code(left) != code:
        return None
    if isinstance(operator, cst.In | cst.NotIn):
        return Boundedness.ENUM if is_fixed_container(names, right, site) else Boundedness.UNKNOWN
    if literal_text(right) is not None or isinstance(right, cst.Integer):
        return Boundedness.ENUM
    path = dotted_name(right)
    if path in ("None", "True", "False"):
        return Boundedness.ENUM
    return Boundedness.ENUM if path.rpartition(".")[2].isupper() else None


def is_fixed_container(names: Names, node: cst.BaseExpression, site: Site, depth: int = 0) -> bool:
    """Whether a container has its values from the source: a literal, a constant, an enumeration."""
    if depth > 6:
        return False
    match node:
        case cst.Set() | cst.List() | cst.Tuple() | cst.Dict():
            return bool(node.elements)
        case cst.Call(func=func, args=args):
            made = names.path(func, site) in _MAKERS and bool(args)
            return made and is_fixed_container(names, args[0].value, site, depth + 1)
        case cst.Attribute(value=value, attr=cst.Name(value="__members__" | "_value2member_map_" | "values")):
            return names.is_enum(value, site)
        case cst.Name() | cst.Attribute():
            return _is_fixed_name(names, node, site, depth)
        case cst.BinaryOperation(left=left, right=right):
            return all(is_fixed_container(names, side, site, depth + 1) for side in (left, right))
        case cst.SetComp() | cst.ListComp():
            return is_fixed_container(names, node.for_in.iter, site, depth + 1)
    return False


def _is_fixed_name(names: Names, node: cst.Name | cst.Attribute, site: Site, depth: int) -> bool:
    if names.is_enum(node, site):
        return True
    found = names.definitions(node, site)
    if found and all(one.how is How.ASSIGNED and one.value is not None and not one.path for one in found):
        return all(is_fixed_container(names, one.value, one.site, depth + 1) for one in found if one.value is not None)
    # A constant of another module, or of a class, is told by its spelling only.
    return dotted_name(node).rpartition(".")[2].lstrip("_").isupper()
