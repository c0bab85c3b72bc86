"""What the examples of this folder are made of."""

from __future__ import annotations

from ..answers import Json


def target(job: str, instance: str, health: str = "up", error: str = "", **fields: Json) -> Json:
    """An entry of `targets`, for examples."""
    return {
        "labels": {"job": job, "instance": instance},
        "scrapePool": job,
        "scrapeUrl": f"http://{instance}/metrics",
        "health": health,
        "lastError": error,
        "lastScrapeDuration": 0.01,
        "scrapeInterval": "15s",
        "scrapeTimeout": "10s",
    } | fields
