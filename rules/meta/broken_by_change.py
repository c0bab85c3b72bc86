"""`meta/broken-by-change`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Finding, Good, Location, Project, Related, Rule, Severity
from ...lint.nodes import Loss


class BrokenByChange(Rule):
    """
    Flags what still asks for a metric, recording, label, value, bucket, scrape job, alert or runbook that a change took
    away.

    **Why.**
    A query for what nobody makes any more finds nothing and does not fail: the alert never fires, the panel shows
    «no data».
    The file that breaks is not the one that was changed, so a review does not show it.

    **Instead.**
    Change both ends together, or leave the old name until nobody asks for it; the finding shows where it was made.

    Only `lint --since` and `lint --staged` find it: what the old revision defined, and the new one does not, is known
    for certain, whatever it is called and wherever else such things may come from.
    Not flagged: what other rules tell about at the same place, and where alerts are sent, which `obsaudit impact
    --since` shows.
    """

    id = "meta/broken-by-change"
    summary = "change takes away what something else still asks for"
    severity = Severity.ERROR
    since = "0.1"
    about = (Loss,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        for loss in project.all(Loss):
            change = f"since this change {loss.thing} {loss.fate}"
            if loss.fate is None:
                change = f"this change takes away {loss.thing}"
            yield self.finding(
                f"{change}, and {loss.at.subject or loss.at.source} {loss.why}",
                loss.at,
                help=f"did you mean `{loss.now}`?" if loss.now else "bring it back, or do without it here",
                related=[_end(at, loss) for at in loss.made],
                severity=None if loss.silences else Severity.WARNING,
            )

    examples = (Good("- alert: ApiDown\n  expr: up == 0\n", why="without `--since` there is no change"),)


def _end(at: Location, loss: Loss) -> Related:
    """Where it is made; of what is gone the line is told, since the text of today has another one there."""
    if loss.fate:
        return Related(at, "it is made here")
    line = f", at line {at.region.start.line}" if at.region is not None else ""
    return Related(Location(at.source, at.subject, None), f"it was made here{line}")
