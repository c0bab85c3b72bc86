"""Where a route stands: what the routes above it ask for, and which stand before and after it."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Location
from ...lint.nodes import Matcher, Node, Route
from ...lint.record import Record


class Position(Record):
    """A route in its tree; `above` are the matchers of the routes that lead to it."""

    route: Route
    above: tuple[Matcher, ...]
    before: tuple[Route, ...]
    after: tuple[Route, ...]

    @property
    def matchers(self) -> tuple[Matcher, ...]:
        """All that an alert must meet to arrive here."""
        return (*self.above, *self.route.matchers)


def positions(root: Route) -> Iterator[Position]:
    """The routes below the root, in the order in which they are tried."""
    yield from _below(root, ())


def _below(parent: Route, above: tuple[Matcher, ...]) -> Iterator[Position]:
    for number, route in enumerate(parent.routes):
        yield Position(route, above, parent.routes[:number], parent.routes[number + 1 :])
        yield from _below(route, (*above, *route.matchers))


def place(route: Route) -> Location:
    """Where a route's first matcher stands; its receiver where it has none."""
    return matcher_place(route, route.matchers[0]) if route.matchers else route.at


def matcher_place(node: Node, matcher: Matcher) -> Location:
    """The value of a matcher; its label where the value is empty."""
    return node.place(matcher.value if matcher.value.value else matcher.label)
