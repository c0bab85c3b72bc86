"""`meta/stale-baseline`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Finding, Good, Rule, Severity
from ...lint.nodes import StaleEntry


class StaleBaseline(Rule):
    """
    Flags baseline entries that accept more findings than there are.

    **Why.**
    A debt that was paid and stays in the book lets the same mistake come back unseen.

    **Instead.**
    `obsaudit baseline prune` takes out what is no longer found, and accepts nothing new.

    Not flagged: entries of files or rules that this run did not look at.
    """

    id = "meta/stale-baseline"
    summary = "baseline accepts more than there is"
    severity = Severity.WARNING
    since = "0.1"

    def check_stale_entry(self, entry: StaleEntry) -> Iterator[Finding]:
        about = f" about {entry.subject}" if entry.subject else ""
        accepted = f"the baseline accepts {entry.accepted} of `{entry.rule}`{about} in `{entry.source}`"
        yield self.finding(
            f"{accepted}, and {entry.found} are left",
            entry.at,
            help="run `obsaudit baseline prune`",
        )

    examples = (Good("- alert: ApiDown\n  expr: up == 0\n", why="there is no baseline"),)
