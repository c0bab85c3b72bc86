"""How many values an expression can take, and where they come from."""

from __future__ import annotations

import re
from collections.abc import Callable

from ...identifiers import identifier
from ...nodes import Boundedness
from ...record import replace
from ..source import SourceSettings
from ..value import CONFIGURED, FEW, UNKNOWN, Value, constant, join, one_of, suspect, unbounded
from .annotations import Types
from .guards import Guards
from .names import Names
from .requests import Requests
from .scopes import Argument, Definition, Frame, How, Scope, Site, bindings, frame_for
from .sources import (
    BOUNDED_CALLS,
    CONFIG_CALLS,
    CONFIG_HOLDER,
    CONFIG_NAMES,
    CONFIG_ROOTS,
    ERROR_TEXTS,
    FEW_MEMBERS,
    PREFIX_NAMES,
    TRANSPARENT_CALLS,
    TRANSPARENT_CLASSES,
    TRANSPARENT_METHODS,
    UNBOUNDED_CALLS,
    URL_PARTS,
)
from .tree import Node, arguments_of, elements_of, first_of, literal_text, member_name, pairs_of, unwrap

BOOLEAN: Value[Node] = one_of(["true", "false"])
_DEPTH = 24
_STEPS = 5_000
"""How many expressions are looked at for one: where each is made of several others, there is no end of ways."""

_CALLS_FOLLOWED = 4
_COMPARISONS = frozenset("=== !== == != < > <= >= in instanceof".split())
_CAPITAL = re.compile(r"\.[A-Z]\w*$")
_ERROR_NAMES = frozenset({"err", "error", "e", "ex", "exception", "cause", "reason"})


class Values:
    """Judges expressions of a file."""

    def __init__(self, names: Names, settings: SourceSettings) -> None:
        self.names = names
        self.source = names.source
        self.settings = settings
        self.types = Types(names)
        self.guards = Guards(names, self.types)
        self.requests = Requests(names)
        self._depth = 0
        self._steps = 0
        self._open: set[tuple[int, int, int, int]] = set()
        self._known: dict[tuple[int, int, int, int], Value[Node]] = {}

    def of(self, node: Node | None, site: Site) -> Value[Node]:
        """The value of an expression at a site."""
        self._steps = self._steps + 1 if self._depth else 0
        if node is None or self._depth > _DEPTH or self._steps > _STEPS:
            return UNKNOWN
        judge = _JUDGES.get(node.type)
        if judge is None:
            return UNKNOWN
        # `this.state = { ...this.state, x }`: what is made of itself is known by its other parts.
        key = (node.id, site.order, id(site.block), id(site.frame))
        if key in self._known or key in self._open:
            return self._known.get(key, UNKNOWN)
        self._depth += 1
        self._open.add(key)
        try:
            value = judge(self, node, site)
        finally:
            self._depth -= 1
            self._open.discard(key)
        if site.frame is None:
            self._known[key] = value
        return value

    def bind(self, function: Scope, call: Node, site: Site) -> Frame:
        """A call that is to be followed: what each parameter of the function stands for in it."""
        args = arguments_of(call)
        if any(one.type == "spread_element" for one in args):
            args = args[: next(i for i, one in enumerate(args) if one.type == "spread_element")]
        depth = site.frame.depth + 1 if site.frame else 1
        return Frame(function, tuple(Argument(one, site) for one in args), site.frame, depth)

    # Literals and operators.

    def _literal(self, node: Node, site: Site) -> Value[Node]:
        text = literal_text(node, self.source)
        return constant(text if text is not None else self.source.code(node))

    def _template(self, node: Node, site: Site) -> Value[Node]:
        text = literal_text(node, self.source)
        if text is not None:
            return constant(text)
        parts = [one for one in node.named_children if one.type == "template_substitution"]
        values = [self.of(first_of(part), site) for part in parts]
        if all(value.only is not None for value in values):
            known = iter(value.only or "" for value in values)
            return constant(
                "".join(
                    next(known) if one.type == "template_substitution" else self.source.code(one)
                    for one in node.named_children
                )
            )
        return replace(join(values), values=None)

    def _binary(self, node: Node, site: Site) -> Value[Node]:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        sign = node.child_by_field_name("operator")
        if left is None or right is None or sign is None:
            return UNKNOWN
        if sign.type in _COMPARISONS:
            return BOOLEAN
        if sign.type in ("||", "??"):
            return join([self.of(left, site), self._unless(right, left, site)])
        if sign.type == "&&":
            return self._under(right, left, True, site)
        first, second = self.of(left, site), self.of(right, site)
        if sign.type == "+" and first.only is not None and second.only is not None:
            return constant(first.only + second.only)
        if sign.type == "%" and second.only is not None:
            return FEW
        return replace(join([first, second]), values=None)

    def _unless(self, right: Node, left: Node, site: Site) -> Value[Node]:
        return self._under(right, left, False, site)

    def _unary(self, node: Node, site: Site) -> Value[Node]:
        sign = node.child_by_field_name("operator")
        if sign is not None and sign.type in ("!", "typeof", "void", "delete"):
            return BOOLEAN if sign.type == "!" else FEW
        return self.of(node.child_by_field_name("argument"), site)

    def _conditional(self, node: Node, site: Site) -> Value[Node]:
        test = node.child_by_field_name("condition")
        then, other = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
        if test is None or then is None or other is None:
            return UNKNOWN
        return join([self._under(then, test, True, site), self._under(other, test, False, site)])

    def _under(self, branch: Node, test: Node, holds: bool, site: Site) -> Value[Node]:
        """A branch's value, given that the condition held or not."""
        for part in self._parts(branch):
            verdict = self.guards.verdict(test, holds, self.source.code(part), site)
            if verdict is not None:
                return FEW if verdict is Boundedness.ENUM else UNKNOWN
        return self.of(branch, site)

    def _parts(self, node: Node) -> list[Node]:
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
                parts += self._parts(inner) if inner is not None else []
            elif len(args) == 1:
                parts += self._parts(args[0])
        return parts

    def _wrapped(self, node: Node, site: Site) -> Value[Node]:
        if node.type in ("as_expression", "satisfies_expression") and node.named_child_count > 1:
            inner = self.of(first_of(node), site)
            # A cast proves nothing of what a client sent, and is as good as a declaration for the rest.
            if inner.bound is not Boundedness.UNBOUNDED and self.types.is_bounded(node.named_child(1)):
                return self.types.value(node.named_child(1))
            return inner
        inner_node = unwrap(node)
        return self.of(inner_node, site) if inner_node.id != node.id else UNKNOWN

    def _elements(self, node: Node, site: Site) -> Value[Node]:
        return join(self.of(element, site) for element in elements_of(node))

    def _object(self, node: Node, site: Site) -> Value[Node]:
        return join(self.of(value, site) for value in pairs_of(node, self.source).values())

    def _spread(self, node: Node, site: Site) -> Value[Node]:
        return self.of(first_of(node), site)

    # Names.

    def _name(self, node: Node, site: Site) -> Value[Node]:
        name = self.source.code(node)
        if name in self.settings.bounded:
            return CONFIGURED
        if name == "undefined":
            return constant(name)
        found = bindings(name, site)
        if not found:
            return UNKNOWN
        return join(self._defined(one, node, name, site) for one in found)

    def _defined(self, one: Definition, node: Node, name: str, site: Site) -> Value[Node]:
        """What a name is worth by one of its definitions, under what is known at the site."""
        if one.site.scope.enclosing_function() is site.scope.enclosing_function():
            verdict = self.guards.verdict_at(name, site, one.site.order)
            if verdict is not None:
                return FEW if verdict is Boundedness.ENUM else UNKNOWN
        return self._by_definition(one, node, site)

    def _by_definition(self, one: Definition, node: Node, site: Site) -> Value[Node]:
        match one.how:
            case How.ASSIGNED | How.AUGMENTED:
                return self._assigned(one, node, site)
            case How.LOOPED:
                return self._looped(one, site)
            case How.PARAMETER:
                return self._parameter(one, node, site)
            case How.CAUGHT:
                return self._caught(one, node)
            case How.IMPORTED:
                return self._imported(one.target or "")
            case How.CLASS | How.FUNCTION | How.TYPE:
                return FEW
        return UNKNOWN

    def _caught(self, one: Definition, node: Node) -> Value[Node]:
        if one.path:
            text = ERROR_TEXTS.get(str(one.path[-1]))
            return unbounded(text, node) if text else UNKNOWN
        return unbounded("the text of an error", node)

    def _assigned(self, one: Definition, node: Node, site: Site) -> Value[Node]:
        if one.value is None:
            return constant("undefined") if not one.path and one.annotation is None else UNKNOWN
        typed = self.types.value(one.annotation, one.path) if one.annotation is not None else UNKNOWN
        if typed.bound <= Boundedness.ENUM:
            return typed
        there = one.site.within(site.frame)
        if not one.path:
            return self.of(one.value, there).via(unwrap(one.value))
        literal = self.names.inside(one.value, there, one.path)
        if literal is not None:
            value = self.of(literal[0], literal[1])
            return self._or_default(one, value, there)
        requested = self.requests.value(node, site)
        if requested is not None:
            taken = replace(requested, chain=(node, unwrap(one.value))) if requested.chain else requested
            return self._or_default(one, taken, there)
        whole = self.of(one.value, there)
        return self._member_of(whole, str(one.path[-1]), node, self._receiver(one.value))

    def _or_default(self, one: Definition, value: Value[Node], site: Site) -> Value[Node]:
        return join([value, self.of(one.default, site)]) if one.default is not None else value

    def _looped(self, one: Definition, site: Site) -> Value[Node]:
        """A loop's variable: one of the elements, or of the keys, of what is looped over."""
        there = one.site.within(site.frame)
        if self.guards.is_fixed(one.value, there):
            return FEW
        value = self.of(one.value, there)
        return value.via(one.value) if value.bound is Boundedness.UNBOUNDED else UNKNOWN

    def _parameter(self, one: Definition, node: Node, site: Site) -> Value[Node]:
        frame = frame_for(site.frame, one.site.scope)
        index = one.path[0] if one.path else 0
        if frame is not None and isinstance(index, int):
            return self._argument(one, frame, index, node)
        typed = self.types.value(one.annotation, one.path[1:])
        if typed.bound <= Boundedness.ENUM:
            return typed
        decorated = self.requests.decorated(one)
        if decorated is not None:
            return unbounded(decorated, node)
        requested = self.requests.value(node, site)
        if requested is not None:
            return requested
        looped = self._callback(one, site)
        if looped is not None:
            return looped
        if one.name in PREFIX_NAMES:
            return replace(CONFIGURED, parameters=frozenset({one.name}))
        meaning = identifier(one.name)
        value: Value[Node] = UNKNOWN if meaning is None else suspect(meaning, node)
        return replace(value, parameters=frozenset({one.name}))

    def _argument(self, one: Definition, frame: Frame, index: int, node: Node) -> Value[Node]:
        argument = frame.arguments[index] if index < len(frame.arguments) else None
        if argument is None or argument.value is None:
            default = one.default if one.default is not None else None
            return self.of(default, one.site) if default is not None else UNKNOWN
        if len(one.path) < 2:
            return self.of(argument.value, argument.site).via(unwrap(argument.value))
        place = self.names.inside(argument.value, argument.site, one.path[1:])
        if place is not None:
            return self.of(place[0], place[1]).via(place[0])
        return self._member_of(self.of(argument.value, argument.site), str(one.path[-1]), node, "")

    def _callback(self, one: Definition, site: Site) -> Value[Node] | None:
        """The parameter of `LIST.forEach(x => …)`: one of the elements."""
        call = one.site.scope.callee
        function = call.child_by_field_name("function") if call is not None else None
        if function is None or member_name(function, self.source) not in (
            "forEach",
            "map",
            "filter",
            "reduce",
            "flatMap",
        ):
            return None
        holder = function.child_by_field_name("object")
        outside = Site(one.site.scope.parent or one.site.scope, site.block, one.site.order, site.frame)
        return FEW if self.guards.is_fixed(holder, outside) else None

    def _imported(self, target: str) -> Value[Node]:
        holder, _, last = target.rpartition(".")
        is_constant = last.isupper() and len(last) > 1
        # A member of something with a capital letter is one of an enumeration or of a table of constants.
        is_member = _CAPITAL.search(holder) is not None
        return CONFIGURED if is_constant or is_member else UNKNOWN

    # Members.

    def _member(self, node: Node, site: Site) -> Value[Node]:
        name = member_name(node, self.source)
        holder = node.child_by_field_name("object")
        code = self.source.code(node)
        if holder is None:
            return UNKNOWN
        if name in self.settings.bounded or code.startswith(CONFIG_ROOTS):
            return CONFIGURED
        if name is None:
            return self._subscript(node, holder, site)
        verdict = self.guards.verdict_at(code, site)
        if verdict is not None:
            return FEW if verdict is Boundedness.ENUM else UNKNOWN
        typed = self._typed_member(node, site)
        if typed is not None:
            return typed
        requested = self.requests.value(node, site)
        if requested is not None:
            return requested
        return self._known_member(node, holder, name, site)

    def _known_member(self, node: Node, holder: Node, name: str, site: Site) -> Value[Node]:
        if self.types.enumeration(holder) is not None:
            return FEW
        found = self.names.definitions(node, site)
        if found:
            return self._members(found, node, name, site)
        path = self.names.path(node, site)
        if path is not None:
            return self._imported(path)
        return self._member_of(self.of(holder, site), name, node, self._receiver(holder))

    def _members(self, found: tuple[Definition, ...], node: Node, name: str, site: Site) -> Value[Node]:
        """A member of `this`, of a class or of an object literal: whatever is bound to it anywhere in the file."""
        if name in PREFIX_NAMES:
            return CONFIGURED
        if any(one.how is How.PARAMETER for one in found):
            return UNKNOWN
        value = join(self._by_definition(one, node, one.site.within(site.frame)) for one in found)
        meaning = identifier(name)
        return suspect(meaning, node) if value.bound is Boundedness.UNKNOWN and meaning else value

    def _typed_member(self, node: Node, site: Site) -> Value[Node] | None:
        """`x.kind` of a parameter or a variable whose type says what `kind` is."""
        path: list[str] = []
        at = node
        while at.type in ("member_expression", "subscript_expression"):
            name, holder = member_name(at, self.source), at.child_by_field_name("object")
            if name is None or holder is None:
                return None
            path.insert(0, name)
            at = unwrap(holder)
        if at.type != "identifier":
            return None
        for one in bindings(self.source.code(at), site):
            if one.annotation is not None and one.how in (How.PARAMETER, How.ASSIGNED):
                inner = one.path[1:] if one.how is How.PARAMETER else one.path
                value = self.types.value(one.annotation, (*inner, *path))
                if value.bound <= Boundedness.ENUM:
                    return value
        return None

    def _receiver(self, node: Node) -> str:
        return self.source.code(unwrap(node)).rpartition(".")[2]

    def _member_of(self, holder: Value[Node], name: str, node: Node, receiver: str) -> Value[Node]:
        """A member of something that is not made in this file."""
        if name == "statusCode":
            return FEW
        if name in ("length", "size") or name in FEW_MEMBERS:
            return UNKNOWN
        caught = holder.source in ERROR_TEXTS.values()
        if (caught or receiver in _ERROR_NAMES) and name in ERROR_TEXTS and name != "reason":
            return unbounded(ERROR_TEXTS[name], node)
        if caught:
            return UNKNOWN
        if receiver.lower() in CONFIG_NAMES or name in PREFIX_NAMES or CONFIG_HOLDER.search(self.source.code(node)):
            return CONFIGURED
        meaning = identifier(name) or identifier(f"{receiver}_{name}")
        if holder.bound is Boundedness.UNBOUNDED:
            return holder if meaning or name in URL_PARTS or name in TRANSPARENT_METHODS else UNKNOWN
        value: Value[Node] = suspect(meaning, node) if meaning else UNKNOWN
        return replace(value, parameters=holder.parameters)

    def _subscript(self, node: Node, holder: Node, site: Site) -> Value[Node]:
        """`TABLE[key]`, `list[0]`."""
        if self.guards.is_fixed(holder, site):
            made = self.names.origin(holder, site)
            value = self.of(made[0], made[1]) if made is not None else FEW
            return value if value.bound <= Boundedness.ENUM else FEW
        verdict = self.guards.verdict_at(self.source.code(node), site)
        if verdict is not None:
            return FEW if verdict is Boundedness.ENUM else UNKNOWN
        requested = self.requests.value(node, site)
        if requested is not None:
            return requested
        container = self.of(holder, site)
        return (
            container if container.bound is Boundedness.UNBOUNDED else replace(UNKNOWN, parameters=container.parameters)
        )

    # Calls.

    def _call(self, node: Node, site: Site) -> Value[Node]:
        function = node.child_by_field_name("function")
        if function is None:
            return UNKNOWN
        known = self._known_call(node, function, site)
        if known is not None:
            return known
        followed = self.names.function(function, site)
        if followed is not None:
            return self._followed(followed, node, site)
        if function.type == "member_expression":
            return self._method(node, function, site)
        return UNKNOWN

    def _known_call(self, node: Node, function: Node, site: Site) -> Value[Node] | None:
        spelt = self.source.code(function).replace("?.", ".")
        path = self.names.path(function, site) or spelt
        if {path, spelt, path.lstrip("./")} & set(self.settings.sanitizers):
            return FEW
        if path in UNBOUNDED_CALLS:
            return unbounded(UNBOUNDED_CALLS[path], node)
        if path in BOUNDED_CALLS:
            return BOOLEAN
        if path in CONFIG_CALLS:
            return CONFIGURED
        if path in TRANSPARENT_CALLS:
            value = join(self.of(arg, site) for arg in arguments_of(node)[:1])
            return value if path == "String" else replace(value, values=None)
        return None

    def _followed(self, function: Scope, node: Node, site: Site) -> Value[Node]:
        """A function of this file: the worst of what it returns, for these arguments."""
        declared = self.types.value(function.node.child_by_field_name("return_type"))
        if declared.bound <= Boundedness.ENUM:
            return declared
        if (site.frame.depth if site.frame else 0) > _CALLS_FOLLOWED or not function.returns:
            return UNKNOWN
        frame = self.bind(function, node, site)
        return join(self.of(value, there.within(frame)).via(value) for value, there in function.returns)

    def _method(self, node: Node, function: Node, site: Site) -> Value[Node]:
        requested = self.requests.value(node, site)
        if requested is not None:
            return requested
        name = member_name(function, self.source)
        holder = function.child_by_field_name("object")
        if name in ("get", "find") and self.guards.is_fixed(holder, site):
            return FEW
        if name in ("test", "includes", "startsWith", "endsWith", "has", "some", "every"):
            return BOOLEAN
        if name in TRANSPARENT_METHODS and holder is not None:
            if name == "update":
                return join(self.of(arg, site) for arg in arguments_of(node)[:1])
            value = self.of(holder, site)
            return replace(value, values=None) if value.bound != Boundedness.CONSTANT else FEW
        return UNKNOWN

    def _new(self, node: Node, site: Site) -> Value[Node]:
        made = node.child_by_field_name("constructor")
        name, args = (self.source.code(made) if made is not None else ""), arguments_of(node)
        if name == "Date" and not args:
            return unbounded("the time", node)
        if name in TRANSPARENT_CLASSES and args:
            return replace(join(self.of(arg, site) for arg in args[:1]), values=None)
        return UNKNOWN


_JUDGES: dict[str, Callable[[Values, Node, Site], Value[Node]]] = {
    **dict.fromkeys(("string", "number", "true", "false", "null", "undefined", "regex"), Values._literal),
    **dict.fromkeys(
        (
            "parenthesized_expression",
            "as_expression",
            "satisfies_expression",
            "non_null_expression",
            "await_expression",
            "type_assertion",
        ),
        Values._wrapped,
    ),
    "template_string": Values._template,
    "binary_expression": Values._binary,
    "unary_expression": Values._unary,
    "ternary_expression": Values._conditional,
    "array": Values._elements,
    "object": Values._object,
    "spread_element": Values._spread,
    "identifier": Values._name,
    "shorthand_property_identifier": Values._name,
    "member_expression": Values._member,
    "subscript_expression": Values._member,
    "call_expression": Values._call,
    "new_expression": Values._new,
}
