"""Places in text: a position, a region, and a string that knows where each of its characters stands."""

from __future__ import annotations

import struct
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .escape import Style, breaks_plain, escape
from .record import Record


class Position(Record, order=True):
    """A place between two characters: 1-based line, 1-based column counted in Unicode code points."""

    line: int
    column: int


class Region(Record, order=True):
    """The extent of a place, end exclusive, as SARIF 2.1.0 §3.30 defines it."""

    start: Position
    end: Position

    def __contains__(self, other: Region) -> bool:
        return self.start <= other.start and other.end <= self.end


_RUN = struct.Struct("4I")


class Run(NamedTuple):
    """
    Characters of a `Text` that stand side by side on one line of its file.

    From `offset` on, each character takes `width` columns, starting at `line`:`column`.
    The width is 1 for characters that stand for themselves and the length of the spelling for an
    escape such as `\\n`; an escape is a run of its own.
    """

    offset: int
    line: int
    column: int
    width: int


class Piece(NamedTuple):
    """`length` characters of an inner text, from `offset` on, which an outer text spells from `outer` on."""

    offset: int
    outer: int
    length: int
    width: int


class Edit(NamedTuple):
    """Replaces a region of a source by a text."""

    source: str
    region: Region
    text: str


class Text(Record):
    """
    A string of the telemetry, and the place of each of its characters in the file it stands in.

    An alert's expression may stand in a folded scalar of a YAML string of a ConfigMap of a fenced
    block: `value` is what Prometheus sees, `region` says where a part of it is to be edited.
    `styles` are the quotings around it, innermost first.
    """

    value: str
    source: str
    packed: bytes
    """The runs, one after the other: as objects they would be half of what a large project takes in memory."""

    styles: tuple[Style, ...] = ()

    @classmethod
    def of(cls, value: str, source: str, runs: Iterable[Run], styles: tuple[Style, ...] = ()) -> Text:
        """A text whose characters stand in these runs; one that has none stands at the beginning of its file."""
        packed = b"".join(_RUN.pack(*run) for run in runs) or _RUN.pack(0, 1, 1, 1)
        # Most texts are words that are said again and again, as `severity` is: one of each is enough.
        return cls(sys.intern(value) if len(value) <= _WORD else value, source, packed, styles)

    @property
    def runs(self) -> tuple[Run, ...]:
        """Where its characters stand, in their order."""
        return tuple(map(Run._make, _RUN.iter_unpack(self.packed)))

    @property
    def is_nested(self) -> bool:
        """Whether it stands in a text that stands in another one, as in a ConfigMap."""
        return len(self.styles) > 1

    @classmethod
    def of_file(cls, value: str, source: str) -> Text:
        """The whole text of a file; a line ends at `\\n`, and the `\\r` before it belongs to the line."""
        return cls.of(value, source, _lines(value))

    def position(self, offset: int) -> Position:
        """Where the character at `offset` begins; for an offset at the end, where the last one ends."""
        if not self.value:
            first = self._at(0)
            return Position(first.line, first.column)
        if offset >= len(self.value):
            return self._end_of(len(self.value) - 1)
        run = self._run(offset)
        return Position(run.line, run.column + (offset - run.offset) * run.width)

    def region(self, start: int = 0, end: int | None = None) -> Region:
        """The extent of `value[start:end]`; an empty slice gives an empty region."""
        stop = len(self.value) if end is None else min(end, len(self.value))
        begin = self.position(start)
        return Region(begin, max(begin, self._end_of(stop - 1)) if stop > start else begin)

    def cut(self, start: int, end: int) -> Text:
        """The part `value[start:end]`, with its places."""
        return self.inner(self.value[start:end], [Piece(0, start, end - start, 1)])

    def inner(self, value: str, pieces: Iterable[Piece], style: Style | None = None) -> Text:
        """A text that this one spells: each piece says which characters of ours stand for which of its own."""
        runs = (run for piece in pieces for run in self._runs_of(piece))
        return Text.of(value, self.source, runs, self.styles if style is None else (style, *self.styles))

    def edit(self, start: int, end: int, replacement: str) -> Edit | None:
        """
        Replaces `value[start:end]`, spelt as the quoting around it asks.

        None when the quoting cannot hold the replacement, or not at that place: beside a line break
        white space may be folded away or taken for indentation, and a `#` may begin a comment.
        """
        stop = min(end, len(self.value))
        spelt: str | None = replacement if self._holds(start, stop, replacement) else None
        for depth, style in enumerate(self.styles):
            spelt = escape(spelt, style, between=depth == 0) if spelt is not None else None
        if spelt is None:
            return None
        region = self.region(start, stop)
        # A line break ends where the next line's text begins: its indentation goes with it.
        last, after = self.value[start:stop][-1:], self.value[stop : stop + 1]
        if self._breaks(stop) and (last == "\n" or (last == " " and after != "\n")):
            region = Region(region.start, self.position(stop))
        return Edit(self.source, region, spelt)

    def _holds(self, start: int, end: int, replacement: str) -> bool:
        """Whether the text between its neighbours stays one part of the value."""
        if not self.styles:
            return True
        if self.value and 0 in (self._run(start).width, self._run(max(start, end - 1)).width):
            return False
        after = self.value[end : end + 2]
        if self.styles[0] in ("plain", "flow") and breaks_plain(self.value[:start][-1:], replacement, after):
            return False
        if "\n" in self.value[start:end] and not self._spells_breaks(start, end):
            return False
        if self._breaks(start) and self.value[start] == "\n":  # an empty line, whose indentation may be missing
            return False
        if end == len(self.value) and self.value[start:end][-1:] == " " and self._run(end - 1).offset == end - 1:
            return False  # a folded line break, perhaps: where it ends is known from what follows
        beside = any(self._breaks(at) for at in range(start, end + 2))
        if start == 0 and not {"literal", "folded"}.isdisjoint(self.styles):
            beside = True
        # A line of a folded scalar that begins with a blank is not folded.
        first = self.value[start : start + 1]
        if beside and "folded" in self.styles and first in (" ", "\t") and not self._breaks(start + 1):
            return False
        if not beside or (replacement and not (replacement[0].isspace() or replacement[-1].isspace())):
            return True
        left = start > 0 and not self._breaks(start) and not self.value[start - 1].isspace()
        right = end < len(self.value) and not self._breaks(end) and not self.value[end].isspace()
        return not replacement and (left or right)

    def _spells_breaks(self, start: int, end: int) -> bool:
        """Whether line breaks stand one for one in the file, and not folded with those beside them."""
        if self.styles[0] == "double":
            breaks = (at for at in range(start, end) if self.value[at] == "\n")
            return len(self.styles) == 1 and all(self._run(at).width > 1 for at in breaks)
        return self.styles[0] in ("json", "literal")

    def _breaks(self, offset: int) -> bool:
        """Whether something stands between the characters before and at that offset: a break, an indentation."""
        return 0 < offset < len(self.value) and self._end_of(offset - 1) != self.position(offset)

    def _run(self, offset: int) -> Run:
        return self._at(self._index(offset))

    def _at(self, index: int) -> Run:
        return Run._make(_RUN.unpack_from(self.packed, index * _RUN.size))

    def _index(self, offset: int) -> int:
        """Which run the character at `offset` is of."""
        if len(self.packed) == _RUN.size:
            return 0
        offsets = memoryview(self.packed).cast("I")[::4]
        return max(0, bisect_right(offsets, offset) - 1)

    def _end_of(self, offset: int) -> Position:
        run = self._run(offset)
        if self.value[offset] == "\n" and run.width == 1:
            return Position(run.line, run.column + offset - run.offset)
        return Position(run.line, run.column + (offset - run.offset + 1) * run.width)

    def _runs_of(self, piece: Piece) -> Iterator[Run]:
        if piece.length == 0 and piece.outer >= len(self.value):
            at = self.position(piece.outer)
            yield Run(piece.offset, at.line, at.column, 1)
            return
        if piece.width != 1 or piece.length == 0:
            at, end = self.position(piece.outer), self._end_of(piece.outer + max(piece.width, 1) - 1)
            # What is spelt over two lines, or nobody knows how, has a beginning only.
            known = end.line == at.line and piece.width > 0
            yield Run(piece.offset, at.line, at.column, max(end.column - at.column, 1) if known else 0)
            return
        done, count = 0, len(self.packed) // _RUN.size
        while done < piece.length:
            outer = piece.outer + done
            index = self._index(outer)
            run = self._at(index)
            stop = self._at(index + 1).offset if index + 1 < count else len(self.value)
            yield Run(piece.offset + done, run.line, run.column + (outer - run.offset) * run.width, run.width)
            done += max(1, stop - outer)


_WORD = 64


def _lines(value: str) -> Iterator[Run]:
    offset = 0
    for number, line in enumerate(value.split("\n"), start=1):
        yield Run(offset, number, 1, 1)
        offset += len(line) + 1
