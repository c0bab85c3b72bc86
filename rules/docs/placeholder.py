"""`docs/placeholder`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Page
from ._kinds import is_cost_document, is_onboarding

_COSTS = "# Cost optimization\n\n## Current costs\n\n- Grafana Cloud: {}\n"


class Placeholder(Rule):
    """
    Flags placeholders in onboarding guides and cost documents.

    **Why.**
    «$X + 20%» is a budget that nobody can exceed.

    **Instead.**
    Write the figure, or leave the line out until there is one.

    Placeholders are `$X`, `$Y`, `$Z`, `TBD`, `TODO`, `FIXME` and `<NAMES IN CAPITALS>` outside code.
    Not flagged: other pages, whose drafts are nobody's promise; in runbooks see `runbooks/stub`.
    """

    id = "docs/placeholder"
    summary = "document has a placeholder"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("4.1", "4.2")

    def check_page(self, page: Page) -> Iterator[Finding]:
        if not is_cost_document(page) and not is_onboarding(page):
            return
        for placeholder in page.placeholders:
            yield self.finding(
                f"`{placeholder.value}` was never filled in", page.place(placeholder), help="write what it stands for"
            )

    examples = (
        Bad(_COSTS.format("$X"), path="docs/COST-OPTIMIZATION.md", at="$X"),
        Good(_COSTS.format("$1,200"), path="docs/COST-OPTIMIZATION.md"),
        Good("# Ideas\n\nTBD\n", path="docs/ideas.md"),
    )
