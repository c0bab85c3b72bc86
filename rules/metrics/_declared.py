"""What rules about declarations share: which of them count, and how an instrument is called in a message."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Project
from ...lint.nodes import Api, Instrument
from ...lint.trials import is_trial

_VALUE = re.compile(r"\$?\{[^{}]*\}")
_TEXT = re.compile(r"[\"'`][^\"'`]*[A-Za-z]")


def declared(project: Project) -> Iterator[Instrument]:
    """
    The instruments that a project declares for good.

    Not those of tests and examples, those of statsd, which are declared where they are measured, and those that a
    collector makes anew at each scrape.
    """
    for instrument in project.all(Instrument):
        if instrument.api is not Api.STATSD and not instrument.transient and not is_trial(instrument.at.source):
            yield instrument


def called(instrument: Instrument) -> str:
    """An instrument in a message: by its name, else by what the source binds it to."""
    name = instrument.name or instrument.binding
    return f"{instrument.kind} `{name}`" if name else f"this {instrument.kind}"


def is_unread(instrument: Instrument) -> bool:
    """
    Whether what stands for an instrument's name may be more than a name, or that of any metric.

    A meter of a code base may take `Definitions.ORDERS` of another file, an object that describes the instrument too,
    and a helper takes whatever its callers say: nobody can say the unit of all that `${service}.${name}` may be.
    """
    if instrument.name is not None:
        return False
    words = _TEXT.search(_VALUE.sub("", instrument.spelling.value))
    return instrument.dynamic is None or (words is None and instrument.api is Api.OPENTELEMETRY)
