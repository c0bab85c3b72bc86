"""`slos/too-few-slos`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import Slo
from ._samples import SLO


class TooFewSlos(Rule):
    """
    Flags a repository with fewer objectives than its policy asks for.

    **Why.**
    What no objective covers is argued about during the incident.

    **Instead.**
    Add one for the path that users would miss first.

    Silent without the option `minimum`, and in a repository without any objective: they may be kept elsewhere.
    """

    id = "slos/too-few-slos"
    summary = "fewer objectives than the policy asks for"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.2",)
    needs_all = True
    policy = "minimum"
    about = (Slo,)

    minimum: int = 0
    """How many there must be; the readiness checklist asks for 5."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        slos = project.all(Slo)
        count = len({slo.identity for slo in slos})
        if slos and count < self.minimum:
            noun = "1 objective" if count == 1 else f"{count} objectives"
            verb = "is" if count == 1 else "are"
            yield self.finding(f"there {verb} {noun}, and the policy asks for {self.minimum}", slos[-1].at)

    examples = (
        Bad(SLO, options={"minimum": 5}, at="api"),
        Good(SLO),
        Good(SLO, options={"minimum": 1}),
    )
