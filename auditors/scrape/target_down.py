"""See `TargetDown`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..answers import Target
from ..auditor import Auditor, Holds, Recorded, Violated
from ..errors import redact
from ..figures import asked
from ..live import Live
from ._examples import target


class TargetDown(Auditor):
    """
    Flags targets that the last scrape did not reach.

    **Why.**
    While a target is down its metrics are missing, and an alert on a missing metric does not fire.

    **Instead.**
    Bring the target back, or take it out of the configuration or the service discovery.

    It does not flag a target that has not been scraped yet.
    A job with many targets down is one finding.
    """

    id: ClassVar[str] = "scrape/target-down"
    summary: ClassVar[str] = "target is down"
    severity: ClassVar[Severity] = Severity.ERROR
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("1.1",)
    costs_queries: ClassVar[bool] = False

    group_above: int = 5
    """A job with more targets down than this is one finding, not one for each target."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Reads the health of the targets."""
        by_job = {
            job: tuple(group)
            for job, group in groupby(
                sorted(live.targets(), key=lambda target: (target.job, target.instance)), key=lambda target: target.job
            )
        }
        yield Table(
            title="Targets",
            columns=("job", "up", "down", "not yet scraped"),
            rows=tuple((job, *_healths(targets)) for job, targets in by_job.items()),
            numeric=frozenset({1, 2, 3}),
            note=f"the health of the last scrape, {asked(live)}",
        )
        for job, targets in by_job.items():
            down = [target for target in targets if target.health == "down"]
            if len(down) > self.group_above:
                yield self._job_finding(live, job, down, len(targets))
            else:
                yield from (self._target_finding(live, target) for target in down)

    def _target_finding(self, live: Live, target: Target) -> Finding:
        why = f": {redact(target.error)}" if target.error else ""
        return self.finding(
            f"target `{redact(target.url)}` of job `{target.job}` is down{why}",
            live.place(f"target {target.name}"),
            help="bring it back, or take it out of the configuration",
        )

    def _job_finding(self, live: Live, job: str, down: Sequence[Target], all_: int) -> Finding:
        first = ", ".join(f"`{target.instance}`" for target in down[:3])
        errors = Counter(redact(target.error) for target in down if target.error)
        why = f"; most often: {errors.most_common(1)[0][0]}" if errors else ""
        return self.finding(
            f"{len(down)} of {all_} targets of job `{job}` are down, among them {first}{why}",
            live.place(f"job {job}"),
            help="bring them back, or take them out of the configuration",
        )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={
                "targets?state=active": {
                    "activeTargets": [
                        target("api", "10.0.0.1:9464"),
                        target("api", "10.0.0.2:9464", "down", "connection refused"),
                    ]
                }
            },
            subjects=("target api/10.0.0.2:9464",),
        ),
        Violated(
            why="a whole job is down: one finding",
            answers={
                "targets?state=active": {
                    "activeTargets": [target("worker", f"10.0.1.{number}:9464", "down") for number in range(20)]
                }
            },
            subjects=("job worker",),
        ),
        Holds(
            why="not scraped yet",
            answers={
                "targets?state=active": {
                    "activeTargets": [target("api", "10.0.0.1:9464"), target("web", "10.0.0.3:9464", "unknown")]
                }
            },
        ),
    )


def _healths(targets: Sequence[Target]) -> tuple[str, str, str]:
    counts = Counter(target.health for target in targets)
    return (str(counts["up"]), str(counts["down"]), str(counts["unknown"]))
