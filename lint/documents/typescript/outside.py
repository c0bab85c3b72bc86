"""Calls of functions of other files, where what they pass would matter if those were to measure it."""

from __future__ import annotations

from collections.abc import Iterator

from ...nodes import Argument, Boundedness, Imported, LabelValue, Language, OutsideCall
from .mappings import Mappings, Pair
from .measurements import Measurements
from .names import Names
from .references import reference_to
from .scopes import Site
from .tree import Node, arguments_of
from .values import Values

_MOST = 8


class OutsideCalls:
    """The calls of a file that leave it with a value without end."""

    def __init__(self, names: Names, values: Values, measurements: Measurements) -> None:
        self._names = names
        self._values = values
        self._mappings = Mappings(names, values)
        self._measurements = measurements
        self._source = names.source

    def all(self) -> Iterator[OutsideCall]:
        """Each call of a function that is imported from the same code base, where an argument looks unbounded."""
        for call, site in self._names.outline.calls:
            function = call.child_by_field_name("function")
            if function is None:
                continue
            path = self._names.path(function, site) or self._names.injected(function, site)
            callee = reference_to(path, self._source.text.source)
            if callee is None:
                continue
            arguments = tuple(
                Argument(tuple(self._labels(arg, site, callee.name))) for arg in arguments_of(call)[:_MOST]
            )
            if any(label.boundedness >= Boundedness.SUSPECT for one in arguments for label in one.labels):
                yield self._call(call, callee, arguments)

    def _labels(self, node: Node, site: Site, name: str) -> Iterator[LabelValue]:
        """What an argument may be as labels: the pairs of an object, or a value whose label is named elsewhere."""
        pairs = self._mappings.of(node, site).pairs or (Pair(None, node, site),)
        for pair in pairs:
            value = self._values.of(pair.value, pair.site)
            yield self._measurements.label(pair, value, f"call {name}")

    def _call(self, call: Node, callee: Imported, arguments: tuple[Argument, ...]) -> OutsideCall:
        function = call.child_by_field_name("function") or call
        return OutsideCall(
            at=self._source.location(function, f"call {callee.name}"),
            lines=self._source.lines(call),
            language=Language.TYPESCRIPT,
            callee=callee,
            arguments=arguments,
        )
