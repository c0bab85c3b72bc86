"""
The Alertmanager beside a server, by its API (version 2): what is silenced, what is suppressed, what is loaded.

Its configuration holds credentials, and so may comments and annotations: what no auditor reads is left out
before anything keeps the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from ..lint.record import Record
from .answers import Json

ALERTMANAGER = "alertmanager/"
"""What the path of a question to Alertmanager begins with; its answers have no envelope."""

_OF_ALERT = ("labels", "startsAt", "fingerprint", "status")
_OF_SILENCE = ("id", "matchers", "startsAt", "endsAt", "createdBy", "status")


class Silence(Record):
    """A silence that is active, pending or expired."""

    id: str
    matchers: tuple[tuple[str, str, str], ...]
    """Each as label, operator and value."""

    start: datetime
    end: datetime
    author: str
    state: Literal["active", "pending", "expired"]

    @property
    def spelling(self) -> str:
        """Its matchers as one set."""
        return "{" + ", ".join(f'{label}{operator}"{value}"' for label, operator, value in self.matchers) + "}"

    @property
    def alert(self) -> str | None:
        """The name of the one alert that it can match; None where it can match several."""
        return next(
            (value for label, operator, value in self.matchers if (label, operator) == ("alertname", "=")), None
        )


class FiringAlert(Record):
    """An alert that fires, as Alertmanager has it."""

    labels: Mapping[str, str]
    start: datetime
    fingerprint: str
    silenced_by: tuple[str, ...]
    """Ids of silences."""

    inhibited_by: tuple[str, ...]
    """Fingerprints of alerts."""


class Routing(Record):
    """The configuration that runs: its receivers with the kinds of their integrations, and that of the root."""

    version: str
    receivers: Mapping[str, tuple[str, ...]]
    root: str | None


def reduced(path: str, data: Json) -> Json:
    """An answer without what no auditor reads; raises one of `MALFORMED` where it has another form."""
    if path == "status":
        return _configuration(data)
    if not isinstance(data, list):
        raise TypeError(type(data).__name__)
    kept = _OF_SILENCE if path == "silences" else _OF_ALERT
    return [{key: one[key] for key in kept if key in one} for one in data]


def silences(data: Json) -> tuple[Silence, ...]:
    """The silences that are not over."""
    found = tuple(
        Silence(
            id=str(one["id"]),
            matchers=tuple(_matcher(matcher) for matcher in one["matchers"]),
            start=datetime.fromisoformat(one["startsAt"]),
            end=datetime.fromisoformat(one["endsAt"]),
            author=str(one.get("createdBy") or ""),
            state=one["status"]["state"],
        )
        for one in data
    )
    return tuple(sorted((one for one in found if one.state != "expired"), key=lambda one: (one.start, one.id)))


def alerts(data: Json) -> tuple[FiringAlert, ...]:
    """The alerts that fire, suppressed or not."""
    return tuple(
        FiringAlert(
            labels={str(name): str(value) for name, value in one["labels"].items()},
            start=datetime.fromisoformat(one["startsAt"]),
            fingerprint=str(one["fingerprint"]),
            silenced_by=tuple(map(str, one["status"].get("silencedBy") or ())),
            inhibited_by=tuple(map(str, one["status"].get("inhibitedBy") or ())),
        )
        for one in data
    )


def routing(data: Json) -> Routing:
    """The configuration that runs."""
    return Routing(
        version=str(data["version"]),
        receivers={str(name): tuple(map(str, kinds)) for name, kinds in data["receivers"].items()},
        root=data.get("root"),
    )


def _matcher(matcher: Json) -> tuple[str, str, str]:
    # Before 0.22 there was no `isEqual`, and no matcher that negates.
    operator = ("=" if matcher.get("isEqual", True) else "!") + ("~" if matcher["isRegex"] else "")
    return str(matcher["name"]), {"!": "!="}.get(operator, operator), str(matcher["value"])


def _configuration(data: Json) -> Json:
    from ..lint.documents import SourceSettings, parse
    from ..lint.nodes import AlertmanagerConfig
    from ..lint.region import Text

    source = "alertmanager.yml"
    parsed = parse(Text.of_file(data["config"]["original"], source), source, SourceSettings())
    config = next((node for node in parsed.nodes if isinstance(node, AlertmanagerConfig)), None)
    if config is None:
        raise ValueError("no configuration")
    root = config.route.receiver if config.route is not None else None
    return {
        "version": data["versionInfo"]["version"],
        "receivers": {one.name.value: sorted(one.kinds) for one in config.receivers},
        "root": root.value if root is not None else None,
    }
