"""Numbers as little pictures: bars and sparklines, of characters and as SVG."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from ..lint import Table

_BLOCKS = "▁▂▃▄▅▆▇█"
_EIGHTHS = " ▏▎▍▌▋▊▉"
_NUMBER = re.compile(r"-?[\d,]+(?:\.\d+)?")


def number(cell: str) -> float | None:
    """The number that a cell of a table begins with; None where it has none."""
    found = _NUMBER.match(cell)
    return float(found[0].replace(",", "")) if found else None


def shares(table: Table) -> list[float]:
    """How long the bar of each row is: of a share its own, else as a share of the longest; none without a column."""
    if table.bar is None:
        return []
    values = [max(number(row[table.bar]) or 0.0, 0.0) for row in table.rows]
    longest = 100.0 if all(row[table.bar].endswith("%") for row in table.rows) else max(values, default=0.0)
    return [value / longest if longest else 0.0 for value in values]


def bar(share: float, width: int = 12) -> str:
    """A bar of block characters."""
    eighths = round(share * width * 8)
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).rstrip()


def sparkline(values: Sequence[float]) -> str:
    """A row of blocks, as high as the values; a blank where one is missing."""
    known = [value for value in values if math.isfinite(value)]
    if not known:
        return ""
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    steps = len(_BLOCKS) - 1
    return "".join(_BLOCKS[round((value - low) / span * steps)] if math.isfinite(value) else " " for value in values)


def sparkline_svg(values: Sequence[float], label: str) -> str:
    """A line as SVG that takes the colour of the text; `label` is read out, and must be escaped."""
    known = [(index, value) for index, value in enumerate(values) if math.isfinite(value)]
    if len(known) < 2:
        return ""
    low, high = min(value for _, value in known), max(value for _, value in known)
    span = (high - low) or 1.0
    step = 96 / max(len(values) - 1, 1)
    points = " ".join(f"{2 + index * step:.1f},{22 - (value - low) / span * 20:.1f}" for index, value in known)
    end = points.rpartition(" ")[2].replace(",", '" cy="')
    return (
        f'<svg class="spark" viewBox="0 0 100 24" role="img" aria-label="{label}">'
        f'<polyline points="{points}"/><circle cx="{end}" r="2"/></svg>'
    )


def drawn(table: Table) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The columns and rows of a table with its pictures as characters, in columns of their own at the end."""
    bars = [bar(share) for share in shares(table)]
    trends = [sparkline(values) for values in table.trends]
    columns = (*table.columns, *(("",) if any(bars) else ()), *(("trend",) if any(trends) else ()))
    if len(columns) == len(table.columns):
        return table.columns, table.rows
    rows = tuple(
        (*row, *((bars[index],) if any(bars) else ()), *((trends[index],) if any(trends) else ()))
        for index, row in enumerate(table.rows)
    )
    return columns, rows
