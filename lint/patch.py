"""What `git diff` prints, as the lines that have changed in each file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .record import Record

FLAGS = (
    "--unified=0",
    "--inter-hunk-context=0",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--text",
    "--find-renames",
    "--submodule=short",
    "--src-prefix=a/",
    "--dst-prefix=b/",
)
"""What `changes` can read, whatever the user's configuration and the attributes of the files say."""

_HUNK = re.compile(rb"@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(rb'\\([0-7]{3}|[abtnvfr"\\])')
_LETTERS = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}


class Change(Record):
    """
    A file that differs from the revision.

    `lines` are the first and last line of each changed stretch; a deletion touches the line above it.
    `before` is its name at the revision: another one when it was renamed, None when it is new.
    """

    before: str | None
    lines: tuple[tuple[int, int], ...]

    def touches(self, first: int, last: int) -> bool:
        """Whether a stretch of lines has changed."""
        return any(start <= last and first <= end for start, end in self.lines)


def changes(patch: bytes) -> Iterator[tuple[str, Change]]:
    """Each file that is there afterwards, and what has changed in it."""
    before: str | None = None
    after: str | None = None
    lines: list[tuple[int, int]] = []
    for line in (*patch.split(b"\n"), b"diff --git"):
        if line.startswith(b"diff --git"):
            if after is not None:
                yield after, Change(before, tuple(lines))
            before, after, lines = None, None, []
        elif (match := _HUNK.match(line)) is not None:
            first, count = int(match[1]), int(match[2] or 1)
            lines.append((max(1, first), max(1, first + count - 1)) if count else (max(1, first), first + 1))
        elif lines:
            continue  # a line of the file, which may look like a name
        elif line.startswith(b"--- "):
            before = _name(line[4:], b"a/")
        elif line.startswith(b"+++ "):
            after = _name(line[4:], b"b/")
        elif line.startswith(b"rename from "):
            before = _name(line[12:])
        elif line.startswith(b"rename to "):
            after = _name(line[10:])


def _name(path: bytes, prefix: bytes = b"") -> str | None:
    # After a name with a space in it git prints a tab, for the sake of `patch`.
    path = path.removesuffix(b"\t")
    if path == b"/dev/null":
        return None
    if path.startswith(b'"'):
        path = _ESCAPE.sub(_unescaped, path[1:-1])
    return path.removeprefix(prefix).decode("utf-8", "surrogateescape")


def _unescaped(escape: re.Match[bytes]) -> bytes:
    text = escape[1]
    return bytes([int(text, 8)]) if text.isdigit() else _LETTERS.get(text, text)
