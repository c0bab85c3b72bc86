"""From uses to nodes: each at its place, and at the calls of the file's own functions that lead to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import libcst as cst

from ...nodes import Api, Carrier, Language, Measurement, Step, Wrapper
from ...nodes import Node as AnyNode
from ...record import replace
from ..source import SourceSettings
from .borrowed import Borrowed
from .instruments import Instruments
from .labelling import Labelling
from .mappings import Mappings, Pair, Pairs
from .names import Names
from .parameters import keyword_only_of
from .passing import Passed
from .scopes import Frame, Scope, Site
from .statsd import Statsd
from .tree import dotted_name
from .use import Use
from .uses import Uses
from .value import Value
from .values import Values

_DEPTH = 4
_Route = tuple[tuple[cst.Call, Site, Scope], ...]
"""Calls from the outermost to the one whose function measures, each with the function that it calls."""


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
        mappings = Mappings(names, values)
        self._names = names
        self._values = values
        self._statsd = Statsd(names, values)
        self._uses = Uses(names, instruments, mappings, self._statsd, settings, borrowed)
        self._passed = Passed(mappings)
        self._labelling = Labelling(names.tree, settings)
        self._tree = names.tree
        self._calls: dict[str, list[tuple[cst.Call, Site]]] = defaultdict(list)

    def all(self) -> Iterator[AnyNode]:
        """
        Every measurement, in order; then those that reach an instrument through a function of the file.

        A statsd call names its metric itself, so that it is an instrument too.
        """
        helpers: list[AnyNode] = []
        for use, site in self._uses.all():
            pairs = self._passed.labels(use, site)
            values = [self._values.of(pair.value, pair.site) for pair in pairs.pairs]
            needs = pairs.parameters.union(*(value.parameters for value in values))
            if use.api is Api.STATSD:
                yield self._statsd.instrument(use, site)
            through = list(self._through(use, site, needs))
            helpers += through
            forget = any(isinstance(one, Measurement) for one in through)
            yield self._measurement(use, pairs, values, forget=forget)
        yield from helpers

    # Through functions of the file.

    def _through(self, use: Use, site: Site, needs: frozenset[str]) -> Iterator[AnyNode]:
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

    def _wrapper(self, use: Use, site: Site, function: Scope, route: _Route) -> Wrapper:
        """What is needed to judge the calls that other files make of a function."""
        order = [one.name.value for one in function.parameters]
        places = order[1:] if function.receiver is not None else order
        pairs = self._passed.labels(use, self._inside(site, route))
        return Wrapper(
            at=self._tree.location(function.node, f"function {function.name}"),
            lines=self._tree.lines(function.node),
            language=Language.PYTHON,
            name=function.name,
            parameters=tuple(places),
            carriers=tuple(self._carriers(pairs, function, places)),
            metric=use.metric or (use.instrument.name if use.instrument else None),
            api=use.api,
            reference=use.reference,
        )

    def _carriers(self, pairs: Pairs, function: Scope, places: list[str]) -> Iterator[Carrier]:
        """The parameters of a function that hold labels, and those that are the value of one."""
        keyword_only = keyword_only_of(function)
        for name, label, is_mapping in (
            *((name, None, True) for name in sorted(pairs.parameters)),
            *((name, pair.name, False) for pair in pairs.pairs for name in sorted(self._parameters_in(pair))),
        ):
            place = places.index(name) if name in places and name not in keyword_only else None
            yield Carrier(place, name, label, is_mapping, rest=name == function.double_star)

    def _parameters_in(self, pair: Pair) -> frozenset[str]:
        return self._values.of(pair.value, pair.site).parameters

    def _inside(self, site: Site, route: _Route) -> Site:
        """A place as it is seen from the outermost of the calls that lead to it."""
        frame: Frame | None = None
        for depth, (call, there, function) in enumerate(route):
            bound = self._values.parameters.bind(function, call, there.within(frame))
            frame = Frame(function, bound, frame, depth)
        return site.within(frame)

    def _followed(self, use: Use, site: Site, route: _Route) -> tuple[Measurement, frozenset[str]]:
        """What a call gives the instrument, and the parameters of the function around it that it needs for that."""
        before, after = self._passed.labels(use, site), self._passed.labels(use, self._inside(site, route))
        own = {(pair.name, id(pair.value)) for pair in before.pairs if not self._parameters_in(pair)}
        values = [self._values.of(pair.value, pair.site) for pair in after.pairs]
        kept = [
            (pair, value)
            for pair, value in zip(after.pairs, values, strict=True)
            if (pair.name, id(pair.value)) not in own
        ]
        outermost = route[0][0]
        measurement = self._measurement(
            replace(use, call=outermost, amount=None),
            replace(after, pairs=tuple(pair for pair, _ in kept), complete=False),
            [value for _, value in kept],
            inside=outermost,
        )
        steps = tuple(Step(self._tree.code(call), self._tree.location(call)) for call, _, _ in route[1:])
        last = Step(self._tree.code(use.call), self._tree.location(use.call))
        open_ = after.parameters.union(*(value.parameters for value in values))
        return replace(measurement, through=(*steps, last)), open_

    # The node.

    def _measurement(
        self, use: Use, pairs: Pairs, values: list[Value], *, inside: cst.Call | None = None, forget: bool = False
    ) -> Measurement:
        metric = use.metric or (use.instrument.name if use.instrument else None)
        func = use.call.func
        spelt = dotted_name(func.value if use.operation and isinstance(func, cst.Attribute) else func) or None
        subject = f"metric {metric}" if metric else (f"metric {spelt}" if spelt else None)
        labels = tuple(
            self._labelling.label(pair, value, subject, inside, forget=forget)
            for pair, value in zip(pairs.pairs, values, strict=True)
        )
        return Measurement(
            at=self._tree.location(func, subject),
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
