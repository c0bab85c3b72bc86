"""The way of an alert through the tree, as places to look at."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Related
from ...lint.telemetry.routes import Step, Verdict
from ._tree import matcher_place, place

MOST = 12
"""Steps that are shown: a longer way explains nothing."""


def told(step: Step) -> tuple[Related, ...]:
    """What became of the alert at each route that it came to, in order."""
    return tuple(_steps(step))[:MOST]


def _steps(step: Step) -> Iterator[Related]:
    for below in step.steps:
        yield _related(below)
        yield from _steps(below)
    tried = {id(below.route) for below in step.steps}
    rest = [route for route in step.route.routes if id(route) not in tried]
    if rest and step.steps:
        yield Related(place(rest[0]), "not tried: the route before it took the alert and does not continue")


def _related(step: Step) -> Related:
    if step.verdict is Verdict.NO:
        matcher = next(matcher for matcher, verdict in step.met if verdict is Verdict.NO)
        return Related(matcher_place(step.route, matcher), f"does not match: `{matcher.spelling}`")
    verb = "matches" if step.verdict is Verdict.YES else "may match"
    goal = f", notifies `{step.route.target}`" if step.takes is not Verdict.NO and step.route.target else ""
    onward = ", continues" if step.route.continue_ is not None else ""
    return Related(place(step.route), f"{verb}{goal}{onward}")
