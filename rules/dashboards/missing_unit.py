"""`dashboards/missing-unit`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Panel
from ._samples import dashboard

_NUMERIC = frozenset({"timeseries", "graph", "gauge", "bargauge", "heatmap", "barchart", "histogram"})


class MissingUnit(Rule):
    """
    Flags panels that show numbers without a unit.

    **Why.**
    `0.25` may be a quarter of a second, of a request or of everything; at three in the morning nobody should guess.

    **Instead.**
    Set the unit in the panel's standard options (`s`, `bytes`, `percentunit`, `reqps`, …), or `none` for plain counts.

    An opinion, off unless selected. Not flagged: single values and tables, which are often texts or counts.
    """

    id = "dashboards/missing-unit"
    summary = "panel shows numbers without a unit"
    severity = Severity.INFO
    since = "0.1"
    tasks = ("2.1",)
    opinionated = True

    def check_panel(self, panel: Panel) -> Iterator[Finding]:
        if panel.type not in _NUMERIC or not panel.queries or panel.unit is not None or panel.borrowed:
            return
        name = f"panel `{panel.title.value}`" if panel.title is not None and panel.title.value else "an untitled panel"
        yield self.finding(f"{name} shows raw numbers", panel.at, help="set a unit, or `none` for plain counts")

    examples = (
        Bad(
            dashboard('"type": "timeseries", "title": "Latency", "targets": [{"expr": "p95"}]'),
            path="api.json",
            at="Latency",
        ),
        Good(
            dashboard(
                '"type": "timeseries", "title": "Latency", "targets": [{"expr": "p95"}],'
                ' "fieldConfig": {"defaults": {"unit": "s"}}'
            ),
            path="api.json",
        ),
    )
