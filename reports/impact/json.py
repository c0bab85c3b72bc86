"""An impact as JSON, version 1."""

from __future__ import annotations

from collections.abc import Sequence

from ...lint import Location
from ...lint.chain.dependents import Dependent, Impact
from ..escape import dumps
from ..view import View


def render(impacts: Sequence[Impact], view: View) -> str:
    """The trees, as deep as they go."""
    tool = {"name": "obsaudit", "version": view.version}
    return dumps({"version": 1, "tool": tool, "impacts": [_impact(impact) for impact in impacts]})


def _impact(impact: Impact) -> dict[str, object]:
    return {
        "kind": str(impact.kind),
        "name": impact.name,
        "gone": impact.gone,
        "now": impact.now,
        "change": impact.change,
        "made": [_place(at) for at in impact.made],
        "dependents": [_dependent(one) for one in impact.dependents],
    }


def _dependent(one: Dependent) -> dict[str, object]:
    return {
        "kind": str(one.kind),
        "name": one.name,
        "why": one.why,
        **_place(one.at),
        "dependents": [_dependent(below) for below in one.below],
    }


def _place(at: Location) -> dict[str, object]:
    return {"source": at.source, "line": at.region.start.line if at.region is not None else None}
