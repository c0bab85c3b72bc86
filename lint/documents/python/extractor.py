"""From text to nodes: parse, resolve, and let each kind of node be found by its module."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...finding import Location
from ...nodes import Borrowing, Language, Node, Unparsable
from ...region import Position, Region, Text
from ..source import SourceSettings
from .borrowed import Borrowed, borrowed_in, mentions
from .clients import clients_in
from .exposures import EXPOSES, Exposures
from .instruments import Instruments
from .labelling import Labelling
from .logs import LogCalls
from .measurements import Measurements
from .names import Names
from .outside import OutsideCalls
from .prints import prints
from .setups import LoggerSetups
from .spans import SPANS, Spans
from .tracebacks import TRACEBACKS, Tracebacks
from .tracing import tracing_in
from .tree import ParseError, Tree, parse
from .values import Values
from .words import LOGS, METRICS_FILE, has_telemetry


def nodes_of(text: Text, settings: SourceSettings) -> list[Node]:
    """The nodes of a file; one `Unparsable` where it cannot be parsed."""
    clients = list(clients_in(text))
    borrowed = borrowed_in(text.value)
    uses = [rf"\b{re.escape(name)}\b" for name in settings.helpers] + [one.use for one in borrowed if one.local != "*"]
    helping = re.compile("|".join(uses)) if uses else None
    if not has_telemetry(text.value.encode()) and (helping is None or not helping.search(text.value)):
        return [*_borrowing(borrowed, text), *clients]
    try:
        tree = parse(text, helping)
        return [*_nodes(tree, settings, borrowed), *clients]
    except ParseError as error:
        return [_unparsable(text, error.problem, error.line, error.column)]
    except RecursionError:
        return [_unparsable(text, "nested too deeply", 1, 1)]


def _nodes(tree: Tree, settings: SourceSettings, borrowed: list[Borrowed]) -> Iterator[Node]:
    names = Names(tree)
    code = tree.text.value
    values = Values(names, settings)
    if METRICS_FILE.search(code) or settings.label_wrappers or borrowed:
        instruments = Instruments(names, values)
        measurements = Measurements(names, values, instruments, settings, borrowed)
        yield from instruments.all()
        yield from measurements.all()
        yield from OutsideCalls(names, values, Labelling(tree, settings), borrowed).all()
        yield from _borrowing(borrowed, tree.text)
    if LOGS.search(code):
        yield from LogCalls(names, settings).all()
        yield from LoggerSetups(names).all()
        yield from prints(names)
    if EXPOSES.search(code):
        yield from Exposures(names).elsewhere()
    if TRACEBACKS.search(code):
        yield from Tracebacks(names).all()
    if SPANS.search(code):
        yield from Spans(names, values).all()
    yield from tracing_in(tree.text)


def _borrowing(borrowed: list[Borrowed], text: Text) -> Iterator[Borrowing]:
    """One node about everything that the file imports and that sounds like telemetry."""
    names = tuple(dict.fromkeys(mentions(borrowed, text.value, text.source)))
    if names:
        at = Location(text.source, None, None)
        yield Borrowing(at=at, lines=(1, 1), language=Language.PYTHON, names=names)


def _unparsable(text: Text, problem: str, line: int, column: int) -> Unparsable:
    place = Position(line, column)
    return Unparsable(
        at=Location(text.source, None, Region(place, place)), lines=(line, line), kind="Python", problem=problem
    )
