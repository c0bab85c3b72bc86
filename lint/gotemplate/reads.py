"""What a template reads, and what is known of a value that it works with."""

from __future__ import annotations

from ..record import Record
from .functions import Kind
from .tree import Constant, Piece


class LabelRead(Record):
    """
    A label of the alert that the template reads, at `text[start:end]`.

    `guarded` when the template asks first whether the label is there, or that is what it asks here.
    """

    name: str
    start: int
    end: int
    guarded: bool = False


class ValueRead(Record):
    """A place that prints the alert's value, or something made from it."""

    start: int
    end: int


class QueryRead(Record):
    """
    A query in PromQL that the template runs: `value`, spelt at `text[start:end]`.

    `verbatim` when the text there is the query itself; else it has escapes, or holes that `printf` fills.
    """

    value: str
    start: int
    end: int
    verbatim: bool


class Value(Record):
    """
    What is known of a value: its kind, and what it comes from.

    `tells` is the operand that brings in the alert's value, where it does.
    """

    kind: Kind
    tells: Piece | None = None
    constant: Constant | None = None
    label: str | None = None
    """The label of the alert that it is."""


UNKNOWN = Value(Kind.UNKNOWN)
NOWHERE = Piece(0, 0)
"""The place of what no operand brings in."""

ROOT = Value(Kind.ROOT, tells=NOWHERE)
"""What `.` is at first."""

ROOT_FIELDS = {
    "Labels": Value(Kind.LABELS),
    "ExternalLabels": Value(Kind.EXTERNAL_LABELS),
    "ExternalURL": Value(Kind.TEXT),
    "Value": Value(Kind.FLOAT, tells=NOWHERE),
}

PRELUDE = {
    "$": ROOT,
    "$labels": ROOT_FIELDS["Labels"],
    "$externalLabels": ROOT_FIELDS["ExternalLabels"],
    "$externalURL": ROOT_FIELDS["ExternalURL"],
    "$value": ROOT_FIELDS["Value"],
}
"""The variables that Prometheus declares before every template."""

SAMPLE_FIELDS = {"Labels": Value(Kind.SAMPLE_LABELS), "Value": UNKNOWN}
LITERAL_KINDS = {str: Kind.TEXT, bool: Kind.BOOL, int: Kind.INT, float: Kind.FLOAT}
SCALARS = frozenset([Kind.TEXT, Kind.BOOL, Kind.INT, Kind.FLOAT])


class Scope(Record):
    """What `.` and the variables stand for, and which labels were asked for."""

    dot: Value
    variables: dict[str, Value]
    asked: frozenset[str] = frozenset()
