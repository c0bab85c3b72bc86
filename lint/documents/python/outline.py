"""One walk over a module, which notes scopes, bindings, suites and calls in the order of the source."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from ..binding import How
from .expressions import Expressions
from .imports import names_of
from .scopes import Block, Definition, Handler, Outline, Scope, Site
from .targets import bind, captures, is_constant

_LEAVES = (cst.Return, cst.Raise, cst.Continue, cst.Break)


def outline(module: cst.Module) -> Outline:
    """The outline of a module."""
    return _Walk(module).outline


class _Walk(Expressions):
    """The statements of the walk, from the outermost inwards."""

    def __init__(self, module: cst.Module) -> None:
        scope = Scope("module", "", None, module)
        root = Block(None, 0)
        super().__init__(Outline(scope, root))
        self._suite(module.body, scope, root)
        self._close(root)

    # Statements.

    def _suite(self, body: Sequence[cst.CSTNode], scope: Scope, block: Block) -> None:
        for statement in body:
            self._statement(statement, scope, block)

    def _close(self, block: Block) -> None:
        block.end = self.clock

    def _statement(self, node: cst.CSTNode, scope: Scope, block: Block) -> None:
        handle = _STATEMENTS.get(type(node))
        if handle is not None:
            handle(self, node, scope, block)

    def _simple(self, node: cst.SimpleStatementLine | cst.SimpleStatementSuite, scope: Scope, block: Block) -> None:
        for small in node.body:
            site = self._site(scope, block)
            _SMALL.get(type(small), Expressions._plain)(self, small, site)
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
                bind(item.asname.name, item.item, How.MANAGED, self._site(scope, block))
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

    def _assign(self, node: cst.Assign, site: Site) -> None:
        self._expression(node.value, site)
        for target in node.targets:
            self._expression_of_target(target.target, site)
            bind(target.target, node.value, How.ASSIGNED, self._site(site.scope, site.block))

    def _expression_of_target(self, node: cst.CSTNode, site: Site) -> None:
        """The expressions inside an assignment's target: `a[f()] = 1` calls `f`."""
        if not isinstance(node, cst.Name):
            self._expression(node, site)

    def _annotated(self, node: cst.AnnAssign, site: Site) -> None:
        if node.value is not None:
            self._expression(node.value, site)
        after = self._site(site.scope, site.block)
        bind(node.target, node.value, How.ASSIGNED, after, annotation=node.annotation.annotation)

    def _augmented(self, node: cst.AugAssign, site: Site) -> None:
        self._expression(node.value, site)
        bind(node.target, node.value, How.AUGMENTED, self._site(site.scope, site.block))

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
        for name, target in names_of(node):
            site.scope.define(Definition(name, How.IMPORTED, site, target=target))

    def _if(self, node: cst.If, scope: Scope, block: Block) -> None:
        site = self._site(scope, block)
        self._expression(node.test, site)
        body = self._block(node.body, scope, Block(block, self.clock, (site.order, 0), tests=((node.test, True),)))
        block.guards.append((site.order, node.test, body))
        if node.orelse is None:
            return
        other = Block(block, self.clock, (site.order, 1), tests=((node.test, False),))
        if isinstance(node.orelse, cst.If):
            self.clock += 1
            # An `elif` is an arm of the same statement, and it knows that the tests before it failed.
            self._if(node.orelse, scope, other)
            self._close(other)
            return
        self._block(node.orelse.body, scope, other)
        if body.leaves and other.leaves:
            block.leaves = True

    def _for(self, node: cst.For, scope: Scope, block: Block) -> None:
        self._expression(node.iter, self._site(scope, block))
        inner = Block(block, self.clock, loop=True)
        bind(node.target, node.iter, How.LOOPED, self._site(scope, inner))
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
                scope.define(Definition(name, How.CAUGHT, caught, value=clause.type))
            self._block(clause.body, scope, inner)
        body.leaves = False
        self._else(node.orelse, scope, block)
        self._else(node.finalbody, scope, block)

    def _match(self, node: cst.Match, scope: Scope, block: Block) -> None:
        site = self._site(scope, block)
        self._expression(node.subject, site)
        for number, case in enumerate(node.cases):
            matched = node.subject if is_constant(case.pattern) else None
            inner = Block(block, self.clock, (site.order, number), matched=matched)
            for name in captures(case.pattern):
                scope.define(Definition(name, How.CAPTURED, self._site(scope, inner), value=node.subject))
            self._block(case.body, scope, inner)

    # Functions and classes.

    def _function(self, node: cst.FunctionDef, scope: Scope, block: Block) -> None:
        site = self._site(scope, block)
        for decorator in node.decorators:
            self._expression(decorator.decorator, site)
        owner = scope if scope.kind == "class" else None
        inner = Scope("function", node.name.value, scope, node, owner=owner)
        inner.decorators = tuple(decorator.decorator for decorator in node.decorators)
        scope.define(Definition(node.name.value, How.FUNCTION, site, scope=inner))
        self.outline.functions.append(inner)
        root = Block(None, self.clock)
        self._parameters(node.params, inner, root, site)
        self._block(node.body, inner, root)

    def _class(self, node: cst.ClassDef, scope: Scope, block: Block) -> None:
        site = self._site(scope, block)
        for decorator in node.decorators:
            self._expression(decorator.decorator, site)
        for arg in (*node.bases, *node.keywords):
            self._expression(arg.value, site)
        inner = Scope("class", node.name.value, scope, node, owner=scope if scope.kind == "class" else None)
        inner.bases = tuple(arg.value for arg in node.bases)
        inner.decorators = tuple(decorator.decorator for decorator in node.decorators)
        scope.define(Definition(node.name.value, How.CLASS, site, scope=inner))
        self.outline.classes.append(inner)
        self._block(node.body, inner, Block(None, self.clock))


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


def _caught(node: cst.BaseExpression | None) -> tuple[cst.BaseExpression, ...]:
    if isinstance(node, cst.Tuple):
        return tuple(element.value for element in node.elements)
    return () if node is None else (node,)
