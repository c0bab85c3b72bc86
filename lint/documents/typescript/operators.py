"""Literals, templates and operators: expressions that are worth what their parts are worth."""

from __future__ import annotations

from ...nodes import Boundedness
from ...record import replace
from ..value import FEW, UNKNOWN, Value, constant, guarded, join, one_of
from .judging import Judge, Judging
from .scopes import Site
from .tree import Node, arguments_of, elements_of, first_of, literal_text, pairs_of, unwrap

BOOLEAN: Value[Node] = one_of(["true", "false"])
_COMPARISONS = frozenset("=== !== == != < > <= >= in instanceof".split())


def _literal(values: Judging, node: Node, site: Site) -> Value[Node]:
    text = literal_text(node, values.source)
    return constant(text if text is not None else values.source.code(node))


def _template(values: Judging, node: Node, site: Site) -> Value[Node]:
    text = literal_text(node, values.source)
    if text is not None:
        return constant(text)
    parts = [one for one in node.named_children if one.type == "template_substitution"]
    filled = [values.of(first_of(part), site) for part in parts]
    if any(value.only is None for value in filled):
        return replace(join(filled), values=None)
    known = iter(value.only or "" for value in filled)
    texts = (
        next(known) if one.type == "template_substitution" else values.source.code(one) for one in node.named_children
    )
    return constant("".join(texts))


def _binary(values: Judging, node: Node, site: Site) -> Value[Node]:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    sign = node.child_by_field_name("operator")
    if left is None or right is None or sign is None:
        return UNKNOWN
    if sign.type in _COMPARISONS:
        return BOOLEAN
    if sign.type in ("||", "??"):
        return join([values.of(left, site), _under(values, right, left, False, site)])
    if sign.type == "&&":
        return _under(values, right, left, True, site)
    first, second = values.of(left, site), values.of(right, site)
    if sign.type == "+" and first.only is not None and second.only is not None:
        return constant(first.only + second.only)
    if sign.type == "%" and second.only is not None:
        return FEW
    return replace(join([first, second]), values=None)


def _unary(values: Judging, node: Node, site: Site) -> Value[Node]:
    sign = node.child_by_field_name("operator")
    if sign is not None and sign.type in ("!", "typeof", "void", "delete"):
        return BOOLEAN if sign.type == "!" else FEW
    return values.of(node.child_by_field_name("argument"), site)


def _conditional(values: Judging, node: Node, site: Site) -> Value[Node]:
    test = node.child_by_field_name("condition")
    then, other = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
    if test is None or then is None or other is None:
        return UNKNOWN
    return join([_under(values, then, test, True, site), _under(values, other, test, False, site)])


def _under(values: Judging, branch: Node, test: Node, holds: bool, site: Site) -> Value[Node]:
    """A branch's value, given that the condition held or not."""
    for part in _parts(branch):
        known = guarded(values.guards.verdict(test, holds, values.source.code(part), site))
        if known is not None:
            return known
    return values.of(branch, site)


def _parts(node: Node) -> list[Node]:
    """An expression, and what remains of it when casts are taken away: `String(x)` and `TABLE[x]` of `x`."""
    node = unwrap(node)
    parts = [node]
    index = node.child_by_field_name("index") if node.type == "subscript_expression" else None
    if index is not None:
        parts.append(index)
    if node.type == "call_expression":
        function, args = node.child_by_field_name("function"), arguments_of(node)
        if function is not None and function.type == "member_expression" and not args:
            inner = function.child_by_field_name("object")
            parts += _parts(inner) if inner is not None else []
        elif len(args) == 1:
            parts += _parts(args[0])
    return parts


def _wrapped(values: Judging, node: Node, site: Site) -> Value[Node]:
    """Parentheses, `await`, `!` and casts."""
    inner = unwrap(node)
    return values.of(inner, site) if inner.id != node.id else UNKNOWN


def _cast(values: Judging, node: Node, site: Site) -> Value[Node]:
    """`x as Plan`: proves nothing of what a client sent, and is as good as a declaration for the rest."""
    if node.named_child_count < 2:
        return _wrapped(values, node, site)
    inner, target = values.of(first_of(node), site), node.named_child(1)
    proves = inner.bound is not Boundedness.UNBOUNDED and values.types.is_bounded(target)
    return values.types.value(target) if proves else inner


def _elements(values: Judging, node: Node, site: Site) -> Value[Node]:
    return join(values.of(element, site) for element in elements_of(node))


def _object(values: Judging, node: Node, site: Site) -> Value[Node]:
    return join(values.of(value, site) for value in pairs_of(node, values.source).values())


def _spread(values: Judging, node: Node, site: Site) -> Value[Node]:
    return values.of(first_of(node), site)


JUDGES: dict[str, Judge] = {
    **dict.fromkeys(("string", "number", "true", "false", "null", "undefined", "regex"), _literal),
    **dict.fromkeys(
        ("parenthesized_expression", "non_null_expression", "await_expression", "type_assertion"), _wrapped
    ),
    **dict.fromkeys(("as_expression", "satisfies_expression"), _cast),
    "template_string": _template,
    "binary_expression": _binary,
    "unary_expression": _unary,
    "ternary_expression": _conditional,
    "array": _elements,
    "object": _object,
    "spread_element": _spread,
}
