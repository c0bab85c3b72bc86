"""
Leaves out what cannot matter before the parser sees it.

Parsing is most of what a file costs, and most functions of most files neither log nor measure.
Those lose their parameters and their bodies, which become `...`; so do, in functions that log and do not measure,
the statements that have nothing to do with it. Blank lines and comments, each a handful of nodes, go too, and so do
imports, and functions without their bodies, of which nothing that is kept speaks.
Everything else keeps its place.
What is left out is decided by text alone, so whatever looks unusual is kept, and when what remains
does not parse, the whole file is parsed instead.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby
from operator import itemgetter

from ...record import Record
from .gate import Gate
from .idle import idle
from .lines import BrokenError, Line, logical_lines
from .words import LOGS, MEASURES, METRICS_FILE

_DEF = re.compile(r"(?:async[ \t]+)?def[ \t]+(\w+)")
# A span is followed on every path through its function, so no line of that may be missing.
_SPANS = Gate(
    r"\bstart_(?:as_current_)?span\s*\(|\bupdate_name\s*\(|\.set_attributes?\s*\(|\bset_baggage\s*\(",
    *("start_span", "start_as_current_span", "update_name", ".set_attribute", "set_baggage"),
)
_CALLED = re.compile(r"(?:\b(?:self|cls|_*[A-Z]\w*)\.|(?<![\w.]))([A-Za-z_]\w*)\s*\(")
_TAKES_NOTHING = re.compile(r"\s*\(\s*(?:(?:self|cls)\s*,?\s*)?\)")
_ROUNDS = 6
_NAME = re.compile(r"[A-Za-z_]\w*")
_IMPORT = re.compile(r"(?:from[ \t]+[\w.]+[ \t]+)?import\b(?P<names>[^;*'\"]*)\Z")
_Cut = tuple[int, int, str]
"""A stretch that is left out, from one offset to another, and what stands there instead."""

_Spare = tuple[Sequence[str], _Cut]
"""What can be left out where nothing that is kept has one of these names."""


class Skimmed(Record):
    """Source without the bodies that cannot matter, and where each of its parts stood."""

    code: str
    starts: tuple[int, ...]
    """Offsets in `code` where kept stretches begin."""

    shifts: tuple[int, ...]
    """For each of them, how far to the right it stood in the file."""

    def offset(self, offset: int) -> int:
        """The offset in the file of an offset in `code`."""
        return offset + self.shifts[bisect_right(self.starts, offset) - 1]


class _Use(IntEnum):
    """How much of a function can matter."""

    NOTHING = 0
    LOG_LINES = 1
    EVERYTHING = 2


@dataclass(slots=True)
class _Unit:
    """
    An outermost function: the name it is called by, and the logical lines of its body.

    It begins with its decorators; `signature` is where its parameters do.
    """

    name: str
    start: int
    signature: int
    body: list[Line]
    use: _Use = _Use.NOTHING

    @property
    def end(self) -> int:
        return self.body[-1].end


def whole(code: str) -> Skimmed:
    """Source of which nothing is left out."""
    return Skimmed(code, (0,), (0,))


def skim(code: str, helping: re.Pattern[str] | None = None) -> Skimmed:
    """
    Source without the bodies of functions that neither log nor measure nor help one that measures.

    `helping` is how functions are used whose callers measure too.
    Raises `TooDeepError` for source that must not be handed to the parser at all.
    """
    try:
        lines = logical_lines(code)
    except BrokenError:
        return whole(code)
    units = list(_units(code, lines))
    _choose(code, units, helping)
    cuts = [*_gaps(lines), *(cut for unit in units for cut in _dropped(code, unit))]
    spare = [*_imports(code, lines), *(_signature(unit) for unit in units if unit.use is _Use.NOTHING)]
    named = set(_NAME.findall(_without(code, sorted([*cuts, *(cut for _, cut in spare)])).code))
    return _without(code, sorted([*cuts, *(cut for names, cut in spare if named.isdisjoint(names))]))


def _units(code: str, lines: list[Line]) -> Iterator[_Unit]:
    index = 0
    decorators: int | None = None
    while index < len(lines):
        line = lines[index]
        index += 1
        if code[line.start] == "@":
            decorators = line.start if decorators is None else decorators
            continue
        begin, decorators = decorators, None
        match = _DEF.match(code, line.start)
        if match is None:
            continue
        first = index
        while index < len(lines) and lines[index].indent > line.indent:
            index += 1
        if index > first:
            yield _Unit(match[1], begin or line.start, match.end(), lines[first:index])


def _choose(code: str, units: list[_Unit], helping: re.Pattern[str] | None) -> None:
    """Keeps what logs or measures, what calls what measures, and what that calls in turn."""
    words = [MEASURES] if METRICS_FILE.search(code) else []
    if helping is not None:
        words.append(helping)
    reached = [unit for unit in units if any(word.search(code, unit.start, unit.end) for word in words)]
    for unit in reached:
        unit.use = _Use.EVERYTHING
    if reached:
        _keep_callers(code, units, reached)
        _keep_callees(code, units)
    has_spans = _SPANS.opens(code)
    for unit in units:
        if has_spans and _SPANS.search(code, unit.start, unit.end):
            unit.use = _Use.EVERYTHING
        elif unit.use is _Use.NOTHING and LOGS.search(code, unit.start, unit.end):
            unit.use = _Use.LOG_LINES


def _keep_callers(code: str, units: list[_Unit], reached: list[_Unit]) -> None:
    """Keeps what hands something on to what measures; a function that takes nothing gets nothing."""
    for _ in range(_ROUNDS):
        taking = (unit for unit in reached if not _TAKES_NOTHING.match(code, unit.signature))
        names = sorted({unit.name for unit in taking if not unit.name.startswith("__")})
        if not names:
            return
        listed = "|".join(names)
        calls = re.compile(rf"\b(?:{listed})\s*\((?!\s*\))|@(?:\w+\.)*(?:{listed})\b")
        reached = [unit for unit in units if not unit.use and calls.search(code, unit.start, unit.end)]
        for unit in reached:
            unit.use = _Use.EVERYTHING


def _keep_callees(code: str, units: list[_Unit]) -> None:
    wanted = {"__init__"}
    fresh = [unit for unit in units if unit.use]
    for _ in range(_ROUNDS):
        for unit in fresh:
            wanted.update(_CALLED.findall(code, unit.start, unit.end))
        fresh = [unit for unit in units if not unit.use and unit.name in wanted]
        for unit in fresh:
            unit.use = _Use.EVERYTHING


def _dropped(code: str, unit: _Unit) -> Iterator[_Cut]:
    """The stretches of a function that are left out, and what stands there instead."""
    if unit.use is _Use.NOTHING:
        yield unit.signature, unit.end, "(): ...\n"
    elif unit.use is _Use.LOG_LINES:
        for indent, run in groupby(idle(code, unit.body), key=itemgetter(0)):
            lines = [line for _, line in run]
            if indent is not None:
                yield lines[0].start, lines[-1].end, "...\n"


def _imports(code: str, lines: list[Line]) -> Iterator[_Spare]:
    """The imports that do nothing but name something."""
    for line in lines:
        match = _IMPORT.match(code, line.start, line.end)
        if match is not None and not METRICS_FILE.search(match[0]) and not LOGS.search(match[0]):
            yield _NAME.findall(match["names"]), (line.start, line.end, "...\n" if line.indent else "")


def _signature(unit: _Unit) -> _Spare:
    """What is left of a function that has lost its body."""
    return [unit.name], (unit.start, unit.end, "...\n")


def _gaps(lines: list[Line]) -> Iterator[_Cut]:
    """The blank lines and comments between logical lines."""
    done = 0
    for line in lines:
        begin = line.start - line.indent
        if begin > done:
            yield done, begin, ""
        done = line.end


def _without(code: str, dropped: list[_Cut]) -> Skimmed:
    parts: list[str] = []
    starts, shifts = [0], [0]
    length = done = 0
    for begin, end, instead in dropped:
        if begin < done:  # between lines that are left out already
            continue
        kept = code[done:begin]
        parts += (kept, instead)
        length += len(kept) + len(instead)
        done = end
        starts.append(length)
        shifts.append(done - length)
    parts.append(code[done:])
    return Skimmed("".join(parts), tuple(starts), tuple(shifts))
