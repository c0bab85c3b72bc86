"""`runbooks/orphan-runbook`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import AlertingRule, Runbook
from ...lint.telemetry.shelf import Shelf, key

_ALERT = "- alert: {}\n  expr: up == 0\n  annotations:\n    runbook_url: https://wiki.example/runbooks/{}\n"


class OrphanRunbook(Rule):
    """
    Flags runbooks that no alert leads to.

    **Why.**
    Either the alert was renamed, and whoever it wakes finds nothing; or it is gone, and the page is kept for nobody.

    **Instead.**
    Link it from its alert, or delete it.

    Not flagged: pages of a repository whose alerts link none of its pages, since then the alerts live elsewhere.
    """

    id = "runbooks/orphan-runbook"
    summary = "no alert leads to the runbook"
    severity = Severity.INFO
    since = "0.1"
    tasks = ("1.4",)
    needs_all = True
    about = (Runbook, AlertingRule)

    def check_project(self, project: Project) -> Iterator[Finding]:
        shelf = Shelf.of(project)
        alerts = project.all(AlertingRule)
        linked = {id(page) for alert in alerts if (page := shelf.page_of(alert)) is not None}
        if not linked:
            return
        names = {key(alert.name.value) for alert in alerts}
        for runbook in dict.fromkeys(shelf.by_key.values()):
            if id(runbook) not in linked and not any(key(name) in names for name in runbook.alerts):
                yield self.finding(
                    f"no alert leads to the runbook of `{runbook.alerts[0]}`",
                    runbook.at,
                    help="link it from its alert, or delete it",
                )

    examples = (
        Bad(
            "# ApiSlow\n\n## Impact\n\nUsers wait.\n",
            path="runbooks/ApiSlow.md",
            files={
                "alerts.yml": _ALERT.format("ApiDown", "api-down"),
                "runbooks/api-down.md": "# ApiDown\n\n## Impact\n\nUsers leave.\n",
            },
            at="ApiSlow",
        ),
        Good(
            "# The API is slow\n\n## Impact\n\nUsers wait.\n",
            path="runbooks/api-slow.md",
            files={"alerts.yml": _ALERT.format("ApiLatencyHigh", "api-slow")},
        ),
    )
