"""Calls of functions of other files, where what they pass would matter if those were to measure it."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ...nodes import Argument, Boundedness, LabelValue, Language, OutsideCall
from ...record import replace
from .borrowed import Borrowed, imported
from .labelling import Labelling
from .mappings import Mappings, Pair
from .names import Names
from .scopes import Site
from .values import Values

_MOST = 12


class OutsideCalls:
    """The calls of a file that leave it with a value without end."""

    def __init__(self, names: Names, values: Values, labelling: Labelling, borrowed: list[Borrowed]) -> None:
        self._names = names
        self._values = values
        self._mappings = Mappings(names, values)
        self._labelling = labelling
        self._paths = tuple(one.path for one in borrowed)

    def all(self) -> Iterator[OutsideCall]:
        """Each call of what is borrowed from another file, where an argument looks unbounded."""
        for call, site in self._names.outline.calls if self._paths else ():
            path = self._names.path(call.func, site)
            if path is None or not any(path == one or path.startswith(f"{one}.") for one in self._paths):
                continue
            if any(arg.star == "*" for arg in call.args):
                continue
            arguments = tuple(one for arg in call.args[:_MOST] for one in self._arguments(arg, site, path))
            if any(label.boundedness >= Boundedness.SUSPECT for one in arguments for label in one.labels):
                yield self._call(call, path, arguments)

    def _arguments(self, arg: cst.Arg, site: Site, path: str) -> Iterator[Argument]:
        subject = f"call {path.rpartition('.')[2]}"
        pairs = self._mappings.of(arg.value, site).pairs
        labels = tuple(self._labelling.label(pair, self._values.of(pair.value, pair.site), subject) for pair in pairs)
        if arg.star == "**":
            yield from (Argument((_unnamed(label),), label.name) for label in labels if label.name is not None)
            return
        name = arg.keyword.value if arg.keyword is not None else None
        if not labels:
            # What a keyword is called tells as much as the label that it becomes.
            one = self._labelling.label(Pair(name, arg.value, site), self._values.of(arg.value, site), subject)
            labels = (_unnamed(one),)
        yield Argument(labels, name)

    def _call(self, call: cst.Call, path: str, arguments: tuple[Argument, ...]) -> OutsideCall:
        tree = self._names.tree
        callee = imported(path, tree.text.source)
        return OutsideCall(
            at=tree.location(call.func, f"call {callee.name}"),
            lines=tree.lines(call),
            language=Language.PYTHON,
            callee=callee,
            arguments=arguments,
        )


def _unnamed(label: LabelValue) -> LabelValue:
    return replace(label, name=None)
