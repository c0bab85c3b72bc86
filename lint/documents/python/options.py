"""What the arguments of a declaration say: an instrument's name, its labels, its buckets, its help and its unit."""

from __future__ import annotations

import re

import libcst as cst

from ...nodes import Api
from ...region import Text
from ..binding import How
from ..metering import METER_BUCKETS
from .declarations import Declared
from .libraries import DEFAULT_BUCKETS, Role
from .names import Names
from .scopes import Site
from .tree import dotted_name, literal_text
from .value import Value
from .values import Values

_DEPTH = 8
_PREFIXES: tuple[Role, Role] = ("namespace", "subsystem")
_LISTS = ("builtins.list", "builtins.tuple")


class Options:
    """The options of one declaration."""

    def __init__(self, names: Names, values: Values, declared: Declared) -> None:
        self._names = names
        self._values = values
        self._tree = names.tree
        self._declared = declared
        self._signature = declared.signature
        self._site = declared.site

    def name(self, naming: Value) -> str | None:
        """The full name, as the library puts it together; None where a part of it is not known."""
        if naming.only is None:
            return None
        prefixes = [self._prefix(role) for role in _PREFIXES]
        if None in prefixes:
            return None
        name = "_".join((*filter(None, prefixes), naming.only))
        unit = self.text("unit")
        if unit and self._signature.api is Api.PROMETHEUS and not name.endswith(f"_{unit}"):
            name = f"{name}_{unit}"
        suffix = self._signature.suffix
        return name if name.endswith(suffix) else name + suffix

    def _prefix(self, role: Role) -> str | None:
        node = self._declared.argument(role)
        return self._values.of(node, self._site).only if node is not None else ""

    def text(self, role: Role) -> str | None:
        """The text of an argument."""
        node = self._declared.argument(role)
        if node is None:
            hidden = self._declared.hidden
            return self._tree.code(hidden) if hidden is not None else None
        only = self._values.of(node, self._site).only
        # A text that cannot be read is still a text: only its absence is a fact.
        return only if only is not None else self._tree.code(node)

    def labels(self) -> tuple[Text, ...] | None:
        """The names of the labels that are declared; None where they cannot be read, or need no declaring."""
        if self._signature.parameter("labels") is None or self._declared.hidden is not None:
            return None
        node = self._declared.argument("labels")
        return () if node is None else self._label_names(node, self._site)

    def _label_names(self, node: cst.BaseExpression, site: Site, depth: int = 0) -> tuple[Text, ...] | None:
        match node:
            case cst.List() | cst.Tuple():
                texts = [self._string(element.value) for element in node.elements]
                return tuple(text for text in texts if text is not None) if None not in texts else None
            case cst.Call(args=[cst.Arg(value=inner, star="")]) if self._names.path(node.func, site) in _LISTS:
                return self._label_names(inner, site, depth + 1)
            case cst.Name() | cst.Attribute() if depth < _DEPTH:
                return self._labels_of_name(node, site, depth)
            case cst.BinaryOperation(left=left, operator=cst.Add(), right=right) if depth < _DEPTH:
                first, second = (self._label_names(side, site, depth + 1) for side in (left, right))
                return (*first, *second) if first is not None and second is not None else None
        return None

    def _labels_of_name(self, node: cst.Name | cst.Attribute, site: Site, depth: int) -> tuple[Text, ...] | None:
        """The labels that a name stands for, where nothing is put into it after it was made."""
        spelt = dotted_name(node)
        found = self._names.definitions(node, site)
        if spelt in site.scope.mutations or len(found) != 1 or spelt in found[0].site.scope.mutations:
            return None
        only = found[0]
        if only.how is not How.ASSIGNED or only.value is None or only.path:
            return None
        return self._label_names(only.value, only.site, depth + 1)

    def _string(self, node: cst.BaseExpression) -> Text | None:
        """The text between the quotes of a literal."""
        value = literal_text(node)
        if value is None or not isinstance(node, cst.SimpleString):
            return None
        start, end = self._tree.offsets(node)
        quote = len(node.quote)
        return self._tree.text.cut(start + len(node.prefix) + quote, end - quote)

    def buckets(self) -> tuple[float, ...] | None:
        """The bounds of a histogram's buckets; None for other kinds, and where they cannot be read."""
        if self._signature.kind != "histogram" or self._signature.parameter("buckets") is None:
            return None
        node = self._declared.argument("buckets")
        if node is not None:
            return self._numbers(node)
        if self._declared.hidden is not None:
            return None
        if self._signature.api is Api.OPENTELEMETRY:
            return METER_BUCKETS
        return DEFAULT_BUCKETS if self._signature.parameters[:2] == ("name", "documentation") else None

    def _numbers(self, node: cst.BaseExpression) -> tuple[float, ...] | None:
        for _ in range(_DEPTH):
            found = self._names.definitions(node, self._site)
            if len(found) != 1 or found[0].value is None or found[0].how is not How.ASSIGNED:
                break
            node = found[0].value
        if not isinstance(node, cst.List | cst.Tuple):
            return None
        numbers = [_number(element.value) for element in node.elements]
        return tuple(number for number in numbers if number is not None) if None not in numbers else None


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
