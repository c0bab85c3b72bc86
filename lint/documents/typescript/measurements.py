"""From uses to nodes: each at its place, and at the calls of the file's own functions that lead to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import compress

from ...nodes import Api, Boundedness, Carrier, LabelValue, Language, Measurement, Step, Wrapper
from ...nodes import Node as AnyNode
from ...record import replace
from ...region import Text
from ..binding import How
from ..source import SourceSettings
from ..value import Value, as_label
from .mappings import Pair, Pairs
from .names import Names
from .scopes import Frame, Scope, Site
from .tree import Node, arguments_of, elements_of, member_name, unwrap
from .use import Use
from .uses import Uses
from .values import Values

_DEPTH = 4
_Route = tuple[tuple[Node, Site, Scope], ...]
"""Calls from the outermost to the one whose function measures, each with the function that it calls."""


class Measurements:
    """The measurements of a file."""

    def __init__(self, names: Names, values: Values, uses: Uses, settings: SourceSettings) -> None:
        self._names = names
        self._values = values
        self._uses = uses
        self._settings = settings
        self._source = names.source
        self._calls: dict[str, list[tuple[Node, Site]]] = defaultdict(list)
        for call, site in names.outline.calls:
            function = call.child_by_field_name("function")
            if function is not None:
                name = member_name(function, self._source) or self._source.code(function)
                self._calls[name].append((call, site))

    def all(self) -> Iterator[AnyNode]:
        """Every measurement, in order; then those that reach an instrument through a function of the file."""
        helpers: list[AnyNode] = []
        for use, site in self._uses.all():
            if use.api is Api.STATSD and use.instrument is not None:
                yield use.instrument
            pairs = use.read(site)
            values = [self._values.of(pair.value, pair.site) for pair in pairs.pairs]
            needs = pairs.parameters.union(*(value.parameters for value in values))
            through = list(self._through(use, site, needs))
            helpers += through
            told = {label.name for one in through if isinstance(one, Measurement) for label in one.labels}
            yield self._measurement(use, site, pairs, values, told=frozenset(told))
        yield from helpers

    # Through functions of the file.

    def _through(self, use: Use, site: Site, needs: frozenset[str]) -> Iterator[AnyNode]:
        """The calls of the function around a measurement whose arguments end up as its labels, and theirs in turn."""
        routes: list[tuple[Scope, _Route]] = [(function, ()) for function in self._needed(site.scope, needs)]
        while routes:
            target, route = routes.pop()
            if self._is_reachable(target):
                yield self._wrapper(use, site, target, route)
            for call, there in self._calls_of(target):
                if any(step[2] is target for step in route):
                    continue
                longer = ((call, there, target), *route)
                measurement, open_ = self._followed(use, site, longer)
                if measurement is not None:
                    yield measurement
                if len(longer) < _DEPTH:
                    routes += [(caller, longer) for caller in self._needed(there.scope, open_)]

    def _needed(self, scope: Scope, needs: frozenset[str]) -> list[Scope]:
        """The nearest function around whose parameters are needed."""
        if not needs:
            return []
        for one in scope.chain():
            if one.kind == "function" and any(
                definition.path for name in needs for definition in one.definitions.get(name, ())
            ):
                return [one] if one.name else []
        return []

    def _is_reachable(self, function: Scope) -> bool:
        """Whether another file can call a function."""
        if function.owner is not None:
            return not function.name.startswith("#")
        outer = function.parent.definitions.get(function.name, ()) if function.parent is not None else ()
        return function.exported or any(one.exported for one in outer)

    def _wrapper(self, use: Use, site: Site, function: Scope, route: _Route) -> Wrapper:
        """What the index over all files needs to judge the calls of a function that they can call."""
        name = function.node.child_by_field_name("name") or function.node
        return Wrapper(
            at=self._source.location(name, f"function {function.name}"),
            lines=self._source.lines(function.node),
            language=Language.TYPESCRIPT,
            name=function.name,
            parameters=tuple(self._source.code(one.pattern) for one in function.parameters),
            carriers=tuple(self._carriers(use.read(self._inside(site, route)), function)),
            metric=use.metric or (use.instrument.name if use.instrument else None),
            api=use.api,
            reference=use.reference,
        )

    def _carriers(self, pairs: Pairs, function: Scope) -> Iterator[Carrier]:
        """The parameters of a function that hold labels, and those that are the value of one."""
        for name, label, held in (
            *((name, None, None) for name in sorted(pairs.parameters)),
            *((name, pair.name, pair) for pair in pairs.pairs for name in self._parameters_in(pair)),
        ):
            key = self._member_of(name, held.value) if held is not None else ()
            for one in function.definitions.get(name, ()):
                if one.how is How.PARAMETER and one.path:
                    yield _carrier(name, (*one.path, *key), label, mapping=held is None)

    def _member_of(self, name: str, value: Node) -> tuple[str, ...]:
        """The member of a parameter that a label's value is: `event.plan`; nothing where it is more than that."""
        value = unwrap(value)
        holder, member = value.child_by_field_name("object"), member_name(value, self._source)
        read = holder is not None and member is not None and self._source.code(unwrap(holder)) == name
        return (member,) if read and member is not None else ()

    def _parameters_in(self, pair: Pair) -> list[str]:
        return sorted(self._values.of(pair.value, pair.site).parameters)

    def _inside(self, site: Site, route: _Route) -> Site:
        """The place of a measurement in the calls that lead to it."""
        frame: Frame | None = None
        for call, there, function in route:
            frame = self._values.bind(function, call, there.within(frame))
        return site.within(frame)

    def _calls_of(self, function: Scope) -> list[tuple[Node, Site]]:
        return [
            (call, site)
            for call, site in self._calls.get(function.name, ())
            if self._names.function(call.child_by_field_name("function"), site) is function
        ]

    def _followed(self, use: Use, site: Site, route: _Route) -> tuple[Measurement | None, frozenset[str]]:
        """What a call gives the instrument, if it tells more than the helper; and the parameters that it needs."""
        before, after = use.read(site), use.read(self._inside(site, route))
        own = {(pair.name, pair.value.id) for pair in before.pairs if not self._depends(pair)}
        kept = [pair for pair in after.pairs if (pair.name, pair.value.id) not in own]
        values = [self._values.of(pair.value, pair.site) for pair in kept]
        open_ = after.parameters.union(*(value.parameters for value in values))
        told = [not self._is_still(pair, value, site) for pair, value in zip(kept, values, strict=True)]
        if kept and not any(told):
            return None, open_
        kept, values = list(compress(kept, told)), list(compress(values, told))
        outermost = route[0][0]
        steps = tuple(Step(self._source.code(call), self._source.location(call)) for call, _, _ in route[1:])
        last = Step(self._source.code(use.call), self._source.location(use.call))
        measurement = self._measurement(
            replace(use, call=outermost, amount=None),
            site,
            Pairs(tuple(kept), complete=False),
            values,
            inside=outermost,
        )
        return replace(measurement, through=(*steps, last)), open_

    def _is_still(self, pair: Pair, value: Value[Node], site: Site) -> bool:
        """Whether a value is suspect for nothing but what the helper calls it, as `event.userId` of any event."""
        if value.bound is not Boundedness.SUSPECT:
            return False
        inside = self._values.of(pair.value, site)
        return inside.bound is value.bound and [one.id for one in inside.chain] == [one.id for one in value.chain]

    def _depends(self, pair: Pair) -> bool:
        return bool(self._values.of(pair.value, pair.site).parameters)

    # The node.

    def _measurement(
        self,
        use: Use,
        site: Site,
        pairs: Pairs,
        values: list[Value[Node]],
        *,
        inside: Node | None = None,
        told: frozenset[str | None] = frozenset(),
    ) -> Measurement:
        """A measurement; of the labels that are `told`, the calls of its function tell more than their names do."""
        metric = use.metric or (use.instrument.name if use.instrument else None)
        function = use.call.child_by_field_name("function") or use.call
        spelt = self._source.code(function).removesuffix(".labels").rpartition("\n")[2].strip()
        subject = f"metric {metric}" if metric else f"metric {spelt}"
        labels = tuple(
            self.label(pair, value, subject, inside, forget=pair.name in told)
            for pair, value in zip(pairs.pairs, values, strict=True)
        )
        return Measurement(
            at=self._source.location(function, subject),
            lines=self._source.lines(use.call),
            language=Language.TYPESCRIPT,
            api=use.api,
            instrument=use.instrument,
            metric=metric,
            labels=labels,
            complete=pairs.complete,
            operation=use.operation,
            negative=_is_negative(use.amount),
            amount=self._source.location(use.amount, subject) if use.amount is not None else None,
            reference=use.reference,
        )

    def label(
        self, pair: Pair, value: Value[Node], subject: str, inside: Node | None = None, *, forget: bool = False
    ) -> LabelValue:
        """A label and what is known of its value; with `inside`, as seen from the outermost call that leads to it."""
        nodes = (pair.value, *(node for node in value.chain if node.id != pair.value.id))
        passed_at = pair.value
        if inside is not None:
            within = [index for index, node in enumerate(nodes) if _contains(inside, node)]
            nodes = nodes[within[0] :] if within else (inside, *nodes)
            passed_at = nodes[0]
        bound, source = as_label(pair.name, value, self._settings.bounded, forget=forget)
        return LabelValue(
            name=pair.name,
            boundedness=bound,
            chain=tuple(Step(self._source.code(node), self._source.location(node, subject)) for node in nodes),
            source=source,
            at=self._source.location(passed_at, subject),
            values=tuple(sorted(value.values)) if value.values is not None else None,
            entry=self._entry(pair.value) if inside is None else None,
        )

    def _entry(self, node: Node) -> Text | None:
        """A label with the comma that goes with it: after the entry before it, or up to the next one."""
        entry = node.parent if node.parent is not None and node.parent.type == "pair" else node
        container = entry.parent
        if container is None or container.type not in ("object", "array"):
            return None
        entries = elements_of(container)
        index = next((number for number, one in enumerate(entries) if one.id == entry.id), None)
        if index is None:
            return None
        begin = entries[index - 1].end_byte if index else entry.start_byte
        end = entries[1].start_byte if not index and len(entries) > 1 else entry.end_byte
        return self._source.text.cut(self._source.offset(begin), self._source.offset(end))


def _carrier(name: str, path: tuple[str | int, ...], label: str | None, *, mapping: bool) -> Carrier:
    """A parameter, or a property of one that is taken apart: `({ userId }) => …`."""
    position, *inside = path
    key = str(inside[-1]) if inside else None
    return Carrier(position if isinstance(position, int) else None, name, label, mapping, key=key)


def _is_negative(node: Node | None) -> bool:
    if node is None or node.type != "unary_expression":
        return False
    sign, amount = node.child_by_field_name("operator"), node.child_by_field_name("argument")
    return sign is not None and sign.type == "-" and amount is not None and amount.type == "number"


def _contains(call: Node, node: Node) -> bool:
    return any(arg.start_byte <= node.start_byte and node.end_byte <= arg.end_byte for arg in arguments_of(call))
