"""What the examples of this folder are made of."""

from __future__ import annotations

from collections.abc import Iterable

from ..answers import Json
from ._history import STEP


def fired(**histories: Iterable[range]) -> Json:
    """The data of the question for the history: for each alert the steps at which it fired."""
    return {
        "resultType": "matrix",
        "result": [
            {"metric": {"alertname": name}, "values": [[step * STEP, "1"] for steps in runs for step in steps]}
            for name, runs in histories.items()
        ],
    }
