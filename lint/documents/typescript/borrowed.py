"""
What a TypeScript file imports from modules of its own code base that sound like telemetry.

Read from the text. That a name means an instrument, the index over all files finds out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...finding import Location
from ...nodes import Borrowing, Imported, Language
from ...region import Text
from ...telemetry.identifiers import TELEMETRY_WORDS
from .references import reference_to

_MODULE = rf"['\"`](?P<module>(?:\.{{1,2}}/|@/|~/|#|src/)[^'\"`\n]*(?:{TELEMETRY_WORDS})[^'\"`\n]*)['\"`]"
_IMPORT = re.compile(
    r"\bimport\s+(?!type\b)(?P<default>[\w$]+)?\s*,?\s*(?:\{(?P<names>[^}]*)\}|\*\s*as\s+(?P<space>[\w$]+))?\s*from\s*"
    + _MODULE
    + r"|\b(?:const|let|var)\s+(?:\{(?P<taken>[^}]*)\}|(?P<held>[\w$]+))\s*=\s*(?:await\s+)?(?:require|import)\s*\(\s*"
    + _MODULE.replace("<module>", "<required>"),
    re.IGNORECASE,
)
_WHOLE = re.compile(r"\b(?:require|import)\s*\(\s*" + _MODULE, re.IGNORECASE)
_WORDS = re.compile((r"(?:from|require\s*\(|import\s*\()\s*" + _MODULE).encode(), re.IGNORECASE)


def borrows(data: bytes) -> bool:
    """Whether a file imports from a module that sounds like telemetry."""
    return _WORDS.search(data) is not None


def borrowing_in(text: Text) -> Iterator[Borrowing]:
    """One node about everything that the file imports and that sounds like telemetry."""
    names = tuple(dict.fromkeys(one for one in _mentions(text) if one is not None))
    if names:
        at = Location(text.source, None, None)
        yield Borrowing(at=at, lines=(1, 1), language=Language.TYPESCRIPT, names=names)


def _mentions(text: Text) -> Iterator[Imported | None]:
    known = 0
    for match in _IMPORT.finditer(text.value):
        known += match["required"] is not None
        module = match["module"] or match["required"]
        for part in (match["names"] or match["taken"] or "").split(","):
            name = re.split(r"\s+as\s+|\s*:", part.strip().removeprefix("type "))[0].strip()
            if name:
                yield from _used(f"{module}.{name}", re.split(r"\s+as\s+|\s*:", part.strip())[-1].strip(), text)
        whole = match["default"] or match["space"] or match["held"]
        if whole:
            yield from _used(module, whole, text)
    if known < len(_WHOLE.findall(text.value)):
        # `(await import('./metrics')).requests.inc()`: anything of it may be meant.
        yield from (reference_to(f"{match['module']}.*", text.source) for match in _WHOLE.finditer(text.value))


def _used(path: str, local: str, text: Text) -> Iterator[Imported | None]:
    """What is imported, and each member of it that the file names; all of them where it is handed on."""
    yield reference_to(path, text.source)
    members = re.findall(rf"(?<![\w.$]){re.escape(local)}\b(?:\??\.(\w+))?", text.value)
    yield from (reference_to(f"{path}.{member}", text.source) for member in dict.fromkeys(members) if member)
    if members.count("") > 1:
        yield reference_to(f"{path}.*", text.source)
