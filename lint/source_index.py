"""
What the source files of a run know of each other: which instrument or which helper an imported name means.

A file is found by the path that it is imported by: as seen from the root, or the last part of that,
since nobody says where the packages of a repository begin. A package that only passes on what its
modules make is looked through. What several files could mean, or none, is not known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Generic, TypeVar

from .finding import Location
from .nodes import (
    Borrowing,
    Boundedness,
    Carrier,
    Imported,
    Instrument,
    LabelValue,
    Language,
    Measurement,
    Node,
    OutsideCall,
    Step,
    Wrapper,
)
from .record import replace
from .telemetry.identifiers import identifier, likeness

N = TypeVar("N", bound=Node)


class SourceIndex:
    """The instruments, helpers and imports of a run by name, indexed once."""

    def __init__(
        self,
        instruments: Sequence[Instrument],
        wrappers: Sequence[Wrapper],
        measurements: Sequence[Measurement],
        calls: Sequence[OutsideCall],
        borrowings: Sequence[Borrowing],
    ) -> None:
        bound = [(one.binding.rpartition(".")[2], one.language, one) for one in instruments if one.binding]
        self._instruments = _Shelf(bound)
        self._wrappers = _Shelf([(one.name, one.language, one) for one in wrappers])
        self._measurements = measurements
        self._calls = calls
        self._borrowings = borrowings

    def instrument(self, reference: Imported, language: Language) -> Instrument | None:
        """The instrument that is imported, where it is exactly one."""
        found = self._instruments.find(reference, language)
        # `try: X = Counter(…) except ValueError: X = …` declares one metric in two places.
        return found[0] if found and len({one.name for one in found}) == 1 else None

    @cached_property
    def borrowed(self) -> tuple[Measurement, ...]:
        """What is measured through imports: with imported instruments, and by calls of other files' helpers."""
        imported = (self._resolved(one) for one in self._measurements if one.reference is not None)
        called = (measured for call in self._calls for measured in self._called(call))
        return tuple(one for one in (*imported, *called) if one is not None)

    @cached_property
    def measurements(self) -> tuple[Measurement, ...]:
        """Everything that is measured, those with imported instruments as what they were found to be."""
        return (*(one for one in self._measurements if one.reference is None), *self.borrowed)

    @cached_property
    def mentioned(self) -> frozenset[int]:
        """The instruments that some other file imports, by identity; all of a module that is imported whole."""
        return frozenset(
            id(one)
            for borrowing in self._borrowings
            for reference in borrowing.names
            for one in self._instruments.find(reference, borrowing.language)
        )

    @cached_property
    def passed_on(self) -> frozenset[int]:
        """The instruments that some other file imports and does not measure with, by identity: what for is unknown."""
        measured = {(id(one.instrument), one.at.source) for one in self.borrowed}
        return frozenset(
            id(one)
            for borrowing in self._borrowings
            for reference in borrowing.names
            for one in self._instruments.find(reference, borrowing.language)
            if reference.name != "*" and (id(one), borrowing.at.source) not in measured
        )

    def _resolved(self, measurement: Measurement) -> Measurement | None:
        reference = measurement.reference
        instrument = self.instrument(reference, measurement.language) if reference is not None else None
        if instrument is not None:
            return _of_instrument(measurement, instrument)
        return measurement if reference is not None and reference.certain else None

    def _called(self, call: OutsideCall) -> Iterator[Measurement]:
        for wrapper in self._wrappers.find(call.callee, call.language):
            labels = tuple(label for carrier in wrapper.carriers for label in _carried(call, wrapper, carrier))
            measurement = Measurement(
                at=call.at,
                lines=call.lines,
                language=call.language,
                api=wrapper.api,
                instrument=None,
                metric=wrapper.metric,
                labels=labels,
                complete=False,
                through=(Step(wrapper.name, wrapper.at),),
            )
            known = self.instrument(wrapper.reference, wrapper.language) if wrapper.reference is not None else None
            yield _of_instrument(measurement, known) if known else _named(measurement, wrapper.metric)


class _Shelf(Generic[N]):
    """Nodes by the name that they are imported by."""

    def __init__(self, nodes: Iterable[tuple[str, Language, N]]) -> None:
        self._by_name: defaultdict[tuple[str, Language], list[N]] = defaultdict(list)
        self._by_file: defaultdict[tuple[str, Language], list[N]] = defaultdict(list)
        for name, language, node in nodes:
            self._by_name[name, language].append(node)
            for part in {one.rpartition("/")[2] for one in _stems(node.at.source)}:
                self._by_file[part, language].append(node)

    def find(self, reference: Imported, language: Language) -> list[N]:
        """Those that a reference may mean: of the nearest kind of match that there is, and of one file."""
        if reference.name == "*":
            last = reference.module.rpartition("/")[2]
            return [node for node in self._by_file.get((last, language), ()) if _is_file(node, reference.module)]
        named = self._by_name.get((reference.name, language), ())
        # What holds it may be an object of the file: a class, or a registry.
        holder = re.split(r"[./][^./]*$", reference.module)[0]
        return (
            _of_one_file([node for node in named if _is_file(node, reference.module)], reference.module)
            or _of_one_file([node for node in named if holder and _is_file(node, holder)], holder)
            or _of_one_file([node for node in named if _is_below(node, reference.module)], reference.module)
        )


def _stems(source: str) -> tuple[str, str]:
    """What a file may be imported as."""
    stem = source.rpartition(".")[0]
    return stem, stem.removesuffix("/__init__").removesuffix("/index")


def _is_file(node: Node, module: str) -> bool:
    """Whether a module is the file: the path from the root with a slash before it, or else the last part of that."""
    if module.startswith("/"):
        return module[1:] in _stems(node.at.source)
    return any(one == module or one.endswith(f"/{module}") for one in _stems(node.at.source))


def _is_below(node: Node, module: str) -> bool:
    """Whether a node stands in a module of the package: one that the package may pass on."""
    if module.startswith("/"):
        return node.at.source.startswith(f"{module[1:]}/")
    return bool(module) and f"/{module}/" in f"/{node.at.source}"


def _of_one_file(nodes: list[N], module: str) -> list[N]:
    """The nodes, if one file has them all; of several, those of the file that is that path from the root."""
    if len({node.at.source for node in nodes}) <= 1:
        return nodes
    exact = [node for node in nodes if module in _stems(node.at.source)]
    return exact if len({node.at.source for node in exact}) == 1 else []


def _of_instrument(measurement: Measurement, instrument: Instrument) -> Measurement:
    """A measurement, now that its instrument is known."""
    declared = iter(label.value for label in instrument.labels or ())
    labels = tuple(
        _labelled(label, next(declared, None)) if label.name is None else label for label in measurement.labels
    )
    known = replace(measurement, instrument=instrument, api=instrument.api, labels=labels)
    return _named(known, instrument.name)


def _labelled(label: LabelValue, name: str | None) -> LabelValue:
    """A value, now that the label is known that it becomes."""
    meaning = identifier(name) if name is not None else None
    if meaning is None or label.boundedness is not Boundedness.UNKNOWN:
        return replace(label, name=name)
    return replace(label, name=name, boundedness=Boundedness.SUSPECT, source=likeness(meaning))


def _named(measurement: Measurement, metric: str | None) -> Measurement:
    """A measurement whose places have the metric for their subject."""
    if metric is None:
        return measurement
    subject = f"metric {metric}"
    return replace(
        measurement,
        metric=metric,
        at=replace(measurement.at, subject=subject),
        amount=_about(measurement.amount, subject),
        labels=tuple(replace(label, at=replace(label.at, subject=subject)) for label in measurement.labels),
    )


def _about(at: Location | None, subject: str) -> Location | None:
    return replace(at, subject=subject) if at is not None else None


def _carried(call: OutsideCall, wrapper: Wrapper, carrier: Carrier) -> Iterator[LabelValue]:
    """The labels that one parameter of a helper gets from a call."""
    by_place = [argument for argument in call.arguments if argument.name is None]
    by_name: Mapping[str, tuple[LabelValue, ...]] = {one.name: one.labels for one in call.arguments if one.name}
    if carrier.rest:
        for name, labels in by_name.items():
            if name not in wrapper.parameters:
                yield from (replace(label, name=name) for label in labels if label.name is None)
        return
    labels = by_name.get(carrier.name, ())
    if not labels and carrier.position is not None and carrier.position < len(by_place):
        labels = by_place[carrier.position].labels
    for label in labels:
        if carrier.key is not None:
            if label.name == carrier.key:
                yield replace(label, name=carrier.label or label.name)
        elif carrier.mapping and label.name is not None:
            yield label
        elif not carrier.mapping and label.name is None:
            yield _labelled(label, carrier.label)
