"""Literals, f-strings and operators: expressions that are worth what their parts are worth."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from ...record import replace
from ..value import guarded
from .guards import verdict_of
from .judging import Judge, Judging
from .scopes import Site
from .tree import literal_text
from .value import BOOLEAN, FEW, UNKNOWN, Value, constant, join


def _literal(values: Judging, node: cst.BaseExpression, site: Site) -> Value:
    text = literal_text(node)
    return constant(text if text is not None else values.names.tree.code(node))


def _concatenated(values: Judging, node: cst.ConcatenatedString, site: Site) -> Value:
    text = literal_text(node)
    return constant(text) if text is not None else join([values.of(node.left, site), values.of(node.right, site)])


def _formatted(values: Judging, node: cst.FormattedString, site: Site) -> Value:
    parts = [values.of(part.expression, site) for part in node.parts if isinstance(part, cst.FormattedStringExpression)]
    text = _constant_text(node, parts)
    return constant(text) if text is not None else replace(join(parts), values=None)


def _constant_text(node: cst.FormattedString, parts: Iterable[Value]) -> str | None:
    """The text of an f-string all of whose parts are constants."""
    known = iter(parts)
    texts = []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            texts.append(part.value.replace("{{", "{").replace("}}", "}"))
            continue
        text = next(known).only
        if text is None or not isinstance(part, cst.FormattedStringExpression):
            return None
        if part.format_spec is not None or part.conversion is not None:
            return None
        texts.append(text)
    return "".join(texts)


def _binary(values: Judging, node: cst.BinaryOperation, site: Site) -> Value:
    by_number = isinstance(node.right, cst.Integer)
    if isinstance(node.operator, cst.Modulo) and literal_text(node.left) is None:
        return FEW if by_number else UNKNOWN
    if isinstance(node.operator, cst.FloorDivide):
        return replace(values.of(node.left, site), values=None) if by_number else UNKNOWN
    left, right = values.of(node.left, site), values.of(node.right, site)
    if isinstance(node.operator, cst.Add) and left.only is not None and right.only is not None:
        return constant(left.only + right.only)
    return replace(join([left, right]), values=None)


def _either(values: Judging, node: cst.BooleanOperation, site: Site) -> Value:
    return join([values.of(node.left, site), values.of(node.right, site)])


def _truth(values: Judging, node: cst.BaseExpression, site: Site) -> Value:
    return BOOLEAN


def _unary(values: Judging, node: cst.UnaryOperation, site: Site) -> Value:
    return BOOLEAN if isinstance(node.operator, cst.Not) else values.of(node.expression, site)


def _conditional(values: Judging, node: cst.IfExp, site: Site) -> Value:
    then, other = (_under(values, one, node.test, one is node.body, site) for one in (node.body, node.orelse))
    return join([then, other])


def _under(values: Judging, branch: cst.BaseExpression, test: cst.BaseExpression, holds: bool, site: Site) -> Value:
    """A branch's value, given that the condition held or not."""
    for part in _parts(branch):
        known = guarded(verdict_of(values.names, test, holds, values.names.tree.code(part), site))
        if known is not None:
            return known
    return values.of(branch, site)


def _parts(node: cst.BaseExpression) -> Iterable[cst.BaseExpression]:
    """An expression, and what remains of it when casts are taken away: `str(x)` of `x`."""
    yield node
    if isinstance(node, cst.Call):
        if isinstance(node.func, cst.Attribute):
            yield from _parts(node.func.value)
        elif len(node.args) == 1:
            yield from _parts(node.args[0].value)
    if isinstance(node, cst.Subscript):
        # `MAP[x] if x in MAP else "other"`
        for element in node.slice:
            if isinstance(element.slice, cst.Index):
                yield element.slice.value


def _awaited(values: Judging, node: cst.Await, site: Site) -> Value:
    return values.of(node.expression, site)


def _named(values: Judging, node: cst.NamedExpr, site: Site) -> Value:
    return values.of(node.value, site)


def _elements(values: Judging, node: cst.List | cst.Tuple | cst.Set | cst.Dict, site: Site) -> Value:
    return join(values.of(element.value, site) for element in node.elements)


JUDGES: dict[type[object], Judge] = {
    **dict.fromkeys((cst.SimpleString, cst.Integer, cst.Float, cst.Imaginary, cst.Ellipsis), _literal),
    cst.ConcatenatedString: _concatenated,
    cst.FormattedString: _formatted,
    cst.BinaryOperation: _binary,
    cst.BooleanOperation: _either,
    cst.Comparison: _truth,
    cst.UnaryOperation: _unary,
    cst.IfExp: _conditional,
    cst.Await: _awaited,
    cst.NamedExpr: _named,
    **dict.fromkeys((cst.List, cst.Tuple, cst.Set, cst.Dict), _elements),
}
