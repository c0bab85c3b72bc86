"""`runbooks/unknown-related-alert`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Related, Rule, Severity
from ...lint.nodes import AlertingRule, Runbook

_PAGE = "# ApiSlow\n\n## Impact\n\nUsers wait.\n\n## Related alerts\n\n- ApiDwon\n"
_ALERTS = "- alert: ApiDown\n  expr: up == 0\n"


class UnknownRelatedAlert(Rule):
    """
    Flags names in a runbook's section about related alerts that no alert of the repository has.

    **Why.**
    In an incident the reader looks for an alert that does not exist, and takes its silence for good news.

    **Instead.**
    Correct the name, or write the alert.

    Not flagged: anything in a repository without alerts.
    """

    id = "runbooks/unknown-related-alert"
    summary = "related alert does not exist"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.4",)
    needs_all = True
    about = (Runbook,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        known = {alert.name.value: alert.at for alert in project.all(AlertingRule)}
        for runbook in project.all(Runbook) if known else ():
            for name in runbook.related:
                if name.value in known:
                    continue
                near = difflib.get_close_matches(name.value, sorted(known), n=1, cutoff=0.75)
                yield self.finding(
                    f"there is no alert `{name.value}`",
                    runbook.place(name),
                    help=f"did you mean `{near[0]}`?" if near else "correct the name, or write the alert",
                    related=[Related(known[near[0]], f"`{near[0]}` is defined here")] if near else (),
                )

    examples = (
        Bad(_PAGE, path="runbooks/api-slow.md", files={"alerts.yml": _ALERTS}, at="ApiDwon"),
        Good(_PAGE.replace("Dwon", "Down"), path="runbooks/api-slow.md", files={"alerts.yml": _ALERTS}),
        Good(_PAGE, path="runbooks/api-slow.md", why="the alerts are kept elsewhere"),
    )
