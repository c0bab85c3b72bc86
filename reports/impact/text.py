"""An impact as a tree in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...lint.chain.dependents import Dependent, Impact
from ..escape import visible
from ..view import View
from ..wording import line_of
from .words import fate, summary


def render(impacts: Sequence[Impact], view: View) -> str:
    """Where each is made, and what depends on it."""
    lines = [line for impact in impacts for line in (*_lines(impact), "")]
    return "\n".join(visible(line) for line in lines[:-1] or ["nothing that is gone or changed is still needed"]) + "\n"


def _lines(impact: Impact) -> Iterator[str]:
    told = fate(impact)
    yield f"{impact.kind} {impact.name}{f' {told}' if told else ''}"
    for at in impact.made:
        yield f"  {'was made' if impact.gone else 'made'} at {line_of(at)}"
    yield from _branches(impact.dependents, "")
    yield ""
    yield summary(impact)


def _branches(dependents: tuple[Dependent, ...], lead: str) -> Iterator[str]:
    for number, one in enumerate(dependents, 1):
        last = number == len(dependents)
        yield f"{lead}{'└─' if last else '├─'} {one.kind} {one.name}  {one.why}  {line_of(one.at)}"
        yield from _branches(one.below, lead + ("   " if last else "│  "))
