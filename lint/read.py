"""Bytes become text, or the reason why they are none."""

from __future__ import annotations

import codecs
import re

from .record import Record
from .region import Position

# The longer marks first: that of UTF-16 is how that of UTF-32 begins.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD = 8192
"""Where a file with a byte of zero is binary, if no mark says how wide its characters are."""

# PEP 263: the encoding of a Python file stands in a comment of its first two lines.
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.M)


class Decoded(Record):
    """A file's text without its byte order mark, and how it is written back as it was."""

    text: str
    codec: str
    mark: bytes = b""

    def encode(self, text: str) -> bytes | None:
        """Another text in the same encoding; None where that cannot hold it."""
        try:
            data = self.mark + text.encode(self.codec)
        except UnicodeError:
            return None
        return data


class Undecodable(Record):
    """Why bytes are no text. `at` is the place of the first wrong byte; None for a file that is binary altogether."""

    why: str
    at: Position | None = None


def decode(data: bytes, path: str) -> Decoded | Undecodable:
    """UTF-8, with or without a byte order mark; UTF-16 and UTF-32 with one; what a Python file declares."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], codec, mark)
    if b"\0" in data[:_HEAD]:
        return Undecodable("a binary file")
    cookie = _COOKIE.search(b"\n".join(data.split(b"\n", 2)[:2])) if path.endswith(".py") else None
    return _decode(data, cookie[1].decode("ascii", "replace") if cookie else "utf-8")


def searchable(data: bytes) -> bytes:
    """
    The bytes with ASCII words as ASCII, whatever the width of the encoding's characters.

    Text of two bytes a character that does not say so cannot be read, and is to be found nonetheless: to be named as
    skipped.
    """
    return data.replace(b"\0", b"") if b"\0" in data[:_HEAD] else data


def _decode(data: bytes, codec: str, mark: bytes = b"") -> Decoded | Undecodable:
    try:
        return Decoded(data.decode(codec), codec, mark)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(codec, "replace")
        at = Position(before.count("\n") + 1, len(before) - before.rfind("\n"))
        return Undecodable(f"not {codec.upper()}: byte 0x{data[error.start]:02x}", at)
    except (LookupError, UnicodeError):
        return Undecodable(f"its encoding `{codec}` is unknown")
