"""From text to nodes: parse, resolve, and let each kind of node be found by its module."""

from __future__ import annotations

from collections.abc import Iterator

from ...finding import Location
from ...nodes import Node, Unparsable
from ...region import Position, Region, Text
from ..source import SourceSettings
from .clients import clients_in
from .instruments import Instruments
from .logs import LogCalls
from .measurements import Measurements
from .names import Names
from .setups import LoggerSetups, tracing_in
from .spans import SPANS, Spans
from .tree import ParseError, Tree, parse
from .values import Values
from .words import LOGS, METRICS_FILE, has_telemetry


def nodes_of(text: Text, settings: SourceSettings) -> list[Node]:
    """The nodes of a file; one `Unparsable` where it cannot be parsed."""
    clients = list(clients_in(text))
    helpers = _helpers(settings)
    if not has_telemetry(text.value.encode()) and not any(name in text.value for name in helpers):
        return clients
    try:
        tree = parse(text, helpers)
        return [*_nodes(tree, settings), *clients]
    except ParseError as error:
        return [_unparsable(text, error.problem, error.line, error.column)]
    except RecursionError:
        return [_unparsable(text, "nested too deeply", 1, 1)]


def _nodes(tree: Tree, settings: SourceSettings) -> Iterator[Node]:
    names = Names(tree)
    code = tree.text.value
    values = Values(names, settings)
    if METRICS_FILE.search(code) or settings.label_wrappers:
        instruments = Instruments(names, values)
        yield from instruments.all()
        yield from Measurements(names, values, instruments, settings).all()
    if LOGS.search(code):
        yield from LogCalls(names, settings).all()
        yield from LoggerSetups(names).all()
    if SPANS.search(code):
        yield from Spans(names, values).all()
    yield from tracing_in(tree.text)


def _helpers(settings: SourceSettings) -> tuple[str, ...]:
    """The names of the helpers that the configuration says end up as labels."""
    return tuple(entry.partition(":")[0].rpartition(".")[2] for entry in settings.label_wrappers)


def _unparsable(text: Text, problem: str, line: int, column: int) -> Unparsable:
    place = Position(line, column)
    return Unparsable(
        at=Location(text.source, None, Region(place, place)), lines=(line, line), kind="Python", problem=problem
    )
