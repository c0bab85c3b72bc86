"""How often an instrument is made: once is right, for each request or in each round of a loop is not."""

from __future__ import annotations

import re

import libcst as cst

from .names import Names
from .parameters import Parameters
from .scopes import Scope, Site
from .tree import dotted_name

# What is done for each event; a gauge is also set, and information written, once when a service starts.
_MEASURING = frozenset({"inc", "dec", "add", "observe", "record", "time"})
# Functions that a service runs over and over; whatever else they do, they are no set-up.
_BUSY = frozenset("__call__ dispatch process_request process_response process_view handle_request on_message".split())
_KEEPS = re.compile(r"cache|memo|once|singleton|fixture")


class Often:
    """How often a file makes its instruments."""

    def __init__(self, names: Names, parameters: Parameters) -> None:
        self._names = names
        self._parameters = parameters

    def why(self, call: cst.Call, site: Site) -> str | None:
        """Where an instrument is made again and again, in words; None where it is made once, for all that is known."""
        function = site.scope.enclosing("function")
        if function is None or any(_keeps(one) for one in function.decorators):
            return None
        if self._measures(call) or self._is_made_to_measure(function, call):
            return "and used at once, anew for each call"
        if any(block.loop for block in site.block.ancestors()):
            return "in a loop" if _runs_forever(site) else None
        if function.name in _BUSY or self._parameters.is_handler(function):
            return f"in `{function.name}`, which runs for each request"
        return None

    def _measures(self, call: cst.Call) -> bool:
        """Whether something is counted or observed with what a call returns, in the same expression."""
        outer = self._names.outline.parents.get(id(call))
        return outer is not None and isinstance(outer.func, cst.Attribute) and outer.func.attr.value in _MEASURING

    def _is_made_to_measure(self, function: Scope, call: cst.Call) -> bool:
        """Whether a function returns the instrument to callers that measure with it at once."""
        if not any(value is call for value, _ in function.returns):
            return False
        return any(
            self._measures(one) and self._names.function(one.func, there) is function
            for one, there in self._names.outline.calls
            if dotted_name(one.func).rpartition(".")[2] == function.name
        )


def _keeps(decorator: cst.BaseExpression) -> bool:
    """Whether a decorator keeps what its function returns: `@lru_cache`, `@functools.cache`, `@pytest.fixture`."""
    name = dotted_name(decorator.func if isinstance(decorator, cst.Call) else decorator).rpartition(".")[2]
    return _KEEPS.search(name) is not None


def _runs_forever(site: Site) -> bool:
    return any(block.loop and block.tests for block in site.block.ancestors())
