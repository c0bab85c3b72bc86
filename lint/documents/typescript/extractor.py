"""From text to nodes: parse, resolve, and let each kind of node be found by its module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from ...nodes import Node
from ...region import Text
from ..source import SourceSettings
from .clients import Clients
from .instruments import Instruments
from .logs import LogCalls
from .measurements import Uses
from .names import Names
from .outside import OutsideCalls
from .setups import LoggerSetups, tracing_in
from .spans import Spans
from .tree import parse
from .values import Values
from .wrappers import Measurements


def nodes_of(text: Text, settings: SourceSettings, path: str) -> list[Node]:
    """The nodes of a file."""
    source = parse(text, PurePath(path).suffix.lower())
    return list(_nodes(Names(source), settings))


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
    yield from Spans(names, values).all()
    clients = Clients(names)
    yield from clients.uses()
    yield from clients.instrumentations()
    yield from tracing_in(names.source.text)
