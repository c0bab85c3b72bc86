"""See `MissingJob`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated
from ..errors import Unsupported
from ..live import Live
from ._examples import target


class MissingJob(Auditor):
    """
    Flags jobs that the server's configuration names and that have no target.

    **Why.**
    A job without targets is not down, it is not there: `up` has no series for it, and no alert on `up` fires.
    A selector that no longer fits the labels of the service is the usual cause.

    **Instead.**
    Repair the job's service discovery and its relabelling, or remove the job.

    It needs Prometheus 2.42 or later, which tells its jobs.
    """

    id: ClassVar[str] = "scrape/missing-job"
    summary: ClassVar[str] = "job without targets"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("1.1",)
    costs_queries: ClassVar[bool] = False

    exempt: tuple[str, ...] = ()
    """Jobs that may have no targets, as those of environments that come and go."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Compares the configured jobs with the targets."""
        pools = live.scrape_pools()
        scraped = {target.pool for target in live.targets()}
        for pool in sorted({*pools} - scraped - {*self.exempt}):
            yield self.finding(
                f"job `{pool}` has no targets",
                live.place(f"job {pool}"),
                help="repair its service discovery or relabelling, or remove the job",
            )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={
                "scrape_pools": {"scrapePools": ["api", "mailer"]},
                "targets?state=active": {"activeTargets": [target("api", "10.0.0.1:9464")]},
            },
            subjects=("job mailer",),
        ),
        Holds(
            why="its target is down, which is not the same",
            answers={
                "scrape_pools": {"scrapePools": ["api"]},
                "targets?state=active": {"activeTargets": [target("api", "10.0.0.1:9464", "down")]},
            },
        ),
        Unknown(
            why="an older Prometheus",
            answers={"scrape_pools": Unsupported("the server does not have it")},
            because="does not have it",
        ),
    )
