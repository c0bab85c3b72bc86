"""What a dictionary, a keyword or a tag list says: which labels get which expressions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import libcst as cst

from ...record import replace
from .. import labels
from ..binding import How
from ..labels import INCOMPLETE, NOTHING, merge
from .names import Names, frame_for
from .scopes import Argument, Definition, Frame, Mutation, Scope, Site
from .tree import dotted_name, literal_text
from .values import Values

_DEPTH = 10
Pair: TypeAlias = labels.Pair[cst.BaseExpression, Site]
Pairs: TypeAlias = labels.Pairs[cst.BaseExpression, Site]


class Mappings:
    """Reads the dictionaries and tag lists of a file."""

    def __init__(self, names: Names, values: Values) -> None:
        self._names = names
        self._values = values

    def of(self, node: cst.BaseExpression | None, site: Site, depth: int = 0) -> Pairs:
        """The labels of a mapping: a literal, a name, `dict(…)`, `{**a, "b": c}`, `a | b`."""
        if node is None:
            return NOTHING
        if depth > _DEPTH:
            return INCOMPLETE
        match node:
            case cst.Dict():
                among = tuple(element.value for element in node.elements)
                return merge(self._element(element, among, site, depth) for element in node.elements)
            case cst.Name(value="None"):
                return NOTHING
            case cst.Name() | cst.Attribute():
                return self._named(node, site, depth)
            case cst.Call():
                return self._called(node, site, depth)
            case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
                return merge(self.of(side, site, depth + 1) for side in (left, right))
            case cst.BooleanOperation(left=left, right=right) | cst.IfExp(body=left, orelse=right):
                both = merge(self.of(side, site, depth + 1) for side in (left, right))
                # Either may be what is passed, so nothing can be said of the whole.
                return Pairs(both.pairs, False, both.parameters)
        return INCOMPLETE

    def of_arguments(self, args: Iterable[cst.Arg], site: Site, depth: int = 0) -> Pairs:
        """The labels of keyword arguments, `**mappings` included."""
        return merge(
            Pairs((Pair(arg.keyword.value, arg.value, site),))
            if arg.keyword is not None
            else (self.of(arg.value, site, depth + 1) if arg.star == "**" else INCOMPLETE)
            for arg in args
        )

    def of_tags(self, node: cst.BaseExpression | None, site: Site, depth: int = 0) -> Pairs:
        """The labels of a tag list: `["plan:free", f"user:{user_id}"]`, or a mapping."""
        if node is None:
            return NOTHING
        match node:
            case cst.List() | cst.Tuple() | cst.Set():
                among = tuple(element.value for element in node.elements)
                return merge(self._tag(element, among, site, depth) for element in node.elements)
            case cst.BinaryOperation(left=left, operator=cst.Add(), right=right):
                return merge(self.of_tags(side, site, depth + 1) for side in (left, right))
            case cst.Name() | cst.Attribute() if depth < _DEPTH:
                found = self._names.definitions(node, site)
                if len(found) == 1 and found[0].how is How.ASSIGNED and isinstance(found[0].value, cst.List):
                    first = self.of_tags(found[0].value, found[0].site, depth + 1)
                    return merge((first, *(self._put_tag(one, depth) for one in self._mutations(node, site))))
        return self.of(node, site, depth)

    def _element(
        self, element: cst.BaseDictElement, among: tuple[cst.BaseExpression, ...], site: Site, depth: int
    ) -> Pairs:
        if isinstance(element, cst.DictElement):
            return Pairs((Pair(self._key(element.key, site), element.value, site, among),))
        return self.of(element.value, site, depth + 1)

    def _key(self, node: cst.BaseExpression, site: Site) -> str | None:
        text = literal_text(node)
        return text if text is not None else self._values.of(node, site).only

    def _named(self, node: cst.Name | cst.Attribute, site: Site, depth: int) -> Pairs:
        found = self._names.definitions(node, site)
        if len(found) != 1:
            return INCOMPLETE
        only = found[0]
        if only.how is How.PARAMETER:
            return self._parameter(only, site, depth)
        if only.how is not How.ASSIGNED or only.path or only.value is None:
            return INCOMPLETE
        first = self.of(only.value, only.site.within(site.frame), depth + 1)
        return merge((first, *(self._put(one, site, depth) for one in self._mutations(node, site))))

    def _parameter(self, one: Definition, site: Site, depth: int) -> Pairs:
        frame = frame_for(site.frame, one.site.scope)
        argument = frame.arguments.get(one.name) if frame is not None else None
        if argument is None:
            return Pairs(complete=False, parameters=frozenset({one.name}))
        return self._argument(argument, depth)

    def _argument(self, argument: Argument, depth: int) -> Pairs:
        if argument.value is None:
            return self.of_arguments(argument.collected, argument.site, depth + 1)
        return self.of(argument.value, argument.site, depth + 1)

    def _mutations(self, node: cst.BaseExpression, site: Site) -> Iterator[Mutation]:
        name = dotted_name(node)
        for scope in site.scope.chain():
            yield from scope.mutations.get(name, ())
            if name in scope.definitions:
                return

    def _put(self, one: Mutation, site: Site, depth: int) -> Pairs:
        there = one.site.within(site.frame)
        if one.how == "[]" and one.key is not None and one.value is not None:
            return Pairs((Pair(self._key(one.key, there), one.value, there),))
        if one.how == "setdefault" and len(one.args) > 1:
            return Pairs((Pair(self._key(one.args[0].value, there), one.args[1].value, there),))
        if one.how == "update":
            return merge(
                self.of(arg.value, there, depth + 1)
                if arg.keyword is None
                else Pairs((Pair(arg.keyword.value, arg.value, there),))
                for arg in one.args
            )
        return INCOMPLETE

    def _called(self, node: cst.Call, site: Site, depth: int) -> Pairs:
        path = self._names.path(node.func, site)
        if path == "builtins.dict":
            return merge(
                self.of(arg.value, site, depth + 1)
                if arg.keyword is None
                else Pairs((Pair(arg.keyword.value, arg.value, site),))
                for arg in node.args
            )
        if isinstance(node.func, cst.Attribute) and node.func.attr.value == "copy" and not node.args:
            return self.of(node.func.value, site, depth + 1)
        function = self._names.function(node.func, site)
        if function is None or len(function.returns) != 1 or function.yields:
            return INCOMPLETE
        return self._returned(function, node, site, depth)

    def _returned(self, function: Scope, node: cst.Call, site: Site, depth: int) -> Pairs:
        frame = Frame(function, self._values.parameters.bind(function, node, site), site.frame, depth)
        value, there = function.returns[0]
        return self.of(value, there.within(frame), depth + 1)

    # Tags.

    def _put_tag(self, one: Mutation, depth: int) -> Pairs:
        if one.how == "append" and one.args:
            return self._tag_text(one.args[0].value, one.site)
        if one.how == "extend" and one.args:
            return self.of_tags(one.args[0].value, one.site, depth + 1)
        return INCOMPLETE

    def _tag(self, element: cst.BaseElement, among: tuple[cst.BaseExpression, ...], site: Site, depth: int) -> Pairs:
        if isinstance(element, cst.StarredElement):
            return self.of_tags(element.value, site, depth + 1)
        tag = self._tag_text(element.value, site)
        return replace(tag, pairs=tuple(replace(pair, among=among) for pair in tag.pairs))

    def _tag_text(self, node: cst.BaseExpression, site: Site) -> Pairs:
        """`"plan:free"`, `f"user:{user_id}"`, `"user:" + user_id`, `"user:%s" % user_id`."""
        match node:
            case cst.FormattedString(parts=[cst.FormattedStringText(value=head), *_]):
                return Pairs((Pair(_key_of(head), node, site),))
            case cst.BinaryOperation(left=left):
                return Pairs((Pair(_key_of(literal_text(left) or ""), node, site),))
            case cst.Call(func=func, args=[cst.Arg(value=key), cst.Arg(value=value)]) if dotted_name(func).endswith(
                "generate_tag"
            ):
                return Pairs((Pair(self._key(key, site), value, site),))
            case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value="format"))):
                return Pairs((Pair(_key_of(literal_text(inner) or ""), node, site),))
        text = self._values.of(node, site).only
        return Pairs((Pair(_key_of(text), node, site),)) if text is not None else INCOMPLETE


def _key_of(text: str) -> str | None:
    """The key of a tag: what stands before its first colon."""
    key, colon, _ = text.partition(":")
    return key if colon and key and "{" not in key else None
