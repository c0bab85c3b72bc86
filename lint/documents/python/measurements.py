"""Measurements: the places that give instruments their labels, through helper functions where need be."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import libcst as cst

from ...nodes import Api, Carrier, Imported, Instrument, LabelValue, Language, Measurement, Step, Wrapper
from ...nodes import Node as AnyNode
from ...record import Record, replace
from ...region import Text
from ..binding import How
from ..labels import INCOMPLETE, NOTHING, merge
from ..metering import why_dynamic
from ..source import SourceSettings
from ..value import as_label
from .arguments import passed
from .borrowed import Borrowed, imported
from .instruments import Instruments, is_built
from .libraries import CLIENT_OPERATIONS, METER_OPERATIONS, STATSD_CLIENTS, STATSD_KINDS, STATSD_OBJECTS
from .mappings import Mappings, Pair, Pairs
from .names import Names
from .parameters import keyword_only_of
from .scopes import Frame, Scope, Site
from .tree import dotted_name
from .value import Value
from .values import Values

_DEPTH = 4
_AFTER = re.compile(r"[ \t]*,[ \t]*")
_Route = tuple[tuple[cst.Call, Site, Scope], ...]
"""Calls from the outermost to the one whose function measures, each with the function that it calls."""


class _Use(Record, eq=False):
    """A call that measures: what it measures, and how its labels are passed."""

    call: cst.Call
    api: Api
    instrument: Instrument | None
    metric: str | None
    pass_as: str
    """`labels`, `attributes`, `tags`, `values`: how `arguments` are to be read."""

    arguments: tuple[cst.Arg, ...]
    operation: str | None
    amount: cst.BaseExpression | None = None
    reference: Imported | None = None


class Measurements:
    """The measurements of a file."""

    def __init__(
        self,
        names: Names,
        values: Values,
        instruments: Instruments,
        settings: SourceSettings,
        borrowed: list[Borrowed],
    ) -> None:
        self._names = names
        self._borrowed = tuple(one.path for one in borrowed)
        self._values = values
        self._instruments = instruments
        self._settings = settings
        self._mappings = Mappings(names, values)
        self._tree = names.tree
        self._wrappers = settings.wrapping
        self._calls: dict[str, list[tuple[cst.Call, Site]]] = defaultdict(list)

    def all(self) -> Iterator[AnyNode]:
        """
        Every measurement, in order; then those that reach an instrument through a function of the file.

        A statsd call names its metric itself, so that it is an instrument too.
        """
        helpers: list[AnyNode] = []
        for call, site in self._names.outline.calls:
            use = self._use(call, site)
            if use is None:
                continue
            pairs = self._pairs(use, site)
            values = [self._values.of(pair.value, pair.site) for pair in pairs.pairs]
            needs = pairs.parameters.union(*(value.parameters for value in values))
            if use.api is Api.STATSD:
                yield self._statsd_instrument(use, site)
            through = list(self._through(use, site, needs))
            helpers += through
            forget = any(isinstance(one, Measurement) for one in through)
            yield self._measurement(use, site, pairs, values, forget=forget)
        yield from helpers

    # Which calls measure.

    def _use(self, call: cst.Call, site: Site) -> _Use | None:
        func = call.func
        if isinstance(func, cst.Attribute):
            find = _FINDERS.get(func.attr.value)
            use = find(self, call, func, site) if find is not None else None
            if use is not None:
                return use
        elif isinstance(func, cst.Name) and func.value == "Observation":
            return self._observation(call, site)
        return self._configured_use(call, site) if self._wrappers else None

    def _labels(self, call: cst.Call, func: cst.Attribute, site: Site) -> _Use | None:
        """prometheus_client's `X.labels(…)`, and what is called on the result."""
        if not call.args:
            return None
        instrument = self._instruments.of(func.value, site)
        outer = self._names.outline.parents.get(id(call))
        operation = outer.func.attr.value if outer is not None and isinstance(outer.func, cst.Attribute) else None
        if instrument is None and operation not in CLIENT_OPERATIONS:
            return None
        amount = outer.args[0].value if outer is not None and outer.args and operation in CLIENT_OPERATIONS else None
        name = instrument.name if instrument else None
        reference = self._reference(func.value, site) if instrument is None else None
        arguments = tuple(call.args)
        return _Use(call, Api.PROMETHEUS, instrument, name, "labels", arguments, operation, amount, reference)

    def _client_operation(self, call: cst.Call, func: cst.Attribute, site: Site) -> _Use | None:
        """`X.inc()` without `labels`; aioprometheus' `X.inc({…})`; Ray's `X.inc(1, tags={…})`."""
        match func.value:
            case cst.Call(func=cst.Attribute(attr=cst.Name(value="labels"))):
                return None
        instrument = self._instruments.of(func.value, site)
        if instrument is None:
            return self._statsd(call, func, site) or self._borrowed_operation(call, func, site)
        if instrument.api is Api.OPENTELEMETRY:
            return self._meter_operation(call, func, site)
        if self._instruments.is_child(func.value, site):
            return None
        first = call.args[0].value if call.args else None
        if "ray" in self._names.roots:
            tags = passed(call, 1, "tags")
            args = (cst.Arg(tags),) if tags is not None else ()
            return _Use(call, instrument.api, instrument, instrument.name, "defaults", args, func.attr.value, first)
        is_mapping = isinstance(first, cst.Dict)
        args = (cst.Arg(first),) if is_mapping and first is not None else ()
        amount = None if is_mapping else first
        return _Use(call, instrument.api, instrument, instrument.name, "attributes", args, func.attr.value, amount)

    def _meter_operation(self, call: cst.Call, func: cst.Attribute, site: Site) -> _Use | None:
        """OpenTelemetry's `X.add(1, {…})`."""
        keyword = passed(call, None, "attributes")
        instrument = self._instruments.of(func.value, site)
        if instrument is None and keyword is None:
            return self._statsd(call, func, site) or self._borrowed_operation(call, func, site)
        if instrument is not None and instrument.api is not Api.OPENTELEMETRY:
            return self._client_operation(call, func, site)
        attributes = passed(call, 1, "attributes")
        args = (cst.Arg(attributes),) if attributes is not None else ()
        amount = passed(call, 0, "amount")
        name = instrument.name if instrument else None
        reference = self._reference(func.value, site) if instrument is None else None
        return _Use(call, Api.OPENTELEMETRY, instrument, name, "attributes", args, func.attr.value, amount, reference)

    def _borrowed_operation(self, call: cst.Call, func: cst.Attribute, site: Site) -> _Use | None:
        """`X.inc()`, `X.add(1, {…})` of something imported: only the other file can say what `X` is."""
        reference = self._reference(func.value, site, certain=False)
        if reference is None:
            return None
        attributes = passed(call, 1, "attributes")
        args = (cst.Arg(attributes),) if isinstance(attributes, cst.Dict) else ()
        pass_as = "attributes" if args or len(call.args) < 2 else "defaults"
        return _Use(
            call, Api.PROMETHEUS, None, None, pass_as, args, func.attr.value, passed(call, 0, "amount"), reference
        )

    def _reference(self, node: cst.BaseExpression, site: Site, *, certain: bool = True) -> Imported | None:
        """Where an instrument is imported from, if it is."""
        path = self._names.path(node, site)
        if path is None or not any(path == one or path.startswith(f"{one}.") for one in self._borrowed):
            return None
        return imported(path, self._tree.text.source, certain=certain)

    def _observation(self, call: cst.Call, site: Site) -> _Use | None:
        """What the callback of an observable instrument gives."""
        path = self._names.path(call.func, site) or ""
        if not path.startswith("opentelemetry.metrics"):
            return None
        attributes = passed(call, 1, "attributes")
        args = (cst.Arg(attributes),) if attributes is not None else ()
        return _Use(call, Api.OPENTELEMETRY, None, None, "attributes", args, "observe")

    def _family(self, call: cst.Call, func: cst.Attribute, site: Site) -> _Use | None:
        """A custom collector's `family.add_metric([…], value)`."""
        labels = passed(call, 0, "labels")
        instrument = self._instruments.of(func.value, site)
        if labels is None or instrument is None:
            return None
        name = instrument.name
        return _Use(call, Api.PROMETHEUS, instrument, name, "values", (cst.Arg(labels),), "add_metric")

    def _statsd(self, call: cst.Call, func: cst.Attribute, site: Site) -> _Use | None:
        """`statsd.increment("orders", tags=[…])`."""
        if func.attr.value not in STATSD_KINDS or not self._is_statsd(func.value, site):
            return None
        name = passed(call, 0, "metric") or passed(call, None, "stat")
        if name is None:
            return None
        tags = passed(call, None, "tags")
        args = (cst.Arg(tags),) if tags is not None else ()
        metric = self._values.of(name, site).only
        amount = passed(call, 1, "value")
        return _Use(call, Api.STATSD, None, metric, "tags", args, func.attr.value, amount)

    def _statsd_instrument(self, use: _Use, site: Site) -> Instrument:
        name = passed(use.call, 0, "metric") or passed(use.call, None, "stat") or use.call.func
        naming = self._values.of(name, site)
        subject = f"metric {use.metric}" if use.metric else None
        return Instrument(
            at=self._tree.location(name, subject),
            lines=self._tree.lines(use.call),
            language=Language.PYTHON,
            api=Api.STATSD,
            kind=STATSD_KINDS[use.operation or "count"],
            name=use.metric,
            spelling=self._tree.cut(name),
            dynamic=why_dynamic(naming, built=is_built(name)),
            naming=naming.bound,
        )

    def _is_statsd(self, node: cst.BaseExpression, site: Site) -> bool:
        path = self._names.path(node, site)
        if path is not None and (path in STATSD_OBJECTS or path.endswith((".statsd", "airflow.stats.Stats", ".Stats"))):
            return True
        found = self._names.definitions(node, site)
        if found:
            return any(
                isinstance(one.value, cst.Call) and self._names.path(one.value.func, one.site) in STATSD_CLIENTS
                for one in found
            ) or (all(one.how is How.PARAMETER for one in found) and dotted_name(node).endswith("statsd"))
        return dotted_name(node).rpartition(".")[2].lstrip("_") in ("statsd", "statsd_client", "dogstatsd")

    def _configured_use(self, call: cst.Call, site: Site) -> _Use | None:
        """A call of a helper that the configuration names."""
        spelt = (self._names.path(call.func, site) or dotted_name(call.func)).lstrip(".")
        for one in self._wrappers:
            if not one.is_called(spelt):
                continue
            value = passed(call, one.position, one.keyword)
            if value is None:
                return None
            as_mapping = not isinstance(value, cst.SimpleString | cst.FormattedString)
            mapping = self._mappings.of(value, site) if as_mapping else INCOMPLETE
            if mapping.pairs or mapping.complete:
                return _Use(call, Api.PROMETHEUS, None, None, "attributes", (cst.Arg(value),), None)
            arg = cst.Arg(value, keyword=cst.Name(one.keyword)) if one.keyword is not None else cst.Arg(value)
            return _Use(call, Api.PROMETHEUS, None, None, "value", (arg,), None)
        return None

    # Which labels they pass.

    def _pairs(self, use: _Use, site: Site) -> Pairs:
        return _READERS[use.pass_as](self, use, site)

    def _of_labels(self, use: _Use, site: Site) -> Pairs:
        by_place = [arg for arg in use.arguments if arg.keyword is None and arg.star != "**"]
        by_name = self._mappings.of_arguments(
            [arg for arg in use.arguments if arg.keyword is not None or arg.star == "**"], site
        )
        return merge((self._in_order([(arg.value, arg.star) for arg in by_place], use, site), by_name))

    def _of_values(self, use: _Use, site: Site) -> Pairs:
        node = use.arguments[0].value
        if not isinstance(node, cst.List | cst.Tuple):
            return INCOMPLETE
        stars = ["*" if isinstance(one, cst.StarredElement) else "" for one in node.elements]
        return self._in_order([(one.value, star) for one, star in zip(node.elements, stars, strict=True)], use, site)

    def _in_order(self, values: list[tuple[cst.BaseExpression, str]], use: _Use, site: Site) -> Pairs:
        """Values that get their names from the order in which the instrument declares its labels."""
        declared = use.instrument.labels if use.instrument is not None else None
        names = [text.value for text in declared or ()]
        if any(star for _, star in values):
            return INCOMPLETE
        padded = [*names, *([None] * len(values))]
        return Pairs(tuple(Pair(name, value, site) for name, (value, _) in zip(padded, values, strict=False)))

    def _of_attributes(self, use: _Use, site: Site) -> Pairs:
        return self._mappings.of(use.arguments[0].value, site) if use.arguments else NOTHING

    def _of_defaults(self, use: _Use, site: Site) -> Pairs:
        """Ray's tags, to which those of `set_default_tags` are added."""
        return merge((self._of_attributes(use, site), INCOMPLETE))

    def _of_tags(self, use: _Use, site: Site) -> Pairs:
        return self._mappings.of_tags(use.arguments[0].value, site) if use.arguments else NOTHING

    def _of_value(self, use: _Use, site: Site) -> Pairs:
        arg = use.arguments[0]
        return Pairs((Pair(arg.keyword.value if arg.keyword else None, arg.value, site),), complete=False)

    # Through functions of the file.

    def _through(self, use: _Use, site: Site, needs: frozenset[str]) -> Iterator[AnyNode]:
        """The calls of the function around a measurement whose arguments end up as its labels, and theirs in turn."""
        function = site.scope.enclosing("function")
        if not needs or function is None:
            return
        routes: list[tuple[Scope, _Route]] = [(function, ())]
        while routes:
            target, route = routes.pop()
            if _is_reachable(target):
                yield self._wrapper(use, site, target, route)
            for call, there in self._calls_of(target):
                if any(step[2] is target for step in route):
                    continue
                longer = ((call, there, target), *route)
                measurement, open_ = self._followed(use, site, longer)
                yield measurement
                caller = there.scope.enclosing("function")
                if open_ and caller is not None and len(longer) < _DEPTH:
                    routes.append((caller, longer))

    def _calls_of(self, function: Scope) -> list[tuple[cst.Call, Site]]:
        if not self._calls:
            for call, site in self._names.outline.calls:
                self._calls[dotted_name(call.func).rpartition(".")[2]].append((call, site))
        return [
            (call, site)
            for call, site in self._calls.get(function.name, ())
            if self._names.function(call.func, site) is function
        ]

    def _wrapper(self, use: _Use, site: Site, function: Scope, route: _Route) -> Wrapper:
        """What is needed to judge the calls that other files make of a function."""
        pairs = self._pairs(use, self._inside(site, route))
        order = [one.name.value for one in function.parameters]
        places = order[1:] if function.receiver is not None else order
        keyword_only = keyword_only_of(function)

        def carrier(name: str, label: str | None, *, mapping: bool) -> Carrier:
            place = places.index(name) if name in places and name not in keyword_only else None
            return Carrier(place, name, label, mapping, rest=name == function.double_star)

        carriers = [carrier(name, None, mapping=True) for name in sorted(pairs.parameters)]
        for pair in pairs.pairs:
            needed = self._values.of(pair.value, pair.site).parameters
            carriers += [carrier(name, pair.name, mapping=False) for name in sorted(needed)]
        return Wrapper(
            at=self._tree.location(function.node, f"function {function.name}"),
            lines=self._tree.lines(function.node),
            language=Language.PYTHON,
            name=function.name,
            parameters=tuple(places),
            carriers=tuple(carriers),
            metric=use.metric or (use.instrument.name if use.instrument else None),
            api=use.api,
            reference=use.reference,
        )

    def _inside(self, site: Site, route: _Route) -> Site:
        """A place as it is seen from the outermost of the calls that lead to it."""
        frame: Frame | None = None
        for depth, (call, there, function) in enumerate(route):
            bound = self._values.parameters.bind(function, call, there.within(frame))
            frame = Frame(function, bound, frame, depth)
        return site.within(frame)

    def _followed(self, use: _Use, site: Site, route: _Route) -> tuple[Measurement, frozenset[str]]:
        inner = self._inside(site, route)
        before, after = self._pairs(use, site), self._pairs(use, inner)
        own = {(pair.name, id(pair.value)) for pair in before.pairs if not self._depends(pair)}
        values = [self._values.of(pair.value, pair.site) for pair in after.pairs]
        kept = [
            (pair, value)
            for pair, value in zip(after.pairs, values, strict=True)
            if (pair.name, id(pair.value)) not in own
        ]
        outermost = route[0][0]
        measurement = self._measurement(
            replace(use, call=outermost, amount=None),
            site,
            replace(after, pairs=tuple(pair for pair, _ in kept), complete=False),
            [value for _, value in kept],
            inside=outermost,
        )
        steps = tuple(Step(self._tree.code(call), self._tree.location(call)) for call, _, _ in route[1:])
        last = Step(self._tree.code(use.call), self._tree.location(use.call))
        open_ = after.parameters.union(*(value.parameters for value in values))
        return replace(measurement, through=(*steps, last)), open_

    def _depends(self, pair: Pair) -> bool:
        return bool(self._values.of(pair.value, pair.site).parameters)

    # The node.

    def _measurement(
        self,
        use: _Use,
        site: Site,
        pairs: Pairs,
        values: list[Value],
        *,
        inside: cst.Call | None = None,
        forget: bool = False,
    ) -> Measurement:
        metric = use.metric or (use.instrument.name if use.instrument else None)
        func = use.call.func
        spelt = dotted_name(func.value if use.operation and isinstance(func, cst.Attribute) else func) or None
        subject = f"metric {metric}" if metric else (f"metric {spelt}" if spelt else None)
        labels = tuple(
            self._label(pair, value, subject, inside, forget) for pair, value in zip(pairs.pairs, values, strict=True)
        )
        return Measurement(
            at=self._tree.location(use.call.func, subject),
            lines=self._tree.lines(use.call),
            language=Language.PYTHON,
            api=use.api,
            instrument=use.instrument,
            metric=metric,
            labels=labels,
            complete=pairs.complete,
            operation=use.operation,
            negative=_is_negative(use.amount),
            amount=self._tree.location(use.amount, subject) if use.amount is not None else None,
            reference=use.reference,
        )

    def label(self, pair: Pair, value: Value, subject: str | None) -> LabelValue:
        """A label and what is known of its value."""
        return self._label(pair, value, subject, None, False)

    def _label(
        self, pair: Pair, value: Value, subject: str | None, inside: cst.Call | None, forget: bool
    ) -> LabelValue:
        passed_at: cst.CSTNode = pair.value
        nodes = (pair.value, *(node for node in value.chain if node is not pair.value))
        if inside is not None:
            within = {id(arg.value) for arg in inside.args}
            start = next((index for index, node in enumerate(nodes) if id(node) in within), None)
            nodes = nodes[start:] if start is not None else (inside, *nodes)
            passed_at = nodes[0] if start is not None or not _contains(inside, pair.value) else pair.value
        bound, source = as_label(pair.name, value, self._settings.bounded, forget=forget)
        return LabelValue(
            name=pair.name,
            boundedness=bound,
            chain=tuple(Step(self._tree.code(node), self._tree.location(node, subject)) for node in nodes),
            source=source,
            at=self._tree.location(passed_at, subject),
            values=tuple(sorted(value.values)) if value.values is not None else None,
            entry=self._entry(pair) if inside is None else None,
        )

    def _entry(self, pair: Pair) -> Text | None:
        """From the end of the entry before it to its own end; for the first one, up to the next entry's begin."""
        if not pair.among or any(pair.value is one for one in pair.among) is False:
            return None
        index = next(number for number, one in enumerate(pair.among) if one is pair.value)
        end = self._tree.offsets(pair.value)[1]
        code = self._tree.text.value
        if index:
            return self._tree.text.cut(self._tree.offsets(pair.among[index - 1])[1], end)
        opening = max(code.rfind(mark, 0, self._tree.offsets(pair.value)[0]) for mark in "{[(")
        stop = _AFTER.match(code, end)
        return self._tree.text.cut(opening + 1, stop.end() if stop else end)


_FINDERS = {
    "labels": Measurements._labels,
    "add_metric": Measurements._family,
    **dict.fromkeys(STATSD_KINDS, Measurements._statsd),
    **dict.fromkeys(CLIENT_OPERATIONS, Measurements._client_operation),
    **dict.fromkeys(METER_OPERATIONS, Measurements._meter_operation),
}
_READERS = {
    "labels": Measurements._of_labels,
    "values": Measurements._of_values,
    "attributes": Measurements._of_attributes,
    "defaults": Measurements._of_defaults,
    "tags": Measurements._of_tags,
    "value": Measurements._of_value,
}


def _is_reachable(function: Scope) -> bool:
    """Whether another file can call a function by its name."""
    outer = function.parent
    if outer is None or function.name.startswith("_"):
        return False
    return outer.kind == "module" or (outer.kind == "class" and outer.parent is not None)


def _is_negative(node: cst.BaseExpression | None) -> bool:
    return (
        isinstance(node, cst.UnaryOperation)
        and isinstance(node.operator, cst.Minus)
        and isinstance(node.expression, cst.Integer | cst.Float)
    )


def _contains(call: cst.Call, node: cst.CSTNode) -> bool:
    return any(_contains_node(arg.value, node) for arg in call.args)


def _contains_node(outer: cst.CSTNode, node: cst.CSTNode) -> bool:
    return outer is node or any(_contains_node(child, node) for child in outer.children)
