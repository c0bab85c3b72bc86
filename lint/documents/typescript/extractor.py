"""From text to nodes: parse, resolve, and let each kind of node be found by its module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from ...nodes import Node
from ...region import Text
from ..source import SourceSettings
from .borrowed import borrowing_in
from .clients import Clients
from .exposures import Exposures
from .instruments import Instruments
from .logs import LogCalls
from .measurements import Measurements
from .names import Names
from .outside import OutsideCalls
from .prints import prints
from .setups import LoggerSetups
from .spans import Spans
from .tracing import tracing_in
from .tree import is_deep, parse
from .unreadable import unreadable
from .uses import Uses
from .values import Values


def nodes_of(text: Text, settings: SourceSettings, path: str) -> list[Node]:
    """The nodes of a file; raises `RecursionError` where it is nested too deeply."""
    source = parse(text, PurePath(path).suffix.lower())
    if is_deep(source):
        raise RecursionError
    names = Names(source)
    nodes = list(_nodes(names, settings))
    return [*nodes, *unreadable(names, relevant=bool(nodes)), *borrowing_in(text)]


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
