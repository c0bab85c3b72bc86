"""What a function's parameters are worth: by their types, their route, or a call that is followed."""

from __future__ import annotations

import re

import libcst as cst

from ...record import replace
from ...telemetry.identifiers import identifier
from ..value import one_of
from .names import Names
from .requests import Requests
from .scopes import Argument, Definition, Scope, Site
from .sources import REQUEST_FIELDS, REQUEST_PARAMETERS
from .tree import dotted_name, literal_text
from .value import FEW, UNKNOWN, Value, suspect, unbounded

_ROUTERS = frozenset("route get post put patch delete head options websocket api_route add_url_rule".split())
_PLACEHOLDER = re.compile(r"\{(\w+)(?::[^}]*)?\}|<(?:[^:<>]*:)?(\w+)>")
_OPEN_TYPES = frozenset({"str", "int", "float", "bytes", "UUID", "UUID4", "EmailStr", "Decimal", "datetime", "date"})


class Parameters:
    """The parameters of a file's functions."""

    def __init__(self, names: Names, requests: Requests) -> None:
        self._names = names
        self._requests = requests

    def value(self, one: Definition, node: cst.BaseExpression, site: Site) -> Value:
        """A parameter's value, where no call of its function is being followed."""
        function = one.site.scope
        outside = self._names.outline.outside(function)
        if one.annotation is not None and self.is_bounded_type(one.annotation, outside):
            return _listed(one.annotation) or FEW
        source = self._from_request(one, function, outside)
        if source is not None:
            return unbounded(source, node)
        meaning = identifier(one.name)
        value = UNKNOWN if meaning is None else suspect(meaning, node)
        return replace(value, parameters=frozenset({one.name}))

    def is_bounded_type(self, node: cst.BaseExpression, site: Site) -> bool:
        """Whether an annotation allows few values: an enumeration, `Literal[…]`, `bool`, or a union of such."""
        match node:
            case cst.Name(value="bool" | "None"):
                return True
            case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
                return self.is_bounded_type(left, site) and self.is_bounded_type(right, site)
            case cst.Subscript(value=outer, slice=elements):
                name = dotted_name(outer).rpartition(".")[2]
                inner = [one.slice.value for one in elements if isinstance(one.slice, cst.Index)]
                return name == "Literal" or (
                    name in ("Optional", "Union", "Final", "ClassVar", "Annotated")
                    and all(self.is_bounded_type(one, site) for one in (inner[:1] if name == "Annotated" else inner))
                )
        return self._names.is_enum(node, site)

    def is_handler(self, function: Scope) -> bool:
        """Whether a function answers web requests."""
        if not self._requests.serves:
            return False
        return any(one.name.value in REQUEST_PARAMETERS for one in function.parameters) or any(
            _routes(one) for one in function.decorators
        )

    def bind(self, function: Scope, call: cst.Call, site: Site) -> dict[str, Argument]:
        """What each parameter of a function stands for in a call of it."""
        parameters = function.parameters[1:] if function.receiver is not None else function.parameters
        names = {one.name.value for one in parameters}
        positional = [one.name.value for one in parameters if one.name.value not in keyword_only_of(function)]
        by_place = [arg for arg in call.args if arg.keyword is None and arg.star != "**"]
        by_name = [arg for arg in call.args if arg.keyword is not None or arg.star == "**"]
        # From `*args` on, nobody knows which parameter is meant.
        known = next((index for index, arg in enumerate(by_place) if arg.star), len(by_place))
        count = min(known, len(positional))
        bound = {name: Argument(arg.value, site) for name, arg in zip(positional, by_place[:count], strict=False)}
        collected = []
        for arg in by_name:
            if arg.keyword is not None and arg.keyword.value in names:
                bound[arg.keyword.value] = Argument(arg.value, site)
            else:
                collected.append(arg)
        if function.star is not None:
            bound[function.star] = Argument(None, site, tuple(by_place[count:]))
        if function.double_star is not None:
            bound[function.double_star] = Argument(None, site, tuple(collected))
        if not any(arg.star for arg in call.args):
            self._defaults(function, names - set(bound), bound)
        return bound

    def _defaults(self, function: Scope, missing: set[str], bound: dict[str, Argument]) -> None:
        outside = self._names.outline.outside(function)
        for parameter in function.parameters:
            if parameter.name.value in missing and parameter.default is not None:
                bound[parameter.name.value] = Argument(parameter.default, outside)

    def _from_request(self, one: Definition, function: Scope, site: Site) -> str | None:
        """What part of a request a web handler's parameter is, in words."""
        if not self._requests.serves:
            return None
        if isinstance(one.value, cst.Call) and "fastapi" in self._names.roots:
            field = REQUEST_FIELDS.get(dotted_name(one.value.func).rpartition(".")[2])
            if field is not None:
                return field
        routes = [route for decorator in function.decorators for route in _routes(decorator)]
        if any(one.name in placeholders for placeholders in routes):
            return f"the path parameter `{one.name}` of the request"
        if routes and "fastapi" in self._names.roots and self._is_open_type(one.annotation):
            return f"the query parameter `{one.name}` of the request"
        return None

    def _is_open_type(self, node: cst.BaseExpression | None) -> bool:
        match node:
            case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
                return name in _OPEN_TYPES
            case cst.BinaryOperation(left=left, right=cst.Name(value="None")):
                return self._is_open_type(left)
            case cst.Subscript(
                value=cst.Name(value="Optional"), slice=[cst.SubscriptElement(slice=cst.Index(value=one))]
            ):
                return self._is_open_type(one)
        return False


def _listed(annotation: cst.BaseExpression) -> Value | None:
    """The values of a `Literal["free", "plus"]`; None for any other type."""
    match annotation:
        case cst.Subscript(value=outer, slice=elements) if dotted_name(outer).rpartition(".")[2] == "Literal":
            texts = [literal_text(one.slice.value) if isinstance(one.slice, cst.Index) else None for one in elements]
            known = [text for text in texts if text is not None]
            return one_of(known) if known and len(known) == len(texts) else None
    return None


def _routes(decorator: cst.BaseExpression) -> list[frozenset[str]]:
    """The placeholders of a decorator's route; nothing for a decorator that is none."""
    match decorator:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=name)), args=[cst.Arg(value=first), *_]) if (
            name in _ROUTERS
        ):
            text = literal_text(first)
            if text is not None and (text.startswith("/") or not text):
                return [frozenset(part for pair in _PLACEHOLDER.findall(text) for part in pair if part)]
    return []


def keyword_only_of(function: Scope) -> frozenset[str]:
    """The parameters that are passed by name only."""
    node = function.node
    if isinstance(node, cst.FunctionDef | cst.Lambda):
        return frozenset(one.name.value for one in node.params.kwonly_params)
    return frozenset()
