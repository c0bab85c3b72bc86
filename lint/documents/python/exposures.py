"""What is handed to logs, span attributes and baggage that should not be seen there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TypeAlias

import libcst as cst

from ...nodes import Exposure, Language
from ...telemetry.sensitive import Sensitive, harmless, header, sensitive
from ..binding import How
from ..exposed import BAGGAGE, BODY, COOKIES, ENVIRONMENT, HEADERS, LOG, SPAN_ATTRIBUTE, Found, cleaners
from .arguments import passed
from .gate import Gate
from .names import Names
from .requests import Requests
from .scopes import Definition, Site
from .tree import Tree, dotted_name, literal_text

EXPOSES = Gate(
    r"\bset_(?:attributes?|baggage)\s*\(|start_(?:as_current_)?span",
    *("set_attribute", "set_baggage", "start_span", "start_as_current_span"),
)
"""What a file that exposes something elsewhere than in a log call has in it."""

_DEPTH = 12
_WHOLE = {
    "headers": HEADERS,
    "META": Sensitive("the request's headers and environment", certain=True),
    "environ": Sensitive("the request's headers and environment", certain=True),
    "cookies": COOKIES,
    "COOKIES": COOKIES,
    **dict.fromkeys(("body", "data", "json", "get_json", "get_data", "stream", "text", "read"), BODY),
    **dict.fromkeys(("form", "POST", "post"), Sensitive("the request's form", certain=True)),
}
"""Parts of a request that hold whatever the client sent."""

_HEADERS = frozenset({"headers", "META", "cookies", "COOKIES"})
_LOCALS = Sensitive("all local variables", certain=False)
_REVEALED = Sensitive("a secret", certain=True)
# Functions and methods whose result shows what they are given, or called on.
_SHOWS = frozenset(
    {
        *(f"builtins.{name}" for name in ("str", "repr", "ascii", "format", "dict", "list", "tuple", "sorted", "set")),
        *("json.dumps", "pprint.pformat", "copy.copy", "copy.deepcopy", "yaml.dump", "orjson.dumps", "ujson.dumps"),
    }
)
_SHOWN = frozenset("copy decode encode strip lower upper items values format join read text json body as_dict".split())
_READS = frozenset({"get", "pop", "getlist", "get_all"})
_ENVIRONMENTS = frozenset({"os.getenv", "os.environ.get", "os.environ.pop"})
_CLEANERS = cleaners("hide", "filter", "safe", "clean")
_LOG_OPTIONS = frozenset({"exc_info", "stack_info", "stacklevel", "level"})
_PLAIN = (cst.Name, cst.Attribute, cst.Subscript)
# What a variable is followed to: what was made of a secret by a call is no secret for sure.
_HOLDERS = (*_PLAIN, cst.Dict, cst.FormattedString, cst.BinaryOperation)
_ATTRIBUTES = {"set_attribute": SPAN_ATTRIBUTE, "set_baggage": BAGGAGE}
_OF_TRACING = re.compile(r"span|baggage", re.I)
_SPAN_STARTS = frozenset({"start_span", "start_as_current_span"})


_Found: TypeAlias = Found[cst.CSTNode]


class Exposures:
    """The exposures of a file."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._tree: Tree = names.tree
        self._requests = Requests(names)

    def in_log(self, args: Iterable[cst.Arg], subject: str, library: str, site: Site) -> Iterator[Exposure]:
        """What a log call, or a logger that fields are bound to, is given."""
        found = (
            self._pair(arg.keyword.value, arg.value, site) if arg.keyword is not None else self._of(arg.value, site)
            for arg in args
            if arg.keyword is None or arg.keyword.value not in _LOG_OPTIONS
        )
        yield from self._nodes(chain.from_iterable(found), LOG, subject, library)

    def elsewhere(self) -> Iterator[Exposure]:
        """What spans and baggage are given."""
        for call, site in self._names.outline.calls:
            name = call.func.attr.value if isinstance(call.func, cst.Attribute) else dotted_name(call.func)
            if name in _ATTRIBUTES and len(call.args) >= 2 and _OF_TRACING.search(self._tree.code(call.func)):
                key = literal_text(call.args[0].value) or ""
                found = self._pair(key, call.args[1].value, site)
                yield from self._nodes(found, _ATTRIBUTES[name], name.partition("_")[2], "opentelemetry")
            elif name == "set_attributes" and call.args:
                yield from self._nodes(self._of(call.args[0].value, site), SPAN_ATTRIBUTE, "span", "opentelemetry")
            elif name in _SPAN_STARTS and (attributes := passed(call, None, "attributes")) is not None:
                yield from self._nodes(self._of(attributes, site), SPAN_ATTRIBUTE, "span", "opentelemetry")

    def _nodes(self, found: Iterable[_Found], sink: str, subject: str, library: str) -> Iterator[Exposure]:
        for one in found:
            yield Exposure(
                at=self._tree.location(one.node, subject),
                lines=self._tree.lines(one.node),
                language=Language.PYTHON,
                sink=sink,
                what=one.what.meaning,
                code=self._tree.code(one.node),
                certain=one.what.certain,
                library=library,
            )

    def _pair(self, key: str, value: cst.BaseExpression, site: Site, depth: int = 0) -> Iterator[_Found]:
        """A value under a key: the key may tell what the value's own name does not."""
        inner = list(self._of(value, site, depth))
        yield from inner
        named = sensitive(key)
        if (
            named is not None
            and not inner
            and isinstance(value, cst.Name | cst.Attribute)
            and self._is_open(value, site)
        ):
            yield _Found(value, named)

    def _of(self, node: cst.BaseExpression, site: Site, depth: int = 0) -> Iterator[_Found]:
        """What an expression shows. What an unknown function returns is not known, and not reported."""
        if depth > _DEPTH:
            return
        match node:
            case cst.Name() | cst.Attribute():
                yield from self._named(node, site, depth)
            case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
                yield from self._keyed(node, value, literal_text(key), site)
            case cst.Call():
                yield from self._called(node, site, depth)
            case cst.Dict(elements=elements):
                for element in elements:
                    spelt = literal_text(element.key) if isinstance(element, cst.DictElement) else None
                    yield from self._pair(spelt or "", element.value, site, depth + 1)
            case _:
                for part in _parts(node):
                    yield from self._of(part, site, depth + 1)

    def _named(self, node: cst.Name | cst.Attribute, site: Site, depth: int) -> Iterator[_Found]:
        if self._names.path(node, site) == "os.environ":
            yield _Found(node, ENVIRONMENT)
            return
        part = self._part(node, site)
        if part is not None:
            whole = _WHOLE.get(part[0]) if len(part) == 1 else None
            if whole is not None:
                yield _Found(node, whole)
                return
        spelt = node.attr.value if isinstance(node, cst.Attribute) else node.value
        named = sensitive(spelt)
        if named is not None:
            if self._is_open(node, site) and not _is_member_of_class(node):
                yield _Found(node, named)
            return
        found = self._names.definitions(node, site) if isinstance(node, cst.Name) and not harmless(spelt) else ()
        if (
            len(found) == 1
            and found[0].how is How.ASSIGNED
            and isinstance(found[0].value, _HOLDERS)
            and not found[0].path
        ):
            inner = next(self._of(found[0].value, found[0].site, depth + 4), None)
            if inner is not None:
                yield _Found(node, inner.what)

    def _keyed(self, node: cst.CSTNode, holder: cst.BaseExpression, key: str | None, site: Site) -> Iterator[_Found]:
        """`headers["Authorization"]`, `config.get("api_key")`."""
        if key is None:
            return
        part = self._part(holder, site)
        in_headers = (part is not None and part[0] in _HEADERS) or dotted_name(holder).endswith("headers")
        named = header(key) if in_headers else sensitive(key)
        if part is not None and part[0] in ("cookies", "COOKIES"):
            named = Sensitive("a cookie", certain=True)
        if named is not None:
            yield _Found(node, named)

    def _called(self, call: cst.Call, site: Site, depth: int) -> Iterator[_Found]:
        path = self._names.path(call.func, site)
        first = call.args[0].value if call.args else None
        if path in _SHOWS:
            for arg in call.args:
                yield from self._of(arg.value, site, depth + 1)
        elif path in _ENVIRONMENTS:
            named = sensitive(literal_text(first) or "")
            if named is not None:
                yield _Found(call, named)
        elif path in ("builtins.locals", "builtins.vars") and not call.args:
            yield _Found(call, _LOCALS)
        elif isinstance(call.func, cst.Attribute):
            yield from self._method(call, call.func, first, site, depth)

    def _method(
        self, call: cst.Call, func: cst.Attribute, first: cst.BaseExpression | None, site: Site, depth: int
    ) -> Iterator[_Found]:
        name = func.attr.value
        if name == "get_secret_value":
            yield _Found(call, _REVEALED)
            return
        part = self._part(func, site)
        if part is not None and len(part) == 1 and part[0] in _WHOLE and first is None:
            yield _Found(call, _WHOLE[part[0]])
        elif name in _READS:
            yield from self._keyed(call, func.value, literal_text(first), site)
        elif name in _SHOWN and not dotted_name(func.value).lower().endswith("formatter"):
            yield from self._of(func.value, site, depth + 1)
            for arg in call.args if name in ("format", "join") else ():
                yield from self._of(arg.value, site, depth + 1)

    def _part(self, node: cst.BaseExpression, site: Site) -> tuple[str, ...] | None:
        """The attributes behind a web request that lead to an expression."""
        names: list[str] = []
        while isinstance(node, cst.Attribute):
            names.insert(0, node.attr.value)
            node = node.value
            if self._requests.is_request(node, site):
                return tuple(names)
        return None

    def _is_open(self, node: cst.BaseExpression, site: Site) -> bool:
        """Whether an expression is not known to be made harmless: masked, or a constant of the source."""
        found = self._names.definitions(node, site)
        return not (found and all(self._is_harmless(one) for one in found))

    def _is_harmless(self, one: Definition) -> bool:
        value = one.value
        if one.how is not How.ASSIGNED or value is None:
            return False
        if isinstance(value, cst.Call):
            return _CLEANERS.search(self._tree.code(value.func)) is not None
        if isinstance(value, cst.Subscript):
            return isinstance(value.slice[0].slice, cst.Slice)
        return isinstance(value, cst.SimpleString | cst.ConcatenatedString | cst.Comparison | cst.UnaryOperation)


def _parts(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    """What an expression is put together from; nothing for what only asks something of a value."""
    match node:
        case cst.FormattedString(parts=parts):
            return [part.expression for part in parts if isinstance(part, cst.FormattedStringExpression)]
        case cst.Tuple(elements=elements) | cst.List(elements=elements) | cst.Set(elements=elements):
            return [element.value for element in elements]
        case cst.IfExp(body=left, orelse=right) | cst.BooleanOperation(left=left, right=right):
            return [left, right]
        case cst.BinaryOperation(left=left, right=right) | cst.ConcatenatedString(left=left, right=right):
            return [left, right]
        case cst.Await(expression=inner):
            return [inner]
    return []


def _is_member_of_class(node: cst.Name | cst.Attribute) -> bool:
    """`ErrorCode.INVALID_TOKEN`, `TokenType.ACCESS_TOKEN`: a constant that is named after a secret."""
    holder = dotted_name(node.value).rpartition(".")[2] if isinstance(node, cst.Attribute) else ""
    return bool(holder) and holder.lstrip("_")[:1].isupper() and not holder.isupper()
