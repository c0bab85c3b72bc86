"""What is handed to logs, span attributes and baggage that should not be seen there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from ...nodes import Exposure, Language
from ...telemetry.sensitive import Sensitive, harmless, header, sensitive
from ..binding import How
from ..exposed import BAGGAGE, BODY, COOKIES, ENVIRONMENT, HEADERS, LOG, SPAN_ATTRIBUTE, Found, cleaners
from .names import Names
from .requests import Requests, Shape
from .scopes import Site
from .tree import Node, arguments_of, elements_of, key_text, literal_text, member_name, unwrap

_DEPTH = 12
_WHOLE = {
    "headers": HEADERS,
    "rawHeaders": HEADERS,
    "cookies": COOKIES,
    "signedCookies": COOKIES,
    "body": BODY,
    "rawBody": BODY,
}
"""Parts of a request that hold whatever the client sent."""

_REQUEST = Sensitive("the whole request", certain=False)
_SHOWS = frozenset({"JSON.stringify", "String", "util.inspect", "inspect", "Object.assign", "Object.entries", "format"})
_SHOWN = frozenset("toString toJSON trim toLowerCase toUpperCase concat join".split())
_READS = frozenset({"get", "header"})
_PARTS = frozenset(
    {"template_string", "template_substitution", "array", "spread_element", "ternary_expression", "binary_expression"}
)
_ASKS = frozenset({"===", "==", "!==", "!=", "<", ">", "<=", ">=", "in", "instanceof"})
_CLEANERS = cleaners("slice", "substr", "length")
_CENSORS = cleaners()
_ATTRIBUTES = {"setAttribute": SPAN_ATTRIBUTE, "setAttributes": SPAN_ATTRIBUTE, "createBaggage": BAGGAGE}


_Found: TypeAlias = Found[Node]


class Exposures:
    """The exposures of a file."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._source = names.source
        self._requests = Requests(names)

    def in_log(self, args: Iterable[Node], subject: str, library: str, site: Site) -> Iterator[Exposure]:
        """What a log call, or a logger that fields are bound to, is given."""
        for arg in () if self._is_cleaned(site) else args:
            yield from self._nodes(self._of(arg, site), LOG, subject, library)

    def _is_cleaned(self, site: Site) -> bool:
        """`censorLogs(() => logger.warn(context))`: the function around a call looks after what it writes."""
        callees = (one.callee.child_by_field_name("function") for one in site.scope.chain() if one.callee is not None)
        return any(one is not None and _CENSORS.search(self._source.code(one)) for one in callees)

    def elsewhere(self) -> Iterator[Exposure]:
        """What spans and baggage are given."""
        for call, site in self._names.outline.calls:
            function = call.child_by_field_name("function")
            name = member_name(function, self._source) if function is not None else None
            args = arguments_of(call)
            if function is None or name not in _ATTRIBUTES or not args:
                continue
            if name == "setAttribute":
                # The elements of a page have attributes too.
                if len(args) < 2 or "pan" not in self._source.code(function):
                    continue
                found = self._pair(literal_text(args[0], self._source) or "", args[1], site)
            else:
                found = self._of(args[0], site)
            yield from self._nodes(found, _ATTRIBUTES[name], _ATTRIBUTES[name].rpartition(" ")[2], "opentelemetry")

    def _nodes(self, found: Iterable[_Found], sink: str, subject: str, library: str) -> Iterator[Exposure]:
        for one in found:
            yield Exposure(
                at=self._source.location(one.node, subject),
                lines=self._source.lines(one.node),
                language=Language.TYPESCRIPT,
                sink=sink,
                what=one.what.meaning,
                code=self._source.code(one.node),
                certain=one.what.certain,
                library=library,
            )

    def _of(self, node: Node, site: Site, depth: int = 0) -> Iterator[_Found]:
        """What an expression shows. What an unknown function returns is not known, and not reported."""
        node = unwrap(node)
        if depth > _DEPTH:
            return
        if node.type in ("identifier", "shorthand_property_identifier", "member_expression", "subscript_expression"):
            yield from self._named(node, site, depth)
        elif node.type == "call_expression":
            yield from self._called(node, site, depth)
        elif node.type == "object":
            yield from self._object(node, site, depth)
        elif node.type in _PARTS:
            sign = node.child_by_field_name("operator")
            if sign is not None and sign.type in _ASKS:
                return
            # What a ternary asks is not shown, and neither is what `&&` asks.
            asked = node.child_by_field_name("condition")
            if sign is not None and sign.type == "&&":
                asked = node.child_by_field_name("left")
            for child in elements_of(node):
                if asked is None or child.id != asked.id:
                    yield from self._of(child, site, depth + 1)

    def _object(self, node: Node, site: Site, depth: int) -> Iterator[_Found]:
        for child in elements_of(node):
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if child.type == "pair" and key is not None and value is not None:
                yield from self._pair(key_text(key, self._source), value, site, depth)
            elif child.type in ("shorthand_property_identifier", "spread_element"):
                yield from self._of(child, site, depth + 1)

    def _pair(self, key: str, value: Node, site: Site, depth: int = 0) -> Iterator[_Found]:
        """A value under a key: the key may tell what the value's own name does not."""
        inner = list(self._of(value, site, depth + 1))
        yield from inner
        named = sensitive(key)
        plain = unwrap(value)
        if named is None or inner or plain.type not in ("identifier", "member_expression", "subscript_expression"):
            return
        if not harmless(self._source.code(plain).rpartition(".")[2]) and self._is_open(plain, site):
            yield _Found(plain, named)

    def _named(self, node: Node, site: Site, depth: int) -> Iterator[_Found]:
        code = self._source.code(node)
        if code == "process.env":
            yield _Found(node, ENVIRONMENT)
            return
        part = self._requests.part(node, site)
        if part is not None and (whole := self._whole(part)) is not None:
            yield _Found(node, whole)
            return
        name = member_name(node, self._source)
        holder = node.child_by_field_name("object")
        if node.type == "subscript_expression" and name is None:
            return
        spelt = name or code
        in_headers = holder is not None and self._source.code(holder).rstrip("?").endswith("headers")
        named = header(spelt) if in_headers else sensitive(spelt)
        if named is not None:
            constant = holder is not None and self._is_constant(node, holder, site)
            if not constant and self._is_open(node, site):
                yield _Found(node, named)
            return
        found = self._names.definitions(node, site) if node.type != "member_expression" and not harmless(spelt) else ()
        if len(found) == 1 and found[0].how is How.ASSIGNED and found[0].value is not None and not found[0].path:
            value = unwrap(found[0].value)
            if value.type in ("object", "template_string", "identifier", "member_expression"):
                inner = next(self._of(value, found[0].site, depth + 4), None)
                if inner is not None:
                    yield _Found(node, inner.what)

    def _is_constant(self, node: Node, holder: Node, site: Site) -> bool:
        """Whether a member is one of a table or an enumeration: `Names.PASSWORD`, `envKeys.SigningKey` of a module."""
        if self._source.code(holder).rpartition(".")[2][:1].isupper():
            return True
        name = member_name(node, self._source) or ""
        return name[:1].isupper() and self._names.path(holder, site) is not None

    def _whole(self, part: tuple[Shape, tuple[str, ...]]) -> Sensitive | None:
        shape, names = part
        if shape not in (Shape.REQUEST, Shape.CONTEXT):
            return None
        if not names:
            return _REQUEST if shape is Shape.REQUEST else None
        while names[0] in ("req", "request", "raw") and len(names) > 1:
            names = names[1:]
        return _WHOLE.get(names[0]) if len(names) == 1 else None

    def _called(self, call: Node, site: Site, depth: int) -> Iterator[_Found]:
        function = call.child_by_field_name("function")
        args = arguments_of(call)
        if function is None:
            return
        name, holder = member_name(function, self._source), function.child_by_field_name("object")
        if self._source.code(function) in _SHOWS:
            # `JSON.stringify(value, replacer)` may leave anything out.
            shown = args[:1] if len(args) < 2 or args[1].type in ("null", "undefined") else []
            for arg in shown:
                yield from self._of(arg, site, depth + 1)
        elif name in _SHOWN and holder is not None and not args:
            yield from self._of(holder, site, depth + 1)
        elif name in _READS and args and holder is not None:
            part = self._requests.part(holder, site)
            key = literal_text(args[0], self._source)
            if part is not None and key is not None and (named := header(key)) is not None:
                yield _Found(call, named)

    def _is_open(self, node: Node, site: Site) -> bool:
        """Whether an expression is not known to be made harmless: masked, or a constant of the source."""
        found = self._names.definitions(node, site)
        values = [
            unwrap(one.value) for one in found if one.how is How.ASSIGNED and one.value is not None and not one.path
        ]
        return not (values and len(values) == len(found) and all(self._is_harmless(one) for one in values))

    def _is_harmless(self, value: Node) -> bool:
        if value.type == "call_expression":
            function = value.child_by_field_name("function")
            return function is not None and _CLEANERS.search(self._source.code(function)) is not None
        return literal_text(value, self._source) is not None or value.type in ("true", "false", "number")
