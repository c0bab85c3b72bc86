"""Judging expressions: each by the judge of its kind, which judges the parts of it in turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import libcst as cst

from ..source import SourceSettings
from .names import Names
from .parameters import Parameters
from .requests import Requests
from .scopes import Site
from .value import UNKNOWN, Value

_DEPTH = 24
_STEPS = 2000
"""As many expressions are followed for one value: names that are made of each other double them at every step."""

Judge = Callable[..., Value]
"""What knows one kind of expression: given who judges the others, the expression and the site."""


class Judging:
    """What judges need: each other, and what is known of the file."""

    def __init__(self, names: Names, settings: SourceSettings, judges: Mapping[type[object], Judge]) -> None:
        self.names = names
        self.settings = settings
        self.requests = Requests(names)
        self.parameters = Parameters(names, self.requests)
        self._judges = judges
        self._depth = 0
        self._steps = 0

    def of(self, node: cst.BaseExpression | None, site: Site) -> Value:
        """The value of an expression at a site."""
        judge = self._judges.get(type(node))
        self._steps = self._steps + 1 if self._depth else 0
        if judge is None or self._depth > _DEPTH or self._steps > _STEPS:
            return UNKNOWN
        self._depth += 1
        try:
            return judge(self, node, site)
        finally:
            self._depth -= 1
