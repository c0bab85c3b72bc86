"""`docs/missing-section`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Page
from ._kinds import is_cost_document, is_onboarding


class MissingSection(Rule):
    """
    Flags onboarding guides and cost documents without a section that the policy asks for.

    **Why.**
    A guide that stops after the first week leaves the on-call shift to chance.

    **Instead.**
    Add the section.

    Silent without the options.
    """

    id = "docs/missing-section"
    summary = "document lacks a section of the policy"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("4.1", "4.2")

    onboarding: tuple[str, ...] = ()
    """Words that headings of an onboarding guide must have: `Day 1`, `Week 1`."""

    costs: tuple[str, ...] = ()
    """Words that headings of a cost document must have: `Current costs`, `Cost alerts`."""

    def check_page(self, page: Page) -> Iterator[Finding]:
        wanted = (self.onboarding if is_onboarding(page) else ()) + (self.costs if is_cost_document(page) else ())
        titles = [section.title.value.lower() for section in page.sections]
        for words in wanted:
            if not any(words.lower() in title for title in titles):
                yield self.finding(f"the document has no section `{words}`", page.at, help=f"add `## {words}`")

    examples = (
        Bad(
            "# Onboarding\n\n## Day 1\n\nAccess.\n",
            path="docs/ONBOARDING.md",
            options={"onboarding": ("Day 1", "Week 1")},
            at="Onboarding",
        ),
        Good(
            "# Onboarding\n\n## Day 1: access\n\nAsk.\n",
            path="docs/ONBOARDING.md",
            options={"onboarding": ("Day 1",)},
        ),
    )
