"""
Leaves out what cannot matter before the parser sees it.

Parsing is most of what a file costs, and most functions of most files neither log nor measure.
Those lose their parameters and their bodies, which become `...`; so do, in functions that log and do not measure,
the simple statements that have nothing to do with it. Blank lines and comments, each a handful of nodes, go too.
Everything else keeps its place.
What is left out is decided by text alone, so whatever looks unusual is kept, and when what remains
does not parse, the whole file is parsed instead.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby
from operator import itemgetter

from ...record import Record
from .gate import Gate
from .words import LOGS, MEASURES, METRICS_FILE

# Everything that decides where a logical line ends; inside a string none of it counts.
_TOKEN = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^'\\]|\\.|'(?!''))*\'\'\'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'
    |\#[^\n]*|\\\r?\n|[(\[{]|[)\]}]|\n|["\']''',
    re.VERBOSE | re.DOTALL,
)
_DEF = re.compile(r"(?:async[ \t]+)?def[ \t]+(\w+)")
# What is kept of a function that only logs: statements that hold others, imports, and anything like a logger.
_COMPOUND = re.compile(r"@|(?:async|case|class|def|elif|else|except|finally|for|from|if|import|match|try|while|with)\b")
_LOGGER = (
    "log",
    "Log",
    "LOG",
    ".bind(",
    "exc_info",
    "print(",
    "contextvars",
    ":=",
    "setFormatter",
    "addFilter",
    "addHandler",
    ".instrument(",
    "Config",
    # What a secret was made harmless by, and where it came from.
    "mask",
    "redact",
    "sanitiz",
    "headers",
    "environ",
)
# A span is followed on every path through its function, so no line of that may be missing.
_SPANS = Gate(
    r"\bstart_(?:as_current_)?span\s*\(|\bupdate_name\s*\(|\.set_attributes?\s*\(|\bset_baggage\s*\(",
    *("start_span", "start_as_current_span", "update_name", ".set_attribute", "set_baggage"),
)
_NAME = re.compile(r"\b[A-Za-z_]\w*")
_ROUNDS = 6
_DEEPEST = 200
"""CPython's own limit for nested brackets; far below what overflows the parser's stack."""

_DEEPER = {**dict.fromkeys("([{", 1), **dict.fromkeys(")]}", -1)}
_QUOTES = frozenset("\"'")
"""A quote that is a token by itself opens a string that does not end."""

_Cut = tuple[int, int, str]
"""A stretch that is left out, from one offset to another, and what stands there instead."""

_LONGEST = 4_000
_CHAINED = 1_000
_OPERATOR = re.compile(r"[-+*/%|&~]|\b(?:and|or|not|if|lambda|await)\b|[\w)\]]\.\w|\]\[|\)\(")
_ELIF = re.compile(r"^[ \t]*elif\b", re.MULTILINE)


class _BrokenError(Exception):
    """Strings or brackets that do not end: where a body does is not known, and the parser shall say what is wrong."""


class TooDeepError(Exception):
    """Source so deeply nested that the parser's stack would overflow, and take the interpreter with it."""

    def __init__(self, offset: int) -> None:
        super().__init__("nested too deeply")
        self.offset = offset


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


@dataclass(slots=True)
class _Line:
    """A logical line: from its first character that is no blank to the end of its last physical line."""

    start: int
    end: int
    indent: int


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
    body: list[_Line]
    use: _Use = _Use.NOTHING

    @property
    def end(self) -> int:
        return self.body[-1].end


def whole(code: str) -> Skimmed:
    """Source of which nothing is left out."""
    return Skimmed(code, (0,), (0,))


def skim(code: str, helpers: tuple[str, ...] = ()) -> Skimmed:
    """
    Source without the bodies of functions that neither log nor measure nor help one that measures.

    `helpers` are further names whose callers measure.
    Raises `TooDeepError` for source that must not be handed to the parser at all.
    """
    if len(_ELIF.findall(code)) > _CHAINED:
        raise TooDeepError(0)
    try:
        lines = list(_logical_lines(code))
    except _BrokenError:
        return whole(code)
    units = list(_units(code, lines))
    _choose(code, units, helpers)
    cuts = [cut for unit in units for cut in _dropped(code, unit)]
    return _without(code, sorted([*cuts, *_gaps(lines)]))


def _logical_lines(code: str) -> Iterator[_Line]:
    depth = 0
    start = 0
    for match in _TOKEN.finditer(code):
        token = match[0]
        if token == "\n" and depth == 0:
            yield from _line(code, start, match.end())
            start = match.end()
        depth += _DEEPER.get(token, 0)
        if depth > _DEEPEST:
            raise TooDeepError(match.start())
        if depth < 0 or token in _QUOTES:
            raise _BrokenError
    if depth:
        raise _BrokenError
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
            yield _Unit(match[1], begin or line.start, match.end(), lines[first:index])


def _choose(code: str, units: list[_Unit], helpers: tuple[str, ...]) -> None:
    """Keeps what logs or measures, what calls what measures, and what that calls in turn."""
    words = [MEASURES] if METRICS_FILE.search(code) else []
    if helpers:
        words.append(re.compile(rf"\b(?:{'|'.join(map(re.escape, helpers))})\b"))
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
    for _ in range(_ROUNDS):
        names = {unit.name for unit in reached if not unit.name.startswith("__")}
        if not names:
            return
        calls = re.compile(rf"\b(?:{'|'.join(sorted(names))})\b")
        reached = [unit for unit in units if not unit.use and calls.search(code, unit.start, unit.end)]
        for unit in reached:
            unit.use = _Use.EVERYTHING


def _keep_callees(code: str, units: list[_Unit]) -> None:
    wanted = {"__init__"}
    fresh = [unit for unit in units if unit.use]
    for _ in range(_ROUNDS):
        for unit in fresh:
            wanted.update(_NAME.findall(code, unit.start, unit.end))
        fresh = [unit for unit in units if not unit.use and unit.name in wanted]
        for unit in fresh:
            unit.use = _Use.EVERYTHING


def _dropped(code: str, unit: _Unit) -> Iterator[_Cut]:
    """The stretches of a function that are left out, and what stands there instead."""
    if unit.use is _Use.NOTHING:
        yield unit.signature, unit.end, "(): ...\n"
    elif unit.use is _Use.LOG_LINES:
        for indent, run in groupby(_idle(code, unit.body), key=itemgetter(0)):
            lines = [line for _, line in run]
            if indent is not None:
                yield lines[0].start, lines[-1].end, "...\n"


def _idle(code: str, lines: list[_Line]) -> Iterator[tuple[int | None, _Line]]:
    """
    Each line with its indentation if it can be left out, and with None if not.

    What stands in an `except` clause is kept: it may hand the exception on.
    """
    handler: int | None = None
    for line in lines:
        if handler is not None and line.indent <= handler:
            handler = None
        matters = (
            handler is not None
            or _COMPOUND.match(code, line.start) is not None
            or any(word in code[line.start : line.end] for word in _LOGGER)
        )
        if handler is None and code.startswith("except", line.start):
            handler = line.indent
        yield None if matters else line.indent, line


def _gaps(lines: list[_Line]) -> Iterator[_Cut]:
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
