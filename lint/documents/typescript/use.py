"""A call that measures."""

from __future__ import annotations

from collections.abc import Callable

from ...nodes import Api, Imported, Instrument
from ...record import Record
from .mappings import Pairs
from .scopes import Site
from .tree import Node


class Use(Record, eq=False):
    """A call that measures: what it measures, and how its labels are passed."""

    call: Node
    api: Api
    instrument: Instrument | None
    metric: str | None
    read: Callable[[Site], Pairs]
    """Its labels, at its place or in a call that is followed."""

    operation: str | None
    amount: Node | None = None
    reference: Imported | None = None
    """Where the instrument is imported from."""
