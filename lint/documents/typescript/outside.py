"""Calls of functions of other files, where what they pass would matter if those were to measure it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from posixpath import normpath

from ...nodes import Boundedness, LabelValue, Language, OutsideCall
from .mappings import Mappings, Pair
from .names import Names
from .scopes import Site
from .tree import Node, arguments_of
from .values import Values
from .wrappers import Measurements

_OWN = ("./", "../", "@/", "~/", "#", "src/")
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
            path = self._names.called(call, site) if call.type == "call_expression" else None
            if path is None or not path.startswith(_OWN):
                continue
            arguments = tuple(tuple(self._labels(arg, site, path)) for arg in arguments_of(call)[:_MOST])
            if any(label.boundedness >= Boundedness.SUSPECT for labels in arguments for label in labels):
                yield self._call(call, path, arguments)

    def _labels(self, node: Node, site: Site, path: str) -> Iterator[LabelValue]:
        """What an argument may be as labels: the pairs of an object, or a value whose label is named elsewhere."""
        pairs = self._mappings.of(node, site).pairs or (Pair(None, node, site),)
        for pair in pairs:
            value = self._values.of(pair.value, pair.site)
            yield self._measurements.label(pair, value, f"call {path.rpartition('.')[2]}")

    def _call(self, call: Node, path: str, arguments: tuple[tuple[LabelValue, ...], ...]) -> OutsideCall:
        module, _, name = path.rpartition(".")
        function = call.child_by_field_name("function") or call
        return OutsideCall(
            at=self._source.location(function, f"call {name}"),
            lines=self._source.lines(call),
            language=Language.TYPESCRIPT,
            module=_resolved(module, self._source.text.source),
            name=name,
            arguments=arguments,
        )


def _resolved(module: str, source: str) -> str:
    """The path of a module as seen from the root, without its ending; for an alias what follows it."""
    stem = str(PurePosixPath(module).with_suffix("")) if module.endswith((".js", ".ts", ".mjs", ".cjs")) else module
    if stem.startswith("."):
        return normpath(str(PurePosixPath(source).parent / stem))
    return stem.lstrip("@~#/")
