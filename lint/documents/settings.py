"""Any YAML as `Setting`s: for documents whose rules look at keys that no node names."""

from __future__ import annotations

from ..nodes import Entry, Setting
from .tree import Tree

# An anchor that repeats anchors can stand for more values than there are atoms.
_MOST = 50_000
_DEEPEST = 60


class SettingReader:
    """Reads the values of one document; what an anchor repeats becomes one value."""

    def __init__(self) -> None:
        self._known: dict[int, Setting] = {}

    def read(self, tree: Tree, depth: int = 0) -> Setting:
        """The value of a tree. What is deeper or more than any hand writes is left empty."""
        known = self._known.get(tree.identity)
        if known is not None:
            return known
        if depth > _DEEPEST or len(self._known) > _MOST:
            return Setting()
        # An anchor may hold itself: while it is read, it is empty.
        self._known[tree.identity] = Setting()
        setting = Setting(
            text=tree.text if not tree.is_null else None,
            entries=tuple(
                Entry(key.text, self.read(value, depth + 1)) for key, value in tree.entries() if key.text is not None
            ),
            elements=tuple(self.read(element, depth + 1) for element in tree.elements()),
            is_mapping=tree.is_mapping,
            is_list=tree.is_sequence,
            flow=tree.is_flow,
        )
        self._known[tree.identity] = setting
        return setting
