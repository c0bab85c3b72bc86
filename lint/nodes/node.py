"""What every node has: its place, and the lines it takes."""

from __future__ import annotations

from typing import ClassVar

from ..finding import Location
from ..record import Record
from ..region import Text


class Node(Record, kw_only=True):
    """
    Something a rule looks at.

    Nodes are plain values without a parser's objects inside: they are cached, pickled and indexed.
    """

    hook: ClassVar[str]
    """The method of a rule that looks at this kind of node, as in `check_alert`."""

    at: Location
    """Where the node's name stands: what a finding about the whole node points at."""

    lines: tuple[int, int]
    """First and last line, both inclusive: what a suppression above the node covers."""

    def place(self, text: Text, start: int = 0, end: int | None = None) -> Location:
        """The location of a part of this node."""
        return Location(text.source, self.at.subject, text.region(start, end))


class Field(Record):
    """A key and its value, both with their places."""

    key: Text
    value: Text

    def __reduce__(self) -> tuple[type[Field], tuple[Text, Text]]:
        return Field, (self.key, self.value)
