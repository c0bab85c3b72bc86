"""
A parsed file: its syntax tree, and the place of each of its nodes.

LibCST's own position provider takes longer than the parse. This one writes the code once, which gives
the tree its text back token by token, and remembers at which token each node begins and ends.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property

import libcst as cst
from libcst._nodes.internal import CodegenState

from ...finding import Location
from ...region import Text
from .lines import TooDeepError
from .shortcuts import parsing, writing
from .skim import Skimmed, skim, whole

__all__ = ["ParseError", "Tree", "children", "dotted_name", "literal_text", "mentions", "parse"]


_MARK = "\ufeff"


class ParseError(Exception):
    """Source that is no Python; `line` and `column` are 1-based."""

    def __init__(self, problem: str, line: int, column: int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line
        self.column = column


class Tree:
    """The syntax tree of a file."""

    def __init__(self, text: Text, skimmed: Skimmed, module: cst.Module) -> None:
        self.text = text
        self.module = module
        self._skimmed = skimmed

    def offsets(self, node: cst.CSTNode) -> tuple[int, int]:
        """Where a node begins and ends in the file."""
        begins, ends = self._places
        return self._skimmed.offset(begins[id(node)]), self._skimmed.offset(ends[id(node)] - 1) + 1

    def code(self, node: cst.CSTNode) -> str:
        """A node as it is written."""
        start, end = self.offsets(node)
        return self.text.value[start:end]

    def cut(self, node: cst.CSTNode) -> Text:
        """A node's text, with its places."""
        return self.text.cut(*self.offsets(node))

    def location(self, node: cst.CSTNode, subject: str | None = None) -> Location:
        """The place of a node."""
        return Location(self.text.source, subject, self.text.region(*self.offsets(node)))

    def lines(self, node: cst.CSTNode) -> tuple[int, int]:
        """The first and the last line of a node."""
        region = self.text.region(*self.offsets(node))
        return region.start.line, region.end.line

    @cached_property
    def _places(self) -> tuple[dict[int, int], dict[int, int]]:
        """Where in the skimmed code each node begins and ends, by the node's id."""
        module = self.module
        recorder = _Recorder(module.default_indent, module.default_newline)
        with writing():
            module._codegen(recorder)
        begins: dict[int, int] = {}
        ends: dict[int, int] = {}
        offset = 0
        for token in recorder.tokens:
            if token.__class__ is str:
                offset += len(token)
            elif (key := id(token)) in begins:
                ends[key] = offset
            else:
                begins[key] = offset
        return begins, ends


class _Recorder(CodegenState):
    """
    Writes each node among the tokens, before the first and after the last of its own.

    The two hooks run for every node of a file, so they are the list's own method, and the one context manager is
    shared: that halves the time.
    """

    def __init__(self, indent: str, newline: str) -> None:
        super().__init__(indent, newline)
        self.before_codegen = self.after_codegen = self.tokens.append  # type: ignore[method-assign, assignment]
        self._nothing: AbstractContextManager[None] = nullcontext()

    def record_syntactic_position(  # type: ignore[override]
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> AbstractContextManager[None]:
        """Nothing: the positions that matter are taken by the hooks."""
        return self._nothing

    def pop_trailing_newline(self) -> None:
        """Nothing: the last token may be a node's mark, and a newline too many moves nothing."""


def parse(text: Text, helping: re.Pattern[str] | None = None) -> Tree:
    """
    The tree of a file; raises `ParseError`.

    `helping` is how functions are used whose callers matter, beyond what is known to log or measure.
    """
    try:
        skimmed = _behind_mark(skim(text.value.removeprefix(_MARK), helping), text)
    except TooDeepError as error:
        place = text.position(error.offset)
        raise ParseError(str(error), place.line, place.column) from None
    try:
        with parsing():
            return Tree(text, skimmed, cst.parse_module(skimmed.code))
    except cst.ParserSyntaxError:
        # What was left out may have been misread; and the place of a true mistake is that in the whole file.
        return _parse_whole(text)


def _behind_mark(skimmed: Skimmed, text: Text) -> Skimmed:
    """The same, moved behind a byte order mark, which the parser would swallow."""
    if not text.value.startswith(_MARK):
        return skimmed
    return Skimmed(skimmed.code, skimmed.starts, tuple(shift + len(_MARK) for shift in skimmed.shifts))


def _parse_whole(text: Text) -> Tree:
    try:
        skimmed = _behind_mark(whole(text.value.removeprefix(_MARK)), text)
        return Tree(text, skimmed, cst.parse_module(skimmed.code))
    except cst.ParserSyntaxError as error:
        raise _located(text, error) from None


_PREFIX = re.compile(r"^(?:\w+ error: )?(?:error at (\d+):(\d+): )?")


def _located(text: Text, error: cst.ParserSyntaxError) -> ParseError:
    """The mistake with its place, which the interpreter knows better than the parser whose grammar is newer."""
    lines = text.value.split("\n")
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(text.value)
    except SyntaxError as told:
        problem, line, column = told.msg, told.lineno or 1, told.offset or 1
    except (ValueError, RecursionError, MemoryError) as told:
        problem, line, column = str(told) or "too complex", 1, 1
    else:
        prefix = _PREFIX.match(error.message)
        problem = error.message[prefix.end() if prefix else 0 :].strip() or "syntax error"
        line, column = (int(prefix[1]), int(prefix[2])) if prefix and prefix[1] else (1, 1)
    line = min(max(1, line), len(lines))
    return ParseError(problem, line, min(max(1, column), len(lines[line - 1]) + 1))


# Fields that hold layout, not meaning: most of a tree.
_LAYOUT = re.compile(
    r"^__|whitespace|leading_lines|lines_after|header|footer|trailing|lpar|rpar|^[lr](bracket|brace)$|^(comma|equal|dot|colon|newline)$"
    r"|semicolon|indent|asynchronous|^operator$|^keyword$|^star$|^first_line$|separator|only_star|posonly_ind|^asname$"
)
_FIELDS: dict[type[cst.CSTNode], tuple[str, ...]] = {}


def children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes directly inside a node that carry meaning, in the order of the source."""
    kind = type(node)
    names = _FIELDS.get(kind)
    if names is None:
        fields: Sequence[str] = tuple(kind.__dataclass_fields__)
        names = _FIELDS[kind] = tuple(name for name in fields if not _LAYOUT.search(name))
    for name in names:
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            yield value
        elif value.__class__ is tuple or value.__class__ is list:
            yield from value


def dotted_name(node: cst.CSTNode | None) -> str:
    """`a.b.c` for names and attributes; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if not isinstance(node, cst.Name):
        return ""
    parts.append(node.value)
    return ".".join(reversed(parts))


def names_in(node: cst.CSTNode) -> Iterator[cst.Name]:
    """The variables of an expression."""
    match node:
        case cst.Name():
            yield node
        case cst.Attribute(value=inner):
            yield from names_in(inner)
        case _:
            for child in children(node):
                yield from names_in(child)


def mentions(node: cst.CSTNode, name: str) -> bool:
    """Whether an expression reads a variable of that name; attributes, keywords and text do not."""
    match node:
        case cst.Name(value=value):
            return value == name
        case cst.Attribute(value=inner) | cst.Arg(value=inner):
            return mentions(inner, name)
    return any(mentions(child, name) for child in children(node))


def literal_text(node: cst.CSTNode | None) -> str | None:
    """The value of a string literal; None for anything else."""
    if isinstance(node, cst.SimpleString | cst.ConcatenatedString):
        try:
            value = node.evaluated_value
        except (SyntaxError, ValueError):
            return None
        return value if isinstance(value, str) else None
    return None
