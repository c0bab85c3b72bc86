"""One walk over a module, which notes scopes, bindings, suites and calls in the order of the source."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from ..binding import How
from .scopes import Block, Definition, Handler, Mutation, Outline, Scope, Site
from .tree import children, dotted_name

_LEAVES = (cst.Return, cst.Raise, cst.Continue, cst.Break)
_PUTS = frozenset({"update", "append", "extend", "setdefault", "add", "insert", "pop"})


def outline(module: cst.Module) -> Outline:
    """The outline of a module."""
    return _Walk(module).outline


class _Walk:
    """The state of the walk: the outline so far, and a clock that gives each statement its order."""

    def __init__(self, module: cst.Module) -> None:
        scope = Scope("module", "", None, module)
        root = Block(None, 0)
        self.outline = Outline(scope, root)
        self.clock = 0
        self._suite(module.body, scope, root)
        self._close(root)

    # Statements.

    def _suite(self, body: Sequence[cst.CSTNode], scope: Scope, block: Block) -> None:
        for statement in body:
            self._statement(statement, scope, block)

    def _close(self, block: Block) -> None:
        block.end = self.clock

    def _site(self, scope: Scope, block: Block) -> Site:
        self.clock += 1
        return Site(scope, block, self.clock)

    def _statement(self, node: cst.CSTNode, scope: Scope, block: Block) -> None:
        handle = _STATEMENTS.get(type(node))
        if handle is not None:
            handle(self, node, scope, block)

    def _simple(self, node: cst.SimpleStatementLine | cst.SimpleStatementSuite, scope: Scope, block: Block) -> None:
        for small in node.body:
            site = self._site(scope, block)
            _SMALL.get(type(small), _Walk._plain)(self, small, site)
            if isinstance(small, _LEAVES):
                block.leaves = True

    def _indented(self, node: cst.IndentedBlock, scope: Scope, block: Block) -> None:
        self._suite(node.body, scope, block)

    def _while(self, node: cst.While, scope: Scope, block: Block) -> None:
        self._expression(node.test, self._site(scope, block))
        self._block(node.body, scope, Block(block, self.clock, loop=True, tests=((node.test, True),)))
        self._else(node.orelse, scope, block)

    def _with(self, node: cst.With, scope: Scope, block: Block) -> None:
        for item in node.items:
            self._expression(item.item, self._site(scope, block))
            if item.asname:
                self._bind(item.asname.name, item.item, How.MANAGED, self._site(scope, block))
        self._statement(node.body, scope, block)

    def _block(self, body: cst.CSTNode, scope: Scope, block: Block) -> Block:
        self.clock += 1
        self._statement(body, scope, block)
        self._close(block)
        return block

    def _else(self, node: cst.Else | cst.Finally | None, scope: Scope, block: Block) -> None:
        if node is not None:
            self._statement(node.body, scope, block)

    # Small statements.

    def _plain(self, node: cst.CSTNode, site: Site) -> None:
        for child in children(node):
            self._expression(child, site)

    def _assign(self, node: cst.Assign, site: Site) -> None:
        self._expression(node.value, site)
        for target in node.targets:
            self._expression_of_target(target.target, site)
            self._bind(target.target, node.value, How.ASSIGNED, self._site(site.scope, site.block))

    def _annotated(self, node: cst.AnnAssign, site: Site) -> None:
        if node.value is not None:
            self._expression(node.value, site)
        after = self._site(site.scope, site.block)
        self._bind(node.target, node.value, How.ASSIGNED, after, annotation=node.annotation.annotation)

    def _augmented(self, node: cst.AugAssign, site: Site) -> None:
        self._expression(node.value, site)
        self._bind(node.target, node.value, How.AUGMENTED, self._site(site.scope, site.block))

    def _return(self, node: cst.Return, site: Site) -> None:
        if node.value is not None:
            self._expression(node.value, site)
            site.scope.returns.append((node.value, site))

    def _raise(self, node: cst.Raise, site: Site) -> None:
        if node.exc is not None:
            self._expression(node.exc, site)
        handler = next((block.handler for block in site.block.ancestors() if block.handler), None)
        if handler is not None:
            handler.reraises = True

    def _declared(self, node: cst.Global | cst.Nonlocal, site: Site) -> None:
        site.scope.shared.update(item.name.value for item in node.names)

    def _import(self, node: cst.Import | cst.ImportFrom, site: Site) -> None:
        if isinstance(node.names, cst.ImportStar):
            return
        prefix = ""
        if isinstance(node, cst.ImportFrom):
            prefix = "." * len(node.relative) + (f"{dotted_name(node.module)}." if node.module else "")
        for alias in node.names:
            path = dotted_name(alias.name)
            if alias.asname and isinstance(alias.asname.name, cst.Name):
                name, target = alias.asname.name.value, prefix + path
            elif prefix:
                name, target = path, prefix + path
            else:
                name = target = path.partition(".")[0]
            self._define(Definition(name, How.IMPORTED, site, target=target))

    def _if(self, node: cst.If, scope: Scope, block: Block, owner: int | None = None, arm: int = 0) -> None:
        site = self._site(scope, block)
        owner = owner or site.order
        self._expression(node.test, site)
        body = self._block(node.body, scope, Block(block, self.clock, (owner, arm), tests=((node.test, True),)))
        block.guards.append((site.order, node.test, body))
        if node.orelse is None:
            return
        other = Block(block, self.clock, (owner, arm + 1), tests=((node.test, False),))
        if isinstance(node.orelse, cst.If):
            self.clock += 1
            # An `elif` is an arm of the same statement, and it knows that the tests before it failed.
            self._if(node.orelse, scope, other, None, 0)
            self._close(other)
            return
        self._block(node.orelse.body, scope, other)
        if body.leaves and other.leaves:
            block.leaves = True

    def _for(self, node: cst.For, scope: Scope, block: Block) -> None:
        self._expression(node.iter, self._site(scope, block))
        inner = Block(block, self.clock, loop=True)
        self._bind(node.target, node.iter, How.LOOPED, self._site(scope, inner))
        self._block(node.body, scope, inner)
        self._else(node.orelse, scope, block)

    def _try(self, node: cst.Try | cst.TryStar, scope: Scope, block: Block) -> None:
        site = self._site(scope, block)
        body = self._block(node.body, scope, Block(block, self.clock))
        handlers: Sequence[cst.ExceptHandler | cst.ExceptStarHandler] = node.handlers
        for number, clause in enumerate(handlers, start=1):
            name = clause.name.name.value if clause.name and isinstance(clause.name.name, cst.Name) else None
            handler = Handler(name, _caught(clause.type))
            inner = Block(block, self.clock, (site.order, number), handler=handler)
            if name is not None:
                caught = self._site(scope, inner)
                self._define(Definition(name, How.CAUGHT, caught, value=clause.type))
            self._block(clause.body, scope, inner)
        body.leaves = False
        self._else(node.orelse, scope, block)
        self._else(node.finalbody, scope, block)

    def _match(self, node: cst.Match, scope: Scope, block: Block) -> None:
        site = self._site(scope, block)
        self._expression(node.subject, site)
        for number, case in enumerate(node.cases):
            matched = node.subject if _is_constant_pattern(case.pattern) else None
            inner = Block(block, self.clock, (site.order, number), matched=matched)
            for name in _captures(case.pattern):
                self._define(Definition(name, How.CAPTURED, self._site(scope, inner), value=node.subject))
            self._block(case.body, scope, inner)

    # Functions and classes.

    def _function(self, node: cst.FunctionDef, scope: Scope, block: Block) -> None:
        site = self._site(scope, block)
        for decorator in node.decorators:
            self._expression(decorator.decorator, site)
        owner = scope if scope.kind == "class" else None
        inner = Scope("function", node.name.value, scope, node, owner=owner)
        inner.decorators = tuple(decorator.decorator for decorator in node.decorators)
        self._define(Definition(node.name.value, How.FUNCTION, site, scope=inner))
        self.outline.functions.append(inner)
        root = Block(None, self.clock)
        self._parameters(node.params, inner, root, site)
        self._block(node.body, inner, root)

    def _parameters(self, params: cst.Parameters, inner: Scope, root: Block, outside: Site) -> None:
        everything = (*params.posonly_params, *params.params, *params.kwonly_params)
        inner.parameters = everything
        site = self._site(inner, root)
        for param in everything:
            if param.default is not None:
                self._expression(param.default, outside)
            annotation = param.annotation.annotation if param.annotation else None
            self._define(Definition(param.name.value, How.PARAMETER, site, value=param.default, annotation=annotation))
        if isinstance(params.star_arg, cst.Param):
            inner.star = params.star_arg.name.value
            self._define(Definition(inner.star, How.PARAMETER, site))
        if params.star_kwarg is not None:
            inner.double_star = params.star_kwarg.name.value
            self._define(Definition(inner.double_star, How.PARAMETER, site))

    def _class(self, node: cst.ClassDef, scope: Scope, block: Block) -> None:
        site = self._site(scope, block)
        for decorator in node.decorators:
            self._expression(decorator.decorator, site)
        for arg in (*node.bases, *node.keywords):
            self._expression(arg.value, site)
        inner = Scope("class", node.name.value, scope, node, owner=scope if scope.kind == "class" else None)
        inner.bases = tuple(arg.value for arg in node.bases)
        inner.decorators = tuple(decorator.decorator for decorator in node.decorators)
        self._define(Definition(node.name.value, How.CLASS, site, scope=inner))
        self.outline.classes.append(inner)
        self._block(node.body, inner, Block(None, self.clock))

    # Bindings.

    def _define(self, definition: Definition) -> None:
        scope = definition.site.scope
        if definition.name in scope.shared:
            scope = self.outline.module
        scope.definitions.setdefault(definition.name, []).append(definition)

    def _bind(
        self,
        target: cst.CSTNode,
        value: cst.BaseExpression | None,
        how: How,
        site: Site,
        path: tuple[int, ...] = (),
        annotation: cst.BaseExpression | None = None,
    ) -> None:
        match target:
            case cst.Name():
                self._define(Definition(target.value, how, site, value, path, annotation=annotation))
            case cst.Tuple() | cst.List():
                for index, element in enumerate(target.elements):
                    self._bind(element.value, value, how, site, (*path, index))
            case cst.Attribute(value=cst.Name(value=receiver), attr=cst.Name(value=name)):
                if site.scope.owner is not None and receiver == site.scope.receiver:
                    definition = Definition(name, how, site, value, path, annotation=annotation)
                    site.scope.owner.attributes.setdefault(name, []).append(definition)
            case cst.Subscript(value=container, slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
                self._mutate(container, "[]", (), key, value, site)

    def _mutate(
        self,
        container: cst.BaseExpression,
        how: str,
        args: Sequence[cst.Arg],
        key: cst.BaseExpression | None,
        value: cst.BaseExpression | None,
        site: Site,
    ) -> None:
        name = dotted_name(container)
        if name:
            site.scope.mutations.setdefault(name, []).append(Mutation(how, tuple(args), key, value, site))

    # Expressions.

    def _expression_of_target(self, node: cst.CSTNode, site: Site) -> None:
        """The expressions inside an assignment's target: `a[f()] = 1` calls `f`."""
        if not isinstance(node, cst.Name):
            self._expression(node, site)

    def _expression(self, node: cst.CSTNode, site: Site) -> None:
        _EXPRESSIONS.get(type(node), _Walk._plain)(self, node, site)

    def _elements(self, node: cst.ListComp | cst.SetComp | cst.GeneratorExp, site: Site) -> None:
        self._comprehension(node.for_in, site)
        self._expression(node.elt, site)

    def _pairs(self, node: cst.DictComp, site: Site) -> None:
        self._comprehension(node.for_in, site)
        self._expression(node.key, site)
        self._expression(node.value, site)

    def _named(self, node: cst.NamedExpr, site: Site) -> None:
        self._expression(node.value, site)
        self._bind(node.target, node.value, How.ASSIGNED, site)

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
                self._mutate(func.value, func.attr.value, node.args, None, None, site)
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
        self._bind(node.target, node.iter, How.LOOPED, site)
        for condition in node.ifs:
            self._expression(condition.test, site)
        if node.inner_for_in is not None:
            self._comprehension(node.inner_for_in, site)


_Handle = Callable[..., None]

_STATEMENTS: dict[type[cst.CSTNode], _Handle] = {
    cst.SimpleStatementLine: _Walk._simple,
    cst.SimpleStatementSuite: _Walk._simple,
    cst.IndentedBlock: _Walk._indented,
    cst.FunctionDef: _Walk._function,
    cst.ClassDef: _Walk._class,
    cst.If: _Walk._if,
    cst.For: _Walk._for,
    cst.While: _Walk._while,
    cst.With: _Walk._with,
    cst.Try: _Walk._try,
    cst.TryStar: _Walk._try,
    cst.Match: _Walk._match,
}
_SMALL: dict[type[cst.CSTNode], _Handle] = {
    cst.Assign: _Walk._assign,
    cst.AnnAssign: _Walk._annotated,
    cst.AugAssign: _Walk._augmented,
    cst.Return: _Walk._return,
    cst.Raise: _Walk._raise,
    cst.Import: _Walk._import,
    cst.ImportFrom: _Walk._import,
    cst.Global: _Walk._declared,
    cst.Nonlocal: _Walk._declared,
}
_EXPRESSIONS: dict[type[cst.CSTNode], _Handle] = {
    cst.Call: _Walk._call,
    cst.Lambda: _Walk._lambda,
    cst.ListComp: _Walk._elements,
    cst.SetComp: _Walk._elements,
    cst.GeneratorExp: _Walk._elements,
    cst.DictComp: _Walk._pairs,
    cst.NamedExpr: _Walk._named,
    cst.Yield: _Walk._yield,
}


def _caught(node: cst.BaseExpression | None) -> tuple[cst.BaseExpression, ...]:
    if isinstance(node, cst.Tuple):
        return tuple(element.value for element in node.elements)
    return () if node is None else (node,)


def _is_constant_pattern(pattern: cst.MatchPattern) -> bool:
    if isinstance(pattern, cst.MatchOr):
        return all(_is_constant_pattern(element.pattern) for element in pattern.patterns)
    return isinstance(pattern, cst.MatchValue | cst.MatchSingleton)


def _captures(pattern: cst.CSTNode) -> list[str]:
    names = []
    if isinstance(pattern, cst.MatchAs) and pattern.name is not None:
        names.append(pattern.name.value)
    for child in children(pattern):
        names += _captures(child)
    return names
