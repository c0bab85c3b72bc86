"""What application source does with telemetry, in words that fit every language."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum, StrEnum
from typing import ClassVar

from ..finding import Location, Related
from ..record import Record
from ..region import Region, Text
from .node import Node


class Language(StrEnum):
    """The language of a source file."""

    PYTHON = "python"
    TYPESCRIPT = "typescript"


class Api(StrEnum):
    """Whose conventions a metric follows."""

    PROMETHEUS = "prometheus"
    OPENTELEMETRY = "opentelemetry"
    STATSD = "statsd"


class Boundedness(IntEnum):
    """
    How many values an expression can take, from one to no limit.

    The order is a lattice: a value made of several parts is as bounded as its least bounded part.
    UNKNOWN is never reported; SUSPECT only looks unbounded, by its name.
    """

    CONSTANT = 0
    ENUM = 1
    TEMPLATED = 2
    CONFIG = 3
    UNKNOWN = 4
    SUSPECT = 5
    UNBOUNDED = 6


class Step(Record):
    """One link of the chain from a label back to where its value comes from."""

    code: str
    at: Location


def origins(chain: tuple[Step, ...]) -> Iterator[Related]:
    """
    Where a value comes from, for people: each link behind the first, at which a finding points anyway.

    A link inside the one before, such as the `uuid4()` of `str(uuid4())`, shows nothing new.
    """
    before: Region | None = None
    for step in chain[1:]:
        region = step.at.region
        if before is None or region is None or region not in before:
            yield Related(Location(step.at.source, None, region), f"comes from `{step.code}`")
        before = region


class LabelValue(Record):
    """One label of a measurement. `name` is None where the label's own name is built at run time."""

    name: str | None
    boundedness: Boundedness
    chain: tuple[Step, ...]
    """From the value as it is passed (first) to its source (last)."""

    source: str | None
    """What the source is, in words: «the request's path», «a new UUID»; None when bounded or unknown."""

    at: Location
    values: tuple[str, ...] | None = None
    """All values it can take, where that is known."""

    entry: Text | None = None
    """The text to take away so that the label is not passed; None where the instrument declares its labels."""


class Instrument(Node, kw_only=True):
    """The thing that makes a metric: a counter, a gauge, a histogram, a summary."""

    hook: ClassVar[str] = "check_instrument"
    language: Language
    api: Api
    kind: str
    """`counter`, `gauge`, `histogram`, `summary`, `info`, `enum`, `updowncounter`, …"""

    name: str | None
    """As the API will expose it, namespace and subsystem joined; None where it is built at run time."""

    spelling: Text
    """The argument that names it."""

    dynamic: str | None = None
    """Why the name is built at run time, in words; None when it is a constant or cannot be followed."""

    labels: tuple[Text, ...] | None = None
    """The declared label names; None where the API declares none, or they cannot be followed."""

    naming: Boundedness = Boundedness.CONSTANT
    """How many names it can get."""

    help: str | None = None
    unit: str | None = None
    buckets: tuple[float, ...] | None = None
    binding: str | None = None
    """What the source calls it: `REQUESTS`, `self.requests`."""

    used: bool = True
    """False where nothing in its file mentions what it is bound to, and nothing else fills it."""

    reachable: bool = False
    """Whether other files can name it: bound at the top of a module, and not private to it."""

    often: str | None = None
    """Why it is made again and again, in words: «in a loop»."""

    transient: bool = False
    """Made anew at each scrape, by a custom collector."""


class Imported(Record):
    """Something that a file imports from another file of the same code base."""

    module: str
    """The file without its ending: after a slash its path from the root, else the last part of that."""

    name: str
    certain: bool = True
    """False where only the other file can say that it is an instrument at all."""


class Measurement(Node, kw_only=True):
    """A place that gives an instrument its labels."""

    hook: ClassVar[str] = "check_measurement"
    language: Language
    api: Api
    instrument: Instrument | None
    """Where it could be followed to its declaration in the same file."""

    metric: str | None
    labels: tuple[LabelValue, ...]
    complete: bool
    """False where more labels may be passed than could be read (`**labels`, a built dict)."""

    operation: str | None = None
    """What is done: `inc`, `dec`, `observe`, `add`, `record`, `set`; None where it is not called at once."""

    negative: bool = False
    """Whether the amount is a negative constant."""

    amount: Location | None = None

    through: tuple[Step, ...] = ()
    """The wrappers between the call and the instrument, outermost first."""

    reference: Imported | None = None
    """Where the instrument is imported from: what it is, the index over all files knows."""


class Borrowing(Node, kw_only=True):
    """What a file imports, by names that sound like telemetry, from what may be the same code base."""

    hook: ClassVar[str] = "check_borrowing"
    language: Language
    names: tuple[Imported, ...]
    """`*` as the name where all of a module is imported, or a module is used as a value."""


class Carrier(Record):
    """A parameter of a function that ends up as a label."""

    position: int | None
    """Counted from zero, without the object of a method; None where it is passed by name only."""

    name: str
    """As the function calls it."""

    label: str | None
    """The label that it is the value of; None where that is not known, or it holds labels by their names."""

    mapping: bool = False
    """Whether it holds labels by their names."""

    key: str | None = None
    """The property that is meant, where the parameter is an object that is taken apart."""

    rest: bool = False
    """Whether it takes every argument whose name is no other parameter's: Python's `**labels`."""


class Wrapper(Node, kw_only=True):
    """A function that other files can call, and whose parameters end up as labels."""

    hook: ClassVar[str] = "check_wrapper"
    language: Language
    name: str
    parameters: tuple[str, ...]
    carriers: tuple[Carrier, ...]
    metric: str | None
    api: Api
    reference: Imported | None = None
    """Where the instrument that it measures is imported from."""


class Argument(Record):
    """An argument of a call: the labels that it holds if it is a mapping, or itself as one without a name."""

    labels: tuple[LabelValue, ...]
    name: str | None = None
    """The parameter that it is passed to, where it is passed by name."""


class OutsideCall(Node, kw_only=True):
    """A call of another file's function with a value that would be without end, should it become a label."""

    hook: ClassVar[str] = "check_outside_call"
    language: Language
    callee: Imported
    arguments: tuple[Argument, ...]
