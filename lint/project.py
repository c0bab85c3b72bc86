"""All nodes of a run, indexed once, so that a rule that needs several files is a look-up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from .nodes import Borrowing, Instrument, Measurement, Node, OutsideCall, Wrapper
from .source_index import SourceIndex

if TYPE_CHECKING:
    from .git import History
    from .web import Web

N = TypeVar("N", bound=Node)
_PAGES = (".md", ".mdx", ".markdown", ".rst")


class Project:
    """
    The nodes of a run by their kind, in the order of the files.

    `today` and `history` are for rules about what grows old, `web` for those about addresses; None where a run must
    not ask.
    """

    def __init__(
        self,
        nodes: Iterable[Node],
        today: date | None = None,
        *,
        history: History | None = None,
        web: Web | None = None,
    ) -> None:
        self.today, self.history, self.web = today, history, web
        self._by_kind: dict[type[Node], list[Node]] = {}
        for node in nodes:
            self._by_kind.setdefault(type(node), []).append(node)

    def all(self, kind: type[N]) -> list[N]:
        """Every node of one kind."""
        return [node for node in self._by_kind.get(kind, ()) if isinstance(node, kind)]

    def loaded(self, kind: type[N]) -> list[N]:
        """Those in files which a server may load: what a page shows is an example."""
        return [node for node in self.all(kind) if not node.at.source.endswith(_PAGES)]

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The names of the kinds that there are."""
        return frozenset(kind.__name__ for kind in self._by_kind)

    @cached_property
    def source(self) -> SourceIndex:
        """What the source files know of each other."""
        return SourceIndex(
            self.all(Instrument), self.all(Wrapper), self.all(Measurement), self.all(OutsideCall), self.all(Borrowing)
        )
