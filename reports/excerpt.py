"""The lines that a region covers, fitted to a terminal, with marks under exactly what is covered."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len

from ..lint import Region
from .escape import visible

_TAB = "    "
_LONGEST = 6
"""Covered lines shown whole; of more, the first and last few."""

_HEAD, _TAIL = 3, 2


class Row(NamedTuple):
    """
    One row of an excerpt.

    `gutter` is a line number or empty; `margin` draws the bracket of a region of several lines;
    `mark` says that the row holds marks, not source.
    """

    gutter: str
    margin: str
    text: str
    mark: bool = False


class Frame(NamedTuple):
    """How an excerpt is drawn: its room in cells, the mark, and what stands for text left out."""

    room: int
    mark: str = "^"
    ellipsis: str = "..."


def excerpt(lines: list[str], region: Region, frame: Frame) -> list[Row]:
    """The rows for a region; none when it lies outside the text, as after an edit during the run."""
    first, last = region.start.line, region.end.line
    if last > first and region.end.column == 1:
        last -= 1  # the region ends with the line break of the line before
    if not 1 <= first <= last <= len(lines):
        return []
    if first == last:
        stop = region.end.column - 1 if region.end.line == first else len(lines[first - 1])
        return _one_line(lines[first - 1], first, region.start.column - 1, stop, frame)
    return _several_lines(lines, first, last, region, frame)


def _one_line(line: str, number: int, start: int, stop: int, frame: Frame) -> list[Row]:
    text, offset, length = _window(line.rstrip("\r"), start, stop, frame)
    return [Row(str(number), "", text), Row("", "", " " * offset + frame.mark * length, mark=True)]


def _window(line: str, start: int, stop: int, frame: Frame) -> tuple[str, int, int]:
    """The part of a line around `start:stop` that fits, and where in it the marks begin, and how many there are."""
    room = max(frame.room, 20)
    start = min(start, len(line))
    stop = min(max(start, stop), len(line))
    # What is further off than this many characters has no room, and a minified file of megabytes
    # is not to be laid out, or even copied, for each of its findings.
    reach = 4 * room
    left = _shown(line[max(start - reach, 0) : start])
    middle = _shown(line[start : min(stop, start + reach)])
    right = _shown(line[stop : stop + reach])
    if cell_len(left + middle + right) <= room:
        return left + middle + right, cell_len(left), _marks(left, middle)

    fitted = _fit(middle, room - 2 * cell_len(frame.ellipsis), frame.ellipsis)
    if fitted != middle:
        middle, right = fitted, ""
    spare = room - cell_len(middle)
    left = _fit_end(left, max(spare // 2, spare - cell_len(right)), frame.ellipsis)
    right = _fit(right, spare - cell_len(left), frame.ellipsis)
    return left + middle + right, cell_len(left), _marks(left, middle)


def _marks(left: str, middle: str) -> int:
    # Measured together, since a combining character takes its room from the one before it.
    return max(1, cell_len(left + middle) - cell_len(left))


def _several_lines(lines: list[str], first: int, last: int, region: Region, frame: Frame) -> list[Row]:
    inner = frame._replace(room=frame.room - 2)
    opening = lines[first - 1][: region.start.column - 1]
    if opening.strip():
        rows = [Row(str(first), "  ", _line(lines, first, inner)), _bracket(" ", opening, 0, inner)]
    else:
        rows = [Row(str(first), "/ ", _line(lines, first, inner))]
    for number in _chosen(first + 1, last):
        text = frame.ellipsis if number is None else _line(lines, number, inner)
        rows.append(Row(str(number or ""), "| ", text))
    closing = lines[last - 1].rstrip("\r")
    if region.end.line == last:
        closing = closing[: region.end.column - 1]
    return [*rows, _bracket("|", closing, 1, inner)]


def _bracket(edge: str, text: str, back: int, frame: Frame) -> Row:
    """The row that ties the margin to the end of `text`, or `back` cells before it."""
    reach = min(max(cell_len(_shown(text[: 4 * frame.room])) - back, 0), frame.room - 1)
    return Row("", f"{edge}_", "_" * reach + frame.mark, mark=True)


def _chosen(first: int, last: int) -> list[int | None]:
    """The lines to show; None stands for those left out."""
    numbers = list[int | None](range(first, last + 1))
    if len(numbers) <= _LONGEST:
        return numbers
    return [*numbers[: _HEAD - 1], None, *numbers[-_TAIL:]]


def _line(lines: list[str], number: int, frame: Frame) -> str:
    return _fit(_shown(lines[number - 1].rstrip("\r")[: 4 * frame.room]), frame.room, frame.ellipsis)


def _shown(text: str) -> str:
    """Source text as it is printed: tabs as a fixed number of spaces, so that marks can be placed."""
    return visible(text.replace("\t", _TAB))


def _fit(text: str, room: int, ellipsis: str) -> str:
    """The beginning of `text`, in at most `room` cells."""
    if cell_len(text) <= room:
        return text
    text = text[:room]
    while text and cell_len(text) > room - cell_len(ellipsis):
        text = text[:-1]
    return text + ellipsis


def _fit_end(text: str, room: int, ellipsis: str) -> str:
    """The end of `text`, in at most `room` cells."""
    if cell_len(text) <= room:
        return text
    text = text[-room:] if room > 0 else ""
    while text and cell_len(text) > room - cell_len(ellipsis):
        text = text[1:]
    return ellipsis + text
