"""The lines of a function that logs, and does not measure, which have nothing to do with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .lines import Line

_HEADER = re.compile(r"@|(?:async|case|class|def|elif|else|except|finally|for|if|match|try|while|with)\b")
_FURTHER = re.compile(r"(?:elif|else|except|finally)\b")
_IMPORT = re.compile(r"(?:from|import)\b")
# Anything like a logger. A `case` stands for itself: there is no `match` without one.
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


@dataclass(slots=True, eq=False)
class _Statement:
    """A compound statement, with all its clauses; decorators belong to what they decorate."""

    indent: int
    speaks: bool = False


@dataclass(slots=True, eq=False)
class _Clause:
    """A header and what is below it."""

    indent: int
    statement: _Statement
    above: _Clause | None
    is_handler: bool
    decorates: bool
    speaks: bool = False


def idle(code: str, lines: Iterable[Line]) -> Iterator[tuple[int | None, Line]]:
    """
    Each line with None if it matters; if not, with the indentation of the outermost statement that goes with it.

    A compound statement matters with all its headers if anything in it does, and a handler of exceptions with all its
    lines: it may hand the exception on.
    """
    placed = [*_placed(code, lines)]
    for line, own, above, speaks in placed:
        around = [*_around(above)]
        if any(clause.is_handler and clause.speaks for clause in around):
            yield None, line
            continue
        hidden = [clause.indent for clause in around if not clause.statement.speaks]
        if hidden:
            yield hidden[-1], line
        elif speaks or (own is not None and own.statement.speaks) or _IMPORT.match(code, line.start):
            yield None, line
        else:
            yield line.indent, line


def _placed(code: str, lines: Iterable[Line]) -> Iterator[tuple[Line, _Clause | None, _Clause | None, bool]]:
    """Each line, the clause that it begins, the one that it is in, and whether it has to do with logging itself."""
    above: _Clause | None = None
    for line in lines:
        before: _Clause | None = None
        while above is not None and above.indent >= line.indent:
            before, above = above, above.above
        own = _clause(code, line, before, above) if _HEADER.match(code, line.start) else None
        speaks = code.startswith("case", line.start) or any(word in code[line.start : line.end] for word in _LOGGER)
        if speaks:
            for clause in _around(own or above):
                clause.speaks = clause.statement.speaks = True
        yield line, own, above, speaks
        above = own or above


def _clause(code: str, line: Line, before: _Clause | None, above: _Clause | None) -> _Clause:
    """The clause that a header begins, as a further one of the statement before where it continues that."""
    statement = None
    if before is not None and before.indent == line.indent:
        goes_on = _HEADER if before.decorates else _FURTHER
        statement = before.statement if goes_on.match(code, line.start) else None
    return _Clause(
        line.indent,
        statement or _Statement(line.indent),
        above,
        is_handler=code.startswith("except", line.start),
        decorates=code[line.start] == "@",
    )


def _around(clause: _Clause | None) -> Iterator[_Clause]:
    """A clause and those that it is in, from the inside out."""
    while clause is not None:
        yield clause
        clause = clause.above
