"""
A parsed file: tree-sitter's tree, and the place of each of its nodes in code points.

tree-sitter counts bytes of UTF-8; everything else here counts characters.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

from tree_sitter import Language, Node, Parser

from ...finding import Location
from ...region import Text

__all__ = [
    "FIELDS",
    "FUNCTIONS",
    "Node",
    "Source",
    "arguments_of",
    "calls_in",
    "elements_of",
    "first_of",
    "is_deep",
    "key_text",
    "leaves",
    "literal_text",
    "member_name",
    "pairs_of",
    "parse",
    "unwrap",
]

FUNCTIONS = frozenset(
    {
        "arrow_function",
        "function_declaration",
        "function_expression",
        "generator_function",
        "generator_function_declaration",
        "method_definition",
    }
)
"""The types of nodes that are functions with a body."""

FIELDS = frozenset({"public_field_definition", "field_definition"})
"""The types of nodes that are fields of a class, in TypeScript and in JavaScript."""

_WRAPPINGS = frozenset(
    {
        "parenthesized_expression",
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
        "await_expression",
        "type_assertion",
    }
)
_LEAVES = frozenset({"return_statement", "throw_statement", "continue_statement", "break_statement"})
_ESCAPE = re.compile(r"\\(u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|\r?\n|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}
_PROBES = 6
_DEEPEST = 5_000
"""Levels of nodes; a file of hand has some fifty."""

_WIDE = re.compile(rb"[\xc2-\xf4]")


class Source:
    """The syntax tree of a file."""

    def __init__(self, text: Text, data: bytes, root: Node) -> None:
        self.text = text
        self.data = data
        self.root = root
        # After each character of several bytes, how many bytes more than characters there were.
        wide = [(match.start(), _width(match[0][0])) for match in _WIDE.finditer(data)]
        self._ends = [start + width for start, width in wide]
        self._shifts = [0, *accumulate(width - 1 for _, width in wide)]

    def offset(self, byte: int) -> int:
        """The character at a byte."""
        return byte - self._shifts[bisect_right(self._ends, byte)] if self._ends else byte

    def offsets(self, node: Node) -> tuple[int, int]:
        """Where a node begins and ends, in characters."""
        return self.offset(node.start_byte), self.offset(node.end_byte)

    def code(self, node: Node) -> str:
        """A node as it is written."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "surrogatepass")

    def cut(self, node: Node) -> Text:
        """A node's text, with its places."""
        return self.text.cut(*self.offsets(node))

    def location(self, node: Node, subject: str | None = None) -> Location:
        """The place of a node."""
        return Location(self.text.source, subject, self.text.region(*self.offsets(node)))

    def lines(self, node: Node) -> tuple[int, int]:
        """The first and the last line of a node."""
        return node.start_point[0] + 1, node.end_point[0] + 1


def parse(text: Text, suffix: str) -> Source:
    """The tree of a file; tree-sitter gives one for any text, with `ERROR` nodes where it is no source."""
    data = text.value.encode("utf-8", "surrogatepass")
    return Source(text, data, Parser(_language(suffix)).parse(data).root_node)


def is_deep(source: Source) -> bool:
    """
    Whether a file is nested deeper than anybody writes it.

    tree-sitter finds a node's parent from the top, so what each node of such a file costs grows with its depth.
    A few places tell: a nest that is deep has most of the file in it.
    """
    cursor, size = source.root.walk(), len(source.data)
    for part in range(1, _PROBES):
        cursor.reset(source.root)
        depth = 0
        while cursor.goto_first_child_for_byte(size * part // _PROBES) is not None:
            depth += 1
        if depth > _DEEPEST:
            return True
    return False


@cache
def _language(suffix: str) -> Language:
    if suffix in {".ts", ".mts", ".cts"}:
        from tree_sitter_typescript import language_typescript

        return Language(language_typescript())
    if suffix == ".tsx":
        from tree_sitter_typescript import language_tsx

        return Language(language_tsx())
    from tree_sitter_javascript import language

    return Language(language())


def unwrap(node: Node) -> Node:
    """An expression without what changes only its type or its looks: parentheses, `as T`, `!`, `await`."""
    while node.type in _WRAPPINGS and node.named_child_count:
        inner = node.named_child(1) if node.type == "type_assertion" else first_of(node)
        if inner is None:
            return node
        node = inner
    return node


def literal_text(node: Node | None, source: Source) -> str | None:
    """The value of a string literal, or of a template without substitutions; None for anything else."""
    if node is None:
        return None
    node = unwrap(node)
    if node.type == "string" or (node.type == "template_string" and _is_plain(node)):
        return _ESCAPE.sub(_unescape, source.code(node)[1:-1])
    return None


def member_name(node: Node, source: Source) -> str | None:
    """The name that a member expression reads: `b` of `a.b` and of `a['b']`."""
    if node.type == "member_expression":
        name = node.child_by_field_name("property")
        return source.code(name) if name else None
    if node.type == "subscript_expression":
        return literal_text(node.child_by_field_name("index"), source)
    return None


def arguments_of(call: Node) -> list[Node]:
    """The arguments of a call or of `new`, without comments."""
    arguments = call.child_by_field_name("arguments")
    return elements_of(arguments) if arguments is not None and arguments.type == "arguments" else []


def calls_in(node: Node) -> Iterator[Node]:
    """The calls in some code, those in functions inside it included."""
    todo = [node]
    while todo:
        one = todo.pop()
        if one.type == "call_expression":
            yield one
        todo += reversed(one.named_children)


def elements_of(node: Node) -> list[Node]:
    """The named children of a list, without comments."""
    return [child for child in node.named_children if child.type != "comment"]


def first_of(node: Node) -> Node | None:
    """The first named child that is no comment."""
    return next((child for child in node.named_children if child.type != "comment"), None)


def pairs_of(node: Node, source: Source) -> dict[str, Node]:
    """The keys of an object literal that are constants, and their values; a method stands for itself."""
    pairs: dict[str, Node] = {}
    for child in node.named_children if node.type == "object" else ():
        if child.type == "pair":
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if key is not None and value is not None and key.type != "computed_property_name":
                pairs[key_text(key, source)] = value
        elif child.type == "shorthand_property_identifier":
            pairs[source.code(child)] = child
        elif child.type == "method_definition":
            name = child.child_by_field_name("name")
            if name is not None:
                pairs[source.code(name)] = child
    return pairs


def leaves(body: Node) -> bool:
    """Whether a statement ends by `return`, `throw`, `continue` or `break`."""
    if body.type == "statement_block":
        statements = elements_of(body)
        return bool(statements) and leaves(statements[-1])
    return body.type in _LEAVES


def key_text(key: Node, source: Source) -> str:
    """A key of an object literal, a pattern or an interface, without its quotes."""
    text = literal_text(key, source)
    return source.code(key) if text is None else text


def _is_plain(template: Node) -> bool:
    return all(child.type != "template_substitution" for child in template.named_children)


def _unescape(match: re.Match[str]) -> str:
    digits = match[2] or match[3] or match[4]
    if digits and int(digits, 16) <= 0x10FFFF:
        return chr(int(digits, 16))
    return _ESCAPES.get(match[1], match[1])


def _width(lead: int) -> int:
    return 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
