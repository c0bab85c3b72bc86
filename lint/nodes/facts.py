"""What a run learns about itself: the nodes that the `meta/` rules look at."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from ..finding import Location
from ..region import Region
from .node import Node


class Unparsable(Node, kw_only=True):
    """A document that was recognised and could not be parsed, or a part of one."""

    hook: ClassVar[str] = "check_unparsable"
    kind: str
    """What it was taken for: `Prometheus rules`, `Python`, …"""

    problem: str

    unless: str | None = None
    """Another tool that reads such files and takes this."""


class CrashedRule(Node, kw_only=True):
    """A rule that raised."""

    hook: ClassVar[str] = "check_crash"
    rule: str
    error: str
    """The exception's class and message, and the file and line that raised it."""


class Suppression(Node, kw_only=True):
    """
    A comment that accepts findings at its place: `obsaudit: ignore[RULE, …] until DATE -- REASON`.

    Or an entry of the configuration that accepts them elsewhere, for files that hold no comments.
    `problem` says what keeps it from working; then it hides nothing.
    """

    hook: ClassVar[str] = "check_suppression"
    rules: tuple[str, ...]
    reason: str | None
    until: date | None
    problem: str | None
    covers: tuple[int, int]
    """First and last line it hides findings on, both inclusive."""

    extent: Region
    """What goes when it is deleted: the comment and the blanks before it, and the whole line where it is alone."""

    alone: bool
    """Whether it stands on a line of its own: then it covers the node below it, whole."""

    elsewhere: tuple[tuple[str, tuple[Region, ...] | None], ...] | None = None
    """Of an entry: the files, and what it covers in each; None for the whole file. None for a comment."""


class SuppressionUse(Node, kw_only=True):
    """What became of a suppression in a run."""

    hook: ClassVar[str] = "check_suppression_use"
    suppression: Suppression
    unused: tuple[str, ...]
    """Those of its rules that ran here and had nothing to hide."""

    unknown: tuple[str, ...]
    """Those that no rule of this version has."""

    expired: bool
    suggestions: tuple[tuple[str, str], ...] = ()
    """For an unknown rule, the known one with the nearest name."""


class StaleEntry(Node, kw_only=True):
    """A baseline entry that accepts more findings than there are."""

    hook: ClassVar[str] = "check_stale_entry"
    rule: str
    subject: str | None
    source: str
    accepted: int
    found: int


class Loss(Node, kw_only=True):
    """A place that still asks for what a change took away, or made into something else; `at` is that place."""

    hook: ClassVar[str] = "check_loss"
    thing: str
    """What it asks for: its kind and its name."""

    why: str
    """What the place does with it, as in «reads job:checkouts:rate5m»."""

    fate: str | None
    """What the change did to it where it is still there; None where it is gone."""

    made: tuple[Location, ...]
    """Where it is made; where it was, of what is gone."""

    now: str | None
    """The name that it probably has now."""

    silences: bool
    """Whether the place is a query that finds nothing any more and does not say so."""
