"""`docs/no-cost-alert`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import AlertingRule, Page
from ._kinds import is_cost_document


class NoCostAlert(Rule):
    """
    Flags a cost document that promises an alert when no alert of the repository watches costs.

    **Why.**
    The bill is then read at the end of the month, when it is spent.

    **Instead.**
    Write the alert: on the bill where it is a metric, else on series and samples, which make it.

    Not flagged: a document without a heading about alerts, and a repository without alerts.
    """

    id = "docs/no-cost-alert"
    summary = "no alert watches the costs that the document speaks of"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("4.2",)
    needs_all = True
    about = (Page, AlertingRule)

    words: tuple[str, ...] = ("cost", "spend", "bill", "cardinality", "series")
    """Words of which one stands in the name, a label or the expression of an alert about costs."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        alerts = project.all(AlertingRule)
        if not alerts or any(self._is_about_costs(alert) for alert in alerts):
            return
        for page in project.all(Page):
            heading = next((one.title for one in page.sections if "alert" in one.title.value.lower()), None)
            if is_cost_document(page) and heading is not None:
                yield self.finding("no alert watches costs", page.place(heading), help="write the alert")

    def _is_about_costs(self, alert: AlertingRule) -> bool:
        query = alert.query or alert.log_query
        expression = query.text.value if query is not None else ""
        labels = " ".join(label.value.value for label in alert.labels.values())
        return any(word in f"{alert.name.value} {labels} {expression}".lower() for word in self.words)

    examples = (
        Bad(
            "# Observability costs\n\n## Cost alerts\n\n- Alert above $1,000\n",
            path="docs/costs.md",
            files={"alerts.yml": "- alert: ApiDown\n  expr: up == 0\n"},
            at="Cost alerts",
        ),
        Good(
            "# Observability costs\n\n## Cost alerts\n\n- Alert above $1,000\n",
            path="docs/costs.md",
            files={"alerts.yml": "- alert: TooManySeries\n  expr: prometheus_tsdb_head_series > 1e6\n"},
        ),
    )
