"""The verbs of Go's `printf` (pkg.go.dev/fmt)."""

from __future__ import annotations

import re

from .functions import Kind

_VERB = re.compile(r"%(?:%|[+\-# 0]*\d*(?:\.\d*)?(?P<verb>[a-zA-Z])|(?P<odd>))")
_PRINTS = {
    Kind.FLOAT: frozenset("eEfFgGbxXvT"),
    Kind.INT: frozenset("bcdoOqxXUvT"),
    Kind.TEXT: frozenset("sqxXvT"),
    Kind.BOOL: frozenset("tvT"),
}
_PLACEHOLDERS = {"q": '"x"', "d": "1", "f": "1", "g": "1", "e": "1"}


def of(text: str) -> list[str] | None:
    """The verbs of a format in order; None where it uses widths or indexes from its arguments."""
    found = list(_VERB.finditer(text))
    if any(match["odd"] is not None for match in found):
        return None
    return [match["verb"] for match in found if match["verb"]]


def fits(verb: str, kind: Kind) -> bool:
    """Whether a verb prints values of a scalar kind."""
    return verb in _PRINTS[kind]


def fill(text: str) -> str:
    """A format with a plausible value in place of each verb."""
    return _VERB.sub(lambda match: _PLACEHOLDERS.get(match["verb"], "x") if match["verb"] else match.group(), text)
