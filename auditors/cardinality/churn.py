"""See `Churn`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..answers import Sample
from ..auditor import Auditor, Holds, Recorded, Violated, queried, vector
from ..figures import asked
from ..live import Live

# A job's first hour is left out: then all of its series are new.
_ADDED = "topk(20, sum by (job) (sum_over_time(scrape_series_added[1h])) and on (job) count by (job) (up offset 1h))"
_ACTIVE = "sum by (job) (scrape_samples_post_metric_relabeling)"


class Churn(Auditor):
    """
    Flags jobs that make new series all the time.

    **Why.**
    A series that ends is kept until its block is deleted, and a query over a day reads all that the day had.
    A label that changes with each deployment, request or session costs many times the series of one moment.

    **Instead.**
    Take the label that changes (a pod's hash, a build number) out of the instrument or the target labels.

    It does not flag a job in its first hour, nor a few new series.
    """

    id: ClassVar[str] = "cardinality/churn"
    summary: ClassVar[str] = "job that makes new series all the time"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("3.2",)

    max_share: float = 0.5
    """New series in an hour, as a share of the job's series."""

    min_added: int = 1_000
    """Fewer new series in an hour are not worth a word."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Compares the series that a job added in an hour with those that it has."""
        added = live.query(_ADDED)
        if not added:
            return
        active = {_job(sample): sample.value for sample in live.query(_ACTIVE)}
        yield Table(
            title="New series in an hour",
            columns=("job", "new", "series"),
            rows=tuple((_job(one), f"{one.value:,.0f}", f"{active.get(_job(one), 0):,.0f}") for one in added),
            numeric=frozenset({1, 2}),
            note=f"scrape_series_added of the last hour, {asked(live)}",
        )
        for sample in added:
            job, series = _job(sample), active.get(_job(sample), 0.0)
            if sample.value >= self.min_added and sample.value > self.max_share * series:
                yield self.finding(
                    f"job `{job}` added {sample.value:,.0f} series in an hour and has {series:,.0f}",
                    live.place(f"job {job}"),
                    help="find the label that changes, and take it out of the instrument or the target labels",
                )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={
                queried(_ADDED): vector(({"job": "api"}, 9000), ({"job": "web"}, 12)),
                queried(_ACTIVE): vector(({"job": "api"}, 4000), ({"job": "web"}, 900)),
            },
            subjects=("job api",),
        ),
        Holds(
            why="a deployment of one of many instances",
            answers={
                queried(_ADDED): vector(({"job": "api"}, 1200)),
                queried(_ACTIVE): vector(({"job": "api"}, 12_000)),
            },
        ),
        Holds(why="nothing is scraped, or not for an hour yet", answers={queried(_ADDED): vector()}),
    )


def _job(sample: Sample) -> str:
    return sample.labels.get("job", "")
