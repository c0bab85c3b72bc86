"""
Terraform's HCL as far as it is needed: blocks, their attributes, and where each stands.

Expressions are not read but for literals and lists of them. The usual parser, python-hcl2, tells no
places (8.1 notes no lines), and takes more than a second to load its grammar.
Syntax: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..record import Record
from ..region import Text

_TOKEN = re.compile(
    r"(?P<skip>[ \t\r]+|#[^\n]*|//[^\n]*|/\*.*?\*/)"
    r"|(?P<heredoc><<-?[ \t]*(?P<mark>\w+)[ \t\r]*\n.*?\n[ \t]*(?P=mark)(?=[ \t\r]*\n|\Z))"
    r"|(?P<string>\"(?:\\.|\$\{(?:[^{}\"]|\"(?:\\.|[^\"\\])*\"|\{(?:[^{}\"]|\"[^\"]*\")*\})*\}|[^\"\\\n])*\")"
    r"|(?P<name>[A-Za-z_][\w-]*)|(?P<open>[({\[])|(?P<close>[)}\]])|(?P<line>\n)|(?P<other>.)",
    re.S,
)
_LITERAL = re.compile(r'"((?:[^"\\$%]|\\.|[$%](?!\{))*)"')
_DEEPEST = 60


@dataclass(frozen=True, slots=True)
class HclError(Exception):
    """Text that is no HCL; `offset` says where it stops being so."""

    problem: str
    offset: int


class Block(Record):
    """
    A block: `kind` and `labels`, as in `resource "pagerduty_schedule" "primary"`, and what stands in its braces.

    `attributes` are expressions as they are written; `head` is the text before the brace.
    """

    kind: str
    labels: tuple[str, ...]
    head: Text
    lines: tuple[int, int]
    attributes: Mapping[str, Text]
    blocks: tuple[Block, ...]

    def all(self, *kinds: str) -> Iterator[Block]:
        """The blocks of some kinds inside, those that `dynamic` makes among them."""
        for block in self.blocks:
            if block.kind in kinds:
                yield block

    def literal(self, name: str) -> Text | None:
        """A string without its quotes; None where there is none, or an expression."""
        return literal(self.attributes.get(name))

    def elements(self, name: str) -> tuple[Text, ...] | None:
        """The elements of a list as they are written; None where it is no list, or a comprehension."""
        text = self.attributes.get(name)
        if text is None or not text.value.startswith("[") or re.match(r"\[\s*for\b", text.value):
            return None
        return tuple(_elements(text))


def literal(text: Text | None) -> Text | None:
    """What stands in the quotes of an expression that is a mere string."""
    if text is None or not _LITERAL.fullmatch(text.value):
        return None
    return text.cut(1, len(text.value) - 1)


def parse_hcl(text: Text) -> tuple[Block, ...]:
    """The blocks of a file; raises `HclError`."""
    return _Parser(text).body(0, nested=False)[1]


class _Token(Record):
    kind: str
    start: int
    end: int


class _Parser:
    """One reading of one text."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._tokens = [
            _Token(match.lastgroup if match.lastgroup != "mark" else "heredoc", match.start(), match.end())
            for match in _TOKEN.finditer(text.value)
            if match["skip"] is None and match.lastgroup is not None
        ]
        self._at = 0

    def body(self, depth: int, *, nested: bool) -> tuple[dict[str, Text], tuple[Block, ...]]:
        if depth > _DEEPEST:
            raise HclError("nested too deeply", 0)
        attributes: dict[str, Text] = {}
        blocks: list[Block] = []
        while (token := self._next()) is not None:
            value = self._value(token)
            if token.kind == "line" or value == ",":
                continue
            if token.kind == "close" and nested and value == "}":
                return attributes, tuple(blocks)
            if token.kind not in ("name", "string"):
                raise HclError(f"unexpected `{value}`", token.start)
            if self._is_assignment():
                attributes[value.strip('"')] = self._expression()
            else:
                blocks.append(self._block(token, depth))
        if nested:
            raise HclError("a block has no `}`", len(self._text.value))
        return attributes, tuple(blocks)

    def _block(self, first: _Token, depth: int) -> Block:
        labels: list[str] = []
        while (token := self._next()) is not None and token.kind in ("name", "string"):
            labels.append(self._value(token).strip('"'))
        if token is None or self._value(token) != "{":
            raise HclError("neither `=` nor a block", first.start)
        head = self._text.cut(first.start, token.start).value.rstrip()
        attributes, blocks = self.body(depth + 1, nested=True)
        last = self._tokens[self._at - 1]
        return Block(
            self._value(first),
            tuple(labels),
            self._text.cut(first.start, first.start + len(head)),
            (self._text.position(first.start).line, self._text.position(last.start).line),
            attributes,
            blocks,
        )

    def _is_assignment(self) -> bool:
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        if token is None or self._value(token) not in ("=", ":"):
            return False
        self._at += 1
        return True

    def _expression(self) -> Text:
        """Everything up to the end of the line that no bracket keeps open."""
        depth, start, end = 0, None, None
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.kind == "line" and not depth:
                break
            if token.kind == "close" and not depth:
                break
            depth += (token.kind == "open") - (token.kind == "close")
            self._at += 1
            if token.kind != "line":
                start, end = token.start if start is None else start, token.end
        if start is None or end is None or depth:
            raise HclError("an expression without an end", start or 0)
        return self._text.cut(start, end)

    def _next(self) -> _Token | None:
        if self._at >= len(self._tokens):
            return None
        self._at += 1
        return self._tokens[self._at - 1]

    def _value(self, token: _Token) -> str:
        return self._text.value[token.start : token.end]


def _elements(text: Text) -> Iterator[Text]:
    depth, start, end = 0, None, 0
    for match in _TOKEN.finditer(text.value, 1, len(text.value) - 1):
        if match["skip"] is not None or match["line"] is not None:
            continue
        if match[0] == "," and not depth:
            if start is not None:
                yield text.cut(start, end)
            start = None
            continue
        depth += (match["open"] is not None) - (match["close"] is not None)
        start, end = match.start() if start is None else start, match.end()
    if start is not None:
        yield text.cut(start, end)
