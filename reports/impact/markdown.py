"""An impact as a list in Markdown: for a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...lint.chain.dependents import Dependent, Impact
from ..escape import visible
from ..view import View
from ..wording import line_of
from .words import fate, summary


def render(impacts: Sequence[Impact], view: View) -> str:
    """For each a heading, the count, and the tree."""
    lines = [line for impact in impacts for line in _lines(impact)]
    return "\n".join(lines or ["Nothing that is gone or changed is still needed."]) + "\n"


def _lines(impact: Impact) -> Iterator[str]:
    yield f"## What depends on {impact.kind} {_code(impact.name)}"
    yield ""
    told = fate(impact)
    if told:
        yield f"It {told}."
        yield ""
    yield f"{summary(impact).capitalize()}."
    yield ""
    for at in impact.made:
        yield f"{'It was made' if impact.gone else 'Made'} at {_code(line_of(at))}."
    yield ""
    yield from _items(impact.dependents, "")
    yield ""


def _items(dependents: tuple[Dependent, ...], indent: str) -> Iterator[str]:
    for one in dependents:
        yield f"{indent}- {one.kind} {_code(one.name)} ({_code(line_of(one.at))}): {_plain(one.why)}"
        yield from _items(one.below, indent + "  ")


def _code(text: str) -> str:
    safe = visible(text).replace("`", "'")
    return f"`{safe}`"


def _plain(text: str) -> str:
    return visible(text).replace("_", "\\_").replace("*", "\\*").replace("<", "&lt;")
