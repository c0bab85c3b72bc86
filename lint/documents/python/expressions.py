"""The expressions of a walk over a module: calls, lambdas, and the names that expressions bind."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from ..binding import How
from .scopes import Block, Definition, Outline, Scope, Site
from .targets import bind, mutate
from .tree import children

_PUTS = frozenset({"update", "append", "extend", "setdefault", "add", "insert", "pop"})


class Expressions:
    """The state of a walk: the outline so far, and a clock that gives each statement its order."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.clock = 0

    def _site(self, scope: Scope, block: Block) -> Site:
        self.clock += 1
        return Site(scope, block, self.clock)

    def _expression(self, node: cst.CSTNode, site: Site) -> None:
        _EXPRESSIONS.get(type(node), Expressions._plain)(self, node, site)

    def _elements(self, node: cst.ListComp | cst.SetComp | cst.GeneratorExp, site: Site) -> None:
        self._comprehension(node.for_in, site)
        self._expression(node.elt, site)

    def _pairs(self, node: cst.DictComp, site: Site) -> None:
        self._comprehension(node.for_in, site)
        self._expression(node.key, site)
        self._expression(node.value, site)

    def _named(self, node: cst.NamedExpr, site: Site) -> None:
        self._expression(node.value, site)
        bind(node.target, node.value, How.ASSIGNED, site)

    def _yield(self, node: cst.Yield, site: Site) -> None:
        if isinstance(node.value, cst.BaseExpression):
            site.scope.yields.append((node.value, site))
        self._plain(node, site)

    def _call(self, node: cst.Call, site: Site) -> None:
        self.outline.calls.append((node, site))
        func = node.func
        if isinstance(func, cst.Attribute):
            if isinstance(func.value, cst.Call):
                self.outline.parents[id(func.value)] = node
            if func.attr.value in _PUTS:
                mutate(func.value, func.attr.value, node.args, None, None, site)
        self._expression(func, site)
        for arg in node.args:
            self._expression(arg.value, site)

    def _lambda(self, node: cst.Lambda, site: Site) -> None:
        inner = Scope("function", "<lambda>", site.scope, node)
        root = Block(None, self.clock)
        self._parameters(node.params, inner, root, site)
        body = self._site(inner, root)
        inner.returns.append((node.body, body))
        self.outline.functions.append(inner)
        self._expression(node.body, body)

    def _comprehension(self, node: cst.CompFor, site: Site) -> None:
        self._expression(node.iter, site)
        bind(node.target, node.iter, How.LOOPED, site)
        for condition in node.ifs:
            self._expression(condition.test, site)
        if node.inner_for_in is not None:
            self._comprehension(node.inner_for_in, site)

    def _plain(self, node: cst.CSTNode, site: Site) -> None:
        for child in children(node):
            self._expression(child, site)

    def _parameters(self, params: cst.Parameters, inner: Scope, root: Block, outside: Site) -> None:
        everything = (*params.posonly_params, *params.params, *params.kwonly_params)
        inner.parameters = everything
        site = self._site(inner, root)
        for param in everything:
            if param.default is not None:
                self._expression(param.default, outside)
            annotation = param.annotation.annotation if param.annotation else None
            inner.define(Definition(param.name.value, How.PARAMETER, site, value=param.default, annotation=annotation))
        if isinstance(params.star_arg, cst.Param):
            inner.star = params.star_arg.name.value
            inner.define(Definition(inner.star, How.PARAMETER, site))
        if params.star_kwarg is not None:
            inner.double_star = params.star_kwarg.name.value
            inner.define(Definition(inner.double_star, How.PARAMETER, site))


_EXPRESSIONS: dict[type[cst.CSTNode], Callable[..., None]] = {
    cst.Call: Expressions._call,
    cst.Lambda: Expressions._lambda,
    cst.ListComp: Expressions._elements,
    cst.SetComp: Expressions._elements,
    cst.GeneratorExp: Expressions._elements,
    cst.DictComp: Expressions._pairs,
    cst.NamedExpr: Expressions._named,
    cst.Yield: Expressions._yield,
}
