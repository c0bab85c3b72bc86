"""`docs/sum-not-100`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Page
from ._kinds import is_cost_document

_COSTS = "# Observability costs\n\n## Cost breakdown by service\n\n- API: 60%\n- Web: 20%\n- Workers: {}%\n"


class SumNot100(Rule):
    """
    Flags breakdowns of a cost document whose shares do not add up to 100%.

    **Why.**
    A part of the bill belongs to nobody, or to two teams.

    **Instead.**
    Correct the shares, or add an entry for the rest.

    A breakdown is a list in which at least two entries are `NAME: N%`, below a heading that speaks of a breakdown,
    a split or a distribution. Half a percent of rounding is allowed for each entry.
    """

    id = "docs/sum-not-100"
    summary = "shares do not add up to 100%"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("4.2",)

    words: tuple[str, ...] = ("breakdown", "split", "distribution", "share")
    """Words of a heading that say that the list below it is complete."""

    def check_page(self, page: Page) -> Iterator[Finding]:
        if not is_cost_document(page):
            return
        for breakdown in page.breakdowns:
            if breakdown.section is None or not any(word in breakdown.section.lower() for word in self.words):
                continue
            total = sum(share.percent for share in breakdown.shares)
            if abs(total - 100) > 0.5 * len(breakdown.shares):
                yield self.finding(
                    f"the shares below `{breakdown.section}` add up to {total:g}%",
                    page.place(breakdown.shares[-1].text),
                    help="correct them, or add an entry for the rest",
                )

    examples = (
        Bad(_COSTS.format(10), path="docs/costs.md", at="Workers: 10%"),
        Good(_COSTS.format(20), path="docs/costs.md"),
    )
