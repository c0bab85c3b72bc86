"""See `Flapping`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..auditor import Auditor, Holds, Recorded, Violated, queried, vector
from ..live import Live

_DEFAULT = "topk(50, changes(up[1h]) > 3)"


class Flapping(Auditor):
    """
    Flags targets that came and went several times in the last hour.

    **Why.**
    Every gap breaks the rates that span it and starts the `for` of each alert anew.
    What flaps is seldom paged.

    **Instead.**
    Look for restarts, for a memory limit, and for scrapes near their timeout (`scrape/slow`).

    It does not flag a restart or two, as a deployment makes them.
    """

    id: ClassVar[str] = "scrape/flapping"
    summary: ClassVar[str] = "target that comes and goes"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("1.1",)

    max_changes: int = 3
    """How often a target may change between up and down in an hour."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Counts the changes of `up`."""
        for sample in live.query(f"topk(50, changes(up[1h]) > {self.max_changes})"):
            name = f"{sample.labels.get('job', '')}/{sample.labels.get('instance', '')}"
            yield self.finding(
                f"`{name}` changed {sample.value:.0f} times between up and down in the last hour",
                live.place(f"target {name}"),
                help="look for restarts, memory limits and slow scrapes",
            )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={queried(_DEFAULT): vector(({"job": "web", "instance": "web-1:9464"}, 14))},
            subjects=("target web/web-1:9464",),
        ),
        Holds(answers={queried(_DEFAULT): vector()}),
    )
