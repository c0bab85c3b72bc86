"""What a type says about how many values there are: literal unions, enumerations, `keyof typeof`."""

from __future__ import annotations

from ...nodes import Boundedness
from ..value import FEW, UNKNOWN, Value, join, one_of
from .names import Names
from .scopes import bindings
from .tree import Node, elements_of, first_of, key_text, literal_text, pairs_of, unwrap

_FEW_TYPES = frozenset({"boolean", "null", "undefined", "true", "false"})
_DEPTH = 8


class Types:
    """The types of a file."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.source = names.source

    def value(self, node: Node | None, path: tuple[str | int, ...] = (), depth: int = 0) -> Value[Node]:
        """How many values a type has; with a path, the property of it that the path leads to."""
        if node is None or depth > _DEPTH:
            return UNKNOWN
        if path:
            inner = self._property(node, path[0], depth)
            return self.value(inner, path[1:], depth + 1)
        match node.type:
            case "type_annotation" | "parenthesized_type" | "readonly_type":
                return self.value(first_of(node), (), depth + 1)
            case "literal_type":
                return self._literal(node)
            case "predefined_type":
                return FEW if self.source.code(node) in _FEW_TYPES else UNKNOWN
            case "union_type":
                return join(self.value(part, (), depth + 1) for part in elements_of(node))
            case "index_type_query":
                return self._keys(node)
            case "lookup_type":
                return self._elements(node)
            case "type_identifier" | "nested_type_identifier":
                return self._named(node, depth)
        return UNKNOWN

    def enumeration(self, node: Node | None) -> Value[Node] | None:
        """The values of an enumeration that an expression names."""
        if node is None or node.type != "identifier":
            return None
        declared = self.names.type_named(self.source.code(node))
        return self._members(declared) if declared is not None and declared.type == "enum_declaration" else None

    def _literal(self, node: Node) -> Value[Node]:
        inner = first_of(node)
        text = literal_text(inner, self.source)
        if text is not None:
            return one_of([text])
        return one_of([self.source.code(inner)]) if inner is not None else FEW

    def _named(self, node: Node, depth: int) -> Value[Node]:
        declared = self.names.type_named(self.source.code(node).partition(".")[0])
        if declared is None:
            return UNKNOWN
        if declared.type == "enum_declaration":
            return self._members(declared)
        if declared.type == "type_alias_declaration":
            return self.value(declared.child_by_field_name("value"), (), depth + 1)
        return UNKNOWN

    def _members(self, declared: Node) -> Value[Node]:
        body = declared.child_by_field_name("body")
        texts: list[str] = []
        for number, member in enumerate(elements_of(body) if body is not None else []):
            value = member.child_by_field_name("value") if member.type == "enum_assignment" else None
            text = literal_text(value, self.source)
            texts.append(text if text is not None else self.source.code(value) if value is not None else str(number))
        return one_of(texts) if texts else FEW

    def _keys(self, node: Node) -> Value[Node]:
        """`keyof typeof TABLE`: the keys of an object literal of this file."""
        inner = first_of(node)
        if inner is None or inner.type != "type_query":
            return UNKNOWN
        literal = self._queried(inner)
        return one_of(pairs_of(literal, self.source)) if literal is not None and literal.type == "object" else FEW

    def _elements(self, node: Node) -> Value[Node]:
        """`(typeof LIST)[number]`: the elements of an array literal of this file."""
        inner = first_of(node)
        while inner is not None and inner.type == "parenthesized_type":
            inner = first_of(inner)
        if inner is None or inner.type != "type_query":
            return UNKNOWN
        literal = self._queried(inner)
        if literal is None:
            return FEW
        if literal.type == "array":
            texts = [literal_text(one, self.source) for one in elements_of(literal)]
        else:
            texts = [literal_text(one, self.source) for one in pairs_of(literal, self.source).values()]
        return one_of(text for text in texts if text is not None) if texts and None not in texts else FEW

    def _queried(self, query: Node) -> Node | None:
        name = first_of(query)
        if name is None:
            return None
        found = bindings(self.source.code(name), self.names.at_module())
        value = found[0].value if len(found) == 1 else None
        return unwrap(value) if value is not None else None

    def _property(self, node: Node, key: str | int, depth: int) -> Node | None:
        """The type of a property of an object type or an interface of this file."""
        while node.type in ("type_annotation", "parenthesized_type", "readonly_type"):
            inner = first_of(node)
            if inner is None:
                return None
            node = inner
        if node.type == "type_identifier":
            declared = self.names.type_named(self.source.code(node))
            if declared is None or depth > _DEPTH:
                return None
            body = declared.child_by_field_name("body") or declared.child_by_field_name("value")
            return self._property(body, key, depth + 1) if body is not None else None
        if node.type not in ("object_type", "interface_body"):
            return None
        for child in node.named_children:
            name = child.child_by_field_name("name")
            if child.type == "property_signature" and name is not None and key_text(name, self.source) == key:
                return child.child_by_field_name("type")
        return None

    def is_bounded(self, node: Node | None) -> bool:
        """Whether a type has few values."""
        return self.value(node).bound <= Boundedness.ENUM
