"""What a name stands for: imports, aliases, members of `this`, of classes and of object literals of the file."""

from __future__ import annotations

from functools import cached_property

from ..binding import LATEST, How
from .outline import outline
from .scopes import Definition, Outline, Scope, Site, bindings, frame_for
from .tree import FUNCTIONS, Node, Source, arguments_of, elements_of, first_of, member_name, pairs_of, unwrap

_DEPTH = 12
Place = tuple[Node, Site]
"""An expression, and where it is looked at."""


class Names:
    """The names of a file."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.outline: Outline = outline(source)

    @cached_property
    def imports(self) -> dict[str, str]:
        """Every imported name of the file, wherever it is imported, with its module and the name in it."""
        scopes = [self.outline.module, *self.outline.functions.values()]
        return {
            one.name: one.target
            for scope in scopes
            for found in scope.definitions.values()
            for one in found
            if one.how is How.IMPORTED and one.target
        }

    def uses(self, package: str) -> bool:
        """Whether the file imports a package, or a part of it."""
        return any(target == package or target.startswith((f"{package}.", f"{package}/")) for target in self.modules)

    @cached_property
    def modules(self) -> frozenset[str]:
        """What the file imports."""
        return frozenset(self.imports.values())

    def path(self, node: Node | None, site: Site, depth: int = 0) -> str | None:
        """
        What an imported expression stands for, as `prom-client.Counter` or `./metrics.requests`.

        None for what is made in this file or cannot be followed.
        """
        if node is None or depth > _DEPTH:
            return None
        node = unwrap(node)
        if node.type == "identifier" or node.type == "shorthand_property_identifier":
            found = bindings(self.source.code(node), site)
            if len(found) > 1:
                found = tuple(one for one in found if one.how is How.IMPORTED)
            return self._path_of(found[0], depth) if len(found) == 1 else None
        if node.type == "sequence_expression":
            # `(0, api_1.metrics)`, as compilers write a call without a receiver.
            return self.path(node.named_children[-1], site, depth + 1)
        name = member_name(node, self.source)
        outer = self.path(node.child_by_field_name("object"), site, depth + 1) if name is not None else None
        if outer is None:
            return None
        return outer if name == "default" else f"{outer}.{name}"

    def _path_of(self, one: Definition, depth: int) -> str | None:
        if one.how is How.IMPORTED and one.target:
            return one.target.replace(".default", "")
        if one.how is How.ASSIGNED and one.value is not None:
            value = unwrap(one.value)
            if value.type in ("member_expression", "identifier"):
                outer = self.path(value, one.site, depth + 1)
                return ".".join((outer, *map(str, one.path))) if outer else None
        return None

    def injected(self, node: Node | None, site: Site) -> str | None:
        """
        What a member of something is whose declared type is a class of another file.

        `this.metrics.record` after `constructor(private readonly metrics: MetricsService)`.
        """
        members: list[str] = []
        at = unwrap(node) if node is not None else None
        for _ in range(_DEPTH):
            name = member_name(at, self.source) if at is not None else None
            holder = at.child_by_field_name("object") if at is not None else None
            if name is None or holder is None:
                return None
            members.insert(0, name)
            at = unwrap(holder)
            typed = {self._type_of(one) for one in self.definitions(at, site)}
            target = typed.pop() if len(typed) == 1 else None
            if target is not None:
                return ".".join((target, *members))
        return None

    def _type_of(self, one: Definition) -> str | None:
        """The import that a declared type is."""
        spelt = first_of(one.annotation) if one.annotation is not None else None
        if spelt is None or spelt.type != "type_identifier":
            return None
        found = self.outline.module.definitions.get(self.source.code(spelt), ())
        return found[0].target if len(found) == 1 and found[0].how is How.IMPORTED else None

    def called(self, call: Node, site: Site) -> str | None:
        """The path of what a call calls, or of what `new` makes."""
        return self.path(call.child_by_field_name("function") or call.child_by_field_name("constructor"), site)

    def origin(self, node: Node | None, site: Site, depth: int = 0) -> Place | None:
        """The expression that a name or a member was made by, as far as it can be followed; else the node itself."""
        if node is None:
            return None
        node = unwrap(node)
        if depth > _DEPTH:
            return node, site
        step = self._step(node, site, depth)
        if step is None or step[0].id == node.id:
            return node, site
        return self.origin(step[0], step[1], depth + 1)

    def literal(self, node: Node | None, site: Site) -> Node | None:
        """The object literal that an expression is or was made by, if it is one."""
        made = self.origin(node, site)
        return made[0] if made is not None and made[0].type == "object" else None

    def is_built(self, node: Node | None, site: Site) -> bool:
        """Whether an expression puts a text together, or was made by one that does."""
        made = self.origin(node, site)
        return made is not None and made[0].type in ("template_string", "binary_expression")

    def _step(self, node: Node, site: Site, depth: int) -> Place | None:
        found = self.definitions(node, site, depth)
        found = tuple(one for one in found if not _is_empty(one))
        if len(found) != 1:
            return None
        return self.value_of(found[0], site)

    def value_of(self, one: Definition, site: Site) -> Place | None:
        """The expression that a definition binds, taken apart where the definition takes it apart."""
        there = one.site.within(site.frame)
        if one.how is How.PARAMETER and one.path:
            frame = frame_for(site.frame, one.site.scope)
            index = one.path[0]
            if frame is None or not isinstance(index, int) or index >= len(frame.arguments):
                return None
            argument = frame.arguments[index]
            if argument.value is None:
                return None
            return self.inside(argument.value, argument.site, one.path[1:])
        if one.how in (How.ASSIGNED, How.IMPORTED) and one.value is not None:
            return self.inside(one.value, there, one.path)
        return None

    def inside(self, node: Node, site: Site, path: tuple[str | int, ...]) -> Place | None:
        """The expression that a way into an object or array literal leads to."""
        place: Place | None = (unwrap(node), site)
        for key in path:
            if place is None:
                return None
            literal = self.origin(place[0], place[1], 1)
            place = None
            if literal is not None and isinstance(key, str):
                value = pairs_of(literal[0], self.source).get(key)
                place = (unwrap(value), literal[1]) if value is not None else None
            elif literal is not None and literal[0].type == "array" and isinstance(key, int):
                elements = elements_of(literal[0])
                place = (unwrap(elements[key]), literal[1]) if key < len(elements) else None
        return place

    def definitions(self, node: Node, site: Site, depth: int = 0) -> tuple[Definition, ...]:
        """The definitions in this file that a name, or a member of something made in it, refers to."""
        if node.type in ("identifier", "shorthand_property_identifier", "type_identifier"):
            return bindings(self.source.code(node), site)
        name = member_name(node, self.source)
        holder = node.child_by_field_name("object")
        if name is None or holder is None or depth > _DEPTH:
            return ()
        if name.startswith("#") or holder.type == "this":
            owner = self.this(site)
            return self.members(owner, name) if owner else ()
        made = self.origin(holder, site, depth + 1)
        if made is None:
            return ()
        literal, there = made
        value = pairs_of(literal, self.source).get(name)
        if value is not None:
            how = How.FUNCTION if value.type == "method_definition" else How.ASSIGNED
            scope = self.outline.functions.get(value.id)
            return (Definition(name, how, there, value, scope=scope),)
        owner = self._class_of(literal, there)
        return self.members(owner, name) if owner else ()

    def this(self, site: Site) -> Scope | None:
        """The class whose object `this` is."""
        for scope in site.scope.chain():
            if scope.kind == "class":
                return scope
        return None

    def _class_of(self, node: Node, site: Site) -> Scope | None:
        """The class of this file that an expression names or makes an object of."""
        if node.type == "new_expression":
            node = node.child_by_field_name("constructor") or node
        if node.type != "identifier":
            return None
        return next((one.scope for one in bindings(self.source.code(node), site) if one.how is How.CLASS), None)

    def members(self, owner: Scope, name: str) -> tuple[Definition, ...]:
        """What a class binds to a member."""
        return tuple(owner.members.get(name, ()))

    def function(self, node: Node | None, site: Site) -> Scope | None:
        """The function of this file that an expression is or refers to, if it is exactly one."""
        if node is None:
            return None
        node = unwrap(node)
        if node.type in FUNCTIONS:
            return self.outline.functions.get(node.id)
        found = self.definitions(node, site)
        if len(found) == 1 and found[0].how is How.FUNCTION:
            return found[0].scope
        made = self.origin(node, site)
        if made is None or made[0].id == node.id:
            return None
        inner = made[0]
        if inner.type in FUNCTIONS:
            return self.outline.functions.get(inner.id)
        if inner.type == "identifier":
            found = bindings(self.source.code(inner), made[1])
            return found[0].scope if len(found) == 1 and found[0].how is How.FUNCTION else None
        if inner.type == "call_expression" and inner.child_by_field_name("function") is not None:
            # `useCallback(fn)`, `debounce(fn)`, `fn.bind(this)`: called with what the function is.
            callee = inner.child_by_field_name("function")
            if callee is not None and member_name(callee, self.source) == "bind":
                return self.function(callee.child_by_field_name("object"), made[1])
            first = next(iter(arguments_of(inner)), None)
            return self.outline.functions.get(first.id) if first is not None else None
        return None

    def type_named(self, name: str) -> Node | None:
        """The declaration of a type, an interface or an enumeration of this file."""
        found = self.outline.module.definitions.get(name, ())
        return next((one.value for one in found if one.how is How.TYPE), None)

    def at_module(self) -> Site:
        """A site at the end of the file, from which everything at the top is seen."""
        return Site(self.outline.module, self.outline.root, LATEST)


def _is_empty(one: Definition) -> bool:
    """Whether a definition binds nothing yet: `let counter;`, `counter = null`."""
    if one.how is not How.ASSIGNED or one.path:
        return False
    return one.value is None or one.value.type in ("null", "undefined")
