"""Markdown: every fenced block is a document of its own, with regions in the outer file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..region import Piece, Text

if TYPE_CHECKING:
    from markdown_it.token import Token

_LONE_RETURN = re.compile(r"\r(?!\n)")
# What a fence says its language is, and the ending of a file in that language.
_ENDINGS = {
    "promql": ".promql",
    "logql": ".logql",
    "yaml": ".yml",
    "yml": ".yml",
    "json": ".json",
    "python": ".py",
    "py": ".py",
    "typescript": ".ts",
    "ts": ".ts",
    "tsx": ".tsx",
    "javascript": ".js",
    "js": ".js",
    "jsx": ".jsx",
    "markdown": ".md",
    "md": ".md",
    "hcl": ".tf",
    "terraform": ".tf",
}


def blocks_in(text: Text) -> Iterator[tuple[Text, str]]:
    """The fenced blocks whose language is known: their text, and the ending that a file of it would have."""
    lines = _lines(text.value)
    starts = _starts(lines)
    for token in tokens_of(text.value):
        words = token.info.split() if token.type == "fence" else []
        ending = _ENDINGS.get(words[0].lower()) if words else None
        if ending is not None and token.map is not None:
            yield text.inner(token.content, list(_pieces(token.content, lines, starts, token.map[0] + 1))), ending


def tokens_of(text: str) -> list[Token]:
    """The tokens of Markdown, whose lines are those that a line feed ends, as everywhere else."""
    from markdown_it import MarkdownIt

    # CommonMark ends lines at a carriage return, too; a blank in its place moves nothing.
    return MarkdownIt("commonmark").parse(_LONE_RETURN.sub(" ", text))


def _lines(text: str) -> list[str]:
    """The lines with their ends; other separators of Unicode end none, here and in Markdown."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def _pieces(content: str, lines: list[str], starts: list[int], first: int) -> Iterator[Piece]:
    """Each line of a block as the outer file has it, without the indentation or the quote mark before it."""
    offset = 0
    for number, line in enumerate(_lines(content), first):
        if number >= len(lines):
            return
        outer = lines[number].rstrip("\r\n")
        body = line.rstrip("\r\n")
        indent = len(outer) - len(body) if outer.endswith(body) else 0
        yield Piece(offset, starts[number] + indent, len(line), 1)
        offset += len(line)


def _starts(lines: list[str]) -> list[int]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    return starts
