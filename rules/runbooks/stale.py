"""`runbooks/stale`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ...lint import Bad, Confidence, Finding, Good, Project, Rule, Severity
from ...lint.nodes import Runbook

_PAGE = "---\nreviewed: {}\n---\n\n# ApiSlow\n\n## Impact\n\nUsers wait.\n"


class Stale(Rule):
    """
    Flags runbooks whose last review, or else whose last change, is longer ago than the policy allows.

    **Why.**
    Commands, names and dashboards change; a page that nobody has read for a year fails when it is needed.

    **Instead.**
    Follow it once, correct it, and set the date.

    The date stands in the front matter: `reviewed: 2026-11-01`, also as `last_reviewed` or `last-review`.
    Of a page without such a date git is asked when it was last changed; a page may be read and found right without a
    change, so the confidence is low.
    Not flagged: pages that are not committed, and those whose history a shallow clone does not hold.
    """

    id = "runbooks/stale"
    summary = "runbook was not reviewed for too long"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.4",)
    about = (Runbook,)

    days: int = 92
    """How long a review lasts: a quarter."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        if project.today is None:
            return
        yield from self._untouched(project, project.today)
        for runbook in project.all(Runbook):
            if runbook.reviewed is None:
                continue
            age = (project.today - runbook.reviewed).days
            if age > self.days:
                yield self.finding(
                    f"the runbook was last reviewed on {runbook.reviewed}, {age} days ago",
                    runbook.at,
                    help=f"review it every {self.days} days: follow it, correct it, and set `reviewed`",
                )

    def _untouched(self, project: Project, today: date) -> Iterator[Finding]:
        """Pages without a date, by what git knows of them."""
        undated = {runbook.at.source: runbook for runbook in project.all(Runbook) if runbook.reviewed is None}
        if not undated or project.history is None:
            return
        since = today - timedelta(days=self.days)
        for source, changed in project.history.untouched(undated.keys(), since).items():
            yield self.finding(
                f"the runbook has not changed since {changed}, {(today - changed).days} days ago",
                undated[source].at,
                help="follow it, correct it, and set `reviewed` in its front matter",
                confidence=Confidence.LOW,
            )

    examples = (
        Bad(_PAGE.format("2020-01-31"), path="runbooks/api-slow.md", at="ApiSlow"),
        Good(_PAGE.format("2099-01-31"), path="runbooks/api-slow.md"),
    )
