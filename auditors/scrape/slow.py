"""See `Slow`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ...lint.telemetry.duration import spell
from ..answers import Sample, Target
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated, vector
from ..figures import asked, took
from ..live import Live
from ._examples import target


class Slow(Auditor):
    """
    Flags targets whose scrapes take most of the time that they are given.

    **Why.**
    A scrape that runs into its timeout is a failed one: the target counts as down, and all its metrics have a gap.
    It happens first under load, when they are needed.

    **Instead.**
    Expose fewer series, take out the slow collector, or give the job a longer `scrape_timeout`.

    It measures the slow scrapes of the last hour (their 95th percentile).
    It does not flag a target that was slow once.
    A target that is down now is left to `scrape/target-down`.
    """

    id: ClassVar[str] = "scrape/slow"
    summary: ClassVar[str] = "scrape takes most of its timeout"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("1.1",)

    max_share: float = 0.5
    """The share of the timeout that a scrape may take."""

    slowest: int = 50
    """How many targets to look at, the slowest first."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Compares the time of the slow scrapes with the timeout of their target."""
        targets = {(target.job, target.instance): target for target in live.targets()}
        if not targets:
            return
        measured = [
            (target, sample.value)
            for sample in live.query(f"topk({self.slowest}, quantile_over_time(0.95, scrape_duration_seconds[1h]))")
            if (target := targets.get(_identity(sample))) is not None and target.health != "down"
        ]
        measured.sort(key=lambda one: (-one[1], one[0].name))
        yield Table(
            title="Slowest scrapes",
            columns=("target", "p95", "timeout", "interval"),
            rows=tuple(
                (target.name, took(lasted), _spelt(target.timeout), _spelt(target.interval))
                for target, lasted in measured[:10]
            ),
            numeric=frozenset({1, 2, 3}),
            note=f"scrape_duration_seconds of the last hour, {asked(live)}",
        )
        yield from self._unknown([target for target, _ in measured])
        for target, lasted in measured:
            if target.timeout and lasted > self.max_share * target.timeout:
                may = spell(target.timeout)
                yield self.finding(
                    f"a scrape of `{target.name}` takes {took(lasted)} of the {may} that it may take",
                    live.place(f"target {target.name}"),
                    help="expose fewer series, or raise `scrape_timeout`",
                )

    def _unknown(self, targets: list[Target]) -> Iterator[Skipped]:
        unknown = [target for target in targets if target.timeout is None]
        if unknown:
            yield Skipped(self.id, f"the server does not tell the timeout of {len(unknown)} targets")

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={
                "targets?state=active": {
                    "activeTargets": [target("api", "10.0.0.1:9464"), target("worker", "10.0.0.2:9464")]
                },
                "query?query=topk(50, quantile_over_time(0.95, scrape_duration_seconds[1h]))": vector(
                    ({"job": "api", "instance": "10.0.0.1:9464"}, 0.02),
                    ({"job": "worker", "instance": "10.0.0.2:9464"}, 8.4),
                ),
            },
            subjects=("target worker/10.0.0.2:9464",),
        ),
        Holds(
            why="it is down: scrape/target-down says so; and a target that is gone",
            answers={
                "targets?state=active": {"activeTargets": [target("worker", "10.0.0.2:9464", "down")]},
                "query?query=topk(50, quantile_over_time(0.95, scrape_duration_seconds[1h]))": vector(
                    ({"job": "worker", "instance": "10.0.0.2:9464"}, 10),
                    ({"job": "worker", "instance": "10.0.0.9:9464"}, 9),
                ),
            },
        ),
        Holds(why="nothing is scraped", answers={"targets?state=active": {"activeTargets": []}}),
        Unknown(
            why="VictoriaMetrics does not tell the timeouts",
            answers={
                "targets?state=active": {"activeTargets": [target("api", "10.0.0.1:9464", scrapeTimeout="")]},
                "query?query=topk(50, quantile_over_time(0.95, scrape_duration_seconds[1h]))": vector(
                    ({"job": "api", "instance": "10.0.0.1:9464"}, 9)
                ),
            },
            because="does not tell the timeout of 1 targets",
        ),
    )


def _identity(sample: Sample) -> tuple[str, str]:
    return sample.labels.get("job", ""), sample.labels.get("instance", "")


def _spelt(seconds: float | None) -> str:
    return "unknown" if seconds is None else spell(seconds)
