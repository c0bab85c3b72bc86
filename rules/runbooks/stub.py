"""`runbooks/stub`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Runbook


class Stub(Rule):
    """
    Flags headings of a runbook with nothing below them, and placeholders that were never filled in.

    **Why.**
    A page that promises an answer and has none costs more time in an incident than no page.

    **Instead.**
    Write what is known, or say that nothing is to be done.

    Placeholders are `$X`, `$Y`, `$Z`, `TBD`, `TODO`, `FIXME` and `<NAMES IN CAPITALS>` outside code: in code a variable
    such as `$POD` is meant for the reader to fill in.
    """

    id = "runbooks/stub"
    summary = "runbook has a gap"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.4",)

    def check_runbook(self, runbook: Runbook) -> Iterator[Finding]:
        for section in runbook.page.sections:
            if section.empty:
                yield self.finding(
                    f"nothing stands below `{section.title.value}`",
                    runbook.place(section.title),
                    help="write what is known, or that nothing is to be done",
                )
        for placeholder in runbook.page.placeholders:
            yield self.finding(
                f"`{placeholder.value}` was never filled in",
                runbook.place(placeholder),
                help="write what it stands for",
            )

    examples = (
        Bad(
            "# CheckoutFails\n\n## Impact\n\n- Revenue loss: ~$X per minute\n\n## Resolution\n",
            path="runbooks/checkout.md",
            at=("$X", "Resolution"),
        ),
        Good(
            "# CheckoutFails\n\n## Impact\n\n### Money\n\nSales stop.\n\n## Resolution\n\nDelete the pod `$POD`.\n",
            path="runbooks/checkout.md",
        ),
    )
