"""Markdown: every fenced block is a document of its own, with regions in the outer file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..record import Record
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
# A block that shows what goes where, and not what to write: a value or a line is left out (`role: "..."`), or stands in
# the notation of reference pages (`[ limit: <int> | default 0 ]`).
SKETCH = re.compile(
    r"""^[ \t]*(?:-[ \t]+)?(?:[\w.-]+:[ \t]+)?["']?(?:\.\.\.|…)["']?[ \t]*(?:\#.*)?$"""
    r"|^[ \t]*\[[ \t]*<?[\w.-]+>?:?[ \t]+<",
    re.M,
)
_SOURCE = frozenset({".py", ".ts", ".tsx", ".js", ".jsx"})
_CARDINALITY = re.compile(r"\bcardinality\b", re.I)
# Where else it goes what would be too much for labels: what a service for products or a table holds is no series.
_PRODUCTS = (
    r"(?i:amplitude|mixpanel|post ?hog|rudderstack|snowplow|pendo|fullstory|hotjar|plausible|matomo|gtag|analytics"
    r"|bigquery|snowflake|warehouse|kafka|sentry|@segment|segment\.(?:io|com))|\bGA4?\b|\b[Hh]eap\.io\b"
)
_IN_CODE = re.compile(_PRODUCTS)
_IN_PROSE = re.compile(rf"{_PRODUCTS}|\bSegment\b")
_NEAR = re.compile(r"\b(?:logs?|logged|logging|logger|spans?|traces?|tracing)\b", re.I)
_PARAGRAPHS_ABOVE = 2
_HELPER = re.compile(r"(?<![.\w])((?:track|record|count|measure|observe|increment)(?:[A-Z]|_[a-z])\w*)\(\s*\{")


class Block(Record):
    """A fenced block whose language is known."""

    text: Text
    ending: str
    """What a file in its language ends in."""

    near: str
    """The heading above it, the two paragraphs before it and the one behind it."""

    section: str
    """The page from the heading above it to the next one; where there is none above it, what is near."""


def blocks_in(text: Text) -> Iterator[Block]:
    """The fenced blocks whose language is known."""
    lines = _lines(text.value)
    starts = _starts(lines)
    tokens = tokens_of(text.value)
    headings = [token.map[0] for token in tokens if token.type == "heading_open" and token.map is not None]
    fences = {line for token in tokens if token.type == "fence" and token.map for line in range(*token.map)}
    for token in tokens:
        words = token.info.split() if token.type == "fence" else []
        ending = _ENDINGS.get(words[0].lower()) if words else None
        if ending is None or token.map is None:
            continue
        first, last = token.map
        above = max((line for line in headings if line < first), default=None)
        below = min((line for line in headings if line > first), default=len(lines))
        top = 0 if above is None else above + 1
        before = [line for line in range(top, first) if line not in fences]
        behind = [line for line in range(last, below) if line not in fences]
        near = "\n".join(
            (
                "" if above is None else lines[above],
                *_paragraphs(lines, before)[-_PARAGRAPHS_ABOVE:],
                *_paragraphs(lines, behind)[:1],
            )
        )
        block = text.inner(token.content, list(_pieces(token.content, lines, starts, first + 1)))
        yield Block(block, ending, near, near if above is None else "".join(lines[above:below]))


def helpers_in(block: Block) -> Iterator[str]:
    """
    Helpers whose labels a text about cardinality shows, as `label-wrappers` of the configuration names them.

    A page calls functions that it does not show: `trackEvent({ userId })` sends labels or events of a product, and only
    what is said around it tells which: the word has to stand near, and no other destination.
    """
    code = block.text.value
    if block.ending not in _SOURCE or _CARDINALITY.search(block.near + code) is None:
        return
    # Comments of the code itself say where its values should go instead, which is no destination of the call.
    if _IN_PROSE.search(block.section.replace(code, "")) or _IN_CODE.search(code) or _NEAR.search(block.near):
        return
    for name in dict.fromkeys(_HELPER.findall(code)):
        if re.search(rf"\b(?:function|const|let|def|class)\s+{name}\b", code) is None:
            yield f"{name}:0"


def tokens_of(text: str) -> list[Token]:
    """The tokens of Markdown, whose lines are those that a line feed ends, as everywhere else."""
    from markdown_it import MarkdownIt

    # CommonMark ends lines at a carriage return, too; a blank in its place moves nothing.
    return MarkdownIt("commonmark").parse(_LONE_RETURN.sub(" ", text))


def _paragraphs(lines: list[str], numbers: list[int]) -> list[str]:
    """The paragraphs of some lines, which blank lines and gaps between the lines part."""
    found: list[list[str]] = []
    previous = None
    for number in numbers:
        if not lines[number].strip():
            previous = None
            continue
        if previous != number - 1:
            found.append([])
        found[-1].append(lines[number])
        previous = number
    return ["".join(paragraph) for paragraph in found]


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
