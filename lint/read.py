"""Bytes become text, or the reason why they are none."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

# PEP 263: the encoding of a Python file stands in a comment of its first two lines.
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.M)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text without its byte order mark, and the codec that writes it back as it was."""

    text: str
    codec: str


@dataclass(frozen=True, slots=True)
class Undecodable:
    """Why bytes are no text. `offset` is that of the first wrong byte; None for a file that is binary altogether."""

    why: str
    offset: int | None = None


def decode(data: bytes, path: str) -> Decoded | Undecodable:
    """UTF-8, with or without a byte order mark; UTF-16 with one; what a Python file declares."""
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _decode(data, codec)
    if b"\0" in data[:8192]:
        return Undecodable("a binary file")
    if path.endswith(".py"):
        cookie = _COOKIE.search(b"\n".join(data.split(b"\n", 2)[:2]))
        if cookie:
            return _decode(data, cookie[1].decode("ascii", "replace"))
    return _decode(data, "utf-8")


def _decode(data: bytes, codec: str) -> Decoded | Undecodable:
    try:
        return Decoded(data.decode(codec), codec)
    except UnicodeDecodeError as error:
        return Undecodable(f"not {codec.upper()}: byte 0x{data[error.start]:02x}", error.start)
    except LookupError:
        return Undecodable(f"its encoding `{codec}` is unknown")
