"""An impact as a diagram (mermaid.js.org/syntax/flowchart.html)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...lint.chain.dependents import Dependent, Impact
from ..escape import visible
from ..view import View


def render(impacts: Sequence[Impact], view: View) -> str:
    """A flowchart from left to right; what is reached in several ways is one box."""
    boxes: dict[tuple[str, str], str] = {}
    lines = [line for impact in impacts for line in _edges((str(impact.kind), impact.name), impact.dependents, boxes)]
    drawn = [f'  {box}["{_safe(kind)}<br>{_safe(name)}"]' for (kind, name), box in boxes.items()]
    return "\n".join(["flowchart LR", *drawn, *dict.fromkeys(lines)]) + "\n"


def _edges(
    above: tuple[str, str], dependents: tuple[Dependent, ...], boxes: dict[tuple[str, str], str]
) -> Iterator[str]:
    source = boxes.setdefault(above, f"n{len(boxes)}")
    for one in dependents:
        key = (str(one.kind), one.name)
        target = boxes.setdefault(key, f"n{len(boxes)}")
        yield f"  {source} --> {target}"
        yield from _edges(key, one.below, boxes)


def _safe(text: str) -> str:
    return visible(text).replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
