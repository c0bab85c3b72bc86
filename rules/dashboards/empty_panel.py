"""`dashboards/empty-panel`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Panel
from ._samples import dashboard

_VISUALIZATIONS = frozenset(
    "timeseries graph stat singlestat gauge bargauge table heatmap histogram piechart barchart logs".split()
)


class EmptyPanel(Rule):
    """
    Flags panels that visualize and have nothing to ask.

    **Why.**
    It shows «No data» for ever, which looks like an outage of what it is named after.

    **Instead.**
    Give it a query, or take it away.

    Not flagged: texts, lists, links, library panels, and panels that borrow another panel's data.
    """

    id = "dashboards/empty-panel"
    summary = "panel has no query"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.1",)

    def check_panel(self, panel: Panel) -> Iterator[Finding]:
        if panel.queries or panel.borrowed or panel.type not in _VISUALIZATIONS:
            return
        name = f"panel `{panel.title.value}`" if panel.title is not None and panel.title.value else "a panel"
        yield self.finding(f"{name} of type `{panel.type}` has no query", panel.at, help="give it a query or delete it")

    examples = (
        Bad(dashboard('"type": "stat", "title": "Sales", "targets": []'), path="billing.json", at="Sales"),
        Good(dashboard('"type": "stat", "title": "Sales", "targets": [{"expr": "sales"}]'), path="billing.json"),
        Good(dashboard('"type": "stat", "title": "Sales", "libraryPanel": {"uid": "x"}'), path="billing.json"),
    )
