"""
YAML and JSON as trees of values that know their places: the home of PyYAML, with the scanner for JSON beside it.

PyYAML's C loader composes the nodes; a scalar's `Text`, which maps each character of the decoded
value to the file, is computed only when it is asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import yaml

from ..region import Region, Text
from .scalars import pieces_of
from .tree_json import scan

_MERGE = "tag:yaml.org,2002:merge"
_NULL = "tag:yaml.org,2002:null"
_STRING = "tag:yaml.org,2002:str"
_BINARY = "tag:yaml.org,2002:binary"
# Deeper than any hand-written file; well below where recursion would end the interpreter.
_DEEPEST = 200
# Composing recurses in C and ends the process somewhere beyond twenty thousand levels.
_SAFE_NESTING = 4000
_COMMENT = re.compile(r"[ \t]+#[ \t]*([^\n]*)")


class MalformedError(Exception):
    """Text that is no YAML or no JSON; `offset` says where it stops being so."""

    # No frozen dataclass: whoever passes an exception on sets its `__traceback__`.
    def __init__(self, problem: str, offset: int) -> None:
        super().__init__(problem, offset)
        self.problem, self.offset = problem, offset


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
    def is_flow(self) -> bool:
        """Whether it is a mapping or sequence in brackets."""
        return bool(getattr(self._node, "flow_style", False))

    @property
    def is_null(self) -> bool:
        """Whether it is an empty value."""
        return bool(self._node.tag == _NULL)

    @property
    def is_string(self) -> bool:
        """Whether it is a scalar that YAML reads as a string, not as a number, a bool or null."""
        return bool(self._node.tag == _STRING)

    @property
    def is_binary(self) -> bool:
        """Whether it is a scalar of bytes, in base64."""
        return bool(self._node.tag == _BINARY)

    @property
    def identity(self) -> int:
        """The same number for the same node: an alias is its anchor."""
        return id(self._node)

    def entries(self) -> Iterator[tuple[Tree, Tree]]:
        """The keys and values of a mapping, `<<` merged in behind its own keys; else nothing."""
        waiting: list[yaml.Node] = [self._node]
        names: set[str | None] = set()
        seen: set[int] = set()
        while waiting:
            node = waiting.pop()
            if not isinstance(node, yaml.MappingNode) or id(node) in seen:
                continue
            seen.add(id(node))
            # Of a key that several give the first counts; a key that one gives twice is that one's mistake.
            others = frozenset(names) if node is not self._node else frozenset()
            sources: list[yaml.Node] = []
            for key, value in node.value:
                if key.tag == _MERGE:
                    sources.extend(value.value if isinstance(value, yaml.SequenceNode) else [value])
                    continue
                tree = Tree(key, self._document)
                if tree.scalar not in others:
                    names.add(tree.scalar)
                    yield tree, Tree(value, self._document)
            waiting.extend(reversed(sources))

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

    def at(self, pointer: str) -> Tree | None:
        """What a JSON pointer (RFC 6901) leads to; None where it leads nowhere."""
        here: Tree | None = self
        for token in pointer.split("/")[1:]:
            if here is not None and here.is_sequence:
                position = int(token) if token.isascii() and token.isdigit() else -1
                here = next((one for index, one in enumerate(here.elements()) if index == position), None)
            elif here is not None:
                here = here.get(token.replace("~1", "/").replace("~0", "~"))
        return here

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
    def comment(self) -> Text | None:
        """The comment behind a scalar on its last line, without the `#`; None where there is none."""
        match = _COMMENT.match(self._document.value, self._end()) if self.scalar is not None else None
        return self._document.cut(*match.span(1)) if match is not None and match[1] else None

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

    def _end(self) -> int:
        # A block collection's end mark stands before the next token: blank lines and comments do not belong to it.
        start, end = int(self._node.start_mark.index), int(self._node.end_mark.index)
        if isinstance(self._node, yaml.ScalarNode) and self._node.style in ("'", '"'):
            return end
        text = self._document.value
        if isinstance(self._node, yaml.ScalarNode):  # what begins with `#` inside a scalar is no comment
            return start + len(text[start:end].rstrip())
        while end > start:
            begin = max(start, text.rfind("\n", start, end) + 1)
            line = text[begin:end].strip()
            if line and not (line.startswith("#") and begin > start):
                return begin + len(text[begin:end].rstrip())
            end = begin - 1
        return start


def parse_named(document: Text, name: str) -> list[Tree]:
    """The documents of a text by the ending of its name: JSON, else YAML; raises `MalformedError`."""
    return [parse_json(document)] if name.lower().endswith(".json") else parse_yaml(document)


def parse_yaml(document: Text) -> list[Tree]:
    """The documents of a YAML stream; raises `MalformedError`."""
    try:
        loader = yaml.CSafeLoader(document.value)
    except UnicodeEncodeError as error:
        raise MalformedError("a surrogate that no character has", error.start) from None
    trees: list[Tree] = []
    try:
        _bound_nesting(document.value)
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
    root = scan(document.value)
    if root is None:
        raise MalformedError("empty", 0)
    return Tree(root, document)


def _bound_nesting(text: str) -> None:
    """Refuses what is nested so deeply that composing it, which recurses in C, would end the process."""
    # Each level of block style begins further right than the one around it, or is a list that begins below its key.
    longest = max(map(len, text.split("\n")))
    if 2 * longest + text.count("[") + text.count("{") < _SAFE_NESTING:
        return
    depth = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise MalformedError("nested too deeply", event.start_mark.index if event.start_mark else 0)


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
