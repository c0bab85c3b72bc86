"""One walk over a module, which notes scopes, bindings, blocks and calls in the order of the source."""

from __future__ import annotations

from collections.abc import Callable

from ..binding import How
from .assignments import assign
from .functions import callee_of, is_exported, name_of, parameters_of
from .imports import module_of, names_of, required
from .patterns import names_in
from .scopes import Block, Definition, Outline, Scope, Site
from .tree import FIELDS, FUNCTIONS, Node, Source, elements_of, unwrap

_LOOPS = frozenset({"for_statement", "for_in_statement", "while_statement", "do_statement"})
_CLASSES = frozenset({"class_declaration", "abstract_class_declaration", "class"})
_TYPES = frozenset({"type_alias_declaration", "interface_declaration", "enum_declaration"})
_CALLS = frozenset({"call_expression", "new_expression"})
# Nodes in which there is nothing that runs.
_DEAD = frozenset({"type_annotation", "type_arguments", "type_parameters", "comment", "ambient_declaration"})

_Todo = tuple[Node, Scope, Block]


def outline(source: Source) -> Outline:
    """The outline of a file."""
    return _Walk(source).outline


class _Walk:
    """
    The state of the walk: the outline so far, and what is still to be seen.

    A list of things to do instead of recursion, because source that was built by a program nests without limit.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        module = Scope("module", "", None, source.root)
        root = Block(None, source.root)
        self.outline = Outline(module, root)
        self.todo: list[_Todo] = [(source.root, module, root)]
        self.handlers = self._handlers()
        while self.todo:
            node, scope, block = self.todo.pop()
            handler = self.handlers.get(node.type)
            if handler is None:
                self._children(node, scope, block)
            else:
                handler(node, scope, block)

    def _handlers(self) -> dict[str, Callable[[Node, Scope, Block], None]]:
        return {
            **dict.fromkeys(_DEAD, self._nothing),
            **dict.fromkeys(FUNCTIONS, self._function),
            **dict.fromkeys(_CLASSES, self._class),
            **dict.fromkeys(_TYPES, self._type),
            **dict.fromkeys(_LOOPS, self._loop),
            **dict.fromkeys(_CALLS, self._call),
            **dict.fromkeys(FIELDS, self._field),
            "ERROR": self._error,
            "import_statement": self._import,
            "variable_declarator": self._declarator,
            "assignment_expression": self._assignment,
            "augmented_assignment_expression": self._assignment,
            **dict.fromkeys(("if_statement", "ternary_expression"), self._condition),
            "switch_statement": self._switch,
            "try_statement": self._try,
            "return_statement": self._return,
            "identifier": self._mention,
            "shorthand_property_identifier": self._mention,
            "property_identifier": self._mention,
            "private_property_identifier": self._mention,
        }

    def _nothing(self, node: Node, scope: Scope, block: Block) -> None:
        """Types hold nothing that runs, unless it was taken for one because of an error."""
        todo = [node] if node.has_error else []
        while todo:
            one = todo.pop()
            if one.type == "ERROR":
                self.outline.errors.append(one)
            else:
                todo += (child for child in one.children if child.has_error)

    def _mention(self, node: Node, scope: Scope, block: Block) -> None:
        name = self.source.code(node)
        self.outline.mentions[name] = self.outline.mentions.get(name, 0) + 1

    def _children(self, node: Node, scope: Scope, block: Block) -> None:
        self.todo.extend((child, scope, block) for child in reversed(node.named_children))

    def _later(self, node: Node | None, scope: Scope, block: Block) -> None:
        if node is not None:
            self.todo.append((node, scope, block))

    def _error(self, node: Node, scope: Scope, block: Block) -> None:
        self.outline.errors.append(node)
        self._children(node, scope, block)

    # Bindings.

    def _declarator(self, node: Node, scope: Scope, block: Block) -> None:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        site = Site(scope, block, node.start_byte)
        module = required(value, self.source) if value is not None else None
        if name is not None and module is not None and name.type == "object_pattern":
            for one in names_in(name, self.source):
                target = ".".join((module, *map(str, one.path)))
                scope.define(Definition(one.name, How.IMPORTED, site, target=target))
        elif name is not None:
            how = How.ASSIGNED if module is None else How.IMPORTED
            annotation, exported = node.child_by_field_name("type"), is_exported(node)
            for one in names_in(name, self.source):
                scope.define(
                    Definition(
                        one.name,
                        how,
                        site,
                        value,
                        one.path,
                        module,
                        annotation=annotation,
                        default=one.default,
                        exported=exported,
                    )
                )
        if name is not None and name.type != "identifier":
            self._later(name, scope, block)
        self._later(value, scope, block)

    def _import(self, node: Node, scope: Scope, block: Block) -> None:
        module = module_of(node, self.source)
        if module is None:
            return
        site = Site(scope, block, node.start_byte)
        for local, target in names_of(node, module, self.source):
            scope.define(Definition(local, How.IMPORTED, site, target=target))

    def _assignment(self, node: Node, scope: Scope, block: Block) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            self._children(node, scope, block)
            return
        how = How.ASSIGNED if node.type == "assignment_expression" else How.AUGMENTED
        site = Site(scope, block, node.start_byte)
        left = unwrap(left)
        assign(left, how, site, right, self.source)
        if left.type in ("member_expression", "subscript_expression"):
            self._children(left, scope, block)
        self._later(right, scope, block)

    # Functions and classes.

    def _function(self, node: Node, scope: Scope, block: Block) -> None:
        name = name_of(node, self.source)
        owner = scope if scope.kind == "class" and node.type == "method_definition" else None
        inner = Scope("function", name, scope, node, owner, callee=callee_of(node), exported=is_exported(node))
        self.outline.functions[node.id] = inner
        site = Site(scope, block, node.start_byte)
        definition = Definition(name, How.FUNCTION, site, scope=inner, exported=inner.exported)
        if owner is not None:
            owner.hold(definition)
        elif node.type in ("function_declaration", "generator_function_declaration"):
            scope.define(definition)
        body = node.child_by_field_name("body")
        root = Block(None, node)
        self._parameters(inner, root)
        if body is not None and body.type == "statement_block":
            self._children(body, inner, root)
        elif body is not None:
            inner.returns.append((body, Site(inner, root, body.start_byte)))
            self._later(body, inner, root)

    def _parameters(self, inner: Scope, root: Block) -> None:
        site = Site(inner, root, inner.node.start_byte)
        inner.parameters = parameters_of(inner.node, self.source)
        for index, parameter in enumerate(inner.parameters):
            for one in names_in(parameter.pattern, self.source, (index,)):
                inner.define(
                    Definition(
                        one.name,
                        How.PARAMETER,
                        site,
                        parameter.default,
                        one.path,
                        annotation=parameter.annotation,
                        default=one.default,
                    )
                )
            self._later(parameter.default, inner, root)
            if parameter.kept and inner.owner is not None and inner.name == "constructor":
                name = self.source.code(parameter.pattern)
                field = Definition(name, How.PARAMETER, site, annotation=parameter.annotation)
                inner.owner.hold(field)

    def _class(self, node: Node, scope: Scope, block: Block) -> None:
        name_node = node.child_by_field_name("name")
        name = self.source.code(name_node) if name_node is not None else ""
        inner = Scope("class", name, scope, node)
        self.outline.classes.append(inner)
        if name:
            scope.define(Definition(name, How.CLASS, Site(scope, block, node.start_byte), scope=inner))
        body = node.child_by_field_name("body")
        if body is not None:
            self._children(body, inner, Block(None, node))

    def _field(self, node: Node, scope: Scope, block: Block) -> None:
        name = node.child_by_field_name("name") or node.child_by_field_name("property")
        value = node.child_by_field_name("value")
        if name is not None and scope.kind == "class":
            local = self.source.code(name)
            site = Site(scope, block, node.start_byte)
            annotation = node.child_by_field_name("type")
            definition = Definition(local, How.ASSIGNED, site, value, annotation=annotation)
            scope.hold(definition)
        self._later(value, scope, block)

    def _type(self, node: Node, scope: Scope, block: Block) -> None:
        name = node.child_by_field_name("name")
        if name is not None:
            site = Site(scope, block, node.start_byte)
            scope.define(Definition(self.source.code(name), How.TYPE, site, node))

    # Statements.

    def _loop(self, node: Node, scope: Scope, block: Block) -> None:
        inner = Block(block, node, loop=True)
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if node.type != "for_in_statement" or left is None:
            self._children(node, scope, inner)
            return
        operator = node.child_by_field_name("operator")
        keys = operator is not None and operator.type == "in"
        site = Site(scope, inner, node.start_byte)
        for one in names_in(left, self.source, ("keys",) if keys else ("each",)):
            scope.define(Definition(one.name, How.LOOPED, site, right, one.path, default=one.default))
        self._later(right, scope, block)
        self._later(node.child_by_field_name("body"), scope, inner)

    def _condition(self, node: Node, scope: Scope, block: Block) -> None:
        """`if` and `? :`."""
        test, then = node.child_by_field_name("condition"), node.child_by_field_name("consequence")
        other = node.child_by_field_name("alternative")
        if test is None or then is None:
            self._children(node, scope, block)
            return
        if other is None:
            block.guards.append((test, then))
        else:
            self._later(other, scope, Block(block, other, tests=((test, False),)))
        self._later(then, scope, Block(block, then, tests=((test, True),)))
        self._later(test, scope, block)

    def _switch(self, node: Node, scope: Scope, block: Block) -> None:
        value, body = node.child_by_field_name("value"), node.child_by_field_name("body")
        for case in reversed(body.named_children if body is not None else []):
            matched = unwrap(value) if case.type == "switch_case" and value is not None else None
            self._children(case, scope, Block(block, case, matched=matched))
        self._later(value, scope, block)

    def _try(self, node: Node, scope: Scope, block: Block) -> None:
        handler, final = node.child_by_field_name("handler"), node.child_by_field_name("finalizer")
        body = node.child_by_field_name("body")
        self._later(final, scope, block)
        if handler is not None:
            inner = Block(block, handler, handler=handler)
            site = Site(scope, inner, handler.start_byte)
            self.outline.catches.append((node, site))
            parameter = handler.child_by_field_name("parameter")
            for one in names_in(parameter, self.source) if parameter is not None else ():
                scope.define(Definition(one.name, How.CAUGHT, site, path=one.path, default=one.default))
            self._later(handler.child_by_field_name("body"), scope, inner)
        if body is not None:
            self._children(body, scope, Block(block, body))

    def _return(self, node: Node, scope: Scope, block: Block) -> None:
        for value in elements_of(node):
            scope.returns.append((value, Site(scope, block, value.start_byte)))
        self._children(node, scope, block)

    # Expressions.

    def _call(self, node: Node, scope: Scope, block: Block) -> None:
        self.outline.calls.append((node, Site(scope, block, node.start_byte)))
        function = node.child_by_field_name("function")
        if function is not None and function.type == "member_expression":
            receiver = function.child_by_field_name("object")
            if receiver is not None:
                self.outline.parents[unwrap(receiver).id] = node
        self._children(node, scope, block)
