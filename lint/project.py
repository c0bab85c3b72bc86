"""All nodes of a run, indexed once, so that a rule that needs several files is a look-up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from .garbage import uncollected
from .nodes import Borrowing, Indicator, Instrument, Measurement, Node, OutsideCall, Slo, Wrapper
from .record import replace
from .source_index import SourceIndex

if TYPE_CHECKING:
    from .git import History
    from .web import Web

N = TypeVar("N", bound=Node)
_PAGES = (".md", ".mdx", ".markdown", ".rst")


class Packed:
    """A file whose nodes are unpacked, and put in order, when somebody asks for a kind that it has."""

    def __init__(self, kinds: Collection[str], nodes: Callable[[], Sequence[Node]]) -> None:
        self.kinds, self._nodes = kinds, nodes
        self._by_kind: dict[str, list[Node]] | None = None

    def of(self, kind: str) -> Sequence[Node]:
        """Its nodes of one kind."""
        if kind not in self.kinds:
            return ()
        if self._by_kind is None:
            self._by_kind = {}
            for node in self._nodes():
                self._by_kind.setdefault(type(node).__name__, []).append(node)
        return self._by_kind[kind]


class Project:
    """
    The nodes of a run by their kind, in the order of the files; those of `files` come first.

    `today` and `history` are for rules about what grows old, `web` for those about addresses; None where a run must
    not ask.
    """

    def __init__(
        self,
        nodes: Iterable[Node] = (),
        today: date | None = None,
        *,
        history: History | None = None,
        web: Web | None = None,
        files: Iterable[Packed] = (),
    ) -> None:
        self._today, self._history, self._web = today, history, web
        loose = tuple(nodes)
        self._files = [*files, Packed({type(node).__name__ for node in loose}, lambda: loose)]
        self._by_kind: dict[str, list[Node]] = {}
        self.asked: set[str] = set()
        """The names of all kinds and properties that somebody has asked for."""

    def all(self, kind: type[N]) -> list[N]:
        """Every node of one kind; an objective has the queries of the indicator that it refers to."""
        indicators = self.all(Indicator) if kind is Slo else ()
        name = kind.__name__
        self.asked.add(name)
        found = self._by_kind.get(name)
        if found is None:
            with uncollected():
                found = [node for file in self._files for node in file.of(name)]
                found = self._by_kind[name] = [*_joined(found, indicators)] if indicators else found
        return [node for node in found if isinstance(node, kind)]

    def loaded(self, kind: type[N]) -> list[N]:
        """Those in files which a server may load: what a page shows is an example."""
        return [node for node in self.all(kind) if not node.at.source.endswith(_PAGES)]

    @property
    def today(self) -> date | None:
        """The day of the run."""
        self.asked.add("today")
        return self._today

    @property
    def history(self) -> History | None:
        """What git knows of the files."""
        self.asked.add("history")
        return self._history

    @property
    def web(self) -> Web | None:
        """Who asks for addresses."""
        self.asked.add("web")
        return self._web

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The names of the kinds that there are."""
        return frozenset(kind for file in self._files for kind in file.kinds)

    @property
    def source(self) -> SourceIndex:
        """What the source files know of each other."""
        self.asked.update(kind.__name__ for kind in (Instrument, Wrapper, Measurement, OutsideCall, Borrowing))
        return self._source

    @cached_property
    def _source(self) -> SourceIndex:
        return SourceIndex(
            self.all(Instrument), self.all(Wrapper), self.all(Measurement), self.all(OutsideCall), self.all(Borrowing)
        )


def _joined(slos: Iterable[Node], indicators: Iterable[Indicator]) -> Iterator[Node]:
    """The objectives with the queries of their indicators: of that in the same file, or else of the only one."""
    by_name: defaultdict[str, list[Indicator]] = defaultdict(list)
    for indicator in indicators:
        by_name[indicator.name.value].append(indicator)
    for slo in slos:
        reference = slo.indicator if isinstance(slo, Slo) and not slo.queries else None
        named = by_name.get(reference.value, []) if reference is not None else []
        own = [one for one in named if one.at.source == slo.at.source] or named
        yield replace(slo, queries=own[0].queries) if len(own) == 1 else slo
