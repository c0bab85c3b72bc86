"""YAML and JSON: what a document is, its content says."""

from __future__ import annotations

from collections.abc import Iterator

from ..region import Text
from . import dashboards, helm, rules, secrets
from .broken import malformed
from .kinds import KINDS
from .parsed import Parsed, merge
from .sieve import STRUCTURED
from .source import SourceSettings
from .steps import scalar_at, text_at
from .tree import MalformedError, Tree, parse_json, parse_named, parse_yaml

_NESTING = 8


def read_yaml(text: Text, path: str, settings: SourceSettings) -> Parsed:
    """The documents of a YAML stream."""
    try:
        trees = parse_yaml(text)
    except MalformedError as error:
        return malformed(text, error)
    found = [_structured(tree, text.source, _NESTING) for tree in trees]
    return merge([*found, Parsed(nodes=tuple(rules.ignored_documents(trees, text.source)))])


def read_json(text: Text, path: str, settings: SourceSettings) -> Parsed:
    """A JSON document."""
    try:
        return _structured(parse_json(text), text.source, _NESTING)
    except MalformedError as error:
        return malformed(text, error)


def _structured(tree: Tree, source: str, depth: int) -> Parsed:
    values = list(helm.values_in(tree))
    if values:
        return merge([_handed(value, source, depth) for value in values])
    found = [kind for kind in KINDS if kind.holds(tree)]
    own = Parsed(tuple(kind.name for kind in found), tuple(node for kind in found for node in kind.nodes(tree, source)))
    return merge([own, *_nested(tree, source, depth)])


def _handed(values: Tree, source: str, depth: int) -> Parsed:
    """The values that a resource hands to a chart, as if they stood in a file of their own."""
    if values.text is None:
        return _structured(values, source, depth - 1) if depth else Parsed()
    return merge([*_opened(values.text, "values.yaml", depth)])


def _nested(tree: Tree, source: str, depth: int) -> Iterator[Parsed]:
    """The documents in the strings of ConfigMaps, Secrets and the Grafana operator, however these are listed."""
    if not depth:
        return
    items = tree.get("items")
    for item in items.elements() if items is not None else ():
        yield _structured(item, source, depth - 1)
    if (why := dashboards.unread(tree)) is not None:
        yield Parsed((dashboards.KIND,), skipped=why)
    known = dashboards.KIND if scalar_at(tree, "kind") in dashboards.OPERATOR else None
    for name, text in _values(tree):
        if text is None:
            yield Parsed(skipped=f"`{name}` of the Secret is neither text in base64 nor gzip")
            continue
        if known is None and not STRUCTURED.search(text.value.encode()):
            continue
        yield from _opened(text, name, depth, known)


def _opened(text: Text, name: str, depth: int, known: str | None = None) -> Iterator[Parsed]:
    """The documents of a text inside a document."""
    if not depth:
        return
    try:
        for inner in parse_named(text, name):
            yield _structured(inner, text.source, depth - 1)
    except MalformedError as error:
        yield malformed(text, error, known)


def _values(tree: Tree) -> Iterator[tuple[str, Text | None]]:
    """The strings of a resource that are documents, with names that say what they are."""
    kind, data = scalar_at(tree, "kind"), tree.get("data")
    if kind == "Secret":
        yield from secrets.values_in(tree)
    elif kind == "ConfigMap" and data is not None:
        for key, value in data.entries():
            if key.scalar and value.text is not None:
                yield key.scalar, value.text
    elif kind in dashboards.OPERATOR:
        text = text_at(tree, "spec", "json")
        if text is not None:
            yield "spec.json", text
