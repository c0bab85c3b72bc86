"""Instruments: what is declared, and which one an expression refers to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import libcst as cst

from ...finding import Location
from ...nodes import Instrument, Language
from ..binding import How
from ..metering import why_dynamic
from .declarations import Declarations, Declared
from .names import Names
from .often import Often
from .options import Options
from .scopes import Definition, Frame, Site
from .tree import literal_text
from .values import Values

_DEPTH = 8


class Instruments:
    """The instruments of a file."""

    def __init__(self, names: Names, values: Values) -> None:
        self._names = names
        self._values = values
        self._tree = names.tree
        self._declarations = Declarations(names)
        self._often = Often(names, values.parameters)
        self._made: dict[int, Instrument] = {}
        self._bindings = _bindings_of(names)

    def all(self) -> Iterator[Instrument]:
        """Every instrument that the file declares, in order."""
        for call, site in self._names.outline.calls:
            declared = self._declarations.of(call, site)
            if declared is not None:
                yield self._instrument(declared)

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
        declared = self._declarations.of(call, site)
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
        """One of a literal dictionary of instruments, which may have been `None` before it was made."""
        found = [one for one in self._names.definitions(node.value, site) if not _is_none(one.value)]
        match node.slice:
            case [cst.SubscriptElement(slice=cst.Index(value=index))] if len(found) == 1:
                key, table = literal_text(index), found[0].value
            case _:
                return None
        if key is None or not isinstance(table, cst.Dict):
            return None
        entries = [one for one in table.elements if isinstance(one, cst.DictElement) and literal_text(one.key) == key]
        return self.of(entries[-1].value, found[0].site, depth + 1) if entries else None

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
        options = Options(self._names, self._values, declared)
        name_node = declared.argument("name")
        spelling = self._tree.cut(name_node if name_node is not None else call.func)
        naming = self._values.of(name_node, site)
        name = options.name(naming)
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
            labels=options.labels(),
            help=options.text("help"),
            unit=options.text("unit"),
            buckets=options.buckets(),
            binding=binding,
            used=self._is_used(declared, binding),
            reachable=self._is_reachable(declared, binding),
            often=self._often.why(call, site),
            transient=signature.transient,
        )

    def _is_reachable(self, declared: Declared, binding: str | None) -> bool:
        return binding is not None and declared.site.scope.kind == "module" and not binding.startswith("_")

    def _is_used(self, declared: Declared, binding: str | None) -> bool:
        if binding is None or "callbacks" in declared.signature.parameters:
            return True
        # In the text, not in the tree: functions that only mention it may have been left out of the tree.
        name = re.compile(rf"\b{re.escape(binding.rpartition('.')[2])}\b")
        return sum(1 for _ in islice(name.finditer(self._tree.text.value), 2)) > 1


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


def _is_none(node: cst.BaseExpression | None) -> bool:
    return isinstance(node, cst.Name) and node.value == "None"


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
