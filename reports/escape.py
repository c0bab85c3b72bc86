"""A file under test is untrusted: its text is made harmless before it meets a terminal or a parser."""

from __future__ import annotations

import json
import re

_DANGEROUS = (
    r"\x00-\x1f\x7f-\x9f"  # control characters, the C1 block included: U+009B alone starts an escape sequence
    r"\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"  # invisible, or turning text around
    r"\ud800-\udfff\ufffe\uffff"  # not encodable; not allowed in XML
)
_UNPRINTABLE = re.compile(f"[{_DANGEROUS}]")
_UNPRINTABLE_BUT_NEWLINE = re.compile(rf"(?!\n)[{_DANGEROUS}]")


def visible(text: str) -> str:
    r"""`text` with every character that would act instead of showing spelt out, as in `\x1b`."""
    return _UNPRINTABLE.sub(_spell, text)


def visible_lines(text: str) -> str:
    r"""Like `visible`, but a `\n` stays a line break: for formats that have an escape of their own for it."""
    return _UNPRINTABLE_BUT_NEWLINE.sub(_spell, text)


def dumps(value: object) -> str:
    """
    JSON that is readable, exact, and safe to print.

    Outside its strings JSON is ASCII, so what `json` left raw stands in a string, where `\\uXXXX` means the same.
    """
    raw = json.dumps(value, ensure_ascii=False, indent=2)
    return _UNPRINTABLE_BUT_NEWLINE.sub(lambda match: f"\\u{ord(match[0]):04x}", raw) + "\n"


def _spell(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")
