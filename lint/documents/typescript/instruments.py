"""Instruments: what is declared, and which one an expression refers to."""

from __future__ import annotations

from collections.abc import Iterator

from ...finding import Location
from ...nodes import Instrument, Language
from ..binding import How
from ..metering import why_dynamic
from ..value import Value
from .declarations import Declarations, Declared
from .names import Names
from .options import Options
from .scopes import Scope, Site
from .sources import REQUEST_NAMES, RESPONSE_NAMES
from .tree import FUNCTIONS, Node, member_name, unwrap
from .values import Values

# What is done for each event; a callback is added, and a gauge is set, once when a service starts.
_MEASURING = frozenset({"inc", "dec", "add", "observe", "record", "startTimer"})
# Functions that have a `this` of their own.
_OWN_THIS = FUNCTIONS - {"arrow_function"}
_DEPTH = 8


class Instruments:
    """The instruments of a file."""

    def __init__(self, names: Names, values: Values) -> None:
        self._names = names
        self._values = values
        self._source = names.source
        self._declarations = Declarations(names)
        self._made: dict[int, Instrument] = {}
        self._bindings = _bindings_of(names)

    def all(self) -> Iterator[Instrument]:
        """Every instrument that the file declares, in order."""
        for call, site in self._names.outline.calls:
            declared = self._declarations.of(call, site)
            if declared is not None:
                yield self._instrument(declared)

    def of(self, node: Node | None, site: Site, depth: int = 0) -> Instrument | None:
        """The instrument that an expression refers to, where it is declared in this file."""
        if node is None or depth > _DEPTH:
            return None
        if node.type == "this":
            return self._collected(site)
        made = self._names.origin(node, site)
        if made is None:
            return None
        call, there = made
        if call.type not in ("new_expression", "call_expression"):
            return None
        declared = self._declarations.of(call, there)
        if declared is not None:
            return self._instrument(declared)
        function = call.child_by_field_name("function")
        if function is None:
            return None
        if member_name(function, self._source) == "labels":
            return self.of(function.child_by_field_name("object"), there, depth + 1)
        followed = self._names.function(function, there)
        if followed is None or len(followed.returns) != 1:
            return None
        value, inside = followed.returns[0]
        return self.of(value, inside.within(self._values.bind(followed, call, there)), depth + 1)

    def _collected(self, site: Site) -> Instrument | None:
        """The instrument that `this` is in `new Gauge({ …, collect() { this.set(1); } })`."""
        function = next(
            (one for one in site.scope.chain() if one.kind == "function" and one.node.type in _OWN_THIS), None
        )
        node = function.node if function is not None else None
        if node is not None and node.type != "method_definition":
            node = node.parent
        options = node.parent if node is not None and node.type in ("method_definition", "pair") else None
        key = node.child_by_field_name("name") or node.child_by_field_name("key") if node is not None else None
        args = options.parent if options is not None and options.type == "object" else None
        if key is None or args is None or args.parent is None or self._source.code(key) != "collect":
            return None
        declared = self._declarations.of(args.parent, site) if args.type == "arguments" else None
        return self._instrument(declared) if declared is not None else None

    # The node.

    def _instrument(self, declared: Declared) -> Instrument:
        key = declared.call.id
        if declared.site.frame is None and key in self._made:
            return self._made[key]
        made = self._build(declared)
        if declared.site.frame is None:
            self._made[key] = made
        return made

    def _build(self, declared: Declared) -> Instrument:
        call, site = declared.call, declared.site
        options = Options(self._names, self._values, declared)
        naming: Value[Node] = self._values.of(declared.name, site)
        callee = call.child_by_field_name("function") or call.child_by_field_name("constructor") or call
        spelling = self._source.cut(declared.name if declared.name is not None else callee)
        name, binding = naming.only, self._bindings.get(call.id)
        subject = f"metric {name}" if name else (f"metric {binding}" if binding else None)
        return Instrument(
            at=Location(self._source.text.source, subject, spelling.region()),
            lines=self._source.lines(call),
            language=Language.TYPESCRIPT,
            api=declared.api,
            kind=declared.kind,
            name=name,
            spelling=spelling,
            dynamic=why_dynamic(naming, built=self._names.is_built(declared.name, site)),
            naming=naming.bound,
            labels=options.labels(),
            help=options.text("help", "description"),
            unit=options.text("unit"),
            buckets=options.buckets(),
            binding=binding,
            used=self._is_used(declared, binding, options),
            reachable=self._is_reachable(binding),
            often=self._often(site, call),
        )

    def _is_used(self, declared: Declared, binding: str | None, options: Options) -> bool:
        if binding is None or "collect" in options or declared.options is None or options.is_open:
            return True
        return self._names.outline.mentions.get(binding.rpartition(".")[2], 0) > 0

    def _is_reachable(self, binding: str | None) -> bool:
        definitions = self._names.outline.module.definitions.get(binding or "", ())
        return any(one.exported for one in definitions)

    def _often(self, site: Site, call: Node) -> str | None:
        function = site.scope.enclosing_function()
        if function is None:
            return None
        outer = self._names.outline.parents.get(call.id)
        callee = outer.child_by_field_name("function") if outer is not None else None
        if callee is not None and member_name(callee, self._source) in _MEASURING:
            return "and used at once, anew for each call"
        if any(block.loop and block.node.type == "while_statement" for block in site.block.ancestors()):
            return "in a loop"
        if self._takes_request(function):
            return f"in `{function.name}`, which runs for each request" if function.name else "in a request handler"
        return None

    def _takes_request(self, function: Scope) -> bool:
        names = {self._source.code(one.pattern) for one in function.parameters}
        return bool(names & REQUEST_NAMES and names & RESPONSE_NAMES)


def _bindings_of(names: Names) -> dict[int, str]:
    """What each call's result is bound to, by the call."""
    found: dict[int, str] = {}
    scopes = [names.outline.module, *names.outline.functions.values(), *names.outline.classes]
    for scope in scopes:
        for definitions, prefix in ((scope.definitions, ""), (scope.members, "this.")):
            for name, each in definitions.items():
                for one in each:
                    if one.how is How.ASSIGNED and one.value is not None and not one.path:
                        found[unwrap(one.value).id] = prefix + name
    return found
