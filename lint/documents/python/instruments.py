"""Instruments: where they are declared, and which one an expression refers to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import libcst as cst

from ...finding import Location
from ...nodes import Api, Instrument, Language
from ...record import Record
from ...region import Text
from ..binding import How
from ..metering import METER_BUCKETS, why_dynamic
from .libraries import DEFAULT_BUCKETS, METER_METHODS, OTHER_CLASSES, PROMETHEUS_CLIENT, Role, Signature
from .names import Names
from .scopes import Definition, Frame, Scope, Site
from .tree import dotted_name, literal_text
from .value import Value
from .values import Values

_DEPTH = 8
_PREFIXES: tuple[Role, Role] = ("namespace", "subsystem")
# What is done for each event; a gauge is also set, and information written, once when a service starts.
_MEASURING = frozenset({"inc", "dec", "add", "observe", "record", "time"})
# Functions that a service runs over and over; whatever else they do, they are no set-up.
_BUSY = frozenset("__call__ dispatch process_request process_response process_view handle_request on_message".split())


class Declared(Record, eq=False):
    """A call that makes an instrument, with the way to read its arguments."""

    call: cst.Call
    site: Site
    signature: Signature


class Instruments:
    """The instruments of a file."""

    def __init__(self, names: Names, values: Values) -> None:
        self._names = names
        self._values = values
        self._tree = names.tree
        self._made: dict[int, Instrument] = {}
        self._bindings = _bindings_of(names)

    def all(self) -> Iterator[Instrument]:
        """Every instrument that the file declares, in order."""
        for call, site in self._names.outline.calls:
            declared = self.declared(call, site)
            if declared is not None:
                yield self._instrument(declared)

    def declared(self, call: cst.Call, site: Site) -> Declared | None:
        """The declaration that a call is, if it is one."""
        signature = self._signature(call.func, site)
        return Declared(call, site, signature) if signature is not None and call.args else None

    def of(self, node: cst.BaseExpression, site: Site, depth: int = 0) -> Instrument | None:
        """The instrument that an expression refers to, where it is declared in this file."""
        if depth > _DEPTH:
            return None
        if isinstance(node, cst.Call):
            return self._of_call(node, site, depth)
        if isinstance(node, cst.Subscript):
            return self._of_item(node, site, depth)
        found = self._names.definitions(node, site)
        made = [self._of_definition(one, site, depth) for one in found]
        known = {id(one): one for one in made if one is not None}
        return next(iter(known.values())) if len(known) == 1 else None

    def is_child(self, node: cst.BaseExpression, site: Site, depth: int = 0) -> bool:
        """Whether an expression has its labels already: the result of `X.labels(…)`, by whatever name."""
        if depth > _DEPTH:
            return False
        if isinstance(node, cst.Call):
            if isinstance(node.func, cst.Attribute) and node.func.attr.value == "labels":
                return True
            function = self._names.function(node.func, site)
            values = function.returns if function is not None else ()
            return any(self.is_child(value, there, depth + 1) for value, there in values)
        return any(
            self.is_child(one.value, one.site, depth + 1)
            for one in self._names.definitions(node, site)
            if one.how in (How.ASSIGNED, How.MANAGED) and one.value is not None and not one.path
        )

    def _of_definition(self, one: Definition, site: Site, depth: int) -> Instrument | None:
        if one.how in (How.ASSIGNED, How.MANAGED) and one.value is not None and not one.path:
            return self.of(one.value, one.site.within(site.frame), depth + 1)
        return None

    def _of_call(self, call: cst.Call, site: Site, depth: int) -> Instrument | None:
        declared = self.declared(call, site)
        if declared is not None:
            return self._instrument(declared)
        if isinstance(call.func, cst.Attribute) and call.func.attr.value == "labels":
            return self.of(call.func.value, site, depth + 1)
        function = self._names.function(call.func, site)
        if function is None or len(function.returns) != 1:
            return None
        frame = Frame(function, self._values.parameters.bind(function, call, site), site.frame, depth)
        value, there = function.returns[0]
        return self.of(value, there.within(frame), depth + 1)

    def _of_item(self, node: cst.Subscript, site: Site, depth: int) -> Instrument | None:
        """One of a literal dictionary of instruments."""
        found = self._names.definitions(node.value, site)
        match node.slice:
            case [cst.SubscriptElement(slice=cst.Index(value=index))] if len(found) == 1:
                key, table = literal_text(index), found[0].value
            case _:
                return None
        if key is None or not isinstance(table, cst.Dict):
            return None
        entries = [one for one in table.elements if isinstance(one, cst.DictElement) and literal_text(one.key) == key]
        return self.of(entries[-1].value, found[0].site, depth + 1) if entries else None

    def _signature(self, func: cst.BaseExpression, site: Site) -> Signature | None:
        if isinstance(func, cst.Attribute) and func.attr.value in METER_METHODS:
            return METER_METHODS[func.attr.value] if self._is_meter(func.value, site) else None
        path = self._names.path(func, site)
        if path is None:
            klass = self._names.klass(func, site)
            outside = self._names.outline.outside(klass) if klass else site
            paths = [self._names.path(base, outside) for base in klass.bases] if klass else []
            return next((known for one in paths if one and (known := _known(one))), None)
        return _known(path)

    def _is_meter(self, node: cst.BaseExpression, site: Site) -> bool:
        spelt = dotted_name(node).rpartition(".")[2].lower()
        if "meter" in spelt:
            return True
        if isinstance(node, cst.Call):
            return dotted_name(node.func).rpartition(".")[2] in ("get_meter", "_get_meter")
        return any(
            isinstance(one.value, cst.Call) and dotted_name(one.value.func).rpartition(".")[2] == "get_meter"
            for one in self._names.definitions(node, site)
        )

    # The node.

    def _instrument(self, declared: Declared) -> Instrument:
        key = id(declared.call)
        followed = declared.site.frame is not None
        if not followed and key in self._made:
            return self._made[key]
        made = self._build(declared)
        if not followed:
            self._made[key] = made
        return made

    def _build(self, declared: Declared) -> Instrument:
        call, site, signature = declared.call, declared.site, declared.signature
        name_node = argument(declared, "name")
        spelling = self._tree.cut(name_node if name_node is not None else call.func)
        naming = self._values.of(name_node, site)
        name = self._full_name(declared, naming)
        binding = self._bindings.get(id(call))
        subject = f"metric {name}" if name else (f"metric {binding}" if binding else None)
        return Instrument(
            at=Location(self._tree.text.source, subject, spelling.region()),
            lines=self._tree.lines(call),
            language=Language.PYTHON,
            api=signature.api,
            kind=signature.kind,
            name=name,
            spelling=spelling,
            dynamic=why_dynamic(naming, built=is_built(name_node)),
            naming=naming.bound,
            labels=self._labels(declared),
            help=self._text(declared, "help"),
            unit=self._text(declared, "unit"),
            buckets=self._buckets(declared),
            binding=binding,
            used=self._is_used(declared, binding),
            reachable=self._is_reachable(declared, binding),
            often=self._often(site, call),
            transient=signature.transient,
        )

    def _full_name(self, declared: Declared, naming: Value) -> str | None:
        if naming.only is None:
            return None
        parts = []
        for role in _PREFIXES:
            node = argument(declared, role)
            if node is not None:
                part = self._values.of(node, declared.site).only
                if part is None:
                    return None
                if part:
                    parts.append(part)
        name = "_".join((*parts, naming.only))
        unit = self._text(declared, "unit")
        if unit and declared.signature.api is Api.PROMETHEUS and not name.endswith(f"_{unit}"):
            name = f"{name}_{unit}"
        suffix = declared.signature.suffix
        return name if name.endswith(suffix) else name + suffix

    def _labels(self, declared: Declared) -> tuple[Text, ...] | None:
        if declared.signature.parameter("labels") is None or any(arg.star for arg in declared.call.args):
            return None
        node = argument(declared, "labels")
        if node is None:
            return ()
        return self._label_names(node, declared.site)

    def _label_names(self, node: cst.BaseExpression, site: Site, depth: int = 0) -> tuple[Text, ...] | None:
        match node:
            case cst.List() | cst.Tuple():
                texts = [self._string(element.value) for element in node.elements]
                return tuple(text for text in texts if text is not None) if None not in texts else None
            case cst.Call(args=[cst.Arg(value=inner, star="")]) if self._names.path(node.func, site) in (
                "builtins.list",
                "builtins.tuple",
            ):
                return self._label_names(inner, site, depth + 1)
            case cst.Name() | cst.Attribute() if depth < _DEPTH:
                found = self._names.definitions(node, site)
                if dotted_name(node) in site.scope.mutations or len(found) != 1:
                    return None
                only = found[0]
                mutated = dotted_name(node) in only.site.scope.mutations
                if only.how is How.ASSIGNED and only.value is not None and not only.path and not mutated:
                    return self._label_names(only.value, only.site, depth + 1)
            case cst.BinaryOperation(left=left, operator=cst.Add(), right=right) if depth < _DEPTH:
                first, second = (self._label_names(side, site, depth + 1) for side in (left, right))
                return (*first, *second) if first is not None and second is not None else None
        return None

    def _string(self, node: cst.BaseExpression) -> Text | None:
        """The text between the quotes of a literal."""
        value = literal_text(node)
        if value is None or not isinstance(node, cst.SimpleString):
            return None
        start, end = self._tree.offsets(node)
        quote = len(node.quote)
        return self._tree.text.cut(start + len(node.prefix) + quote, end - quote)

    def _text(self, declared: Declared, role: Role) -> str | None:
        node = argument(declared, role)
        if node is None:
            hidden = next((arg for arg in declared.call.args if arg.star), None)
            return self._tree.code(hidden.value) if hidden is not None else None
        only = self._values.of(node, declared.site).only
        # A text that cannot be read is still a text: only its absence is a fact.
        return only if only is not None else self._tree.code(node)

    def _buckets(self, declared: Declared) -> tuple[float, ...] | None:
        if declared.signature.kind != "histogram" or declared.signature.parameter("buckets") is None:
            return None
        node = argument(declared, "buckets")
        if node is None and not any(arg.star for arg in declared.call.args):
            if declared.signature.api is Api.OPENTELEMETRY:
                return METER_BUCKETS
            return DEFAULT_BUCKETS if declared.signature.parameters[:2] == ("name", "documentation") else None
        if node is None:
            return None
        for _ in range(_DEPTH):
            found = self._names.definitions(node, declared.site)
            if len(found) != 1 or found[0].value is None or found[0].how is not How.ASSIGNED:
                break
            node = found[0].value
        if not isinstance(node, cst.List | cst.Tuple):
            return None
        numbers = [_number(element.value) for element in node.elements]
        return tuple(number for number in numbers if number is not None) if None not in numbers else None

    def _is_reachable(self, declared: Declared, binding: str | None) -> bool:
        return binding is not None and declared.site.scope.kind == "module" and not binding.startswith("_")

    def _is_used(self, declared: Declared, binding: str | None) -> bool:
        if binding is None or "callbacks" in declared.signature.parameters:
            return True
        # In the text, not in the tree: functions that only mention it may have been left out of the tree.
        name = re.compile(rf"\b{re.escape(binding.rpartition('.')[2])}\b")
        return sum(1 for _ in islice(name.finditer(self._tree.text.value), 2)) > 1

    def _often(self, site: Site, call: cst.Call) -> str | None:
        function = site.scope.enclosing("function")
        if function is None or any(_keeps(one) for one in function.decorators):
            return None
        if self._measures(call) or self._is_made_to_measure(function, call):
            return "and used at once, anew for each call"
        if any(block.loop for block in site.block.ancestors()):
            return "in a loop" if _runs_forever(site) else None
        if function.name in _BUSY or self._values.parameters.is_handler(function):
            return f"in `{function.name}`, which runs for each request"
        return None

    def _measures(self, call: cst.Call) -> bool:
        """Whether something is counted or observed with what a call returns, in the same expression."""
        outer = self._names.outline.parents.get(id(call))
        return outer is not None and isinstance(outer.func, cst.Attribute) and outer.func.attr.value in _MEASURING

    def _is_made_to_measure(self, function: Scope, call: cst.Call) -> bool:
        """Whether a function returns the instrument to callers that measure with it at once."""
        if not any(value is call for value, _ in function.returns):
            return False
        return any(
            self._measures(one) and self._names.function(one.func, there) is function
            for one, there in self._names.outline.calls
            if dotted_name(one.func).rpartition(".")[2] == function.name
        )


def argument(declared: Declared, role: Role) -> cst.BaseExpression | None:
    """The argument that plays a role in a declaration."""
    keyword = declared.signature.parameter(role)
    if keyword is None:
        return None
    position = declared.signature.parameters.index(keyword) if keyword in declared.signature.parameters else None
    return passed(declared.call, position, keyword)


def passed(call: cst.Call, position: int | None, keyword: str | None) -> cst.BaseExpression | None:
    """The argument at a position or by a keyword; None where it is left out or hidden in `*args`."""
    for index, arg in enumerate(call.args):
        if arg.keyword is not None:
            if arg.keyword.value == keyword:
                return arg.value
        elif arg.star:
            return None
        elif index == position:
            return arg.value
    return None


def is_built(node: cst.BaseExpression | None) -> bool:
    """Whether an expression puts a text together."""
    match node:
        case cst.FormattedString():
            return True
        case cst.BinaryOperation(left=left, right=right, operator=cst.Add() | cst.Modulo()):
            return any(
                literal_text(side) is not None or isinstance(side, cst.FormattedString) or is_built(side)
                for side in (left, right)
            )
        case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value="format"))):
            return literal_text(inner) is not None
    return False


def _keeps(decorator: cst.BaseExpression) -> bool:
    """Whether a decorator keeps what its function returns: `@lru_cache`, `@functools.cache`, `@pytest.fixture`."""
    name = dotted_name(decorator.func if isinstance(decorator, cst.Call) else decorator).rpartition(".")[2]
    return re.search(r"cache|memo|once|singleton|fixture", name) is not None


def _known(path: str) -> Signature | None:
    root, _, rest = path.partition(".")
    if root == "prometheus_client" and rest:
        return PROMETHEUS_CLIENT.get(rest.rpartition(".")[2])
    return OTHER_CLASSES.get(path)


def _runs_forever(site: Site) -> bool:
    return any(block.loop and block.tests for block in site.block.ancestors())


def _number(node: cst.BaseExpression) -> float | None:
    match node:
        case cst.Integer() | cst.Float():
            return float(node.evaluated_value)
        case cst.UnaryOperation(operator=cst.Minus(), expression=inner):
            number = _number(inner)
            return -number if number is not None else None
        case cst.Call(func=cst.Name(value="float"), args=[cst.Arg(value=inner)]):
            text = literal_text(inner)
            return float(text) if text is not None and re.fullmatch(r"[+-]?inf(inity)?", text.lower()) else None
    return None


def _bindings_of(names: Names) -> dict[int, str]:
    """What each call's result is bound to, by the call."""
    found: dict[int, str] = {}
    for scope in (names.outline.module, *names.outline.functions, *names.outline.classes):
        for definitions, prefix in ((scope.definitions, ""), (scope.attributes, "self.")):
            for name, each in definitions.items():
                for one in each:
                    if one.how is How.ASSIGNED and isinstance(one.value, cst.Call) and not one.path:
                        found[id(one.value)] = prefix + name
    return found
