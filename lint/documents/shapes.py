"""The shape of a configuration: what keys its mappings have, and what each is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from ..nodes import UnknownKey
from ..record import Record, field
from .tree import Tree

Shape: TypeAlias = "Block | Many | str"


class Many(Record):
    """A list of blocks."""

    of: Block


class Block(Record):
    """
    A mapping.

    A key's shape is a block, a list of blocks, or a word: `any`, `bool`, `int`, `duration`, `size`, `url`, `address`,
    `texts` (a list of scalars), `list` and the values that its elements may have, `map`, or the values it may have,
    parted by `|`.
    """

    keys: Mapping[str, Shape]
    required: tuple[str, ...] = ()
    rivals: tuple[tuple[str, ...], ...] = ()
    """Keys of which one may be given."""

    is_open: bool = False
    """Whether there are further keys, which are not known here."""

    is_relabelling: bool = False
    """Whether it is a step of relabelling, whose keys depend on its action."""


class Builder(Record):
    """Makes a block from words."""

    shapes: dict[str, Shape] = field(default_factory=dict)

    def keys(self, shape: str, names: str) -> Builder:
        """With some keys of one shape."""
        return Builder({**self.shapes, **dict.fromkeys(names.split(), shape)})

    def block(self, below: Mapping[str, Shape]) -> Builder:
        """With keys of several shapes."""
        return Builder({**self.shapes, **below})

    def build(self, required: str = "", rivals: tuple[str, ...] = (), *, is_open: bool = False) -> Block:
        """The block."""
        return Block(self.shapes, tuple(required.split()), tuple(tuple(one.split()) for one in rivals), is_open)

    def relabelling(self) -> Block:
        """The block as a step of relabelling."""
        return Block(self.shapes, is_relabelling=True)


NEW = Builder()


def unknown_keys_in(tree: Tree, block: Block, where: str) -> Iterator[UnknownKey]:
    """The keys that the reader of a document does not know, at whatever depth."""
    for key, value in tree.entries():
        # What begins with a dollar is an instruction of kustomize or a template's.
        if key.text is None or key.text.value.startswith("$"):
            continue
        shape = block.keys.get(key.text.value)
        if shape is None and not block.is_open:
            yield UnknownKey(key.text, where, frozenset(block.keys))
        elif isinstance(shape, Block):
            yield from unknown_keys_in(value, shape, f"`{key.text.value}`")
        elif isinstance(shape, Many):
            for element in value.elements():
                yield from unknown_keys_in(element, shape.of, f"`{key.text.value}`")
