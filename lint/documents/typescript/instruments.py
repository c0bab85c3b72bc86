"""Instruments: where they are declared, and which one an expression refers to."""

from __future__ import annotations

from collections.abc import Iterator

from ...finding import Location
from ...nodes import Api, Boundedness, Instrument, Language
from ...record import Record
from ...region import Text
from ..value import Value
from .names import Names
from .scopes import How, Scope, Site
from .sources import REQUEST_NAMES, RESPONSE_NAMES
from .tree import FUNCTIONS, Node, arguments_of, elements_of, first_of, literal_text, member_name, pairs_of, unwrap
from .values import Values

CLIENT_KINDS = {"Counter": "counter", "Gauge": "gauge", "Histogram": "histogram", "Summary": "summary"}
"""prom-client's classes."""

METER_KINDS = {
    "createCounter": "counter",
    "createUpDownCounter": "updowncounter",
    "createHistogram": "histogram",
    "createGauge": "gauge",
    "createObservableCounter": "counter",
    "createObservableUpDownCounter": "updowncounter",
    "createObservableGauge": "gauge",
}
"""Methods of an OpenTelemetry meter that make an instrument."""

DEFAULT_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""What prom-client's Histogram has without `buckets`."""

METER_BUCKETS = (0.0, 5.0, 10.0, 25.0, 50.0, 75.0, 100.0, 250.0, 500.0, 750.0, 1000.0, 2500.0, 5000.0, 7500.0, 10000.0)
"""What an OpenTelemetry histogram has where neither the instrument nor a view says otherwise."""

# NestJS's `@willsoto/nestjs-prometheus` declares by function, and `fastify.metrics.client` is prom-client too.
_PROVIDERS = {
    "makeCounterProvider": "counter",
    "makeGaugeProvider": "gauge",
    "makeHistogramProvider": "histogram",
    "makeSummaryProvider": "summary",
}
# What is done for each event; a callback is added, and a gauge is set, once when a service starts.
_MEASURING = frozenset({"inc", "dec", "add", "observe", "record", "startTimer"})
# What can only be a name, and no object that describes an instrument.
_NAMES = frozenset({"string", "template_string", "binary_expression"})
# Functions that have a `this` of their own.
_OWN_THIS = FUNCTIONS - {"arrow_function"}
_DEPTH = 8


class Declared(Record, eq=False):
    """A call that makes an instrument, and where its name and its options stand."""

    call: Node
    site: Site
    api: Api
    kind: str
    name: Node | None
    options: Node | None
    definition: Node | None = None
    """An object that holds the name too, where a meter of the code base takes one."""


class Instruments:
    """The instruments of a file."""

    def __init__(self, names: Names, values: Values) -> None:
        self._names = names
        self._values = values
        self._source = names.source
        self._made: dict[int, Instrument] = {}
        self._bindings = _bindings_of(names)

    def all(self) -> Iterator[Instrument]:
        """Every instrument that the file declares, in order."""
        for call, site in self._names.outline.calls:
            declared = self.declared(call, site)
            if declared is not None:
                yield self._instrument(declared)

    def declared(self, call: Node, site: Site) -> Declared | None:
        """The declaration that a call is, if it is one."""
        callee = call.child_by_field_name("function") or call.child_by_field_name("constructor")
        args = arguments_of(call)
        if callee is None or not args:
            return None
        spelt = self._source.code(callee).rpartition(".")[2]
        if spelt in METER_KINDS and callee.type == "member_expression":
            return self._metered(call, site, METER_KINDS[spelt], args)
        kind = self._client_kind(call, callee, spelt, site)
        if kind is None:
            return None
        first = self._literal(args[0], site)
        if first is not None:
            return Declared(call, site, Api.PROMETHEUS, kind, pairs_of(first, self._source).get("name"), first)
        # prom-client once took `new Counter('name', 'help', ['label'])`.
        return Declared(call, site, Api.PROMETHEUS, kind, args[0] if len(args) > 1 else None, None)

    def _metered(self, call: Node, site: Site, kind: str, args: list[Node]) -> Declared | None:
        """`meter.createCounter('orders', {…})`; a meter of the code base may take one object that says it all."""
        if literal_text(args[0], self._source) == "":
            # Of no name, as a meter that does nothing makes them.
            return None
        whole = self._literal(args[0], site)
        if whole is not None:
            name = pairs_of(whole, self._source).get("name")
            options = args[1] if len(args) > 1 else whole
            return Declared(call, site, Api.OPENTELEMETRY, kind, name, options, whole)
        if len(args) > 1:
            return Declared(call, site, Api.OPENTELEMETRY, kind, args[0], args[1])
        made = self._names.origin(args[0], site)
        is_name = made is not None and made[0].type in _NAMES
        return Declared(call, site, Api.OPENTELEMETRY, kind, args[0], None if is_name else args[0])

    def _client_kind(self, call: Node, callee: Node, spelt: str, site: Site) -> str | None:
        path = self._names.path(callee, site)
        table = CLIENT_KINDS if call.type == "new_expression" else _PROVIDERS
        kind = table.get(path.rpartition(".")[2] if path is not None else spelt)
        if kind is None:
            return None
        if path is None:
            # `new this.client.Counter({name, help})`, `new client.Counter(…)` of a parameter.
            return kind if callee.type == "member_expression" and self._looks_declared(call, site) else None
        if path.startswith(("prom-client", "@willsoto/nestjs-prometheus")):
            return kind
        return kind if path.startswith(".") and self._looks_declared(call, site) else None

    def _looks_declared(self, call: Node, site: Site) -> bool:
        options = self._literal(arguments_of(call)[0], site)
        return options is not None and {"name", "help"} <= set(pairs_of(options, self._source))

    def _literal(self, node: Node, site: Site) -> Node | None:
        made = self._names.origin(node, site)
        return made[0] if made is not None and made[0].type == "object" else None

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
        declared = self.declared(call, there)
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
        declared = self.declared(args.parent, site) if args.type == "arguments" else None
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
        options = self._options(declared)
        # What is spread into the options, or cannot be followed, may say anything.
        spread = declared.options if declared.options is not None and self._has_spread(declared) else None
        if declared.api is Api.PROMETHEUS and not options:
            spread = arguments_of(call)[0]
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
            dynamic=why_dynamic(self._names, declared.name, naming, site),
            naming=naming.bound,
            labels=self._labels(declared, options),
            help=self._text(options.get("help") or options.get("description") or spread, site),
            unit=self._text(options.get("unit") or spread, site),
            buckets=self._buckets(declared, options),
            binding=binding,
            used=self._is_used(declared, binding, options),
            reachable=self._is_reachable(binding),
            often=self._often(site, call),
        )

    def _options(self, declared: Declared) -> dict[str, Node]:
        if declared.options is None:
            args = arguments_of(declared.call)
            positional = dict(zip(("name", "help", "labelNames"), args, strict=False))
            return positional if declared.api is Api.PROMETHEUS and len(args) > 1 else {}
        literal = self._literal(declared.options, declared.site)
        own = pairs_of(literal, self._source) if literal is not None else {}
        return {**pairs_of(declared.definition, self._source), **own} if declared.definition is not None else own

    def _labels(self, declared: Declared, options: dict[str, Node]) -> tuple[Text, ...] | None:
        if declared.api is not Api.PROMETHEUS or not options:
            return None
        if self._has_spread(declared):
            return None
        node = options.get("labelNames")
        return () if node is None else self._label_names(node, declared.site)

    def _has_spread(self, declared: Declared) -> bool:
        if declared.options is None:
            return False
        literal = self._literal(declared.options, declared.site)
        return literal is None or any(one.type == "spread_element" for one in literal.named_children)

    def _label_names(self, node: Node, site: Site, depth: int = 0) -> tuple[Text, ...] | None:
        made = self._names.origin(node, site)
        if made is None or made[0].type != "array" or depth > _DEPTH:
            return None
        names: list[Text] = []
        for element in elements_of(made[0]):
            if element.type == "spread_element":
                inner = first_of(element)
                more = self._label_names(inner, made[1], depth + 1) if inner is not None else None
                if more is None:
                    return None
                names += more
                continue
            text = self._string(element)
            if text is None:
                return None
            names.append(text)
        return tuple(names)

    def _string(self, node: Node) -> Text | None:
        """The text between the quotes of a literal."""
        value = literal_text(node, self._source)
        if value is None:
            return None
        start, end = self._source.offsets(unwrap(node))
        return self._source.text.cut(start + 1, end - 1) if end - start == len(value) + 2 else None

    def _text(self, node: Node | None, site: Site) -> str | None:
        if node is None:
            return None
        only = self._values.of(node, site).only
        # A text that cannot be read is still a text: only its absence is a fact.
        return only if only is not None else self._source.code(node)

    def _buckets(self, declared: Declared, options: dict[str, Node]) -> tuple[float, ...] | None:
        if declared.kind != "histogram":
            return None
        node = options.get("buckets")
        if declared.api is Api.OPENTELEMETRY:
            if "advice" not in options and not self._has_spread(declared):
                return METER_BUCKETS
            advice = self._literal(options["advice"], declared.site) if "advice" in options else None
            node = pairs_of(advice, self._source).get("explicitBucketBoundaries") if advice is not None else None
        elif node is None:
            return DEFAULT_BUCKETS if options and not self._has_spread(declared) else None
        made = self._names.origin(node, declared.site)
        if made is None or made[0].type != "array":
            return None
        try:
            return tuple(float(self._source.code(one).replace("_", "")) for one in elements_of(made[0]))
        except ValueError:
            return None

    def _is_used(self, declared: Declared, binding: str | None, options: dict[str, Node]) -> bool:
        if binding is None or "collect" in options or declared.options is None or self._has_spread(declared):
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


def why_dynamic(names: Names, node: Node | None, naming: Value[Node], site: Site) -> str | None:
    """Why a name is built at run time, in words; None for constants, settings and what cannot be followed."""
    if node is None or naming.bound <= Boundedness.CONFIG:
        return None
    if naming.source is not None:
        return naming.source
    made = names.origin(node, site)
    built = made is not None and made[0].type in ("template_string", "binary_expression")
    return "built from values that are known at run time only" if built else None


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
