"""Judging expressions: each by the judge of its kind, which judges the parts of it in turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..source import SourceSettings
from ..value import UNKNOWN, Value
from .annotations import Types
from .guards import Guards
from .names import Names
from .requests import Requests
from .scopes import Argument, Frame, Scope, Site
from .tree import Node, arguments_of

_DEPTH = 24
_STEPS = 5_000
"""How many expressions are looked at for one: where each is made of several others, there is no end of ways."""

Judge = Callable[["Judging", Node, Site], Value[Node]]
"""What knows one kind of expression."""

_Key = tuple[int, int, int, int]


class Judging:
    """What judges need: each other, and what is known of the file. Keeps what it found out."""

    def __init__(self, names: Names, settings: SourceSettings, judges: Mapping[str, Judge]) -> None:
        self.names = names
        self.source = names.source
        self.settings = settings
        self.types = Types(names)
        self.guards = Guards(names, self.types)
        self.requests = Requests(names)
        self._judges = judges
        self._depth = 0
        self._steps = 0
        self._open: set[_Key] = set()
        self._known: dict[_Key, Value[Node]] = {}

    def of(self, node: Node | None, site: Site) -> Value[Node]:
        """The value of an expression at a site."""
        self._steps = self._steps + 1 if self._depth else 0
        if node is None or self._depth > _DEPTH or self._steps > _STEPS:
            return UNKNOWN
        judge = self._judges.get(node.type)
        if judge is None:
            return UNKNOWN
        # `this.state = { ...this.state, x }`: what is made of itself is known by its other parts.
        key = (node.id, site.order, id(site.block), id(site.frame))
        if key in self._known or key in self._open:
            return self._known.get(key, UNKNOWN)
        self._depth += 1
        self._open.add(key)
        try:
            value = judge(self, node, site)
        finally:
            self._depth -= 1
            self._open.discard(key)
        if site.frame is None:
            self._known[key] = value
        return value

    def bind(self, function: Scope, call: Node, site: Site) -> Frame:
        """A call that is to be followed: what each parameter of the function stands for in it."""
        args = arguments_of(call)
        if any(one.type == "spread_element" for one in args):
            args = args[: next(i for i, one in enumerate(args) if one.type == "spread_element")]
        depth = site.frame.depth + 1 if site.frame else 1
        return Frame(function, tuple(Argument(one, site) for one in args), site.frame, depth)
