"""`docs/missing-document`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Rule, Severity
from ...lint.nodes import Page


class MissingDocument(Rule):
    """
    Flags documents that the policy asks for and the repository lacks.

    **Why.**
    What is kept in somebody's head leaves with them.

    **Instead.**
    Write it; the policy says where it belongs.

    Silent without the option `documents`, and in a run that saw no page at all.
    """

    id = "docs/missing-document"
    summary = "a document of the policy does not exist"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("4.1", "4.2")
    needs_all = True
    policy = "documents"
    about = (Page,)

    documents: tuple[str, ...] = ()
    """Ends of paths: `docs/observability/ONBOARDING.md`."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        pages = project.all(Page)
        for wanted in self.documents if pages else ():
            if not any(f"/{page.at.source}".endswith(f"/{wanted.lstrip('/')}") for page in pages):
                yield self.finding(f"there is no `{wanted}`", pages[0].at, help="write it")

    examples = (
        Bad("# Costs\n", path="docs/COSTS.md", options={"documents": ("docs/ONBOARDING.md",)}, at="Costs"),
        Good("# Welcome\n", path="docs/ONBOARDING.md", options={"documents": ("docs/ONBOARDING.md",)}),
    )
