"""`runbooks/stale`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import Runbook

_PAGE = "---\nreviewed: {}\n---\n\n# ApiSlow\n\n## Impact\n\nUsers wait.\n"


@dataclass(frozen=True)
class Stale(Rule):
    """
    Flags runbooks whose front matter says that their last review is longer ago than the policy allows.

    **Why.**
    Commands, names and dashboards change; a page that nobody has read for a year fails when it is needed.

    **Instead.**
    Follow it once, correct it, and set the date.

    The date stands in the front matter: `reviewed: 2026-11-01`, also as `last_reviewed` or `last-review`.
    Not flagged: pages without such a date; when they were reviewed is unknown.
    """

    id = "runbooks/stale"
    summary = "runbook was not reviewed for too long"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.4",)

    days: int = 92
    """How long a review lasts: a quarter."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        for runbook in project.all(Runbook):
            if runbook.reviewed is None or project.today is None:
                continue
            age = (project.today - runbook.reviewed).days
            if age > self.days:
                yield self.finding(
                    f"the runbook was last reviewed on {runbook.reviewed}, {age} days ago",
                    runbook.at,
                    help=f"review it every {self.days} days: follow it, correct it, and set `reviewed`",
                )

    examples = (
        Bad(_PAGE.format("2020-01-31"), path="runbooks/api-slow.md", at="ApiSlow"),
        Good(_PAGE.format("2099-01-31"), path="runbooks/api-slow.md"),
    )
