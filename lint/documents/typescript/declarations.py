"""Which calls declare an instrument, of which kind, and where they say what it is."""

from __future__ import annotations

from ...nodes import Api
from ...record import Record
from .names import Names
from .scopes import Site
from .tree import Node, arguments_of, literal_text, pairs_of

_CLIENT_CLASSES = {"Counter": "counter", "Gauge": "gauge", "Histogram": "histogram", "Summary": "summary"}
# NestJS's `@willsoto/nestjs-prometheus` declares by function, and `fastify.metrics.client` is prom-client too.
_PROVIDERS = {
    "makeCounterProvider": "counter",
    "makeGaugeProvider": "gauge",
    "makeHistogramProvider": "histogram",
    "makeSummaryProvider": "summary",
}
_METER_METHODS = {
    "createCounter": "counter",
    "createUpDownCounter": "updowncounter",
    "createHistogram": "histogram",
    "createGauge": "gauge",
    "createObservableCounter": "counter",
    "createObservableUpDownCounter": "updowncounter",
    "createObservableGauge": "gauge",
}
# What can only be a name, and no object that describes an instrument.
_NAMES = frozenset({"string", "template_string", "binary_expression"})


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


class Declarations:
    """The declarations of a file's instruments."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._source = names.source

    def of(self, call: Node, site: Site) -> Declared | None:
        """The declaration that a call is, if it is one."""
        callee = call.child_by_field_name("function") or call.child_by_field_name("constructor")
        args = arguments_of(call)
        if callee is None or not args:
            return None
        spelt = self._source.code(callee).rpartition(".")[2]
        if spelt in _METER_METHODS and callee.type == "member_expression":
            return self._metered(call, site, _METER_METHODS[spelt], args)
        kind = self._client_kind(call, callee, spelt, site)
        if kind is None:
            return None
        first = self._names.literal(args[0], site)
        if first is not None:
            return Declared(call, site, Api.PROMETHEUS, kind, pairs_of(first, self._source).get("name"), first)
        # prom-client once took `new Counter('name', 'help', ['label'])`.
        return Declared(call, site, Api.PROMETHEUS, kind, args[0] if len(args) > 1 else None, None)

    def _metered(self, call: Node, site: Site, kind: str, args: list[Node]) -> Declared | None:
        """`meter.createCounter('orders', {…})`; a meter of the code base may take one object that says it all."""
        if literal_text(args[0], self._source) == "":
            # Of no name, as a meter that does nothing makes them.
            return None
        whole = self._names.literal(args[0], site)
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
        """What kind of instrument prom-client makes by a class or a function."""
        path = self._names.path(callee, site)
        table = _CLIENT_CLASSES if call.type == "new_expression" else _PROVIDERS
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
        options = self._names.literal(arguments_of(call)[0], site)
        return options is not None and {"name", "help"} <= set(pairs_of(options, self._source))
