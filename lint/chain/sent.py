"""
What routes can tell of the alerts of a file, kept beside its nodes.

To say who is sent to a receiver, every alert of a project is walked through the tree, and none has to be unpacked.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..finding import Location
from ..nodes import AlertingRule, Node
from ..record import Record, replace
from ..telemetry.alert_labels import labels_of, static
from ..telemetry.routes import Labels


class Sent(Record):
    """Alerts of a file that nothing but their names tells apart, as far as routes can see."""

    labels: Labels
    """What is known of their labels; `alertname` is left out."""

    alerts: tuple[tuple[str, Location], ...]
    """Their names and places, in the order of the file."""

    def labels_of(self, alert: str) -> Labels:
        """What is known of one of them."""
        return replace(self.labels, known={**self.labels.known, "alertname": static(alert)})


def sent_of(nodes: Iterable[Node]) -> tuple[Sent, ...]:
    """The alerts among the nodes of a file."""
    groups: dict[object, tuple[Labels, list[tuple[str, Location]]]] = {}
    for alert in nodes:
        if isinstance(alert, AlertingRule):
            labels = labels_of(alert)
            known = {name: values for name, values in labels.known.items() if name != "alertname"}
            alike = (frozenset(known.items()), labels.others)
            _, alerts = groups.setdefault(alike, (replace(labels, known=known), []))
            alerts.append((alert.name.value, alert.at))
    return tuple(Sent(labels, tuple(alerts)) for labels, alerts in groups.values())
