"""
A scanner for JSON that makes PyYAML's nodes, so that one tree serves both.

YAML's own loader refuses the tabs and the surrogate escapes that JSON may have.
"""

from __future__ import annotations

import json
import re

import yaml

_STRING = "tag:yaml.org,2002:str"
_FLOAT = "tag:yaml.org,2002:float"
_TOKEN = re.compile(r'[ \t\r\n]*(?:("(?:[^"\\]|\\.)*")|([{}\[\],:])|([^\s{}\[\],:"]+))')
_LITERALS = {"null": "tag:yaml.org,2002:null", "true": "tag:yaml.org,2002:bool", "false": "tag:yaml.org,2002:bool"}


def scan(text: str) -> yaml.Node | None:
    """The tree of a text that is known to be JSON; None for an empty one."""
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
            done = yaml.ScalarNode(
                _STRING, _unescaped(token) if "\\" in token else token[1:-1], _mark(start), _mark(end), "json"
            )
        else:
            tag = _LITERALS.get(token, _FLOAT)
            done = yaml.ScalarNode(tag, token, _mark(start), _mark(end), None)
        if stack:
            stack[-1][1].append(done)
    return done


def _unescaped(literal: str) -> str:
    # Lone surrogates have no character: kept as escapes, they can be neither printed nor encoded.
    value: str = json.loads(literal)
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _mark(index: int) -> yaml.error.Mark:
    return yaml.error.Mark("", index, 0, 0, None, 0)
