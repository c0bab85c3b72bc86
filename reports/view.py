"""What the edge of the program decides about a rendering."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..lint import Report
from ..lint.deferred import AnyRule
from ..lint.record import Record


class View(Record):
    """
    What a reporter knows besides the report: who runs, and for what screen.

    `rules` are those that ran, for their metadata; `width` is the room in terminal cells;
    `verbose` lists what is otherwise only counted.
    """

    version: str
    rules: Sequence[AnyRule] = ()
    color: bool = False
    width: int = 100
    statistics: bool = False
    verbose: bool = False


Reporter = Callable[[Report, View], str]
"""Renders a settled report; the result can always be encoded in UTF-8 and ends in a newline."""
