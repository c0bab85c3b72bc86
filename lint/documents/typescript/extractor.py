"""From text to nodes: parse, resolve, and let each kind of node be found by its module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from ...finding import Location
from ...nodes import Node, Unparsable
from ...region import Text
from ..source import SourceSettings
from .borrowed import borrowing_in
from .clients import Clients
from .exposures import Exposures
from .instruments import Instruments
from .logs import LogCalls
from .measurements import Uses
from .names import Names
from .outside import OutsideCalls
from .prints import prints
from .setups import LoggerSetups
from .spans import Spans
from .tracing import tracing_in
from .tree import Source, is_deep, parse
from .values import Values
from .wrappers import Measurements

_LEAST_SHARE = 4
"""One part in so many that is no syntax, and a file counts as broken."""


def nodes_of(text: Text, settings: SourceSettings, path: str) -> list[Node]:
    """The nodes of a file; raises `RecursionError` where it is nested too deeply."""
    source = parse(text, PurePath(path).suffix.lower())
    if is_deep(source):
        raise RecursionError
    names = Names(source)
    nodes = list(_nodes(names, settings))
    return [*nodes, *(_broken(source, names) if nodes else ()), *borrowing_in(text)]


def _broken(source: Source, names: Names) -> Iterator[Unparsable]:
    """
    That much of a file could not be read.

    Small errors are left alone: tree-sitter goes on after them, and mostly it just does not know the syntax yet.
    """
    errors = names.outline.errors
    size = sum(error.end_byte - error.start_byte for error in errors)
    if not errors or size * _LEAST_SHARE < len(source.data):
        return
    first = min(errors, key=lambda error: (error.type == "program", error.start_byte))
    region = source.text.region(source.offset(first.start_byte), source.offset(first.start_byte) + 1)
    line = region.start.line
    yield Unparsable(
        at=Location(source.text.source, None, region),
        lines=(line, line),
        kind="TypeScript",
        problem="much of it is no valid syntax",
    )


def _nodes(names: Names, settings: SourceSettings) -> Iterator[Node]:
    values = Values(names, settings)
    instruments = Instruments(names, values)
    yield from instruments.all()
    uses = Uses(names, values, instruments, settings)
    measurements = Measurements(names, values, uses, settings)
    yield from measurements.all()
    yield from OutsideCalls(names, values, measurements).all()
    yield from LoggerSetups(names).all()
    yield from LogCalls(names).all()
    yield from Exposures(names).elsewhere()
    yield from prints(names)
    yield from Spans(names, values).all()
    clients = Clients(names)
    yield from clients.uses()
    yield from clients.instrumentations()
    yield from tracing_in(names.source.text)
