"""`runbooks/too-few-runbooks`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import Runbook

_PAGE = "# ApiSlow\n\n## Impact\n\nUsers wait.\n"


class TooFewRunbooks(Rule):
    """
    Flags a repository with fewer runbooks than its policy asks for.

    **Why.**
    A policy that is not counted is met on paper only.

    **Instead.**
    Write the next one for the alert that fires most.

    Silent without the option `minimum`, and in a repository without any runbook: they may be kept elsewhere.
    """

    id = "runbooks/too-few-runbooks"
    summary = "fewer runbooks than the policy asks for"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.4",)
    needs_all = True
    policy = "minimum"
    about = (Runbook,)

    minimum: int = 0
    """How many there must be; the readiness checklist asks for 10."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        runbooks = project.all(Runbook)
        if runbooks and len(runbooks) < self.minimum:
            count = "1 runbook" if len(runbooks) == 1 else f"{len(runbooks)} runbooks"
            yield self.finding(f"there are {count}, and the policy asks for {self.minimum}", runbooks[0].at)

    examples = (
        Bad(_PAGE, path="runbooks/api-slow.md", options={"minimum": 10}, at="ApiSlow"),
        Good(_PAGE, path="runbooks/api-slow.md"),
    )
