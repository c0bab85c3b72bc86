"""`runbooks/missing-section`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Runbook

_PAGE = """\
# CheckoutFailureRateHigh

## Symptom

More than 5% of the checkouts fail.

## Impact

Nobody can buy a ticket.

## Diagnosis

Look at the payment provider's status page.
"""


class MissingSection(Rule):
    """
    Flags runbooks without one of the sections that every runbook has.

    **Why.**
    Whoever is woken up reads from where the answer always stands; a page without «Resolution» is read twice.

    **Instead.**
    Add the section, even when it says that there is nothing to be done but wait.

    The sections are the option `sections`; `|` stands between names that mean the same.
    The default is what the known templates have in common; a stricter set is the readiness checklist's:
    Symptom, Impact, Triage, Investigation, Resolution, Prevention, Related alerts.
    """

    id = "runbooks/missing-section"
    summary = "runbook lacks a section"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.4",)

    sections: tuple[str, ...] = (
        "Symptom|Symptoms|Meaning|Summary|Description|Overview",
        "Impact",
        "Triage|Investigation|Diagnosis|Debugging|Troubleshooting",
        "Resolution|Mitigation|Remediation|Fix|Recovery|What to do",
    )
    """The sections, each with the names that it may have."""

    def check_runbook(self, runbook: Runbook) -> Iterator[Finding]:
        titles = [_plain(section.title.value) for section in runbook.page.sections]
        missing = [names for names in self.sections if not any(_has(titles, name) for name in names.split("|"))]
        if missing:
            firsts = [names.split("|")[0] for names in missing]
            yield self.finding(
                f"the runbook has no section {' or '.join(f'`{name}`' for name in firsts)}",
                runbook.at,
                help=f"add {', '.join(f'`## {name}`' for name in firsts)}",
            )

    examples = (
        Bad(_PAGE, path="runbooks/checkout.md", at="CheckoutFailureRateHigh"),
        Good(_PAGE + "\n## Resolution\n\nSwitch the provider.\n", path="runbooks/checkout.md"),
    )


def _plain(title: str) -> str:
    return title.lower().split("(")[0].strip(" :*_")


def _has(titles: list[str], name: str) -> bool:
    return any(title == name.lower() or title.startswith(f"{name.lower()} ") for title in titles)
