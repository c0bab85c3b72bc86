"""An impact as a list in Markdown: for a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint.impact import Dependent, Impact
from ..escape import visible
from ..view import View
from .words import place, summary


def render(impact: Impact, view: View) -> str:
    """A heading, the count, and the tree."""
    return "\n".join(_lines(impact)) + "\n"


def _lines(impact: Impact) -> Iterator[str]:
    yield f"## What depends on {impact.kind} {_code(impact.name)}"
    yield ""
    yield f"{summary(impact).capitalize()}."
    yield ""
    for at in impact.made:
        yield f"Made at {_code(place(at))}."
    yield ""
    yield from _items(impact.dependents, "")


def _items(dependents: tuple[Dependent, ...], indent: str) -> Iterator[str]:
    for one in dependents:
        yield f"{indent}- {one.kind} {_code(one.name)} ({_code(place(one.at))}): {_plain(one.why)}"
        yield from _items(one.below, indent + "  ")


def _code(text: str) -> str:
    safe = visible(text).replace("`", "'")
    return f"`{safe}`"


def _plain(text: str) -> str:
    return visible(text).replace("_", "\\_").replace("*", "\\*").replace("<", "&lt;")
