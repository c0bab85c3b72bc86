"""`collector/identifier-dimension`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity, Text
from ...lint.nodes import Component, ComponentKind
from ...lint.telemetry.identifiers import identifier
from ._values import literal

# Where each connector lists what becomes a label.
_DIMENSIONS = {
    "span_metrics": (("dimensions",), ("calls_dimensions",), ("histogram", "dimensions"), ("events", "dimensions")),
    "service_graph": (("dimensions",),),
}
# `count`, `sum` and `signal_to_metrics` list attributes below each of their metrics.
_ATTRIBUTES = frozenset({"count", "sum", "signal_to_metrics"})


class IdentifierDimension(Rule):
    """
    Flags metrics that are made of spans and labelled with identifiers.

    **Why.**
    Each dimension of span metrics is a label, and each user, URL or error text a series for every operation and
    status: what is harmless on a span multiplies in a metric.

    **Instead.**
    Use what has few values: `http.route`, `http.response.status_code`, `error.type`.
    The identifier stays on the span, where exemplars lead.

    Not flagged: names that an environment variable fills in, and names that do not tell of one thing among many.
    """

    id = "collector/identifier-dimension"
    summary = "metric made of spans is labelled with an identifier"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.2",)

    def check_component(self, component: Component) -> Iterator[Finding]:
        if component.kind is not ComponentKind.CONNECTOR:
            return
        for name in _names(component):
            meaning = identifier(literal(name) or "")
            if meaning is not None:
                yield self.finding(
                    f"`{component.id}` makes a series for each value of `{name.value}`, which names {meaning}",
                    component.place(name),
                    help="leave it on the span; use what has few values, such as `http.route` or `error.type`",
                )

    examples = (
        Bad(
            """\
connectors:
  spanmetrics:
    dimensions:
      - name: http.route
      - name: url.full
      - name: user.id
    events:
      enabled: true
      dimensions: [{name: exception.message}]
""",
            at=("url.full", "user.id", "exception.message"),
        ),
        Bad("connectors:\n  service_graph:\n    dimensions: [session.id, cluster]\n", at="session.id"),
        Good(
            """\
connectors:
  span_metrics:
    dimensions:
      - name: http.route
      - name: http.response.status_code
      - name: error.type
"""
        ),
    )


def _names(component: Component) -> Iterator[Text]:
    for path in _DIMENSIONS.get(component.canonical, ()):
        for element in component.settings.elements_at(*path):
            name = element.text or element.text_at("name")
            if name is not None:
                yield name
    if component.canonical in _ATTRIBUTES:
        for entry in component.settings.walk():
            for element in entry.value.elements if entry.key.value == "attributes" else ():
                key = element.text_at("key")
                if key is not None:
                    yield key
