"""What an object literal or a tag list says: which labels get which expressions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from .. import labels
from ..binding import How
from ..labels import INCOMPLETE, NOTHING, merge
from .names import Names
from .scopes import Definition, Site, bindings, frame_for
from .tree import Node, arguments_of, elements_of, first_of, key_text, literal_text, unwrap
from .values import Values

_DEPTH = 10
Pair: TypeAlias = labels.Pair[Node, Site]
Pairs: TypeAlias = labels.Pairs[Node, Site]


class Mappings:
    """Reads the object literals and tag lists of a file."""

    def __init__(self, names: Names, values: Values) -> None:
        self._names = names
        self._values = values
        self._source = names.source

    def of(self, node: Node | None, site: Site, depth: int = 0) -> Pairs:
        """The labels of a mapping: a literal, a name, `{...a, b: c}`, `Object.assign(a, b)`, a function's result."""
        if node is None:
            return NOTHING
        node = unwrap(node)
        if depth > _DEPTH:
            return INCOMPLETE
        match node.type:
            case "object":
                return merge(self._element(element, site, depth) for element in elements_of(node))
            case "undefined" | "null":
                return NOTHING
            case "identifier" | "shorthand_property_identifier" | "member_expression":
                return self._named(node, site, depth)
            case "call_expression":
                return self._called(node, site, depth)
            case "ternary_expression" | "binary_expression":
                return self._either(node, site, depth)
        return INCOMPLETE

    def of_tags(self, node: Node | None, site: Site, depth: int = 0) -> Pairs:
        """The labels of a tag list: ``['plan:free', `user:${id}`]``, or a mapping."""
        if node is None:
            return NOTHING
        node = unwrap(node)
        if node.type == "array":
            return merge(self._tag(element, site, depth) for element in elements_of(node))
        if node.type in ("identifier", "member_expression") and depth < _DEPTH:
            made = self._names.origin(node, site)
            if made is not None and made[0].type == "array":
                return self.of_tags(made[0], made[1], depth + 1)
        return self.of(node, site, depth)

    def _element(self, element: Node, site: Site, depth: int) -> Pairs:
        match element.type:
            case "pair":
                key, value = element.child_by_field_name("key"), element.child_by_field_name("value")
                if key is None or value is None:
                    return INCOMPLETE
                return Pairs((Pair(self._key(key, site), value, site),))
            case "shorthand_property_identifier":
                return Pairs((Pair(self._source.code(element), element, site),))
            case "spread_element":
                inner = first_of(element)
                if inner is not None and unwrap(inner).type == "binary_expression":
                    # `...(plan && { plan })`
                    return self._either(unwrap(inner), site, depth)
                return self.of(inner, site, depth + 1)
        return INCOMPLETE

    def _key(self, key: Node, site: Site) -> str | None:
        if key.type == "computed_property_name":
            return self._values.of(first_of(key), site).only
        return key_text(key, self._source)

    def _either(self, node: Node, site: Site, depth: int) -> Pairs:
        sides = [node.child_by_field_name(name) for name in ("consequence", "alternative", "left", "right")]
        both = merge(self.of(side, site, depth + 1) for side in sides if side is not None)
        # Either may be what is passed, so nothing can be said of the whole.
        return Pairs(both.pairs, False, both.parameters)

    def _named(self, node: Node, site: Site, depth: int) -> Pairs:
        found = self._names.definitions(node, site)
        if len(found) != 1:
            return INCOMPLETE
        only = found[0]
        if only.how is How.PARAMETER:
            return self._parameter(only, site, depth)
        place = self._names.value_of(only, site)
        if place is None or place[0].id == node.id:
            return INCOMPLETE
        first = self.of(place[0], place[1], depth + 1)
        return merge((first, *self._put(node, site)))

    def _parameter(self, one: Definition, site: Site, depth: int) -> Pairs:
        frame = frame_for(site.frame, one.site.scope)
        if frame is None:
            if one.path and one.path[-1] == "...":
                return INCOMPLETE
            return Pairs(complete=False, parameters=frozenset({one.name}))
        place = self._names.value_of(one, site)
        if place is not None:
            return self.of(place[0], place[1], depth + 1)
        index = one.path[0] if one.path else 0
        missing = isinstance(index, int) and index >= len(frame.arguments)
        return NOTHING if missing else INCOMPLETE

    def _put(self, node: Node, site: Site) -> Iterable[Pairs]:
        """What is assigned to a property of an object after it was made."""
        name = self._source.code(node)
        for scope in site.scope.chain():
            for key, value, there in scope.mutations.get(name, ()):
                known = (
                    self._source.code(key)
                    if key.type == "property_identifier"
                    else self._values.of(key, there.within(site.frame)).only
                )
                yield Pairs((Pair(known, value, there.within(site.frame)),))
            if bindings(name, site) and name in scope.definitions:
                return

    def _called(self, node: Node, site: Site, depth: int) -> Pairs:
        function = node.child_by_field_name("function")
        if function is None:
            return INCOMPLETE
        if self._source.code(function) in ("Object.assign", "Object.freeze"):
            return merge(self.of(arg, site, depth + 1) for arg in arguments_of(node))
        followed = self._names.function(function, site)
        if followed is None or len(followed.returns) != 1:
            return INCOMPLETE
        value, there = followed.returns[0]
        return self.of(value, there.within(self._values.bind(followed, node, site)), depth + 1)

    # Tags.

    def _tag(self, element: Node, site: Site, depth: int) -> Pairs:
        element = unwrap(element)
        if element.type == "spread_element":
            return self.of_tags(first_of(element), site, depth + 1)
        if element.type == "template_string":
            head = first_of(element)
            text = self._source.code(head) if head is not None and head.type == "string_fragment" else ""
            return Pairs((Pair(_key_of(text), element, site),))
        if element.type == "binary_expression":
            left = element
            while left.type == "binary_expression":
                left = unwrap(left.child_by_field_name("left") or left)
            return Pairs((Pair(_key_of(literal_text(left, self._source) or ""), element, site),))
        text = self._values.of(element, site).only or ""
        return Pairs((Pair(_key_of(text), element, site),)) if text else INCOMPLETE


def _key_of(text: str) -> str | None:
    """The key of a tag: what stands before its first colon."""
    key, colon, _ = text.partition(":")
    return key if colon and key else None
