"""What the examples of this folder are made of."""

from __future__ import annotations

from ..answers import Json


def group(*rules: Json, name: str = "events", interval: float = 60, took: float = 0.01) -> Json:
    """The data of `rules` with one group."""
    return {
        "groups": [{"name": name, "file": "rules.yml", "interval": interval, "evaluationTime": took, "rules": [*rules]}]
    }


def alert(name: str, query: str, health: str = "ok", error: str = "", duration: float = 0) -> Json:
    """An alerting rule of `rules`."""
    told = {"health": health, "lastError": error, "labels": {}, "duration": duration}
    return {"name": name, "type": "alerting", "query": query, **told}


def recording(name: str, query: str) -> Json:
    """A recording of `rules`."""
    return {"name": name, "type": "recording", "query": query, "health": "ok"}
