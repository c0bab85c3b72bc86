"""`prometheus/duplicate-job`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Related, Rule, Severity
from ...lint.nodes import PrometheusConfig, ScrapeJob
from ._samples import WHOLE


class DuplicateJob(Rule):
    """
    Flags jobs that have the name of another one.

    **Why.**
    Prometheus refuses the whole file: `job_name` tells the series of one job from those of another.

    **Instead.**
    Give one of them another name, or make them one job with several `static_configs`.
    """

    id = "prometheus/duplicate-job"
    summary = "two jobs have one name"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1",)

    def check_prometheus_config(self, config: PrometheusConfig) -> Iterator[Finding]:
        first: dict[str, ScrapeJob] = {}
        for job in config.jobs:
            other = first.setdefault(job.name.value, job)
            if other is not job:
                yield self.finding(
                    f"there is a job `{job.name.value}` already",
                    job.at,
                    help="give it another name, or put its targets into that job",
                    related=[Related(other.at, "the first one")],
                )

    examples = (
        Bad(WHOLE + "  - job_name: 'api'\n", at="api"),
        Good(WHOLE + "  - job_name: worker\n    sample_limit: 10\n    label_limit: 5\n"),
    )
