"""
Leaves out what cannot matter before the parser sees it.

Parsing is most of what a file costs, and most functions of most files neither log nor measure.
The bodies of those are replaced by `...`; everything else keeps its line and its column.
What is left out is decided by text alone, so whatever looks unusual is kept, and when what remains
does not parse, the whole file is parsed instead.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from .words import LOGS, MEASURES, METRICS_FILE

# Everything that decides where a logical line ends; inside a string none of it counts.
_TOKEN = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^'\\]|\\.|'(?!''))*\'\'\'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'
    |\#[^\n]*|\\\r?\n|[(\[{]|[)\]}]|\n''',
    re.VERBOSE | re.DOTALL,
)
_DEF = re.compile(r"(?:async[ \t]+)?def[ \t]+(\w+)")
_NAME = re.compile(r"\b[A-Za-z_]\w*")
_ROUNDS = 6
_DEEPEST = 200
"""CPython's own limit for nested brackets; far below what overflows the parser's stack."""

_LONGEST = 4_000
_CHAINED = 1_000
_OPERATOR = re.compile(r"[-+*/%|&~]|\b(?:and|or|not|if|lambda|await)\b|[\w)\]]\.\w|\]\[|\)\(")
_ELIF = re.compile(r"^[ \t]*elif\b", re.MULTILINE)


class TooDeepError(Exception):
    """Source so deeply nested that the parser's stack would overflow, and take the interpreter with it."""

    def __init__(self, offset: int) -> None:
        super().__init__("nested too deeply")
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Skimmed:
    """Source without the bodies that cannot matter, and where each of its parts stood."""

    code: str
    starts: tuple[int, ...]
    """Offsets in `code` where kept stretches begin."""

    shifts: tuple[int, ...]
    """For each of them, how far to the right it stood in the file."""

    def offset(self, offset: int) -> int:
        """The offset in the file of an offset in `code`."""
        return offset + self.shifts[bisect_right(self.starts, offset) - 1]


@dataclass(slots=True)
class _Line:
    """A logical line: from its first character that is no blank to the end of its last physical line."""

    start: int
    end: int
    indent: int


@dataclass(slots=True)
class _Unit:
    """An outermost function: the name it is called by, and the stretch of its body."""

    name: str
    start: int
    body: int
    end: int
    inside: bool
    """Whether it is a method."""

    kept: bool = False
    names: frozenset[str] | None = field(default=None)


def whole(code: str) -> Skimmed:
    """Source of which nothing is left out."""
    return Skimmed(code, (0,), (0,))


def skim(code: str) -> Skimmed:
    """
    Source without the bodies of functions that neither log nor measure nor help one that measures.

    Raises `TooDeepError` for source that must not be handed to the parser at all.
    """
    if len(_ELIF.findall(code)) > _CHAINED:
        raise TooDeepError(0)
    lines = list(_logical_lines(code))
    units = list(_units(code, lines))
    _choose(code, units)
    dropped = [unit for unit in units if not unit.kept and unit.end - unit.body > 1]
    return _without(code, dropped)


def _logical_lines(code: str) -> Iterator[_Line]:
    depth = 0
    start = 0
    for match in _TOKEN.finditer(code):
        token = match[0]
        if token == "\n":
            if depth == 0:
                yield from _line(code, start, match.end())
                start = match.end()
        elif token in "([{":
            depth += 1
            if depth > _DEEPEST:
                raise TooDeepError(match.start())
        elif token in ")]}":
            depth = max(0, depth - 1)
    if start < len(code):
        yield from _line(code, start, len(code))


def _line(code: str, start: int, end: int) -> Iterator[_Line]:
    if end - start > _LONGEST and len(_OPERATOR.findall(code, start, end)) > _CHAINED and _is_chain(code[start:end]):
        raise TooDeepError(start)
    stripped = code[start:end].lstrip(" \t\f")
    if stripped and stripped[0] not in "#\r\n":
        first = end - len(stripped)
        yield _Line(first, end, first - start)


def _is_chain(line: str) -> bool:
    """
    Whether some thousand operators follow each other without a comma between them.

    A long table of numbers has as many operators, and is flat.
    """
    return any(len(_OPERATOR.findall(part)) > _CHAINED for part in _TOKEN.sub(_blank, line).split(","))


def _blank(match: re.Match[str]) -> str:
    return match[0] if match[0] in "()[]{}" else " "


def _units(code: str, lines: list[_Line]) -> Iterator[_Unit]:
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
            body = lines[first]
            yield _Unit(match[1], begin or line.start, body.start, lines[index - 1].end, line.indent > 0)


def _choose(code: str, units: list[_Unit]) -> None:
    """Keeps what logs or measures, what calls what measures, and what that calls in turn."""
    measures = METRICS_FILE.search(code) is not None
    reached = [unit for unit in units if measures and MEASURES.search(code, unit.start, unit.end)]
    for unit in reached:
        unit.kept = True
    if reached:
        _keep_callers(code, units, reached)
        _keep_callees(code, units)
    for unit in units:
        unit.kept = unit.kept or LOGS.search(code, unit.start, unit.end) is not None


def _keep_callers(code: str, units: list[_Unit], reached: list[_Unit]) -> None:
    for _ in range(_ROUNDS):
        names = {unit.name for unit in reached if not unit.name.startswith("__")}
        if not names:
            return
        calls = re.compile(rf"\b(?:{'|'.join(sorted(names))})\b")
        reached = [unit for unit in units if not unit.kept and calls.search(code, unit.start, unit.end)]
        for unit in reached:
            unit.kept = True


def _keep_callees(code: str, units: list[_Unit]) -> None:
    wanted = {"__init__"}
    done: set[int] = set()
    for _ in range(_ROUNDS):
        fresh = [unit for unit in units if unit.kept and id(unit) not in done]
        if not fresh:
            return
        for unit in fresh:
            done.add(id(unit))
            wanted.update(_NAME.findall(code, unit.start, unit.end))
        for unit in units:
            unit.kept = unit.kept or unit.name in wanted


def _without(code: str, dropped: list[_Unit]) -> Skimmed:
    parts: list[str] = []
    starts, shifts = [0], [0]
    length = done = 0
    for unit in dropped:
        kept = code[done : unit.body]
        parts += (kept, "...\n")
        length += len(kept) + 4
        done = unit.end
        starts.append(length)
        shifts.append(done - length)
    parts.append(code[done:])
    return Skimmed("".join(parts), tuple(starts), tuple(shifts))
