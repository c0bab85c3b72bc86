"""How many values an expression can take, and where they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import libcst as cst

from ...identifiers import identifier
from ...nodes import Boundedness
from ...record import replace
from ..binding import How
from ..configured import CONFIG_NAMES
from ..source import SourceSettings
from .guards import is_fixed_container, verdict_at, verdict_of
from .names import Names, frame_for
from .parameters import Parameters
from .requests import Requests
from .scopes import Argument, Definition, Frame, Scope, Site, bindings
from .sources import (
    BOUNDED_CALLS,
    CONFIG_CALLS,
    CONFIG_ROOTS,
    EXCEPTION_TEXTS,
    FEW_ATTRIBUTES,
    TRANSPARENT_CALLS,
    TRANSPARENT_METHODS,
    UNBOUNDED_CALLS,
)
from .tree import dotted_name, literal_text
from .value import BOOLEAN, CONFIGURED, FEW, UNKNOWN, Value, constant, join, suspect, unbounded

_DEPTH = 24
_STEPS = 2000
"""As many expressions are followed for one value: names that are made of each other double them at every step."""

_LITERALS = (cst.Integer, cst.Float, cst.Imaginary, cst.Ellipsis)


class Values:
    """Judges expressions of a file."""

    def __init__(self, names: Names, settings: SourceSettings) -> None:
        self.names = names
        self.settings = settings
        self.requests = Requests(names)
        self.parameters = Parameters(names, self.requests)
        self._depth = 0
        self._steps = 0

    def of(self, node: cst.BaseExpression | None, site: Site) -> Value:
        """The value of an expression at a site."""
        judge = _JUDGES.get(type(node))
        self._steps = self._steps + 1 if self._depth else 0
        if judge is None or self._depth > _DEPTH or self._steps > _STEPS:
            return UNKNOWN
        self._depth += 1
        try:
            return judge(self, node, site)
        finally:
            self._depth -= 1

    # Literals and operators.

    def _literal(self, node: cst.BaseExpression, site: Site) -> Value:
        text = literal_text(node)
        return constant(text if text is not None else self.names.tree.code(node))

    def _concatenated(self, node: cst.ConcatenatedString, site: Site) -> Value:
        text = literal_text(node)
        return constant(text) if text is not None else join([self.of(node.left, site), self.of(node.right, site)])

    def _formatted(self, node: cst.FormattedString, site: Site) -> Value:
        parts = [
            self.of(part.expression, site) for part in node.parts if isinstance(part, cst.FormattedStringExpression)
        ]
        text = _constant_text(node, parts)
        return constant(text) if text is not None else replace(join(parts), values=None)

    def _binary(self, node: cst.BinaryOperation, site: Site) -> Value:
        if isinstance(node.operator, cst.Modulo) and literal_text(node.left) is None:
            return FEW if isinstance(node.right, cst.Integer) else UNKNOWN
        if isinstance(node.operator, cst.FloorDivide):
            return replace(self.of(node.left, site), values=None) if isinstance(node.right, cst.Integer) else UNKNOWN
        left, right = self.of(node.left, site), self.of(node.right, site)
        if isinstance(node.operator, cst.Add) and left.only is not None and right.only is not None:
            return constant(left.only + right.only)
        return replace(join([left, right]), values=None)

    def _either(self, node: cst.BooleanOperation, site: Site) -> Value:
        return join([self.of(node.left, site), self.of(node.right, site)])

    def _truth(self, node: cst.BaseExpression, site: Site) -> Value:
        return BOOLEAN

    def _unary(self, node: cst.UnaryOperation, site: Site) -> Value:
        return BOOLEAN if isinstance(node.operator, cst.Not) else self.of(node.expression, site)

    def _conditional(self, node: cst.IfExp, site: Site) -> Value:
        return join(
            self._under(branch, node.test, holds, site) for branch, holds in ((node.body, True), (node.orelse, False))
        )

    def _under(self, branch: cst.BaseExpression, test: cst.BaseExpression, holds: bool, site: Site) -> Value:
        """A branch's value, given that the condition held or not."""
        for part in _parts(branch):
            verdict = verdict_of(self.names, test, holds, self.names.tree.code(part), site)
            if verdict is not None:
                return FEW if verdict is Boundedness.ENUM else UNKNOWN
        return self.of(branch, site)

    def _inner(self, node: cst.Await | cst.NamedExpr, site: Site) -> Value:
        return self.of(node.expression if isinstance(node, cst.Await) else node.value, site)

    def _elements(self, node: cst.List | cst.Tuple | cst.Set, site: Site) -> Value:
        return join(self.of(element.value, site) for element in node.elements)

    def _dict(self, node: cst.Dict, site: Site) -> Value:
        return join(self.of(element.value, site) for element in node.elements)

    # Names.

    def _name(self, node: cst.Name, site: Site) -> Value:
        if node.value in ("True", "False", "None"):
            return constant(node.value)
        if node.value in self.settings.bounded:
            return CONFIGURED
        found = bindings(node.value, site)
        if not found:
            return UNKNOWN
        return join(self._defined(one, node, site) for one in found)

    def _defined(self, one: Definition, node: cst.Name, site: Site) -> Value:
        """What a name is worth by one of its definitions, under what is known at the site."""
        verdict = verdict_at(self.names, node.value, site, one.site.order) if one.site.scope is site.scope else None
        if verdict is not None:
            return FEW if verdict is Boundedness.ENUM else UNKNOWN
        return self._by_definition(one, node, site)

    def _by_definition(self, one: Definition, node: cst.BaseExpression, site: Site) -> Value:
        match one.how:
            case How.ASSIGNED if one.value is not None:
                return self._assigned(one, site)
            case How.AUGMENTED | How.CAPTURED if one.value is not None:
                return self.of(one.value, self._again(one, site)).via(one.value)
            case How.LOOPED if one.value is not None:
                return self._looped(one, self._again(one, site))
            case How.PARAMETER:
                return self._parameter(one, node, site)
            case How.CAUGHT:
                return unbounded("the text of an exception", node)
            case How.IMPORTED if one.target is not None:
                return self._imported(one.target, node)
            case How.CLASS | How.FUNCTION:
                return FEW
        return UNKNOWN

    def _assigned(self, one: Definition, site: Site) -> Value:
        there = self._again(one, site)
        value = one.value
        for index in one.path:
            if not isinstance(value, cst.Tuple | cst.List) or index >= len(value.elements):
                whole = self.of(one.value, there)
                return whole.via(one.value) if whole.bound >= Boundedness.SUSPECT else UNKNOWN
            value = value.elements[index].value
        bounded = one.annotation is not None and self.parameters.is_bounded_type(one.annotation, there)
        return FEW if bounded else self.of(value, there).via(value)

    def _again(self, one: Definition, site: Site) -> Site:
        """The site of a definition, in the same call where one is being followed."""
        return one.site.within(site.frame)

    def _looped(self, one: Definition, site: Site) -> Value:
        """A loop's variable: one of the elements of what is looped over."""
        source = one.value
        if isinstance(source, cst.Call) and source.args:
            path = self.names.path(source.func, site)
            if path == "builtins.enumerate":
                return FEW if one.path[:1] == (0,) else self.of(source.args[0].value, site)
            if path == "builtins.range":
                return FEW if all(isinstance(arg.value, cst.Integer) for arg in source.args) else UNKNOWN
        match source:
            case cst.Call(func=cst.Attribute(value=table, attr=cst.Name(value="items" | "keys" | "values")), args=[]):
                source = table
        if source is not None and is_fixed_container(self.names, source, site):
            value = self.of(source, site)
            return FEW if value.bound <= Boundedness.ENUM and value.values is None else replace(value, values=None)
        value = self.of(source, site)
        return value.via(source) if value.bound is Boundedness.UNBOUNDED else UNKNOWN

    def _parameter(self, one: Definition, node: cst.BaseExpression, site: Site) -> Value:
        frame = frame_for(site.frame, one.site.scope)
        if frame is not None and one.name in frame.arguments:
            return self._argument(frame.arguments[one.name])
        return self.parameters.value(one, node, site)

    def _argument(self, argument: Argument) -> Value:
        if argument.value is None:
            return UNKNOWN
        return self.of(argument.value, argument.site).via(argument.value)

    def _imported(self, target: str, node: cst.BaseExpression) -> Value:
        last = target.rpartition(".")[2]
        if last.isupper() and len(last) > 1:
            return CONFIGURED
        return CONFIGURED if target.startswith(CONFIG_ROOTS) else UNKNOWN

    # Attributes and items.

    def _attribute(self, node: cst.Attribute, site: Site) -> Value:
        name = node.attr.value
        if name in self.settings.bounded:
            return CONFIGURED
        verdict = verdict_at(self.names, self.names.tree.code(node), site)
        if verdict is not None:
            return FEW if verdict is Boundedness.ENUM else UNKNOWN
        requested = self.requests.attribute(node, site)
        if requested is not None:
            return requested
        found = self.names.definitions(node, site)
        if found:
            return self._member(found, node, site)
        path = self.names.path(node, site)
        if path is not None:
            return self._imported(path, node)
        if name in ("value", "name", "label") and self._is_enum_member(node.value, site):
            return FEW
        return self._attribute_of(node, site)

    def _member(self, found: tuple[Definition, ...], node: cst.Attribute, site: Site) -> Value:
        """An attribute of `self` or of a class: whatever the class assigns to it anywhere."""
        if isinstance(node.value, cst.Name) and self.names.is_enum(node.value, site):
            return FEW
        if any(one.how is How.PARAMETER for one in found):
            return UNKNOWN
        # What a constructor is given is decided elsewhere: its parameters are not those of the method at hand.
        return replace(join(self._by_definition(one, node, one.site) for one in found), parameters=frozenset())

    def _is_enum_member(self, node: cst.BaseExpression, site: Site) -> bool:
        if isinstance(node, cst.Attribute):
            if self.names.is_enum(node.value, site):
                return True
            path = self.names.path(node, site) or ""
            return path.rpartition(".")[2].isupper()
        found = self.names.definitions(node, site)
        return bool(found) and all(
            (one.annotation is not None and self.names.is_enum(one.annotation, one.site))
            or (one.how is How.LOOPED and one.value is not None and self.names.is_enum(one.value, one.site))
            for one in found
        )

    def _attribute_of(self, node: cst.Attribute, site: Site) -> Value:
        name = node.attr.value
        if name in FEW_ATTRIBUTES:
            return FEW if name.startswith(("__", "is_")) else UNKNOWN
        inner = node.value
        if isinstance(inner, cst.Name) and any(one.how is How.CAUGHT for one in bindings(inner.value, site)):
            return unbounded("the text of an exception", node) if name in EXCEPTION_TEXTS else UNKNOWN
        if dotted_name(node).split(".")[0].lower() in CONFIG_NAMES or dotted_name(inner).split(".")[-1] in CONFIG_NAMES:
            return CONFIGURED
        meaning = identifier(name) or identifier(f"{dotted_name(inner).rpartition('.')[2]}_{name}")
        value = self.of(inner, site)
        if value.bound is Boundedness.UNBOUNDED:
            return value if meaning or name in TRANSPARENT_METHODS or name in ("path", "host", "hash") else UNKNOWN
        return suspect(meaning, node) if meaning else replace(UNKNOWN, parameters=value.parameters)

    def _subscript(self, node: cst.Subscript, site: Site) -> Value:
        if is_fixed_container(self.names, node.value, site):
            return FEW
        if self.names.path(node.value, site) in CONFIG_ROOTS:
            return CONFIGURED
        container = self.of(node.value, site)
        key = _key(node)
        if container.bound is Boundedness.UNBOUNDED:
            return container
        meaning = identifier(key) if key is not None else None
        return suspect(meaning, node) if meaning else replace(UNKNOWN, parameters=container.parameters)

    # Calls.

    def _call(self, node: cst.Call, site: Site) -> Value:
        path = self.names.path(node.func, site)
        known = self._call_of_known(node, path, site)
        if known is not None:
            return known
        function = self.names.function(node.func, site)
        if function is not None:
            return self._followed(function, node, site)
        if self.names.is_enum(node.func, site) and node.args:
            return FEW
        if isinstance(node.func, cst.Attribute):
            return self._method(node, node.func, site)
        return UNKNOWN

    def _call_of_known(self, node: cst.Call, path: str | None, site: Site) -> Value | None:
        spelt = path or dotted_name(node.func)
        if spelt in self.settings.sanitizers or spelt.lstrip(".") in self.settings.sanitizers:
            return FEW
        if path is None:
            return None
        if path in UNBOUNDED_CALLS:
            return unbounded(UNBOUNDED_CALLS[path], node)
        if path in BOUNDED_CALLS:
            return BOOLEAN
        if path in CONFIG_CALLS:
            return CONFIGURED
        if path in ("random.choice", "random.sample") and node.args:
            return FEW if is_fixed_container(self.names, node.args[0].value, site) else UNKNOWN
        if path in TRANSPARENT_CALLS:
            value = join(self.of(arg.value, site) for arg in node.args[:1])
            return value if value.bound != Boundedness.CONSTANT or path.endswith((".str", ".int")) else FEW
        return None

    def _followed(self, function: Scope, node: cst.Call, site: Site) -> Value:
        """A function of this module: the worst of what it returns, for these arguments."""
        depth = site.frame.depth if site.frame else 0
        if depth > 4 or not function.returns or function.yields:
            return UNKNOWN
        frame = Frame(function, self.parameters.bind(function, node, site), site.frame, depth + 1)
        return join(self.of(value, there.within(frame)).via(value) for value, there in function.returns)

    def _method(self, node: cst.Call, func: cst.Attribute, site: Site) -> Value:
        name = func.attr.value
        requested = self.requests.attribute(func, site)
        if requested is not None:
            return requested
        if name in ("get", "pop") and is_fixed_container(self.names, func.value, site):
            return join([FEW, *(self.of(arg.value, site) for arg in node.args[1:2])])
        if name == "format" and literal_text(func.value) is not None:
            return replace(join(self.of(arg.value, site) for arg in node.args), values=None)
        if name == "join" and node.args:
            return replace(self.of(node.args[0].value, site), values=None)
        if name in TRANSPARENT_METHODS:
            value = self.of(func.value, site)
            return replace(value, values=None) if value.bound != Boundedness.CONSTANT else FEW
        return UNKNOWN


_JUDGES: dict[type[object], Callable[..., Value]] = {
    cst.SimpleString: Values._literal,
    cst.ConcatenatedString: Values._concatenated,
    cst.FormattedString: Values._formatted,
    **dict.fromkeys(_LITERALS, Values._literal),
    cst.BinaryOperation: Values._binary,
    cst.BooleanOperation: Values._either,
    cst.Comparison: Values._truth,
    cst.UnaryOperation: Values._unary,
    cst.IfExp: Values._conditional,
    cst.Await: Values._inner,
    cst.NamedExpr: Values._inner,
    cst.List: Values._elements,
    cst.Tuple: Values._elements,
    cst.Set: Values._elements,
    cst.Dict: Values._dict,
    cst.Name: Values._name,
    cst.Attribute: Values._attribute,
    cst.Subscript: Values._subscript,
    cst.Call: Values._call,
}


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


def _key(node: cst.Subscript) -> str | None:
    match node.slice:
        case [cst.SubscriptElement(slice=cst.Index(value=key))]:
            return literal_text(key)
    return None
