"""An impact as JSON, version 1."""

from __future__ import annotations

from ...lint import Location
from ...lint.impact import Dependent, Impact
from ..escape import dumps
from ..view import View


def render(impact: Impact, view: View) -> str:
    """The tree, as deep as it goes."""
    return dumps(
        {
            "version": 1,
            "tool": {"name": "obsaudit", "version": view.version},
            "kind": str(impact.kind),
            "name": impact.name,
            "made": [_place(at) for at in impact.made],
            "dependents": [_dependent(one) for one in impact.dependents],
        }
    )


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
