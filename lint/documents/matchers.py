"""
Label matchers as Alertmanager writes them: `severity="critical"`, `{team=~"a|b", env!="dev"}`.

Both of its grammars are read, the classic one and that of UTF-8 label names
(prometheus.io/docs/alerting/latest/configuration/#matcher); where they would differ on escapes, the
classic one decides, as in Alertmanager's default mode.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..nodes import Matcher, MatchOp
from ..region import Piece, Text

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_MATCHER = re.compile(
    rf"\s*(?P<label>{_QUOTED}|[^\s{{}}!=~,\\\"'`]+)\s*(?P<op>=~|!=|!~|=)\s*(?P<value>{_QUOTED}|.*?)\s*", re.S
)
_ESCAPE = re.compile(r"\\([\\\"n])")
_CLASSIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_RESERVED = re.compile(r"[\s{}!=~,\\\"'`]")


@dataclass(frozen=True, slots=True)
class BadMatcherError(Exception):
    """Text that is no matcher, at `text[start:end]`."""

    problem: str
    start: int
    end: int


def parse_matchers(text: Text) -> tuple[Matcher, ...]:
    """The matchers of one string; raises `BadMatcherError`."""
    value = text.value
    start, end = len(value) - len(value.lstrip()), len(value.rstrip())
    # Alertmanager takes each brace away on its own, partner or not.
    start += value.startswith("{", start)
    end -= value.endswith("}", start, end)
    return tuple(_matcher(text, *part) for part in _parts(value, start, end))


def _parts(value: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The pieces between commas that stand outside quotes; a last comma may end the list."""
    if not value[start:end].strip():
        return
    begin, quoted, at = start, False, start
    while at < end:
        character = value[at]
        if character == "\\" and quoted:
            at += 1
        elif character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            yield begin, at
            begin = at + 1
        at += 1
    if value[begin:end].strip():
        yield begin, end


def _matcher(text: Text, start: int, end: int) -> Matcher:
    match = _MATCHER.fullmatch(text.value, start, end)
    if match is None:
        raise BadMatcherError(f"`{text.value[start:end].strip()}` is no matcher", start, end)
    spelt = match["value"]
    quoted = len(spelt) > 1 and spelt[0] == spelt[-1] == '"'
    if not quoted and '"' in spelt.replace('\\"', ""):
        raise BadMatcherError(f"`{spelt}` has a quote in the middle", *match.span("value"))
    label = match["label"]
    if not label.startswith('"') and not _CLASSIC.fullmatch(label) and _RESERVED.search(spelt) and not quoted:
        raise BadMatcherError(f"`{label}` needs the value in quotes", *match.span())
    return Matcher(
        _unquoted(text, *match.span("label"), quoted=label.startswith('"')),
        MatchOp(match["op"]),
        _unquoted(text, *match.span("value"), quoted=quoted),
    )


def _unquoted(text: Text, start: int, end: int, *, quoted: bool) -> Text:
    if quoted:
        start, end = start + 1, end - 1
    if "\\" not in text.value[start:end]:
        return text.cut(start, end)
    pieces, value, done = [], "", start
    for match in _ESCAPE.finditer(text.value, start, end):
        if match.start() > done:
            pieces.append(Piece(len(value), done, match.start() - done, 1))
            value += text.value[done : match.start()]
        pieces.append(Piece(len(value), match.start(), 1, 2))
        value += "\n" if match[1] == "n" else match[1]
        done = match.end()
    if end > done:
        pieces.append(Piece(len(value), done, end - done, 1))
        value += text.value[done:end]
    return text.inner(value, pieces)
