"""Answers of Alertmanager, for examples."""

from __future__ import annotations

from collections.abc import Sequence

from ..alertmanager import ALERTMANAGER
from ..answers import Json

SILENCES, ALERTS, STATUS = (f"{ALERTMANAGER}{path}" for path in ("silences", "alerts", "status"))


def silence(id: str, start: str, end: str, state: str = "active", **labels: str) -> Json:
    """A silence on labels with these values."""
    matchers = [{"name": name, "value": value, "isRegex": False, "isEqual": True} for name, value in labels.items()]
    of_it = {"id": id, "startsAt": start, "endsAt": end, "createdBy": "mia", "status": {"state": state}}
    return {**of_it, "matchers": matchers}


def firing(name: str, start: str, silenced: Sequence[str] = (), inhibited: Sequence[str] = ()) -> Json:
    """An alert that fires, and what holds it back; its fingerprint is its name."""
    state = "suppressed" if silenced or inhibited else "active"
    status = {"state": state, "silencedBy": list(silenced), "inhibitedBy": list(inhibited)}
    return {"labels": {"alertname": name}, "startsAt": start, "fingerprint": name, "status": status}


def running(root: str, **receivers: list[str]) -> Json:
    """The configuration that runs, as it is kept: its receivers with the kinds of their integrations."""
    return {"version": "0.25.0", "root": root, "receivers": receivers}
