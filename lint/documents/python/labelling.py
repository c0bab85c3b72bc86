"""A label as rules see it: how bounded its value is, and by which expressions it comes."""

from __future__ import annotations

import re

import libcst as cst

from ...nodes import LabelValue, Step
from ...region import Text
from ..source import SourceSettings
from ..value import as_label
from .mappings import Pair
from .tree import Tree
from .value import Value

_AFTER = re.compile(r"[ \t]*,[ \t]*")


class Labelling:
    """Makes the labels of a file's measurements."""

    def __init__(self, tree: Tree, settings: SourceSettings) -> None:
        self._tree = tree
        self._bounded = settings.bounded

    def label(
        self, pair: Pair, value: Value, subject: str | None, inside: cst.Call | None = None, *, forget: bool = False
    ) -> LabelValue:
        """A label and what is known of its value; with `inside`, as seen from the outermost call that leads to it."""
        passed_at: cst.CSTNode = pair.value
        nodes = (pair.value, *(node for node in value.chain if node is not pair.value))
        if inside is not None:
            within = {id(arg.value) for arg in inside.args}
            start = next((index for index, node in enumerate(nodes) if id(node) in within), None)
            nodes = nodes[start:] if start is not None else (inside, *nodes)
            passed_at = nodes[0] if start is not None or not _contains(inside, pair.value) else pair.value
        bound, source = as_label(pair.name, value, self._bounded, forget=forget)
        return LabelValue(
            name=pair.name,
            boundedness=bound,
            chain=tuple(Step(self._tree.code(node), self._tree.location(node, subject)) for node in nodes),
            source=source,
            at=self._tree.location(passed_at, subject),
            values=tuple(sorted(value.values)) if value.values is not None else None,
            entry=self._entry(pair) if inside is None else None,
        )

    def _entry(self, pair: Pair) -> Text | None:
        """From the end of the entry before it to its own end; for the first one, up to the next entry's begin."""
        index = next((number for number, one in enumerate(pair.among) if one is pair.value), None)
        if index is None:
            return None
        end = self._tree.offsets(pair.value)[1]
        code = self._tree.text.value
        if index:
            return self._tree.text.cut(self._tree.offsets(pair.among[index - 1])[1], end)
        opening = max(code.rfind(mark, 0, self._tree.offsets(pair.value)[0]) for mark in "{[(")
        stop = _AFTER.match(code, end)
        return self._tree.text.cut(opening + 1, stop.end() if stop else end)


def _contains(call: cst.Call, node: cst.CSTNode) -> bool:
    return any(_holds(arg.value, node) for arg in call.args)


def _holds(outer: cst.CSTNode, node: cst.CSTNode) -> bool:
    return outer is node or any(_holds(child, node) for child in outer.children)
