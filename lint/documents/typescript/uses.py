"""Which calls measure, with which instrument, and which of their arguments are labels."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...nodes import Api, Imported, Instrument
from ...record import replace
from ..binding import How
from ..labels import INCOMPLETE, NOTHING
from ..source import SourceSettings
from .instruments import Instruments
from .mappings import Mappings, Pair, Pairs
from .names import Names
from .references import reference_to
from .scopes import Site, bindings
from .statsd import STATSD_KINDS, Statsd
from .tree import Node, arguments_of, key_text, member_name, pairs_of, unwrap
from .use import Use
from .values import Values

_CLIENT_OPERATIONS = frozenset({"inc", "dec", "set", "observe", "startTimer", "zero", "setToCurrentTime"})
_METER_OPERATIONS = frozenset({"add", "record"})
_BUNDLED = "http_request_duration_seconds"
"""What `express-prom-bundle` measures."""

_METRIC_NAME = re.compile(r"counter|histogram|gauge|metric|duration|latency|total|count$|meter", re.IGNORECASE)


class Uses:
    """The calls of a file that measure."""

    def __init__(self, names: Names, values: Values, instruments: Instruments, settings: SourceSettings) -> None:
        self._names = names
        self._values = values
        self._instruments = instruments
        self._mappings = Mappings(names, values)
        self._statsd = Statsd(names, values, self._mappings)
        self._source = names.source
        self._wrappers = settings.wrapping

    def all(self) -> Iterator[tuple[Use, Site]]:
        """Every call that measures, in order."""
        for call, site in self._names.outline.calls:
            use = self._use(call, site) if call.type == "call_expression" else None
            if use is not None:
                yield use, site

    def _use(self, call: Node, site: Site) -> Use | None:
        function = call.child_by_field_name("function")
        if function is None:
            return None
        name = member_name(function, self._source)
        receiver = function.child_by_field_name("object")
        use = None
        if name is None or receiver is None:
            use = self._timer_end(call, function, site) or self._bundle(call, function, site)
        elif name == "labels":
            use = self._labels(call, receiver, site)
        elif name in _CLIENT_OPERATIONS or name in _METER_OPERATIONS:
            use = self._operation(call, receiver, name, site)
        if use is None and name in STATSD_KINDS and receiver is not None:
            use = self._statsd.use(call, receiver, name, site)
        return use or (self._wrapped(call, function, site) if self._wrappers else None)

    # prom-client.

    def _labels(self, call: Node, receiver: Node, site: Site) -> Use | None:
        """`X.labels('a', b)` or `X.labels({…})`, and what is called on the result."""
        args = arguments_of(call)
        outer = self._names.outline.parents.get(call.id)
        callee = outer.child_by_field_name("function") if outer is not None else None
        operation = member_name(callee, self._source) if callee is not None else None
        instrument = self._instruments.of(receiver, site)
        if not args or (instrument is None and operation not in _CLIENT_OPERATIONS):
            return None
        amounts = arguments_of(outer) if outer is not None and operation in _CLIENT_OPERATIONS else []

        def read(there: Site) -> Pairs:
            if len(args) == 1 and self._is_mapping(args[0], there):
                return self._mappings.of(args[0], there)
            return self._in_order(args, instrument, there)

        return Use(
            call,
            Api.PROMETHEUS,
            instrument,
            None,
            read,
            operation if operation in _CLIENT_OPERATIONS else None,
            amounts[0] if amounts else None,
            self._reference(receiver, site) if instrument is None else None,
        )

    def _reference(self, receiver: Node, site: Site) -> Imported | None:
        path = self._names.path(receiver, site) or self._names.injected(receiver, site)
        return reference_to(path, self._source.text.source)

    def _is_mapping(self, node: Node, site: Site) -> bool:
        made = self._names.origin(node, site)
        if made is None:
            return False
        if made[0].type == "object":
            return True
        return made[0].type == "call_expression" and bool(self._mappings.of(node, site).pairs)

    def _in_order(self, args: list[Node], instrument: Instrument | None, site: Site) -> Pairs:
        """Values that get their names from the order in which the instrument declares its labels."""
        if any(one.type == "spread_element" for one in args):
            return INCOMPLETE
        declared = instrument.labels if instrument is not None else None
        names: list[str | None] = [text.value for text in declared or ()]
        names += [None] * len(args)
        pairs = tuple(Pair(name, value, site) for name, value in zip(names, args, strict=False))
        return Pairs(
            pairs, complete=len(args) > 1 or self._values.of(args[0], site).values is not None or bool(declared)
        )

    def _operation(self, call: Node, receiver: Node, name: str, site: Site) -> Use | None:
        receiver = unwrap(receiver)
        if receiver.type == "call_expression":
            inner = receiver.child_by_field_name("function")
            if inner is not None and member_name(inner, self._source) == "labels":
                return None
        observed = self._observed(call, receiver, name, site)
        if observed is not None:
            return observed
        instrument = self._instruments.of(receiver, site)
        args = arguments_of(call)
        if instrument is not None and instrument.api is Api.OPENTELEMETRY:
            return self._meter(call, instrument, name, args)
        if instrument is not None:
            return self._client(call, instrument, name, args) if name in _CLIENT_OPERATIONS else None
        return self._unfollowed(call, receiver, name, args, site)

    def _unfollowed(self, call: Node, receiver: Node, name: str, args: list[Node], site: Site) -> Use | None:
        """An instrument of another file: told by how it is called, or by the file that it is imported from."""
        if self._is_made_here(receiver, site):
            return None
        literal = [self._names.origin(arg, site) for arg in args[:2]]
        is_object = [one is not None and one[0].type == "object" for one in literal]
        use = None
        if (name in ("inc", "dec", "startTimer") and is_object[:1] == [True] and len(args) <= 2) or (
            name == "observe" and is_object == [True, False]
        ):
            use = self._client(call, None, name, args)
        elif (
            name in _METER_OPERATIONS
            and is_object == [False, True]
            and _METRIC_NAME.search(self._source.code(receiver))
        ):
            use = self._meter(call, None, name, args)
        reference = self._reference(receiver, site)
        if use is None and reference is not None:
            # Only the other file can say whether it is an instrument at all.
            reference = replace(reference, certain=False)
            use = (self._meter if name in _METER_OPERATIONS else self._client)(call, None, name, args)
        return replace(use, reference=reference) if use is not None else None

    def _is_made_here(self, receiver: Node, site: Site) -> bool:
        made = self._names.origin(receiver, site)
        return made is not None and made[0].type in ("new_expression", "array", "object", "string")

    def _client(self, call: Node, instrument: Instrument | None, name: str, args: list[Node]) -> Use:
        """`X.inc({…}, 2)`, `X.inc(2)`, `X.inc({labels: {…}, value: 2})`, `X.observe({…}, 0.3)`."""
        first = args[0] if args else None

        def read(there: Site) -> Pairs:
            if first is None:
                return NOTHING
            made = self._names.origin(first, there)
            literal = pairs_of(made[0], self._source) if made is not None else {}
            if made is not None and "labels" in literal and ("value" in literal or "exemplarLabels" in literal):
                return self._mappings.of(literal["labels"], made[1])
            if len(args) == 1 and name != "startTimer" and name != "zero" and not self._is_mapping(first, there):
                # One argument that is no object literal may be the amount.
                pairs = self._mappings.of(first, there)
                return pairs if pairs.parameters else NOTHING
            return self._mappings.of(first, there)

        amount = args[1] if len(args) > 1 else (first if first is not None and first.type != "object" else None)
        return Use(call, Api.PROMETHEUS, instrument, None, read, name, amount)

    def _timer_end(self, call: Node, function: Node, site: Site) -> Use | None:
        """`const end = X.startTimer(); …; end({…})`."""
        args = arguments_of(call)
        if function.type != "identifier" or not args:
            return None
        made = self._names.origin(function, site)
        started = made[0].child_by_field_name("function") if made is not None else None
        if made is None or started is None or member_name(started, self._source) != "startTimer":
            return None
        instrument = self._instruments.of(started.child_by_field_name("object"), made[1])
        return Use(
            call,
            Api.PROMETHEUS,
            instrument,
            None,
            lambda there: _incomplete(self._mappings.of(args[0], there)),
            "observe",
        )

    def _bundle(self, call: Node, function: Node, site: Site) -> Use | None:
        """`promBundle({ transformLabels: (labels, req) => { labels.user = req.user.id; } })`."""
        if self._names.path(function, site) != "express-prom-bundle":
            return None
        options = self._names.origin(next(iter(arguments_of(call)), None), site)
        named = pairs_of(options[0], self._source).get("transformLabels") if options is not None else None
        transform = self._names.function(named, site)
        if transform is None or not transform.parameters:
            return None
        put = transform.mutations.get(self._source.code(transform.parameters[0].pattern), ())
        pairs = tuple(Pair(key_text(key, self._source), value, there) for key, value, there in put)
        return Use(call, Api.PROMETHEUS, None, _BUNDLED, lambda there: Pairs(pairs, complete=False), "observe")

    # OpenTelemetry.

    def _meter(self, call: Node, instrument: Instrument | None, name: str, args: list[Node]) -> Use:
        """`X.add(1, {…})`, `X.record(0.3, {…})`."""
        attributes = args[1] if len(args) > 1 else None
        return Use(
            call,
            Api.OPENTELEMETRY,
            instrument,
            None,
            lambda there: self._mappings.of(attributes, there),
            name,
            args[0] if args else None,
        )

    def _observed(self, call: Node, receiver: Node, name: str, site: Site) -> Use | None:
        """What the callback of an observable instrument gives: `r.observe(1, {…})`, `r.observe(x, 1, {…})`."""
        if name != "observe" or receiver.type != "identifier":
            return None
        for one in bindings(self._source.code(receiver), site):
            callee = one.site.scope.callee
            function = callee.child_by_field_name("function") if callee is not None else None
            handed = member_name(function, self._source) if function is not None else None
            if one.how is not How.PARAMETER or callee is None or function is None:
                continue
            if handed not in ("addCallback", "addBatchObservableCallback"):
                continue
            args = arguments_of(call)
            batch = handed == "addBatchObservableCallback"
            holder = args[0] if batch and args else function.child_by_field_name("object")
            return self._meter(call, self._instruments.of(holder, site), name, args[1:] if batch else args)
        return None

    # Helpers that the configuration names.

    def _wrapped(self, call: Node, function: Node, site: Site) -> Use | None:
        spelt = self._names.path(function, site) or self._source.code(function)
        spelt = spelt.rpartition("/")[2].replace("this.", "")
        args = arguments_of(call)
        for one in self._wrappers:
            if one.position is None or not one.is_called(spelt):
                continue
            if one.position >= len(args):
                return None
            value = args[one.position]

            def read(there: Site, value: Node = value) -> Pairs:
                pairs = self._mappings.of(value, there)
                if pairs.pairs or pairs.complete or pairs.parameters:
                    return pairs
                return Pairs((Pair(None, value, there),), complete=False)

            return Use(call, Api.PROMETHEUS, None, None, read, None)
        return None


def _incomplete(pairs: Pairs) -> Pairs:
    """Labels to which others were given when the timer was started."""
    return Pairs(pairs.pairs, False, pairs.parameters)
