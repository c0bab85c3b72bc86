"""One walk over a module, which notes scopes, bindings, blocks and calls in the order of the source."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .scopes import Block, Definition, How, Outline, Parameter, Scope, Site
from .tree import FUNCTIONS, Node, Source, elements_of, key_text, literal_text, unwrap

_LOOPS = frozenset({"for_statement", "for_in_statement", "while_statement", "do_statement"})
_CLASSES = frozenset({"class_declaration", "abstract_class_declaration", "class"})
_TYPES = frozenset({"type_alias_declaration", "interface_declaration", "enum_declaration"})
_CALLS = frozenset({"call_expression", "new_expression"})
_FIELDS = frozenset({"public_field_definition", "field_definition"})
# Nodes in which there is nothing that runs.
_DEAD = frozenset({"type_annotation", "type_arguments", "type_parameters", "comment", "ambient_declaration"})
_WRAPPERS = frozenset({"__importDefault", "__importStar", "_interopRequireDefault", "_interopRequireWildcard"})

_Todo = tuple[Node, Scope, Block]
_Path = tuple[str | int, ...]


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
            **dict.fromkeys(_FIELDS, self._field),
            "ERROR": self._error,
            "import_statement": self._import,
            "variable_declarator": self._declarator,
            "assignment_expression": self._assignment,
            "augmented_assignment_expression": self._assignment,
            "if_statement": self._if,
            "ternary_expression": self._ternary,
            "switch_statement": self._switch,
            "try_statement": self._try,
            "return_statement": self._return,
            "await_expression": self._await,
            "identifier": self._mention,
            "shorthand_property_identifier": self._mention,
            "property_identifier": self._mention,
            "private_property_identifier": self._mention,
        }

    def _nothing(self, node: Node, scope: Scope, block: Block) -> None:
        """Names and types hold nothing that could be walked into."""

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

    def _define(self, definition: Definition) -> None:
        definition.site.scope.definitions.setdefault(definition.name, []).append(definition)

    def _bind(self, target: Node, make: Callable[..., Definition], path: _Path = ()) -> None:
        """Binds each name of a pattern."""
        todo: list[tuple[Node, _Path, Node | None]] = [(target, path, None)]
        while todo:
            pattern, way, default = todo.pop()
            if pattern.type in ("identifier", "shorthand_property_identifier_pattern"):
                name = self.source.code(pattern)
                own = (*way, name) if pattern.type.startswith("shorthand") else way
                self._define(make(name, path=own, default=default))
            else:
                todo += [(inner, (*way, *more), other or default) for inner, more, other in self._parts(pattern)]

    def _parts(self, pattern: Node) -> Iterator[tuple[Node, _Path, Node | None]]:
        """The patterns inside a pattern, the way to each, and what it is worth by default."""
        match pattern.type:
            case "object_pattern":
                yield from ((child, (), None) for child in pattern.named_children)
            case "array_pattern":
                yield from ((child, (index,), None) for index, child in enumerate(pattern.named_children))
            case "rest_pattern":
                yield from ((child, ("...",), None) for child in pattern.named_children)
            case "pair_pattern":
                key, value = pattern.child_by_field_name("key"), pattern.child_by_field_name("value")
                if key is not None and value is not None:
                    yield value, (key_text(key, self.source),), None
            case "object_assignment_pattern" | "assignment_pattern":
                left, right = pattern.child_by_field_name("left"), pattern.child_by_field_name("right")
                if left is not None:
                    yield left, (), right

    def _declarator(self, node: Node, scope: Scope, block: Block) -> None:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        site = Site(scope, block, node.start_byte)
        if name is not None:
            annotation = node.child_by_field_name("type")
            target = self._required(value, scope) if value is not None else None
            if target is not None:
                self.outline.modules.add(target)
            exported = node.parent is not None and _is_exported(node.parent)
            if target is not None and name.type == "object_pattern":
                self._bind(
                    name,
                    lambda local, path, **_: Definition(
                        local, How.IMPORTED, site, target=".".join((target, *map(str, path)))
                    ),
                )
            else:
                how = How.ASSIGNED if target is None else How.IMPORTED
                self._bind(
                    name,
                    lambda local, path=(), default=None: Definition(
                        local, how, site, value, path, target, annotation=annotation, default=default, exported=exported
                    ),
                )
            if name.type != "identifier":
                self._later(name, scope, block)
        self._later(value, scope, block)

    def _required(self, value: Node, scope: Scope) -> str | None:
        """The module of `require('m')`, with what compilers put around it, and `.name` after it."""
        value = unwrap(value)
        if value.type == "member_expression":
            inner, name = value.child_by_field_name("object"), value.child_by_field_name("property")
            module = self._required(inner, scope) if inner is not None and inner.type == "call_expression" else None
            return f"{module}.{self.source.code(name)}" if module and name is not None else None
        function, arguments = value.child_by_field_name("function"), value.child_by_field_name("arguments")
        if value.type != "call_expression" or function is None or arguments is None:
            return None
        args = elements_of(arguments)
        name_of = self.source.code(function).rpartition(".")[2]
        if name_of in ("require", "import") and args:
            return literal_text(args[0], self.source)
        if name_of in _WRAPPERS and args:
            return self._required(args[0], scope)
        return None

    def _import(self, node: Node, scope: Scope, block: Block) -> None:
        site = Site(scope, block, node.start_byte)
        clause = next((child for child in node.named_children if child.type.startswith("import_")), None)
        origin = node.child_by_field_name("source")
        if clause is None:
            return
        if clause.type == "import_require_clause":
            origin = clause.child_by_field_name("source")
        module = literal_text(origin, self.source)
        if module is None:
            return
        self.outline.modules.add(module)
        for child in clause.named_children:
            if child.type == "identifier":
                self._define(Definition(self.source.code(child), How.IMPORTED, site, target=module))
            elif child.type == "namespace_import":
                for name in child.named_children:
                    self._define(Definition(self.source.code(name), How.IMPORTED, site, target=module))
            elif child.type == "named_imports":
                self._import_names(child, module, site)

    def _import_names(self, node: Node, module: str, site: Site) -> None:
        for child in node.named_children:
            name = child.child_by_field_name("name")
            if child.type == "import_specifier" and name is not None:
                local = child.child_by_field_name("alias") or name
                target = f"{module}.{self.source.code(name)}"
                self._define(Definition(self.source.code(local), How.IMPORTED, site, target=target))

    def _assignment(self, node: Node, scope: Scope, block: Block) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            self._children(node, scope, block)
            return
        how = How.ASSIGNED if node.type == "assignment_expression" else How.AUGMENTED
        site = Site(scope, block, node.start_byte)
        left = unwrap(left)
        if left.type == "identifier":
            self._reassign(self.source.code(left), how, site, right)
        elif left.type in ("member_expression", "subscript_expression"):
            self._put(left, how, site, right)
            self._children(left, scope, block)
        self._later(right, scope, block)

    def _reassign(self, name: str, how: How, site: Site, value: Node) -> None:
        home = next((one for one in site.scope.chain() if name in one.definitions), site.scope)
        home.definitions.setdefault(name, []).append(Definition(name, how, site, value))

    def _put(self, left: Node, how: How, site: Site, value: Node) -> None:
        container = left.child_by_field_name("object")
        key = left.child_by_field_name("property") or left.child_by_field_name("index")
        if container is None or key is None:
            return
        if container.type == "this":
            owner = _owner(site.scope)
            if owner is not None and left.type == "member_expression":
                name = self.source.code(key)
                owner.members.setdefault(name, []).append(Definition(name, how, site, value))
            return
        code = self.source.code(container)
        home = next((one for one in site.scope.chain() if code in one.definitions), site.scope)
        home.mutations.setdefault(code, []).append((key, value, site))
        if code in ("exports", "module.exports") and left.type == "member_expression":
            name = self.source.code(key)
            inner = unwrap(value)
            if name not in home.definitions and inner.type != "identifier":
                self._define(Definition(name, how, site, value, exported=True))
            self._export(inner, site.scope)

    def _export(self, value: Node, scope: Scope) -> None:
        if value.type == "identifier":
            for one in scope.definitions.get(self.source.code(value), ()):
                one.exported = True

    # Functions and classes.

    def _function(self, node: Node, scope: Scope, block: Block) -> None:
        name_node = node.child_by_field_name("name")
        name = self.source.code(name_node) if name_node is not None else _name_by_place(node, self.source)
        owner = scope if scope.kind == "class" and node.type == "method_definition" else None
        inner = Scope("function", name, scope, node, owner)
        inner.callee = _callee(node)
        inner.exported = node.parent is not None and _is_exported(node.parent, node)
        self.outline.functions[node.id] = inner
        site = Site(scope, block, node.start_byte)
        definition = Definition(name, How.FUNCTION, site, scope=inner, exported=inner.exported)
        if owner is not None:
            owner.members.setdefault(name, []).append(definition)
        elif node.type in ("function_declaration", "generator_function_declaration"):
            self._define(definition)
        body = node.child_by_field_name("body")
        root = Block(None, node)
        self._parameters(node, inner, root)
        if body is not None:
            if body.type != "statement_block":
                inner.returns.append((body, Site(inner, root, body.start_byte)))
                self._later(body, inner, root)
            else:
                self._children(body, inner, root)

    def _parameters(self, node: Node, inner: Scope, root: Block) -> None:
        single = node.child_by_field_name("parameter")
        listed = node.child_by_field_name("parameters")
        nodes = [single] if single is not None else elements_of(listed) if listed is not None else []
        parameters = []
        site = Site(inner, root, node.start_byte)
        for index, child in enumerate(nodes):
            parameter = _parameter(child)
            if self.source.code(parameter.pattern) == "this":
                continue
            parameters.append(parameter)
            self._bind(
                parameter.pattern,
                lambda local, path=(), default=None, parameter=parameter, index=index: Definition(
                    local,
                    How.PARAMETER,
                    site,
                    parameter.default,
                    (len(parameters) - 1, *path),
                    annotation=parameter.annotation,
                    default=default,
                ),
            )
            self._later(parameter.default, inner, root)
            if inner.owner is not None and inner.name == "constructor":
                self._property(child, parameter, inner.owner, site)
        inner.parameters = tuple(parameters)

    def _property(self, child: Node, parameter: Parameter, owner: Scope, site: Site) -> None:
        """A parameter of a constructor that TypeScript makes a field: `constructor(private readonly log: Logger)`."""
        if any(one.type in ("accessibility_modifier", "override_modifier", "readonly") for one in child.children):
            name = self.source.code(parameter.pattern)
            definition = Definition(name, How.PARAMETER, site, annotation=parameter.annotation)
            owner.members.setdefault(name, []).append(definition)

    def _class(self, node: Node, scope: Scope, block: Block) -> None:
        name_node = node.child_by_field_name("name")
        name = self.source.code(name_node) if name_node is not None else ""
        inner = Scope("class", name, scope, node)
        self.outline.classes.append(inner)
        if name:
            self._define(Definition(name, How.CLASS, Site(scope, block, node.start_byte), scope=inner))
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
            scope.members.setdefault(local, []).append(definition)
        self._later(value, scope, block)

    def _type(self, node: Node, scope: Scope, block: Block) -> None:
        name = node.child_by_field_name("name")
        if name is not None:
            site = Site(scope, block, node.start_byte)
            self._define(Definition(self.source.code(name), How.TYPE, site, node))

    # Statements.

    def _loop(self, node: Node, scope: Scope, block: Block) -> None:
        inner = Block(block, node, loop=True)
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if node.type == "for_in_statement" and left is not None:
            site = Site(scope, inner, node.start_byte)
            operator = node.child_by_field_name("operator")
            keys = operator is not None and operator.type == "in"
            path: tuple[str | int, ...] = ("keys",) if keys else ("each",)
            self._bind(
                left,
                lambda local, path=(), default=None: Definition(local, How.LOOPED, site, right, path, default=default),
                path,
            )
            self._later(right, scope, block)
            return self._later(node.child_by_field_name("body"), scope, inner)
        return self._children(node, scope, inner)

    def _if(self, node: Node, scope: Scope, block: Block) -> None:
        test, then = node.child_by_field_name("condition"), node.child_by_field_name("consequence")
        other = node.child_by_field_name("alternative")
        if test is None or then is None:
            return self._children(node, scope, block)
        if other is None:
            block.guards.append((test, then))
        else:
            self._later(other, scope, Block(block, other, tests=((test, False),)))
        self._later(then, scope, Block(block, then, tests=((test, True),)))
        return self._later(test, scope, block)

    def _ternary(self, node: Node, scope: Scope, block: Block) -> None:
        test, then = node.child_by_field_name("condition"), node.child_by_field_name("consequence")
        other = node.child_by_field_name("alternative")
        if test is None or then is None or other is None:
            return self._children(node, scope, block)
        self._later(other, scope, Block(block, other, tests=((test, False),)))
        self._later(then, scope, Block(block, then, tests=((test, True),)))
        return self._later(test, scope, block)

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
            if parameter is not None:
                self._bind(
                    parameter,
                    lambda local, path=(), default=None: Definition(
                        local, How.CAUGHT, site, None, path, default=default
                    ),
                )
            self._later(handler.child_by_field_name("body"), scope, inner)
        if body is not None:
            self._children(body, scope, Block(block, body))

    def _return(self, node: Node, scope: Scope, block: Block) -> None:
        for value in elements_of(node):
            scope.returns.append((value, Site(scope, block, value.start_byte)))
        self._children(node, scope, block)

    # Expressions.

    def _await(self, node: Node, scope: Scope, block: Block) -> None:
        self.outline.awaited.add(unwrap(node).id)
        self._children(node, scope, block)

    def _call(self, node: Node, scope: Scope, block: Block) -> None:
        self.outline.calls.append((node, Site(scope, block, node.start_byte)))
        function = node.child_by_field_name("function")
        if function is not None and function.type == "member_expression":
            receiver = function.child_by_field_name("object")
            if receiver is not None:
                self.outline.parents[unwrap(receiver).id] = node
        self._children(node, scope, block)


def _parameter(node: Node) -> Parameter:
    if node.type in ("required_parameter", "optional_parameter"):
        pattern = node.child_by_field_name("pattern") or node
        decorators = tuple(child for child in node.named_children if child.type == "decorator")
        annotation = node.child_by_field_name("type")
        return Parameter(pattern, annotation, node.child_by_field_name("value"), decorators, _is_rest(pattern))
    if node.type == "assignment_pattern":
        left = node.child_by_field_name("left") or node
        return Parameter(left, None, node.child_by_field_name("right"), ())
    return Parameter(node, None, None, (), _is_rest(node))


def _is_rest(node: Node) -> bool:
    return node.type == "rest_pattern"


def _owner(scope: Scope) -> Scope | None:
    """The class whose `this` is meant."""
    return next((one.owner or one for one in scope.chain() if one.owner is not None or one.kind == "class"), None)


def _name_by_place(node: Node, source: Source) -> str:
    """What a function without a name is called: the variable or the property that it is assigned to."""
    parent = node.parent
    if parent is None:
        return ""
    field = {"variable_declarator": "name", "pair": "key", "assignment_expression": "left"}.get(parent.type)
    if parent.type in _FIELDS:
        field = "name" if parent.type == "public_field_definition" else "property"
    named = parent.child_by_field_name(field) if field else None
    return source.code(named).rpartition(".")[2] if named is not None else ""


def _callee(node: Node) -> Node | None:
    """The call that a function is handed to, directly or in an object of options."""
    parent = node.parent
    if parent is not None and parent.type == "pair":
        parent = parent.parent.parent if parent.parent is not None else None
    if parent is not None and parent.type == "arguments":
        return parent.parent
    return None


def _is_exported(declaration: Node, function: Node | None = None) -> bool:
    parent = declaration if declaration.type == "export_statement" else declaration.parent
    if parent is not None and parent.type == "lexical_declaration" and function is not None:
        parent = parent.parent
    return parent is not None and parent.type == "export_statement"
