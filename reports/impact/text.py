"""An impact as a tree in the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint.impact import Dependent, Impact
from ..escape import visible
from ..view import View
from .words import place, summary


def render(impact: Impact, view: View) -> str:
    """Where it is made, and what depends on it."""
    return "\n".join(visible(line) for line in _lines(impact)) + "\n"


def _lines(impact: Impact) -> Iterator[str]:
    yield f"{impact.kind} {impact.name}"
    for at in impact.made:
        yield f"  made at {place(at)}"
    yield from _branches(impact.dependents, "")
    yield ""
    yield summary(impact)


def _branches(dependents: tuple[Dependent, ...], lead: str) -> Iterator[str]:
    for number, one in enumerate(dependents, 1):
        last = number == len(dependents)
        yield f"{lead}{'└─' if last else '├─'} {one.kind} {one.name}  {one.why}  {place(one.at)}"
        yield from _branches(one.below, lead + ("   " if last else "│  "))
