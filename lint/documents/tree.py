"""
YAML and JSON as trees of values that know their places: the only home of PyYAML.

PyYAML's C loader composes the nodes; a scalar's `Text`, which maps each character of the decoded
value to the file, is computed only when it is asked for.
JSON goes through its own scanner, since YAML's loader refuses tabs and surrogate escapes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from ..region import Region, Text
from .scalars import pieces_of

_MERGE = "tag:yaml.org,2002:merge"
_NULL = "tag:yaml.org,2002:null"
_STRING = "tag:yaml.org,2002:str"
# Deeper than any hand-written file; well below where recursion would end the interpreter.
_DEEPEST = 200


@dataclass(frozen=True, slots=True)
class MalformedError(Exception):
    """Text that is no YAML or no JSON; `offset` says where it stops being so."""

    problem: str
    offset: int


class Tree:
    """A value of a YAML or JSON document: a mapping, a sequence or a scalar."""

    __slots__ = ("_document", "_node")

    def __init__(self, node: yaml.Node, document: Text) -> None:
        self._node = node
        self._document = document

    @property
    def is_mapping(self) -> bool:
        """Whether it has keys."""
        return isinstance(self._node, yaml.MappingNode)

    @property
    def is_sequence(self) -> bool:
        """Whether it has elements."""
        return isinstance(self._node, yaml.SequenceNode)

    @property
    def is_null(self) -> bool:
        """Whether it is an empty value."""
        return bool(self._node.tag == _NULL)

    @property
    def is_string(self) -> bool:
        """Whether it is a scalar that YAML reads as a string, not as a number, a bool or null."""
        return bool(self._node.tag == _STRING)

    @property
    def identity(self) -> int:
        """The same number for the same node: an alias is its anchor."""
        return id(self._node)

    def entries(self) -> Iterator[tuple[Tree, Tree]]:
        """The keys and values of a mapping, `<<` merged in behind its own keys; else nothing."""
        yield from self._entries(_DEEPEST)

    def get(self, key: str) -> Tree | None:
        """The value of a key; None where there is none. The first wins where a key is given twice."""
        if not isinstance(self._node, yaml.MappingNode):
            return None
        merges = False
        for name, value in self._node.value:
            if name.value == key and isinstance(name, yaml.ScalarNode):
                return Tree(value, self._document)
            merges = merges or name.tag == _MERGE
        if merges:
            return next((value for name, value in self.entries() if name.scalar == key), None)
        return None

    def text_at(self, key: str) -> Text | None:
        """The text of a scalar value that is not null; None where there is none."""
        value = self.get(key)
        return value.text if value is not None and not value.is_null else None

    def elements(self) -> Iterator[Tree]:
        """The elements of a sequence; else nothing."""
        if isinstance(self._node, yaml.SequenceNode):
            for node in self._node.value:
                yield Tree(node, self._document)

    @property
    def scalar(self) -> str | None:
        """The decoded value of a scalar; None for a mapping or sequence."""
        return self._node.value if isinstance(self._node, yaml.ScalarNode) else None

    @property
    def text(self) -> Text | None:
        """A scalar with its places; None for a mapping or sequence."""
        if not isinstance(self._node, yaml.ScalarNode):
            return None
        start, end = self._node.start_mark.index, self._node.end_mark.index
        pieces, style = pieces_of(self._document.value, start, end, self._node.value, self._node.style)
        return self._document.inner(self._node.value, pieces, style)

    @property
    def region(self) -> Region:
        """The extent of the value."""
        return self._document.region(self._node.start_mark.index, self._end())

    def written(self, until: Tree | None = None) -> Text:
        """The document's own text of this value, quotes and all, up to the end of another one behind it."""
        return self._document.cut(self._node.start_mark.index, (until or self)._end())

    @property
    def lines(self) -> tuple[int, int]:
        """First and last line of the value, both inclusive."""
        start = self._document.position(self._node.start_mark.index).line
        return start, max(start, self._document.position(max(self._node.start_mark.index, self._end() - 1)).line)

    def duplicates(self) -> Iterator[tuple[Text, Text]]:
        """Keys of this mapping that are given again: the later and the first one."""
        if not isinstance(self._node, yaml.MappingNode):
            return
        seen: dict[str, yaml.Node] = {}
        for key, _ in self._node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == _MERGE:
                continue
            if key.value in seen:
                later, first = Tree(key, self._document).text, Tree(seen[key.value], self._document).text
                if later is not None and first is not None:
                    yield later, first
            seen.setdefault(key.value, key)

    def walk(self) -> Iterator[Tree]:
        """This value and all below it, each anchor once however often it is repeated."""
        seen: set[int] = set()
        waiting = [self]
        while waiting:
            tree = waiting.pop()
            if tree.identity in seen:
                continue
            seen.add(tree.identity)
            yield tree
            below = [value for _, value in tree.entries()] or list(tree.elements())
            waiting.extend(reversed(below))

    def _entries(self, depth: int) -> Iterator[tuple[Tree, Tree]]:
        if not isinstance(self._node, yaml.MappingNode) or not depth:
            return
        merged: list[Tree] = []
        for key, value in self._node.value:
            if key.tag == _MERGE:
                tree = Tree(value, self._document)
                merged.extend(tree.elements() if tree.is_sequence else [tree])
            else:
                yield Tree(key, self._document), Tree(value, self._document)
        if merged:
            own = {key.value for key, _ in self._node.value if isinstance(key, yaml.ScalarNode)}
            for tree in merged:
                for key, tree_value in tree._entries(depth - 1):
                    if key.scalar not in own:
                        yield key, tree_value

    def _end(self) -> int:
        # A block collection's end mark stands before the next token: blank lines and comments do not belong to it.
        start, end = int(self._node.start_mark.index), int(self._node.end_mark.index)
        if isinstance(self._node, yaml.ScalarNode) and self._node.style in ("'", '"'):
            return end
        kept = self._document.value[start:end]
        while True:
            kept = kept.rstrip()
            last = kept.rfind("\n") + 1
            if not last or not kept[last:].lstrip().startswith("#"):
                return start + len(kept)
            kept = kept[:last]


def parse_yaml(document: Text) -> list[Tree]:
    """The documents of a YAML stream; raises `MalformedError`."""
    try:
        loader = yaml.CSafeLoader(document.value)
    except UnicodeEncodeError as error:
        raise MalformedError("a surrogate that no character has", error.start) from None
    trees: list[Tree] = []
    try:
        while loader.check_node():
            node = loader.get_node()
            if node is not None:
                _bound_depth(node)
                trees.append(Tree(node, document))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "not YAML"
        raise MalformedError(problem, min(mark.index, len(document.value)) if mark else 0) from None
    except yaml.reader.ReaderError as error:
        # libyaml counts bytes here; the character is found again by its code.
        offset = document.value.find(chr(error.character)) if isinstance(error.character, int) else 0
        raise MalformedError(f"{error.reason}", max(0, offset)) from None
    except RecursionError:
        raise MalformedError("nested too deeply", 0) from None
    finally:
        loader.dispose()
    return trees


def parse_json(document: Text) -> Tree:
    """A JSON document; raises `MalformedError`."""
    try:
        json.loads(document.value)
    except json.JSONDecodeError as error:
        raise MalformedError(error.msg[:1].lower() + error.msg[1:], min(error.pos, len(document.value))) from None
    except (RecursionError, ValueError) as error:
        raise MalformedError("nested too deeply" if isinstance(error, RecursionError) else str(error), 0) from None
    return Tree(_scan(document.value), document)


def _mark(index: int) -> yaml.error.Mark:
    return yaml.error.Mark("", index, 0, 0, None, 0)


def _bound_depth(root: yaml.Node) -> None:
    level, depth, seen = [root], 0, {id(root)}
    while level:
        depth += 1
        if depth > _DEEPEST:
            raise MalformedError("nested too deeply", level[0].start_mark.index)
        below = []
        for node in level:
            if isinstance(node, yaml.MappingNode):
                children = [child for pair in node.value for child in pair]
            else:
                children = list(node.value) if isinstance(node, yaml.SequenceNode) else []
            for child in children:
                if not isinstance(child, yaml.ScalarNode) and id(child) not in seen:
                    seen.add(id(child))
                    below.append(child)
        level = below


_TOKEN = re.compile(r'[ \t\r\n]*(?:("(?:[^"\\]|\\.)*")|([{}\[\],:])|([^\s{}\[\],:"]+))')
_LITERALS = {"null": _NULL, "true": "tag:yaml.org,2002:bool", "false": "tag:yaml.org,2002:bool"}


def _scan(text: str) -> yaml.Node:
    """The tree of a text that is known to be JSON."""
    stack: list[tuple[yaml.CollectionNode, list[yaml.Node]]] = []
    done: yaml.Node | None = None
    for match in _TOKEN.finditer(text):
        kind = match.lastindex
        start, end = match.span(kind or 0)
        token = match[kind or 0]
        if token == "{":
            stack.append((yaml.MappingNode("tag:yaml.org,2002:map", [], _mark(start), None, True), []))
            continue
        if token == "[":
            stack.append((yaml.SequenceNode("tag:yaml.org,2002:seq", [], _mark(start), None, True), []))
            continue
        if kind == 2 and token in ",:":
            continue
        if kind == 2:
            collection, children = stack.pop()
            collection.end_mark = _mark(end)
            pairs = zip(children[::2], children[1::2], strict=True)
            collection.value = list(pairs) if token == "}" else children
            done = collection
        elif kind == 1:
            # Lone surrogates have no character: kept as escapes, they can be neither printed nor encoded.
            value = json.loads(token).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            done = yaml.ScalarNode(_STRING, value, _mark(start), _mark(end), "json")
        else:
            tag = _LITERALS.get(token, "tag:yaml.org,2002:float")
            done = yaml.ScalarNode(tag, token, _mark(start), _mark(end), None)
        if stack:
            stack[-1][1].append(done)
    if done is None:
        raise MalformedError("empty", 0)
    return done
