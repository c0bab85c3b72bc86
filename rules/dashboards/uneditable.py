"""`dashboards/uneditable`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Edit, Finding, Fix, Good, Rule, Severity
from ...lint.nodes import Dashboard
from ._samples import dashboard

_PANEL = '"type": "stat", "title": "Sales", "targets": [{"expr": "sales"}]'


class Uneditable(Rule):
    """
    Flags dashboards in files that may be edited in Grafana.

    **Why.**
    What somebody changes in the browser is lost with the next deployment, or quietly differs from the file.

    **Instead.**
    Set `"editable": false`; whoever wants to try something saves a copy.

    An opinion, off unless selected.
    """

    id = "dashboards/uneditable"
    summary = "dashboard in a file may be edited in the browser"
    severity = Severity.INFO
    since = "0.1"
    tasks = ("2.1",)
    opinionated = True

    def check_dashboard(self, dashboard: Dashboard) -> Iterator[Finding]:
        editable = dashboard.editable
        if editable is None or editable.value != "true":
            return
        place = dashboard.place(editable)
        assert place.region is not None
        fix = Fix("set `editable` to false", (Edit(place.source, place.region, "false"),), safe=False)
        yield self.finding(
            "the dashboard may be edited in the browser, and its file not know", place, help="set it to false", fix=fix
        )

    examples = (
        Bad(
            dashboard(_PANEL, head='"uid": "billing", "editable": true, '),
            path="billing.json",
            at="true",
            fixed=dashboard(_PANEL, head='"uid": "billing", "editable": false, '),
        ),
        Good(dashboard(_PANEL, head='"uid": "billing", "editable": false, '), path="billing.json"),
    )
