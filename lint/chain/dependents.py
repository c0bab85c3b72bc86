"""What depends on a piece of telemetry, as a value: a tree of things that break or fall silent."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from operator import itemgetter

from ..finding import Location
from ..nodes import Query
from ..record import Record


class Kind(StrEnum):
    """What a dependent is, and what can be asked about."""

    METRIC = "metric"
    LABEL = "label"
    VALUE = "value"
    JOB = "job"
    RECORDING = "recording"
    ALERT = "alert"
    ROUTE = "route"
    INHIBITION = "inhibition"
    RECEIVER = "receiver"
    RUNBOOK = "runbook"
    PANEL = "panel"
    SLO = "slo"
    BUDGET = "budget"
    QUERY = "query"
    TEST = "test"


class Dependent(Record):
    """Something that depends on what stands above it, why, and what depends on it in turn."""

    kind: Kind
    name: str
    at: Location
    why: str
    below: tuple[Dependent, ...] = ()
    query: Query | None = None
    """The query by which it depends, where it does by one."""


class Impact(Record):
    """A piece of telemetry: where it is made, and what depends on it."""

    kind: Kind
    name: str
    made: tuple[Location, ...]
    dependents: tuple[Dependent, ...]
    gone: bool = False
    """Whether a change took it away: then `made` is where it was."""

    now: str | None = None
    """The name that it probably has now."""

    change: str | None = None
    """What a change did to it, in words, where it is still there."""

    spelt: tuple[str, ...] = ()
    """What queries that depend on it say: the names of its series, a label, a value."""


def unique(dependents: Iterable[Dependent]) -> tuple[Dependent, ...]:
    """One entry a thing, in the order of kinds: a query that reads a metric twice breaks once."""
    order = list(Kind)
    first: dict[tuple[int, str, str, int], Dependent] = {}
    for one in dependents:
        line = one.at.region.start.line if one.at.region is not None else 0
        first.setdefault((order.index(one.kind), one.name, one.at.source, line), one)
    return tuple(one for _, one in sorted(first.items(), key=itemgetter(0)))
