"""`dashboards/untitled-panel`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Panel
from ._samples import dashboard

# Their queries, where a change of the type has left some behind, are not shown.
_SHOWS_NO_QUERY = frozenset("text row news dashlist alertlist annolist gettingstarted welcome".split())


class UntitledPanel(Rule):
    """
    Flags panels with queries and without a title.

    **Why.**
    Nobody can speak of it in an incident («the third one from the left»), nor link to it from a runbook.

    **Instead.**
    Name what it shows.

    Not flagged: texts, rows and other panels that show no query.
    """

    id = "dashboards/untitled-panel"
    summary = "panel has no title"
    severity = Severity.INFO
    since = "0.1"
    tasks = ("2.1",)

    def check_panel(self, panel: Panel) -> Iterator[Finding]:
        if not panel.queries or panel.borrowed or panel.type in _SHOWS_NO_QUERY:
            return
        if panel.title is None or not panel.title.value.strip():
            yield self.finding(f"a panel of type `{panel.type}` has no title", panel.at, help="name what it shows")

    examples = (
        Bad(dashboard('"type": "stat", "title": "", "targets": [{"expr": "up"}]'), path="api.json", at="stat"),
        Good(dashboard('"type": "stat", "title": "Up", "targets": [{"expr": "up"}]'), path="api.json"),
        Good(dashboard('"type": "text", "title": ""'), path="api.json"),
        Good(dashboard('"type": "text", "title": "", "targets": [{"expr": "up"}]'), path="api.json"),
    )
